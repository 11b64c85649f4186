/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes as leaves, in the order in which SOPS walks its tree. Aliases are
 * written out: each use is a copy with a path of its own.
 */

#include <string.h>

#include "base/mem.h"
#include "doc/path.h"
#include "format/yaml_walk.h"

/* Copies may take so many times the size of the file, and this in any case. */
enum { COPY_RATIO = 10, COPY_FLOOR = 65536 };

/* Where a node is written to. */
struct yamlf_spot {
	struct step *path; /* of the collection around */
	uint32_t index;    /* among its entries */
	size_t depth;
	bool list;
};

static enum sealeaf_code write_node(struct yamlf_writer *w, uint32_t index,
    const struct yamlf_spot *at);

/* Count what an alias adds to the file. */
static enum sealeaf_code
count_copy(struct yamlf_writer *w, const struct yamlf_node *n)
{
	size_t limit = w->d->source.n < SIZE_MAX / COPY_RATIO
	    ? w->d->source.n * COPY_RATIO
	    : SIZE_MAX;
	enum sealeaf_code code;

	if (w->alias == 0)
		return SEALEAF_OK;
	w->copied += 1 + n->value.n + n->key.n;
	if (w->copied <= limit || w->copied <= COPY_FLOOR)
		return SEALEAF_OK;
	code = yamlf_fail(w->t, n->start, SEALEAF_ERR_READ, w->e,
	    "the aliases make the document more than %d times larger",
	    COPY_RATIO);
	err_hint(w->e, "use fewer aliases, or write the values out");
	return code;
}

static struct step *
step_of(struct yamlf_writer *w, const struct yamlf_node *n,
    const struct yamlf_spot *at)
{
	if (at->list)
		return path_item(&w->d->arena, at->path, at->index);
	return path_key(&w->d->arena, at->path, n->key, at->index);
}

enum sealeaf_code
yamlf_write_entries(struct yamlf_writer *w, uint32_t node, struct step *path,
    size_t depth)
{
	const struct yamlf_node *nodes = w->t->nodes;
	struct yamlf_spot at = { path, 0, depth,
		nodes[node].type == LEAF_LIST };
	enum sealeaf_code code = SEALEAF_OK;
	uint32_t i = node + 1;
	size_t before;

	for (; code == SEALEAF_OK && i < nodes[node].next; i = nodes[i].next) {
		before = w->to->n;
		code = write_node(w, i, &at);
		/* An encrypted comment that is an item has no position. */
		if (w->to->n == before || nodes[i].type != LEAF_COMMENT)
			at.index++;
	}
	return code;
}

static struct leaf *
add_leaf(struct yamlf_writer *w, const struct yamlf_node *n, struct step *path)
{
	struct leaf *l = leaves_add(w->to);

	if (l == NULL)
		return NULL;
	l->path = path;
	l->src = span_sub(w->d->source, n->start, n->end);
	l->value = n->value;
	l->type = n->type;
	l->style = n->style;
	l->flags = n->flags;
	l->indent = n->indent;
	l->document = w->document;
	l->alias = w->alias;
	return l;
}

/* A collection with all that is in it. The comments around it stand inside it
 * in SOPS's tree when it is the value of a key. */
static enum sealeaf_code
write_collection(struct yamlf_writer *w, uint32_t index,
    const struct yamlf_spot *at, struct step *path)
{
	const struct yamlf_node *n = &w->t->nodes[index];
	enum yamlf_slot from = at->list ? YAMLF_INSIDE_FIRST : YAMLF_ABOVE;
	enum yamlf_slot to = at->list ? YAMLF_INSIDE_LAST : YAMLF_BELOW;
	enum sealeaf_code code;
	struct leaf *l;
	size_t place;

	if (at->depth >= YAMLF_DEPTH_MAX)
		return yamlf_fail(w->t, n->start, SEALEAF_ERR_READ, w->e,
		    "nesting deeper than %d levels", YAMLF_DEPTH_MAX);
	l = add_leaf(w, n, path);
	if (l == NULL)
		return err_memory(w->e);
	l->value = span_make(NULL, 0);
	if (n->bits & YAMLF_NODE_MERGE)
		l->flags |= LEAF_MERGE;
	place = w->to->n;
	code = yamlf_write_slots(w, index, from, YAMLF_INSIDE_FIRST, path, 0);
	if (code == SEALEAF_OK)
		code = yamlf_write_entries(w, index, path, at->depth + 1);
	if (code == SEALEAF_OK)
		code = yamlf_write_slots(w, index, YAMLF_INSIDE_LAST, to, path,
		    0);
	w->to->list[place - 1].inside = (uint32_t)(w->to->n - place);
	return code;
}

static struct alias *
add_alias(struct yamlf_writer *w)
{
	struct doc *d = w->d;
	struct alias *list = mem_grow(d->aliases, &d->cap_aliases,
	    d->n_aliases + 1, sizeof *list);

	if (list == NULL || d->n_aliases >= UINT32_MAX - 1)
		return NULL;
	d->aliases = list;
	memset(&list[d->n_aliases], 0, sizeof *list);
	return &list[d->n_aliases++];
}

/* The copy of a key that is anchored, which is no leaf itself. */
static enum sealeaf_code
write_key_copy(struct yamlf_writer *w, const struct yamlf_node *n,
    struct step *path)
{
	struct leaf *l = add_leaf(w, n, path);

	if (l == NULL)
		return err_memory(w->e);
	l->type = LEAF_STR;
	return SEALEAF_OK;
}

/* The anchored node at the path of its use. */
static enum sealeaf_code
write_copy(struct yamlf_writer *w, uint32_t index, const struct yamlf_spot *at,
    struct step *path)
{
	const struct yamlf_node *n = &w->t->nodes[index];
	enum sealeaf_code code = count_copy(w, n);
	struct yamlf_spot own = *at;
	struct leaf *l;

	/* All comments around the anchored node come along inside the copy,
	 * wherever that stands. */
	own.list = false;

	if (code != SEALEAF_OK)
		return code;
	if (n->type == LEAF_MAP || n->type == LEAF_LIST)
		return write_collection(w, index, &own, path);
	l = add_leaf(w, n, path);
	if (l == NULL)
		return err_memory(w->e);
	if (n->type == LEAF_STR && span_starts(n->value, YAMLF_ENVELOPE))
		l->flags |= LEAF_ENVELOPE;
	return SEALEAF_OK;
}

/* The place of the '*'; n->value is the name. */
static size_t
star_of(const struct yamlf_node *n)
{
	return n->end - n->value.n - 1;
}

static enum sealeaf_code
check_alias(struct yamlf_writer *w, const struct yamlf_node *n)
{
	if (w->in_meta)
		return yamlf_fail(w->t, star_of(n), SEALEAF_ERR_METADATA, w->e,
		    "alias in the metadata");
	if (n->target != UINT32_MAX && w->t->nodes[n->target].leaf == 0)
		return yamlf_fail(w->t, star_of(n), SEALEAF_ERR_READ, w->e,
		    "alias to the metadata or to a whole document");
	return SEALEAF_OK;
}

static enum sealeaf_code
write_alias(struct yamlf_writer *w, const struct yamlf_node *n,
    const struct yamlf_spot *at, struct step *path)
{
	uint32_t outer = w->alias;
	enum sealeaf_code code = check_alias(w, n);
	const struct yamlf_node *target;
	struct alias *a;
	size_t index;

	if (code != SEALEAF_OK)
		return code;
	a = add_alias(w);
	if (a == NULL)
		return err_memory(w->e);
	index = w->d->n_aliases - 1;
	target = n->target != UINT32_MAX ? &w->t->nodes[n->target] : NULL;
	a->src = span_sub(w->d->source, n->start, n->end);
	if (target != NULL && target->type != LEAF_MAP &&
	    target->type != LEAF_LIST)
		a->src = span_sub(w->d->source, star_of(n), n->end);
	a->path = path;
	a->first = (uint32_t)w->to->n;
	a->target = target != NULL ? target->leaf - 1 : UINT32_MAX;
	a->outer = outer;
	a->indent = n->indent;
	a->flow = (n->flags & LEAF_FLOW) != 0;
	a->merge = (n->bits & YAMLF_NODE_MERGE) != 0;
	w->alias = (uint32_t)index + 1;
	if (target == NULL)
		code = write_key_copy(w, n, path);
	else
		code = write_copy(w, n->target, at, path);
	w->alias = outer;
	a = &w->d->aliases[index];
	a->count = (uint32_t)w->to->n - a->first;
	if (a->merge && a->count > 0)
		w->to->list[a->first].flags |= LEAF_MERGE;
	return code;
}

/* SOPS writes an encrypted comment inside a list as an item of it. */
static bool
is_comment_item(const struct yamlf_node *n, const struct yamlf_spot *at)
{
	return at->list && n->type == LEAF_STR && !(n->flags & LEAF_FLOW) &&
	    span_starts(n->value, YAMLF_ENVELOPE) &&
	    span_ends(n->value, ",type:comment]");
}

/* Blanks from `at` on. */
static uint32_t
count_blanks(struct span s, size_t at)
{
	size_t from = at;

	while (at < s.n && s.p[at] == ' ')
		at++;
	return (uint32_t)(at - from);
}

/*
 * The first item of a list in a list stands behind the outer '-'. SOPS prints
 * a comment that it has there above both; so `src` is then all from the outer
 * '-' to the next item, which changes places with it. Not with more than one
 * such comment, of which one might not open.
 */
static void
take_outer_dash(struct yamlf_node *n, struct span s)
{
	size_t dash = n->start, line, next = n->end;

	if (dash < 2 || s.p[dash - 1] != ' ' || s.p[dash - 2] != '-')
		return;
	for (line = dash - 2; line > 0 && s.p[line - 1] != '\n'; line--) {
		if (s.p[line - 1] != ' ' && s.p[line - 1] != '-')
			return;
	}
	if (next < s.n && s.p[next] == '\r')
		next++;
	if (next >= s.n || s.p[next] != '\n' ||
	    count_blanks(s, ++next) != dash - line)
		return;
	next += dash - line;
	s = span_sub(s, next, s.n);
	if (!span_starts(s, "- "))
		return;
	s = span_sub(s, 2, span_find(s, '\n'));
	if (span_starts(s, YAMLF_ENVELOPE) &&
	    span_search(s, span_of(",type:comment]")) < s.n)
		return;
	n->start = (uint32_t)(dash - 2);
	n->end = (uint32_t)next;
	n->flags |= LEAF_LONG;
}

static enum sealeaf_code
write_scalar(struct yamlf_writer *w, uint32_t index,
    const struct yamlf_spot *at, struct step *path)
{
	struct yamlf_node *n = &w->t->nodes[index];
	struct leaf *l;

	if (is_comment_item(n, at)) {
		n->type = LEAF_COMMENT;
		n->flags |= LEAF_ITEM;
		n->start = n->key_at;
		take_outer_dash(n, w->d->source);
		path = at->path;
	}
	l = add_leaf(w, n, path);
	if (l == NULL)
		return err_memory(w->e);
	if ((n->type == LEAF_STR || n->type == LEAF_COMMENT) &&
	    span_starts(n->value, YAMLF_ENVELOPE))
		l->flags |= LEAF_ENVELOPE;
	return SEALEAF_OK;
}

/* What a node holds, without the comments around it. */
static enum sealeaf_code
write_value(struct yamlf_writer *w, uint32_t index, const struct yamlf_spot *at,
    struct step *path)
{
	struct yamlf_node *n = &w->t->nodes[index];

	if (w->alias == 0 && !w->in_meta)
		n->leaf = (uint32_t)w->to->n + 1;
	if (n->type == YAMLF_TYPE_ALIAS)
		return write_alias(w, n, at, path);
	if (n->type == LEAF_MAP || n->type == LEAF_LIST)
		return write_collection(w, index, at, path);
	return write_scalar(w, index, at, path);
}

/* All but the first document's block is the same again, but for the list of
 * its own spellings. */
static enum sealeaf_code
write_list(struct yamlf_writer *w, uint32_t index)
{
	const struct yamlf_node *nodes = w->t->nodes;
	struct leaf *l;

	for (uint32_t i = index + 1; i < nodes[index].next; i = nodes[i].next) {
		if (nodes[i].type != LEAF_STR || nodes[i].key.p == NULL ||
		    !span_is(nodes[i].key, "sealeaf_spelling"))
			continue;
		l = leaves_add(&w->d->lists);
		if (l == NULL)
			return err_memory(w->e);
		l->value = nodes[i].value;
		l->type = LEAF_STR;
		l->document = (uint16_t)w->document;
	}
	return SEALEAF_OK;
}

/* The metadata of the first document has paths that start inside it. */
static enum sealeaf_code
write_metadata(struct yamlf_writer *w, uint32_t index)
{
	struct leaves *to = w->to;
	enum sealeaf_code code;

	w->in_meta = true;
	if (w->document == 0) {
		w->d->has_meta = true;
		w->to = &w->d->meta;
	}
	code = yamlf_write_slots(w, index, YAMLF_ABOVE, YAMLF_BELOW, NULL, 0);
	if (code == SEALEAF_OK && w->document == 0)
		code = yamlf_write_entries(w, index, NULL, 1);
	else if (code == SEALEAF_OK)
		code = write_list(w, index);
	w->to = to;
	w->in_meta = false;
	return code;
}

/* An alias for a key is no leaf; what its anchor marks may be sealed. */
static enum sealeaf_code
note_key_alias(struct yamlf_writer *w, const struct yamlf_node *n,
    struct step *path)
{
	struct span source = w->d->source;
	size_t from = n->key_at, to;
	struct alias *a;

	if (!(n->bits & YAMLF_NODE_KEY_ALIAS) || w->alias != 0 || w->in_meta)
		return SEALEAF_OK;
	a = add_alias(w);
	if (a == NULL)
		return err_memory(w->e);
	from += span_find(span_sub(source, from, source.n), '*');
	for (to = from;
	     to < source.n && source.p[to] != ' ' && source.p[to] != '\t' &&
	     source.p[to] != '\r' && source.p[to] != '\n';
	     to++)
		;
	a->src = span_sub(source, from, to);
	a->path = path;
	a->first = (uint32_t)w->to->n;
	a->target = UINT32_MAX;
	a->key = true;
	return SEALEAF_OK;
}

static enum sealeaf_code
write_node(struct yamlf_writer *w, uint32_t index, const struct yamlf_spot *at)
{
	const struct yamlf_node *n = &w->t->nodes[index];
	bool around = at->list || (n->type != LEAF_MAP && n->type != LEAF_LIST);
	enum sealeaf_code code = count_copy(w, n);
	struct step *path;

	if (code == SEALEAF_OK)
		code = yamlf_write_slots(w, index, YAMLF_KEY_ABOVE,
		    YAMLF_KEY_BEHIND, at->path, 0);
	if (code == SEALEAF_OK && around)
		code = yamlf_write_slots(w, index, YAMLF_ABOVE, YAMLF_BEHIND,
		    at->path, LEAF_INLINE);
	if (code != SEALEAF_OK)
		return code;
	if (n->bits & YAMLF_NODE_META) {
		code = write_metadata(w, index);
	} else {
		path = step_of(w, n, at);
		if (path == NULL)
			return err_memory(w->e);
		code = note_key_alias(w, n, path);
		if (code == SEALEAF_OK)
			code = write_value(w, index, at, path);
	}
	if (code == SEALEAF_OK && around)
		code = yamlf_write_slots(w, index, YAMLF_BELOW, YAMLF_BELOW,
		    at->path, 0);
	if (code == SEALEAF_OK)
		code = yamlf_write_slots(w, index, YAMLF_KEY_BELOW,
		    YAMLF_KEY_BELOW, at->path, 0);
	return code;
}
