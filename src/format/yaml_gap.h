/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the scanner's model: its state, and the text between tokens. */
#ifndef FORMAT_YAML_GAP_H
#define FORMAT_YAML_GAP_H

#include "format/yaml_comment.h"

enum yamlf_kind { YAMLF_SPENT, YAMLF_HEAD, YAMLF_LINE, YAMLF_FOOT };

/* Go from s->mark to the next token or the end, and group the comments on
 * the way. */
SEALEAF_USED enum sealeaf_code yamlf_gap(struct yamlf_scanner *s,
    struct sealeaf_error *e);

/* Take a comment on the rest of the line at s->mark as one that stands behind
 * the token at `mark`. */
SEALEAF_USED enum sealeaf_code yamlf_line(struct yamlf_scanner *s, int64_t mark,
    struct sealeaf_error *e);

/* libyaml's tokens without text in front of one with text. */
struct yamlf_front {
	struct yamlf_token map;
	bool has_map, has_key;
	int64_t before; /* place for the end of a block */
	bool closing;   /* all blocks end here */
};

/* Put `t` into the queue at `at`, or at its end. */
SEALEAF_USED enum sealeaf_code yamlf_put(struct yamlf_scanner *s, size_t at,
    const struct yamlf_token *t, struct sealeaf_error *e);

/* A block begins at `column`. */
SEALEAF_USED enum sealeaf_code yamlf_push_indent(struct yamlf_scanner *s,
    int64_t column, struct sealeaf_error *e);

/* A block ends. Its end is placed before the comments that stand at the
 * column of that block, so that they go to what is around it. */
SEALEAF_USED enum sealeaf_code yamlf_end_of_block(struct yamlf_scanner *s,
    struct yamlf_front *f, struct yamlf_token *t, struct sealeaf_error *e);

/* What a token with text does to the state of the scanner. */
SEALEAF_USED enum sealeaf_code yamlf_apply(struct yamlf_scanner *s,
    struct yamlf_token *t, const struct yamlf_front *f,
    struct sealeaf_error *e);

#endif
