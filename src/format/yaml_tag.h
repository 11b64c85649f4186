/* SPDX-License-Identifier: Apache-2.0 */
/* Directives and what tags mean under them. */
#ifndef FORMAT_YAML_TAG_H
#define FORMAT_YAML_TAG_H

#include "base/arena.h"
#include "base/err.h"
#include "format/yaml_internal.h"

/* Directives of the present document. Zeroed is ready. */
struct yamlf_tags {
	struct yamlf_handle *handles;
	size_t n, cap;
	bool prolog;  /* among directives */
	bool version; /* %YAML was seen there */
};

/* The tag of which the text has `handle` and `suffix`. */
SEALEAF_USED enum sealeaf_code yamlf_tags_find(const struct yamlf_tags *ts,
    enum yamlf_tag *tag, struct span handle, struct span suffix, size_t line,
    size_t column, struct sealeaf_error *e);

/* A %TAG directive. */
SEALEAF_USED enum sealeaf_code yamlf_tags_add(struct yamlf_tags *ts,
    struct arena *a, struct span handle, struct span prefix, size_t line,
    size_t column, struct sealeaf_error *e);

/* A %YAML directive. */
SEALEAF_USED enum sealeaf_code yamlf_tags_version(struct yamlf_tags *ts,
    int major, int minor, size_t line, size_t column, struct sealeaf_error *e);

/* The "---" of a document: the directives before it are its own. */
void yamlf_tags_start(struct yamlf_tags *ts);

void yamlf_tags_fini(struct yamlf_tags *ts);

#endif
