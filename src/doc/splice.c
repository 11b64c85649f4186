/* SPDX-License-Identifier: Apache-2.0 */
/* All edits in one pass over the source, in the order of their places. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/splice.h"

void
edits_add(struct edits *es, size_t at, size_t n, struct span text)
{
	struct edit *list = NULL;

	if (!es->failed && es->n < UINT32_MAX)
		list = mem_grow(es->list, &es->cap, es->n + 1, sizeof *list);
	if (list == NULL) {
		es->failed = true;
		return;
	}
	es->list = list;
	list[es->n].at = at;
	list[es->n].n = n;
	list[es->n].text = text;
	list[es->n].order = (uint32_t)es->n;
	es->n++;
}

void
edits_fini(struct edits *es)
{
	free(es->list);
	memset(es, 0, sizeof *es);
}

static int
compare(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Scanners add edits from front to back, so mostly nothing is to be done. */
static void
sort(struct edits *es)
{
	for (size_t i = 1; i < es->n; i++) {
		if (compare(&es->list[i - 1], &es->list[i]) > 0) {
			qsort(es->list, es->n, sizeof *es->list, compare);
			return;
		}
	}
}

/* Whether the sorted edits lie in the source side by side. What is inserted
 * where another edit begins is no overlap, whatever that edit removes. */
static bool
is_sound(const struct edits *es, size_t size, size_t *grown)
{
	size_t end = 0, start = 0;

	*grown = size;
	for (size_t i = 0; i < es->n; i++) {
		const struct edit *x = &es->list[i];

		if (x->at > size || x->n > size - x->at)
			return false;
		if (x->at < end && (x->n != 0 || x->at != start))
			return false;
		start = x->at;
		if (x->at + x->n > end)
			end = x->at + x->n;
		*grown += x->text.n;
	}
	return true;
}

enum sealeaf_code
splice(struct buf *out, struct span source, struct edits *es,
    struct sealeaf_error *e)
{
	size_t at = 0, grown;
	bool sound;

	if (es->failed)
		return err_memory(e);
	sort(es);
	sound = is_sound(es, source.n, &grown);
	assert(sound);
	/* Better no output than a wrong one where assertions are off. */
	if (!sound)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "internal error: edits overlap");
	buf_reserve(out, grown);
	for (size_t i = 0; i < es->n; i++) {
		const struct edit *x = &es->list[i];

		if (x->at > at) {
			buf_span(out, span_sub(source, at, x->at));
			at = x->at;
		}
		buf_span(out, x->text);
		if (x->at + x->n > at)
			at = x->at + x->n;
	}
	buf_span(out, span_sub(source, at, source.n));
	return buf_check(out, e);
}
