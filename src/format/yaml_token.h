/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a YAML text with their places in bytes. */
#ifndef FORMAT_YAML_TOKEN_H
#define FORMAT_YAML_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "format/yaml_internal.h"

enum yamlf_type {
	YAMLF_STREAM_START,
	YAMLF_STREAM_END,
	YAMLF_DIRECTIVE,
	YAMLF_DOCUMENT_START,
	YAMLF_DOCUMENT_END,
	YAMLF_LIST_START, /* of a block list; empty, as the next two */
	YAMLF_MAP_START,
	YAMLF_BLOCK_END,
	YAMLF_LIST_OPEN, /* '[' */
	YAMLF_LIST_CLOSE,
	YAMLF_MAP_OPEN, /* '{' */
	YAMLF_MAP_CLOSE,
	YAMLF_ENTRY, /* '-' */
	YAMLF_COMMA,
	YAMLF_KEY,   /* '?', or empty before a simple key */
	YAMLF_COLON, /* ':' */
	YAMLF_ALIAS,
	YAMLF_ANCHOR,
	YAMLF_TAG,
	YAMLF_SCALAR
};

struct yamlf_token {
	size_t start, end;     /* bytes; end of block scalars: of the content */
	size_t body;           /* block scalars: behind the header line */
	size_t inside;         /* block scalars: behind the indentation there */
	size_t resume;         /* where the scanner goes on */
	struct span text;      /* scalars: decoded; names without '*' or '&' */
	uint32_t line, column; /* of the start, from 0, in characters */
	uint32_t level;        /* set by yaml_comment.c */
	uint8_t type;          /* enum yamlf_type */
	uint8_t style;         /* scalars: enum leaf_style */
	uint8_t tag;           /* tags: enum yamlf_tag */
	bool is_long;          /* a flow scalar over several lines */
};

struct yamlf_tokens;

/* Read the tokens of `source`; texts go to `a`, or point into the source.
 * UTF-16 and broken UTF-8 are refused here. */
SEALEAF_USED enum sealeaf_code yamlf_tokens_new(struct yamlf_tokens **out,
    struct span source, struct arena *a, struct sealeaf_error *e);

/* The next token. After STREAM_END: STREAM_END again. `indent` is that of the
 * innermost block collection, -1 outside of all. */
SEALEAF_USED enum sealeaf_code yamlf_tokens_next(struct yamlf_tokens *ts,
    struct yamlf_token *t, int64_t indent, struct sealeaf_error *e);

void yamlf_tokens_free(struct yamlf_tokens *ts);

/* Length of the line break at `at` (CRLF is one), 0 if there is none. */
size_t yamlf_break(struct span source, size_t at);

#endif
