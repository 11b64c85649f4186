/* SPDX-License-Identifier: Apache-2.0 */
/* Two sorted lists, merged: the places of leaves, and other edits. */

#include <stdlib.h>

#include "base/mem.h"
#include "sops/weave.h"

struct place {
	size_t at;
	uint32_t leaf;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int
by_edit(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static struct place *
places(const struct weave *w)
{
	struct place *list = mem_array(w->n, sizeof *list);
	bool sorted = true;

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < w->n; i++) {
		const struct leaf *l = &w->d->leaves.list[w->leaves[i]];

		list[i].at = (size_t)(l->src.p - w->d->source.p);
		list[i].leaf = w->leaves[i];
		sorted = sorted && (i == 0 || list[i - 1].at <= list[i].at);
	}
	if (!sorted)
		qsort(list, w->n, sizeof *list, by_place);
	return list;
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
before(const struct weave *w, const struct edit *x, const struct place *p)
{
	return x->at < p->at || (x->at == p->at &&
	    (x->n > 0 || w->d->leaves.list[p->leaf].src.n > 0));
}

enum sealeaf_code
weave_run(struct buf *out, struct weave *w, struct sealeaf_error *e)
{
	size_t n_extra = w->extra != NULL ? w->extra->n : 0, x = 0, at = 0;
	struct place *list = places(w);
	enum sealeaf_code code = SEALEAF_OK;

	if (list == NULL || (w->extra != NULL && w->extra->failed)) {
		free(list);
		return err_memory(e);
	}
	if (n_extra > 0)
		qsort(w->extra->list, n_extra, sizeof *w->extra->list, by_edit);
	for (size_t i = 0; (i < w->n || x < n_extra) && code == SEALEAF_OK;) {
		const struct edit *x_now = x < n_extra ?
		    &w->extra->list[x] : NULL;

		if (x_now != NULL && (i == w->n || before(w, x_now,
		    &list[i]))) {
			copy_to(out, w, &at, x_now->at);
			buf_span(out, x_now->text);
			if (at < x_now->at + x_now->n)
				at = x_now->at + x_now->n;
			x++;
			continue;
		}
		if (list[i].at >= at) {
			const struct leaf *l =
			    &w->d->leaves.list[list[i].leaf];

			copy_to(out, w, &at, list[i].at);
			code = w->put(out, list[i].leaf, w->user, e);
			at = list[i].at + l->src.n;
		}
		i++;
	}
	free(list);
	if (code == SEALEAF_OK) {
		copy_to(out, w, &at, w->d->source.n);
		code = buf_check(out, e);
	}
	return code;
}
