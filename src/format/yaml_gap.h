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

/* Put `t` at the end of the queue. */
SEALEAF_USED enum sealeaf_code yamlf_put(struct yamlf_scanner *s,
    const struct yamlf_token *t, struct sealeaf_error *e);

/*
 * End the blocks that are deeper than `column`. Each end is placed before the
 * comments behind `from` that stand at the column of that block, so that they
 * go to what is around it.
 */
SEALEAF_USED enum sealeaf_code yamlf_unroll(struct yamlf_scanner *s,
    int64_t column, int64_t from, struct sealeaf_error *e);

/* What a token with text does to the state of the scanner before it is read:
 * blocks begin, and simple keys. */
SEALEAF_USED enum sealeaf_code yamlf_apply(struct yamlf_scanner *s,
    struct yamlf_token *t, struct sealeaf_error *e);

/* Whether `k` may still be a simple key; an error where it had to be one. */
SEALEAF_USED enum sealeaf_code yamlf_check_key(struct yamlf_scanner *s,
    struct yamlf_simple_key *k, struct sealeaf_error *e);

#endif
