/* SPDX-License-Identifier: Apache-2.0 */
/* A document as a flat list of leaves. */
#ifndef DOC_LEAF_H
#define DOC_LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * One step of a path; parents are shared, so a leaf's path is read from its
 * last step upwards. The root of each document is the step NULL.
 */
struct step {
	struct span key; /* key.p == NULL: a list position */
	struct step *up; /* NULL: under the root */
	uint32_t index;  /* list position, from 0; else place among siblings */
	uint8_t rule;    /* src/sops/rules.c: what this step decides */
};

enum leaf_type {
	LEAF_STR,
	LEAF_INT,
	LEAF_FLOAT,
	LEAF_BOOL,
	LEAF_TIME,
	LEAF_BYTES, /* only in envelopes of very old versions */
	LEAF_COMMENT,
	LEAF_NULL, /* inert: neither encrypted nor hashed */
	LEAF_MAP,  /* inert: a mapping; `inside` leaves follow that are in it */
	LEAF_LIST  /* inert: the same for a list */
};

enum leaf_style {
	STYLE_PLAIN,
	STYLE_SINGLE,
	STYLE_DOUBLE,
	STYLE_LITERAL,
	STYLE_FOLDED,
	STYLE_LINE,     /* the rest of a line: comments, dotenv */
	STYLE_FILE,     /* binary: the whole file */
	STYLE_BACKTICK, /* INI */
	STYLE_TRIPLE    /* INI: """ */
};

enum leaf_flag {
	LEAF_FLOW = 1,     /* inside a flow collection */
	LEAF_ENVELOPE = 2, /* value starts with "ENC[AES256_GCM,data:" */
	LEAF_ITEM = 4,     /* comment written as a list item (format.md 9.4) */
	LEAF_LONG = 8,     /* spelled over several lines */
	LEAF_INLINE = 16,  /* comment behind a value */
	LEAF_TAGGED = 32,  /* a core tag stands before it, inside `src` */
	LEAF_MERGE = 64,   /* LEAF_MAP/LIST/alias under a merge key */
	LEAF_HEADED = 128  /* YAML: `src` is a block scalar without its header
	                   * line, which holds a comment and stays. INI: `src`
	                   * is a comment with its sign and, behind or in it,
	                   * the line of its section */
};

enum { LEAF_ASTRAY = 2 };

/*
 * Leaves stand in the order in which SOPS walks its tree (a line comment
 * before the value it stands behind), which is the order of the MAC; their
 * spans need not ascend. Collections are in the list too, before what they
 * hold. A leaf reached through an alias has a path of its own and alias != 0.
 */
struct leaf {
	struct step *path; /* comments: the collection that holds them */
	struct span src;   /* the bytes to replace. Collections: all of it, from
	                     * behind the ':' or '-' it belongs to (YAML block)
	                     * or from its bracket, to the end of its last byte
	                     * (not the newline) */
	struct span value; /* text to encrypt (see doc/value.h); may be src */
	uint8_t type;      /* enum leaf_type */
	uint8_t style;     /* enum leaf_style */
	uint8_t flags;     /* enum leaf_flag */
	uint8_t picked;    /* src/sops/rules.c: the rules select it; LEAF_ASTRAY
	                     * for a comment that opened under another path */
	uint16_t indent;   /* column of the parent collection's entries */
	uint16_t document; /* 0 for the first */
	uint32_t inside;   /* collections: leaves that follow and are in it */
	uint32_t alias;    /* 0, or 1 + index into doc->aliases */
};

/*
 * The AAD of a path: mapping keys joined by ':' with one more at the end, list
 * positions left out; ":" for the root. Written to the end of a caller's
 * buffer by doc/path.h.
 */

/* Whether it is a value: what the MAC covers. Comments, nulls and collections
 * are none. */
bool leaf_is_value(const struct leaf *l);

/* A document's name for a type: "str", "int", … ; NULL for inert ones. */
const char *leaf_type_name(enum leaf_type type);

/* The reverse; false for an unknown name. */
bool leaf_type_parse(struct span name, enum leaf_type *type);

#endif
