/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes a block scalar takes. */
#ifndef FORMAT_YAML_EXTENT_H
#define FORMAT_YAML_EXTENT_H

#include "format/yaml_token.h"

/*
 * Set body, inside, end and resume of the block scalar that begins at
 * t->start, in a collection at column `indent` (-1: none). Its lines go up to
 * `stop`; its end is that of the last line of content, or under '+' of the
 * last line, without breaks.
 */
void yamlf_extent(struct yamlf_token *t, struct span s, size_t stop,
    int64_t indent);

/* Behind the line break of the line that `at` is in. */
size_t yamlf_line_end(struct span s, size_t at);

/* Behind blanks and tabs at `at`. */
size_t yamlf_skip_blanks(struct span s, size_t at);

#endif
