/* SPDX-License-Identifier: Apache-2.0 */
/* Two sorted lists, merged: the places of leaves, and other edits. */

#include <stdlib.h>

#include "sops/weave.h"

static int
by_edit(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static size_t
place(const struct weave *w, size_t i)
{
	return (size_t)(w->d->leaves.list[w->leaves[i]].src.p - w->d->source.p);
}

/*
 * SOPS's order of leaves is that of the text but for comments, each a few
 * leaves from its place: insertion has little to do. A list of comments in
 * front of a long collection could make it slow, so it is bounded.
 */
static bool
insert_all(struct weave *w)
{
	size_t moves = 0;

	for (size_t i = 1; i < w->n; i++) {
		uint32_t leaf = w->leaves[i];
		size_t at = place(w, i), k = i;

		for (; k > 0 && place(w, k - 1) > at; k--, moves++)
			w->leaves[k] = w->leaves[k - 1];
		w->leaves[k] = leaf;
		if (moves > 16 * w->n + 1024)
			return false;
	}
	return true;
}

/* Restore the heap below `root` (heapsort: in place, and never slow). */
static void
sift(struct weave *w, size_t root, size_t n)
{
	for (;;) {
		size_t child = 2 * root + 1;
		uint32_t leaf = w->leaves[root];

		if (child >= n)
			return;
		if (child + 1 < n && place(w, child) < place(w, child + 1))
			child++;
		if (place(w, root) >= place(w, child))
			return;
		w->leaves[root] = w->leaves[child];
		w->leaves[child] = leaf;
		root = child;
	}
}

void
weave_sort(struct weave *w)
{
	if (insert_all(w))
		return;
	for (size_t i = w->n / 2; i-- > 0;)
		sift(w, i, w->n);
	for (size_t n = w->n; n > 1; n--) {
		uint32_t leaf = w->leaves[0];

		w->leaves[0] = w->leaves[n - 1];
		w->leaves[n - 1] = leaf;
		sift(w, 0, n - 1);
	}
}

/* Copy the source up to `to`, unless an earlier edit went past it. */
static void
copy_to(struct buf *out, const struct weave *w, size_t *at, size_t to)
{
	if (to <= *at)
		return;
	buf_put(out, w->d->source.p + *at, to - *at);
	*at = to;
}

/* At one place other edits come first, but behind a leaf without bytes. */
static bool
before(const struct weave *w, const struct edit *x, size_t i)
{
	size_t at = place(w, i);

	return x->at < at ||
	    (x->at == at &&
		(x->n > 0 || w->d->leaves.list[w->leaves[i]].src.n > 0));
}

enum sealeaf_code
weave_run(struct buf *out, struct weave *w, struct sealeaf_error *e)
{
	size_t n_extra = w->extra != NULL ? w->extra->n : 0, x = 0, at = 0;
	enum sealeaf_code code = SEALEAF_OK;

	if (w->extra != NULL && w->extra->failed)
		return err_memory(e);
	if (n_extra > 0)
		qsort(w->extra->list, n_extra, sizeof *w->extra->list, by_edit);
	for (size_t i = 0; (i < w->n || x < n_extra) && code == SEALEAF_OK;) {
		const struct edit *x_now = x < n_extra ? &w->extra->list[x]
						       : NULL;

		if (x_now != NULL && (i == w->n || before(w, x_now, i))) {
			copy_to(out, w, &at, x_now->at);
			buf_span(out, x_now->text);
			if (at < x_now->at + x_now->n)
				at = x_now->at + x_now->n;
			x++;
			continue;
		}
		if (place(w, i) >= at) {
			copy_to(out, w, &at, place(w, i));
			code = w->put(out, w->leaves[i], w->user, e);
			at = place(w, i) +
			    w->d->leaves.list[w->leaves[i]].src.n;
		}
		i++;
	}
	if (code == SEALEAF_OK) {
		copy_to(out, w, &at, w->d->source.n);
		code = buf_check(out, e);
	}
	return code;
}
