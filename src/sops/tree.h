/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a list of leaves as the tree it stands for, and building one. */
#ifndef SOPS_TREE_H
#define SOPS_TREE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "doc/doc.h"

/* Index past the subtree that begins at `at`. */
size_t tree_next(const struct leaves *ls, size_t at);

/*
 * The first child of the collection at `at`, and the sibling after `child`;
 * comments are skipped. `end` (tree_next() of the collection) when there is
 * none.
 */
size_t tree_child(const struct leaves *ls, size_t at);
size_t tree_sibling(const struct leaves *ls, size_t child, size_t end);

/* The last step's key, or an empty span with p NULL for a list position. */
struct span tree_key(const struct leaf *l);

/* A leaf's text as a person wrote it: the value of strings and comments, the
 * source spelling of everything else, empty for null. */
struct span tree_text(const struct leaf *l);

/* Hint at the key among the children in [child, end) that `word` may be a slip
 * for. Names of keys are clear in every file; values are not looked at. */
void tree_hint_near(const struct leaves *ls, size_t child, size_t end,
    struct span word, struct sealeaf_error *e);

/*
 * Building: add a leaf under `path`, open a collection and close it again.
 * All of them NULL or (size_t)-1 when out of memory.
 */
struct leaf *tree_add(struct leaves *ls, struct step *path, enum leaf_type type,
    struct span value);
size_t tree_open(struct leaves *ls, struct step *path, enum leaf_type type);
void tree_close(struct leaves *ls, size_t at);

#endif
