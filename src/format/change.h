/* SPDX-License-Identifier: Apache-2.0 */
/* What replacing, inserting and removing entries has in common. */
#ifndef FORMAT_CHANGE_H
#define FORMAT_CHANGE_H

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"
#include "doc/splice.h"

/* Bytes [from, to) of the source become what `text` holds. */
SEALEAF_USED enum sealeaf_code change_add(struct edits *es, struct doc *d,
    size_t from, size_t to, const struct buf *text, struct sealeaf_error *e);

/* Bytes [from, to) of the source go. */
void change_cut(struct edits *es, size_t from, size_t to);

/* Whole lines [from, to) go. Where they end the source and it has no line
 * break at its end, so will what is left. */
void change_cut_lines(struct edits *es, const struct doc *d, size_t from,
    size_t to);

/* Offsets into the source: of a leaf's first byte, and behind its last. */
size_t change_start(const struct doc *d, const struct leaf *l);
size_t change_end(const struct doc *d, const struct leaf *l);

/* Where the line of `at` begins, where it ends (without its break), and where
 * the next one begins. */
size_t change_line(struct span s, size_t at);
size_t change_line_end(struct span s, size_t at);
size_t change_next_line(struct span s, size_t at);

#endif
