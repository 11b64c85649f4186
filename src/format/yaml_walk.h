/* SPDX-License-Identifier: Apache-2.0 */
/* Writing nodes and their comments as leaves. */
#ifndef FORMAT_YAML_WALK_H
#define FORMAT_YAML_WALK_H

#include "format/yaml_tree.h"

#define YAMLF_ENVELOPE "ENC[AES256_GCM,data:"

struct yamlf_writer {
	struct yamlf_tree *t;
	struct doc *d;
	struct leaves *to;
	size_t copied;  /* bytes and leaves written out for aliases */
	uint32_t alias; /* 1 + index of the alias being written out */
	uint16_t document;
	bool in_meta;
	struct sealeaf_error *e;
};

/* The comments of a chain as leaves at `path`; none in the metadata. */
SEALEAF_USED enum sealeaf_code yamlf_write_chain(struct yamlf_writer *w,
    struct yamlf_chain c, struct step *path, uint16_t indent, uint8_t flags);

/* The comments of a node from one slot to another; those behind the node get
 * the flags `behind`. */
SEALEAF_USED enum sealeaf_code yamlf_write_slots(struct yamlf_writer *w,
    uint32_t node, enum yamlf_slot from, enum yamlf_slot to, struct step *path,
    uint8_t behind);

/* What is in the mapping or list `node`, at `path`. */
SEALEAF_USED enum sealeaf_code yamlf_write_entries(struct yamlf_writer *w,
    uint32_t node, struct step *path, size_t depth);

#endif
