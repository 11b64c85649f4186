/* SPDX-License-Identifier: Apache-2.0 */
/* Finding comments in the text between two tokens. */
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
SEALEAF_USED enum sealeaf_code yamlf_line(struct yamlf_scanner *s,
    int64_t mark, struct sealeaf_error *e);

#endif
