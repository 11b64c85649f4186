/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a source out with leaves replaced as they come by. */
#ifndef SOPS_WEAVE_H
#define SOPS_WEAVE_H

#include "base/buf.h"
#include "doc/doc.h"
#include "doc/splice.h"

/*
 * splice() holds every new text in memory before it writes one. Here the text
 * of a leaf is made when its place in the source is reached, so a large file
 * needs one copy of its result and no more.
 */
struct weave {
	const struct doc *d;
	struct edits *extra; /* sorted here; may be NULL */
	uint32_t *leaves;    /* indices of leaves to replace */
	size_t n;
	enum sealeaf_code (*put)(struct buf *out, size_t leaf, void *user,
	    struct sealeaf_error *e); /* append what replaces its src */
	void *user;
};

/* Bring w->leaves into the order of the text. */
void weave_sort(struct weave *w);

/* Append the source with all replacements, w->leaves sorted; none may overlap another, a leaf
 * inside an extra edit is left out. */
SEALEAF_USED enum sealeaf_code weave_run(struct buf *out, struct weave *w,
    struct sealeaf_error *e);

#endif
