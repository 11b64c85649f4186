/* SPDX-License-Identifier: Apache-2.0 */
/* Indexed writing on a list of leaves, by the rules of SOPS's trees. */
#ifndef SOPS_PUT_TREE_H
#define SOPS_PUT_TREE_H

#include <stdbool.h>

#include "base/err.h"
#include "doc/doc.h"

/* A path as steps from the first to the last. */
struct put_path {
	struct step **list;
	size_t n;
};

/* The steps up from `last`; freed with free(path->list). */
SEALEAF_USED enum sealeaf_code put_path(struct put_path *path,
    struct step *last, struct sealeaf_error *e);

enum put_end {
	PUT_FOUND,
	PUT_MISSING,  /* a collection without such an entry */
	PUT_SCALAR,   /* the path goes on where there is nothing below */
	PUT_POSITION, /* a position, in a mapping */
	PUT_KEY       /* a key, in a list */
};

/* How far a path leads in the first document: `steps` of its steps, to leaf
 * `at` (FORMAT_ROOT: none), and what comes then. */
struct put_place {
	enum put_end end;
	size_t at, steps;
};

void put_find(struct put_place *p, const struct leaves *ls,
    const struct put_path *path);

/* The entries of the collection at `at`, FORMAT_ROOT for the top, are
 * tree_sibling()s from *from to *end. */
void put_entries(const struct leaves *ls, size_t at, size_t *from, size_t *end);

/* How many entries a collection has, FORMAT_ROOT for the top. */
size_t put_count(const struct leaves *ls, size_t at);

/*
 * The tree that stands under step `from` of the path when `value` (as
 * put_value_parse() gives it) is at its end: a mapping for each key, a list
 * of one for each position. Steps are those of the path, which are changed
 * to fit.
 */
SEALEAF_USED enum sealeaf_code put_chain(struct leaves *out,
    const struct put_path *path, size_t from, struct leaves *value,
    struct sealeaf_error *e);

/*
 * Append `ls` with leaves [at, at + n) replaced by `with`.
 * Collections before `limit` that reach beyond `probe` hold them.
 */
SEALEAF_USED enum sealeaf_code put_leaves(struct leaves *out,
    const struct leaves *ls, size_t at, size_t n, const struct leaves *with,
    size_t limit, size_t probe, struct sealeaf_error *e);

/* Whether two runs of leaves stand for the same trees, comments left out. */
SEALEAF_USED enum sealeaf_code put_same(bool *same, const struct leaf *a,
    size_t na, const struct leaf *b, size_t nb, struct sealeaf_error *e);

#endif
