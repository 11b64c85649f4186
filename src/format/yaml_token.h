/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a YAML text with their places in bytes. */
#ifndef FORMAT_YAML_TOKEN_H
#define FORMAT_YAML_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "format/yaml_tag.h"

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
	uint32_t level;        /* set by yaml_state.c */
	uint8_t type;          /* enum yamlf_type */
	uint8_t style;         /* scalars: enum leaf_style */
	uint8_t tag;           /* tags: enum yamlf_tag */
	bool is_long;          /* a flow scalar over several lines */
};

/* What a token is read from. */
struct yamlf_reader {
	struct span source;
	struct arena *arena; /* for texts that are not in the source */
	struct buf text;     /* scratch */
	struct yamlf_tags tags;
};

/* Refuse what SOPS's parser cannot read: broken UTF-8, control characters, and
 * byte order marks where it stumbles over them. */
SEALEAF_USED enum sealeaf_code yamlf_check_text(struct span source,
    struct sealeaf_error *e);

/* The kind of token that begins at `at`, in flow context or not; column 0 is
 * where `first`. YAMLF_SCALAR for all scalars. */
SEALEAF_USED enum sealeaf_code yamlf_token_type(enum yamlf_type *type,
    const struct yamlf_reader *r, size_t at, bool flow, bool first);

/*
 * Fill in `t`, of which type, start, line and column are known. `indent` is
 * the column of the innermost block collection, -1 outside of all.
 */
SEALEAF_USED enum sealeaf_code yamlf_token_read(struct yamlf_reader *r,
    struct yamlf_token *t, int64_t indent, bool flow, struct sealeaf_error *e);

/* The parts of it: scalars in quotes, without, and as a block. */
SEALEAF_USED enum sealeaf_code yamlf_read_quoted(struct yamlf_reader *r,
    struct yamlf_token *t, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code yamlf_read_plain(struct yamlf_reader *r,
    struct yamlf_token *t, int64_t indent, bool flow, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code yamlf_read_block(struct yamlf_reader *r,
    struct yamlf_token *t, int64_t indent, struct sealeaf_error *e);

/* Tags, and a directive with its line. */
SEALEAF_USED enum sealeaf_code yamlf_read_tag(struct yamlf_reader *r,
    struct yamlf_token *t, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code yamlf_read_directive(struct yamlf_reader *r,
    struct yamlf_token *t, struct sealeaf_error *e);

/* An error at a byte of the source, or at the start of `t`. */
SEALEAF_USED enum sealeaf_code yamlf_text_fail(struct span source, size_t at,
    const char *text, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code yamlf_token_fail(const struct yamlf_token *t,
    const char *text, struct sealeaf_error *e);

/* Length of the line break at `at` (CRLF is one), 0 if there is none. */
size_t yamlf_break(struct span source, size_t at);

/* Make a copy of the scratch text in the arena the text of `t`. */
SEALEAF_USED enum sealeaf_code yamlf_token_text(struct yamlf_reader *r,
    struct yamlf_token *t, struct sealeaf_error *e);

bool yamlf_is_name(char c);

/* Whether a blank, a line break or the end is at `at`. */
bool yamlf_is_blankz(struct span source, size_t at);

/* Whether "---" or "..." stands at `at`, the start of a line. */
bool yamlf_is_marker(struct span source, size_t at, char c);

#endif
