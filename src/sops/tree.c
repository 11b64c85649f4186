/* SPDX-License-Identifier: Apache-2.0 */
/* The tree in a flat list: a collection knows how many leaves it holds. */

#include "base/near.h"
#include "sops/tree.h"

size_t
tree_next(const struct leaves *ls, size_t at)
{
	return at + 1 + ls->list[at].inside;
}

static size_t
skip_comments(const struct leaves *ls, size_t at, size_t end)
{
	while (at < end && ls->list[at].type == LEAF_COMMENT)
		at++;
	return at;
}

size_t
tree_child(const struct leaves *ls, size_t at)
{
	return skip_comments(ls, at + 1, tree_next(ls, at));
}

size_t
tree_sibling(const struct leaves *ls, size_t child, size_t end)
{
	return skip_comments(ls, tree_next(ls, child), end);
}

struct span
tree_key(const struct leaf *l)
{
	return l->path != NULL ? l->path->key : span_make(NULL, 0);
}

struct span
tree_text(const struct leaf *l)
{
	switch (l->type) {
	case LEAF_NULL:
	case LEAF_MAP:
	case LEAF_LIST:
		return span_make("", 0);
	case LEAF_STR:
	case LEAF_COMMENT:
		return l->value;
	default:
		return l->src.n > 0 ? span_trim(l->src) : l->value;
	}
}

struct leaf *
tree_add(struct leaves *ls, struct step *path, enum leaf_type type,
    struct span value)
{
	struct leaf *l = leaves_add(ls);

	if (l == NULL)
		return NULL;
	l->path = path;
	l->type = (uint8_t)type;
	l->value = value;
	return l;
}

size_t
tree_open(struct leaves *ls, struct step *path, enum leaf_type type)
{
	if (tree_add(ls, path, type, span_make(NULL, 0)) == NULL)
		return (size_t)-1;
	return ls->n - 1;
}

void
tree_close(struct leaves *ls, size_t at)
{
	ls->list[at].inside = (uint32_t)(ls->n - at - 1);
}

void
tree_hint_near(const struct leaves *ls, size_t child, size_t end,
    struct span word, struct sealeaf_error *e)
{
	struct near n = { .word = word };

	for (; child < end; child = tree_sibling(ls, child, end))
		(void)near_try(&n, tree_key(&ls->list[child]));
	if (n.best.p != NULL)
		err_hint(e, "did you mean '[\"%.*s\"]'?", (int)n.best.n,
		    n.best.p);
}
