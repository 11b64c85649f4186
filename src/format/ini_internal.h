/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the INI front end share. */
#ifndef FORMAT_INI_INTERNAL_H
#define FORMAT_INI_INTERNAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"
#include "format/format.h"

/* `s` without white space (Unicode's) at its start, its end, both. */
struct span inif_trim_left(struct span s);
struct span inif_trim_right(struct span s);
struct span inif_trim(struct span s);

/* The first line of `s`, its newline included. */
struct span inif_line(struct span s);

/*
 * The key at the start of `line` (no blanks before it): its name and the
 * length up to and with the delimiter. NULL, or the library's words for what
 * is wrong.
 */
const char *inif_key(struct span line, struct span *name, size_t *n);

/* A value as it stands behind its delimiter. */
struct ini_value {
	struct span src;     /* what to replace: with quotes, continuations */
	struct span text;    /* decoded: in the source, or in `joined` */
	struct span comment; /* behind the value, from its sign; n 0: none */
	size_t end;          /* bytes consumed */
	enum leaf_style style;
	bool several; /* lines */
	bool unread;  /* SOPS does not see the comment */
};

/* Read the value at the start of `rest`. `joined` takes the text of a
 * continued value; it is emptied first. False: a quote is not closed. */
bool inif_value(struct ini_value *v, struct buf *joined, struct span rest);

/* Append `text` so that it reads back, in `style` if that can be; false (and
 * nothing appended) when no spelling can hold it. */
bool inif_spell_value(struct buf *b, struct span text, enum leaf_style style);

/* Append the envelope in the quotes of `style`. */
void inif_quote(struct buf *b, struct span text, enum leaf_style style);

/*
 * Length of the run of signs and blanks at the start of a comment, which SOPS
 * strips: the text of a leaf begins behind it.
 */
size_t inif_signs(struct span text);

/* Append the lines of a comment as SOPS prints them, `sign` before the first
 * if its text has none of its own; `eol` ends each but the last. */
void inif_comment(struct buf *b, struct span text, struct span sign,
    const char *eol);

/* A name and where its value is, for finding names that occur again. */
struct ini_name {
	struct span name;
	size_t at; /* ascending in the order of the text */
};

/* Sort by name, then by place. */
void inif_sort(struct ini_name *names, size_t n);

/*
 * Fold repeated keys in the `n` leaves of a section at `list`. The names are
 * those of its values, their `at` counts from `base` for list[0]; they are
 * sorted on the way.
 */
SEALEAF_USED enum sealeaf_code inif_fold(struct leaf *list, size_t n,
    struct ini_name *names, size_t n_names, size_t base,
    struct sealeaf_error *e);

/* One line of a section: key, value, comment above (p NULL: none). */
struct ini_entry {
	struct span name, value;
	struct span comment;
};

/* Append entries as SOPS prints a section, keys aligned. `exact`: values as
 * SOPS spells them even where that does not read back. */
SEALEAF_USED enum sealeaf_code inif_entries(struct buf *b,
    const struct ini_entry *entries, size_t n, bool exact, const char *eol,
    struct sealeaf_error *e);

/* struct format's scan and print. */
SEALEAF_USED enum sealeaf_code inif_scan(struct doc *d,
    struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code inif_print(struct buf *b,
    const struct leaves *ls, size_t from, size_t n, size_t depth,
    const struct print_style *style, struct sealeaf_error *e);

/* struct format's replace, insert and remove (ini_put.c). */
SEALEAF_USED enum sealeaf_code inif_replace(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code inif_insert(struct edits *es, struct doc *d,
    size_t at, const struct leaf *with, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code inif_remove(struct edits *es, struct doc *d,
    size_t at, struct sealeaf_error *e);

#endif
