/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the JSON front end share with each other and binary.c. */
#ifndef FORMAT_JSON_INTERNAL_H
#define FORMAT_JSON_INTERNAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"
#include "format/format.h"

/* How JSON text is laid out. */
struct json_layout {
	const char *eol;  /* NULL: all on one line */
	struct span step; /* indentation of a level */
	bool tight;       /* on one line, and without blanks */
	bool reference;   /* floats as SOPS prints them */
	bool encrypted;   /* envelopes are strings, whatever their leaf says */
};

/* struct format's scan; binary.c uses it for the encrypted form. */
SEALEAF_USED enum sealeaf_code jsonf_scan(struct doc *d,
    struct sealeaf_error *e);

/*
 * The closing quote of the string whose content begins at `p`; NULL when it
 * is no string: *at is then the wrong byte, *why says where it stands.
 */
const char *jsonf_string_end(const char *p, const char *end, bool *escaped,
    const char **at, const char **why);

/* What `raw` (checked by jsonf_string_end()) means, in `a`; false when out of
 * memory. Surrogates without a partner become U+FFFD, as in Go. */
bool jsonf_unescape(struct arena *a, struct span raw, struct span *out);

/* End of the number that begins at `p`; NULL with *at the wrong byte. */
const char *jsonf_number_end(const char *p, const char *end, const char **at);

/* Whether all of `s` is a number by the grammar of JSON. */
bool jsonf_is_number(struct span s);

/* The layout that `style` asks for; false when its indent is refused. */
SEALEAF_USED enum sealeaf_code jsonf_layout(struct json_layout *out,
    const struct print_style *style, struct sealeaf_error *e);

/* Append `s` in quotes, escaped as Go's encoding/json does. */
void jsonf_quote(struct buf *b, struct span s);

/* Append a value of `type`, SEALEAF_ERR_DUMP when JSON has no form for it. */
SEALEAF_USED enum sealeaf_code jsonf_scalar(struct buf *b, enum leaf_type type,
    struct span text, bool reference, struct sealeaf_error *e);

/* Append leaves [from, to) as the content of an object (or a list) with its
 * brackets; `level` is that of the closing bracket. Comments are dropped. */
SEALEAF_USED enum sealeaf_code jsonf_tree(struct buf *b,
    const struct leaves *ls, size_t from, size_t to, bool map, size_t level,
    const struct json_layout *layout, struct sealeaf_error *e);

/* Append the leaf `at` with all that is in it. */
SEALEAF_USED enum sealeaf_code jsonf_node(struct buf *b,
    const struct leaves *ls, size_t at, const struct json_layout *layout,
    struct sealeaf_error *e);

/* Append the metadata as the member "sops" of a top-level object. */
SEALEAF_USED enum sealeaf_code jsonf_member(struct buf *b,
    const struct leaves *meta, const struct json_layout *layout,
    struct sealeaf_error *e);

/* struct format's print. */
SEALEAF_USED enum sealeaf_code jsonf_print(struct buf *b,
    const struct leaves *ls, size_t from, size_t n, size_t depth,
    const struct print_style *style, struct sealeaf_error *e);

/* struct format's replace, insert and remove (json_put.c). */
SEALEAF_USED enum sealeaf_code jsonf_replace(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code jsonf_insert(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code jsonf_remove(struct edits *es, struct doc *d,
    size_t at, struct sealeaf_error *e);

/* `block` without the commas and blanks around it. */
struct span jsonf_trim(struct span block);

#endif
