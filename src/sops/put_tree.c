/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text must mean after a change. The formats change texts; here the
 * same change is made on the leaves, so that the two can be compared.
 */

#include <stdlib.h>

#include "base/mem.h"
#include "doc/path.h"
#include "doc/value.h"
#include "format/format.h"
#include "sops/put_tree.h"
#include "sops/tree.h"

enum sealeaf_code
put_path(struct put_path *path, struct step *last, struct sealeaf_error *e)
{
	size_t i = path_depth(last);

	path->n = i;
	path->list = mem_array(i, sizeof *path->list);
	if (path->list == NULL)
		return err_memory(e);
	for (; last != NULL; last = last->up)
		path->list[--i] = last;
	return SEALEAF_OK;
}

void
put_entries(const struct leaves *ls, size_t at, size_t *from, size_t *end)
{
	if (at != FORMAT_ROOT) {
		*from = tree_child(ls, at);
		*end = tree_next(ls, at);
		return;
	}
	for (*end = 0; *end < ls->n && ls->list[*end].document == 0;)
		++*end;
	for (*from = 0; *from < *end && ls->list[*from].type == LEAF_COMMENT;)
		++*from;
}

size_t
put_count(const struct leaves *ls, size_t at)
{
	size_t n = 0, from, end;

	put_entries(ls, at, &from, &end);
	for (; from < end; from = tree_sibling(ls, from, end))
		n++;
	return n;
}

/* The entry of the collection at `at`; false when it is not there. */
static bool
entry(size_t *hit, const struct leaves *ls, size_t at, const struct step *s)
{
	size_t from, end;

	put_entries(ls, at, &from, &end);
	for (uint32_t i = 0; from < end; from = tree_sibling(ls, from, end)) {
		if (s->key.p == NULL
			? i++ == s->index
			: span_equal(tree_key(&ls->list[from]), s->key)) {
			*hit = from;
			return true;
		}
	}
	return false;
}

/* What stands against taking step `s` from leaf `at`. */
static enum put_end
obstacle(const struct leaves *ls, size_t at, const struct step *s)
{
	if (at == FORMAT_ROOT || ls->list[at].type == LEAF_MAP)
		return s->key.p != NULL ? PUT_FOUND : PUT_POSITION;
	if (ls->list[at].type == LEAF_LIST)
		return s->key.p == NULL ? PUT_FOUND : PUT_KEY;
	return PUT_SCALAR;
}

void
put_find(struct put_place *p, const struct leaves *ls,
    const struct put_path *path)
{
	p->at = FORMAT_ROOT;
	for (p->steps = 0; p->steps < path->n; p->steps++) {
		const struct step *s = path->list[p->steps];

		p->end = obstacle(ls, p->at, s);
		if (p->end != PUT_FOUND)
			return;
		if (!entry(&p->at, ls, p->at, s)) {
			p->end = PUT_MISSING;
			return;
		}
	}
	p->end = PUT_FOUND;
}

/* ---- the tree as it is to be ---- */

static enum sealeaf_code
append(struct leaves *out, const struct leaves *ls, size_t from, size_t n,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < n; i++) {
		struct leaf *l = leaves_add(out);

		if (l == NULL)
			return err_memory(e);
		*l = ls->list[from + i];
	}
	return SEALEAF_OK;
}

enum sealeaf_code
put_chain(struct leaves *out, const struct put_path *path, size_t from,
    struct leaves *value, struct sealeaf_error *e)
{
	size_t first = out->n, last = path->n - 1;
	enum sealeaf_code code;

	for (size_t i = from; i < last; i++) {
		struct step *below = path->list[i + 1];

		if (tree_open(out, path->list[i],
			below->key.p != NULL ? LEAF_MAP : LEAF_LIST) ==
		    (size_t)-1)
			return err_memory(e);
		/* SOPS makes a list of one, whatever the number. */
		below->index = 0;
	}
	/* All paths of the value lead through this one step. */
	if (value->list[0].path != path->list[last])
		*value->list[0].path = *path->list[last];
	code = append(out, value, 0, value->n, e);
	for (size_t i = first; i < first + (last - from); i++)
		tree_close(out, i);
	return code;
}

enum sealeaf_code
put_leaves(struct leaves *out, const struct leaves *ls, size_t at, size_t n,
    const struct leaves *with, size_t limit, size_t probe,
    struct sealeaf_error *e)
{
	size_t base = out->n;
	enum sealeaf_code code;

	code = append(out, ls, 0, at, e);
	if (code == SEALEAF_OK)
		code = append(out, with, 0, with->n, e);
	if (code == SEALEAF_OK)
		code = append(out, ls, at + n, ls->n - at - n, e);
	for (size_t i = 0; i < limit && code == SEALEAF_OK; i++) {
		struct leaf *l = &out->list[base + i];

		if (tree_next(ls, i) > probe)
			l->inside = (uint32_t)(l->inside + with->n - n);
	}
	return code;
}

/* ---- comparing ---- */

/* The leaves without comments; `inside` of each counts no comment. */
static struct leaf *
strip(const struct leaf *from, size_t n, size_t *left)
{
	struct leaf *list = mem_array(n + 1, sizeof *list);
	uint32_t *before = mem_array(n + 1, sizeof *before);

	*left = 0;
	for (size_t i = 0; i < n && list != NULL && before != NULL; i++)
		before[i + 1] = before[i] + (from[i].type == LEAF_COMMENT);
	for (size_t i = 0; i < n && list != NULL && before != NULL; i++) {
		size_t end = i + 1 + from[i].inside;

		if (from[i].type == LEAF_COMMENT)
			continue;
		list[*left] = from[i];
		list[(*left)++].inside -= before[end < n ? end : n] -
		    before[i + 1];
	}
	if (before == NULL) {
		free(list);
		list = NULL;
	}
	free(before);
	return list;
}

static bool
same_leaf(const struct leaf *a, const struct leaf *b)
{
	struct span x = tree_key(a), y = tree_key(b);

	if (a->type != b->type || a->inside != b->inside ||
	    a->document != b->document || (x.p == NULL) != (y.p == NULL) ||
	    !span_equal(x, y))
		return false;
	return !leaf_is_value(a) ||
	    value_equal((enum leaf_type)a->type, a->value, b->value);
}

enum sealeaf_code
put_same(bool *same, const struct leaf *a, size_t na, const struct leaf *b,
    size_t nb, struct sealeaf_error *e)
{
	struct leaf *x = strip(a, na, &na), *y = strip(b, nb, &nb);

	*same = x != NULL && y != NULL && na == nb;
	for (size_t i = 0; *same && i < na; i++)
		*same = same_leaf(&x[i], &y[i]);
	if (x == NULL || y == NULL) {
		free(x);
		free(y);
		return err_memory(e);
	}
	free(x);
	free(y);
	return SEALEAF_OK;
}
