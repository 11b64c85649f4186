/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "age__list_0__map_enc" is the path age, [0], enc. Sorted by their steps, the
 * names stand in the order of the tree, and whatever does not fit shows in
 * two neighbours; so no tree is built.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/path.h"
#include "format/scan.h"

#include "format/flat.h"

static const struct span map_mark = SPAN_LIT("__map_");
static const struct span list_mark = SPAN_LIT("__list_");

struct token {
	bool list;
	struct span key;
	int64_t index;
};

struct flat_item *
flat_add(struct flat *f, struct sealeaf_error *e)
{
	struct flat_item *list;

	list = mem_grow(f->list, &f->cap, f->n + 1, sizeof *list);
	if (list == NULL) {
		err_memory(e);
		return NULL;
	}
	f->list = list;
	memset(&list[f->n], 0, sizeof *list);
	return &list[f->n++];
}

/* Go's Atoi with the error dropped: 0 for no number, else clamped. */
static int64_t
index_of(struct span s)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;

	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = span_sub(s, 1, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		if (v < INT64_MAX / 16)
			v = v * 10 + (s.p[i] - '0');
	}
	return negative ? -v : v;
}

/* Take the next step off `name`; *at is 0 at its start, else 1 + the place
 * of a mark. False at its end. */
static bool
token_next(struct token *t, struct span name, size_t *at)
{
	bool first = *at == 0;
	size_t from = first ? 0 : *at - 1, map, list, end;
	struct span rest = span_sub(name, from, name.n);

	if (!first && rest.n == 0)
		return false;
	t->list = !first && span_starts(rest, list_mark.p);
	if (!first)
		from += t->list ? list_mark.n : map_mark.n;
	rest = span_sub(name, from, name.n);
	map = span_search(rest, map_mark);
	list = span_search(rest, list_mark);
	end = map < list ? map : list;
	t->key = span_sub(rest, 0, end);
	t->index = t->list ? index_of(t->key) : 0;
	*at = 1 + from + end;
	return true;
}

static int
token_compare(const struct token *a, const struct token *b)
{
	if (a->list != b->list)
		return a->list ? 1 : -1;
	if (a->list)
		return a->index < b->index ? -1 : a->index > b->index;
	return span_compare(a->key, b->key);
}

static int
item_compare(const void *pa, const void *pb)
{
	const struct flat_item *a = pa, *b = pb;
	size_t ia = 0, ib = 0;
	struct token ta, tb;
	bool more_a, more_b;
	int c;

	for (;;) {
		more_a = token_next(&ta, a->name, &ia);
		more_b = token_next(&tb, b->name, &ib);
		if (!more_a || !more_b)
			return more_a - more_b;
		c = token_compare(&ta, &tb);
		if (c != 0)
			return c;
	}
}

/* A collection whose content is being added. */
struct level {
	struct token token; /* the last step taken in it */
	struct step *path;  /* of that step */
	size_t leaf;        /* the collection that the step is, if it is one */
	uint32_t count;
};

struct builder {
	struct doc *d;
	struct sealeaf_error *e;
	struct level stack[SCAN_DEPTH + 1];
	size_t depth; /* steps of the last name */
};

/* Close collections until the last name has `depth` steps in common. */
static void
close_to(struct builder *w, size_t depth)
{
	struct leaves *ls = &w->d->meta;

	while (w->depth > depth + 1) {
		struct level *v = &w->stack[--w->depth - 1];

		ls->list[v->leaf].inside = (uint32_t)(ls->n - v->leaf - 1);
	}
}

static enum sealeaf_code
step_in(struct builder *w, size_t at, const struct token *t, bool first)
{
	struct level *v = &w->stack[at];
	struct step *up = at > 0 ? w->stack[at - 1].path : NULL;

	if (!first && v->token.list != t->list)
		return err_set(w->e, SEALEAF_ERR_METADATA,
		    "Error while unflattening: Type mismatch");
	if (t->list && t->index != (first ? 0 : v->token.index + 1))
		return err_set(w->e, SEALEAF_ERR_METADATA,
		    "Error while unflattening: Incomplete list");
	v->count = first ? 0 : v->count + 1;
	v->token = *t;
	v->path = t->list ? path_item(&w->d->arena, up, (uint32_t)t->index)
			  : path_key(&w->d->arena, up, t->key, v->count);
	return v->path != NULL ? SEALEAF_OK : err_memory(w->e);
}

/* The collection that the step at `at` is; `list` says of which kind. */
static enum sealeaf_code
open_at(struct builder *w, size_t at, bool list)
{
	struct leaf *l = scan_leaf(&w->d->meta, w->e);

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	l->type = list ? LEAF_LIST : LEAF_MAP;
	l->path = w->stack[at].path;
	w->stack[at].leaf = w->d->meta.n - 1;
	return SEALEAF_OK;
}

/* Number of steps that `name` begins with as the last one did. */
static size_t
common(const struct builder *w, struct span name)
{
	size_t n = 0, at = 0;
	struct token t;

	while (n < w->depth && token_next(&t, name, &at) &&
	    token_compare(&t, &w->stack[n].token) == 0)
		n++;
	return n;
}

static enum sealeaf_code
duplicate(struct builder *w, struct span name, bool whole)
{
	if (!whole)
		return err_set(w->e, SEALEAF_ERR_METADATA,
		    "Error while unflattening: Type mismatch");
	return err_set(w->e, SEALEAF_ERR_METADATA,
	    "Error while unflattening \"%.*s\": Duplicate value",
	    name.n < 200 ? (int)name.n : 200, name.p);
}

static enum sealeaf_code
add(struct builder *w, const struct flat_item *item)
{
	size_t same = common(w, item->name), n = 0, at = 0;
	enum sealeaf_code rc = SEALEAF_OK;
	struct token t, ahead;
	struct leaf *l;

	for (; n < same; n++)
		(void)token_next(&t, item->name, &at);
	if (!token_next(&t, item->name, &at))
		return duplicate(w, item->name, true);
	if (same == w->depth && same > 0)
		return duplicate(w, item->name, false);
	close_to(w, same);
	for (;; n++) {
		bool more, first = n > same || w->depth <= n;

		rc = step_in(w, n, &t, first);
		if (rc != SEALEAF_OK)
			return rc;
		more = token_next(&ahead, item->name, &at);
		if (!more)
			break;
		if (n + 1 >= SCAN_DEPTH)
			return err_set(w->e, SEALEAF_ERR_METADATA,
			    "metadata nested deeper than 1000 levels");
		rc = open_at(w, n, ahead.list);
		if (rc != SEALEAF_OK)
			return rc;
		t = ahead;
	}
	w->depth = n + 1;
	l = scan_leaf(&w->d->meta, w->e);
	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	*l = item->leaf;
	l->path = w->stack[n].path;
	return SEALEAF_OK;
}

enum sealeaf_code
flat_unflatten(struct doc *d, struct flat *f, struct sealeaf_error *e)
{
	enum sealeaf_code rc = SEALEAF_OK;
	struct builder *w;

	w = mem_zero(sizeof *w);
	if (w == NULL)
		return err_memory(e);
	w->d = d;
	w->e = e;
	if (f->n > 1)
		qsort(f->list, f->n, sizeof *f->list, item_compare);
	for (size_t i = 0; i < f->n && rc == SEALEAF_OK; i++)
		rc = add(w, &f->list[i]);
	if (rc == SEALEAF_OK && w->depth > 0)
		close_to(w, 0);
	free(w);
	return rc;
}

enum sealeaf_code
flat_name(struct buf *b, const struct step *path, struct sealeaf_error *e)
{
	const struct step *up[SCAN_DEPTH + 1], *s;
	size_t n = 0;

	for (s = path; s != NULL && n <= SCAN_DEPTH; s = s->up)
		up[n++] = s;
	while (n-- > 0) {
		s = up[n];
		if (s->key.p == NULL) {
			buf_printf(b, "%s%u", list_mark.p, (unsigned)s->index);
			continue;
		}
		if (span_search(s->key, map_mark) < s->key.n ||
		    span_search(s->key, list_mark) < s->key.n)
			return err_set(e, SEALEAF_ERR_DUMP,
			    "the metadata key "
			    "\"%.*s\" cannot be kept in this format",
			    s->key.n < 200 ? (int)s->key.n : 200, s->key.p);
		if (s->up != NULL)
			buf_span(b, map_mark);
		buf_span(b, s->key);
	}
	return SEALEAF_OK;
}
