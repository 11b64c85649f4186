/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed spellings of a source of several documents: a list for each block. */
#ifndef SOPS_LISTS_H
#define SOPS_LISTS_H

#include "doc/splice.h"
#include "sops/document.h"
#include "sops/spelling.h"

/* One envelope a document, none where n is 0. */
struct lists {
	struct span *list;
	size_t n;
};

/* Divide `ss`, whose leaves are of `plain`, and seal each part; what `d` was
 * opened with is kept where it says the same. Texts live in plain's arena. */
SEALEAF_USED enum sealeaf_code lists_seal(struct lists *l,
    struct sealeaf_doc *d, struct spellings *ss, struct doc *plain,
    struct sealeaf_error *e);

/* The envelopes in the blocks of `d` as they are; none where all blocks have
 * the first one's. */
SEALEAF_USED enum sealeaf_code lists_keep(struct lists *l,
    const struct sealeaf_doc *d, struct sealeaf_error *e);

/*
 * In the edits from `from` on, each block has the first envelope: give each
 * its own, with new texts in `a`. *good is false, and nothing done, when there
 * are not just as many blocks.
 */
SEALEAF_USED enum sealeaf_code lists_spread(struct edits *es, size_t from,
    const struct lists *l, struct arena *a, bool *good,
    struct sealeaf_error *e);

/* Open the lists of all blocks as one, d->spelling. Files of earlier versions
 * have the whole list in each block, which counts once. */
SEALEAF_USED enum sealeaf_code lists_open(struct sealeaf_doc *d,
    struct sealeaf_error *e);

void lists_fini(struct lists *l);

#endif
