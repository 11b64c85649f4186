/* SPDX-License-Identifier: Apache-2.0 */
/* What the scanners of JSON, dotenv and INI have in common. */
#ifndef FORMAT_SCAN_H
#define FORMAT_SCAN_H

#include <stdbool.h>

#include "base/err.h"
#include "doc/doc.h"

/* Deepest nesting of collections that is read or printed. */
enum { SCAN_DEPTH = 1000 };

/* Whether `s` starts as an envelope does. */
bool scan_sealed(struct span s);

/* A leaf at the end of `ls`; NULL (with `e` filled) when out of memory. */
struct leaf *scan_leaf(struct leaves *ls, struct sealeaf_error *e);

/* Fill type, value and span of a leaf, and LEAF_ENVELOPE. */
void scan_fill(struct leaf *l, enum leaf_type type, struct span src,
    struct span value);

/* Note a metadata block at bytes [from, to) of the source. */
SEALEAF_USED enum sealeaf_code scan_block(struct doc *d, size_t from, size_t to,
    struct sealeaf_error *e);

/* Set d->crlf: whether the first line ends in a carriage return too. */
void scan_crlf(struct doc *d);

/* Refuse a source that is not UTF-8, with the place. */
SEALEAF_USED enum sealeaf_code scan_utf8(const struct doc *d,
    struct sealeaf_error *e);

/* SEALEAF_ERR_READ with `text` and the place of `at`. */
enum sealeaf_code scan_fail(const struct doc *d, const char *at,
    struct sealeaf_error *e, const char *text);

/* Length of the source in front of the metadata blocks that end it. */
size_t scan_rest(const struct doc *d);

/* The line end that the document uses. */
const char *scan_eol(const struct doc *d);

#endif
