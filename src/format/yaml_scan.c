/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From nodes to leaves, in the order in which SOPS walks its tree. Comments
 * take their places, aliases are written out, and the metadata block goes to
 * its own list.
 */

#include <string.h>

#include "base/mem.h"
#include "doc/path.h"
#include "format/yaml_tree.h"

/* Copies may take so many times the size of the file, and this in any case. */
enum { COPY_RATIO = 10, COPY_FLOOR = 65536 };

struct writer {
	struct yamlf_tree *t;
	struct doc *d;
	struct leaves *to;
	size_t copied;  /* bytes and leaves written out for aliases */
	uint32_t alias; /* 1 + index of the alias being written out */
	uint16_t document;
	bool in_meta;
	struct sealeaf_error *e;
};

/* Where a node is written to. */
struct spot {
	struct step *path; /* of the collection around */
	uint32_t index;    /* among its entries */
	size_t depth;
	bool list;
};

static const char envelope[] = "ENC[AES256_GCM,data:";

static enum sealeaf_code write_node(struct writer *w, uint32_t index,
    const struct spot *at);

static struct yamlf_chain
chain_of(const struct writer *w, uint32_t node, enum yamlf_slot slot)
{
	static const struct yamlf_chain none;
	uint32_t slots = w->t->nodes[node].slots;

	return slots != 0 ? w->t->slots[slots].chain[slot] : none;
}

/* Whether a comment at `at` goes away with the metadata block. One that stands
 * behind the block, but in its mapping, makes the block longer. */
static bool
is_in_block(const struct writer *w, const struct yamlf_remark *r)
{
	uint32_t block = w->t->documents[w->document].block;
	struct span source = w->d->source, *s;
	size_t start, end = r->end;

	if (block == 0)
		return false;
	s = &w->d->blocks[block - 1].src;
	start = (size_t)(s->p - source.p);
	if (r->at < start)
		return false;
	if (r->at < start + s->n)
		return true;
	if (!w->in_meta)
		return false;
	if (end < source.n)
		end += yamlf_break(source, end);
	s->n = end - start;
	return true;
}

static enum sealeaf_code
write_chain(struct writer *w, struct yamlf_chain c, struct step *path,
    uint16_t indent, uint8_t flags)
{
	const struct yamlf_remark *r;
	struct span source = w->d->source;
	struct leaf *l;

	if (w->alias != 0)
		return SEALEAF_OK;
	for (uint32_t i = c.first; i != 0; i = r->next) {
		r = &w->t->scanner.remarks[i];
		if (is_in_block(w, r) || w->in_meta)
			continue;
		l = leaves_add(w->to);
		if (l == NULL)
			return err_memory(w->e);
		l->path = path;
		l->src = span_sub(source, r->at + 1, r->end);
		l->value = l->src;
		l->type = LEAF_COMMENT;
		l->style = STYLE_LINE;
		l->indent = indent;
		l->document = w->document;
		l->flags = flags;
		if (span_starts(l->value, envelope))
			l->flags |= LEAF_ENVELOPE;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
write_slot(struct writer *w, uint32_t node, enum yamlf_slot slot,
    struct step *path, uint8_t flags)
{
	const struct yamlf_node *n = &w->t->nodes[node];

	return write_chain(w, chain_of(w, node, slot), path, n->indent,
	    (uint8_t)(flags | (n->flags & LEAF_FLOW)));
}

static enum sealeaf_code
write_slots(struct writer *w, uint32_t node, enum yamlf_slot from,
    enum yamlf_slot to, struct step *path, uint8_t behind)
{
	enum sealeaf_code code = SEALEAF_OK;

	if (w->t->nodes[node].slots == 0)
		return SEALEAF_OK;
	for (unsigned slot = from; slot <= (unsigned)to; slot++) {
		code = write_slot(w, node, (enum yamlf_slot)slot, path,
		    slot == YAMLF_BEHIND ? behind : 0);
		if (code != SEALEAF_OK)
			break;
	}
	return code;
}

/* Count what an alias adds to the file. */
static enum sealeaf_code
count_copy(struct writer *w, const struct yamlf_node *n)
{
	size_t limit = w->d->source.n < SIZE_MAX / COPY_RATIO ?
	    w->d->source.n * COPY_RATIO : SIZE_MAX;
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
step_of(struct writer *w, const struct yamlf_node *n, const struct spot *at)
{
	if (at->list)
		return path_item(&w->d->arena, at->path, at->index);
	return path_key(&w->d->arena, at->path, n->key, at->index);
}

static enum sealeaf_code
write_entries(struct writer *w, uint32_t node, struct step *path, size_t depth)
{
	const struct yamlf_node *nodes = w->t->nodes;
	struct spot at = { path, 0, depth, nodes[node].type == LEAF_LIST };
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
add_leaf(struct writer *w, const struct yamlf_node *n, struct step *path)
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
write_collection(struct writer *w, uint32_t index, const struct spot *at,
    struct step *path)
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
	code = write_slots(w, index, from, YAMLF_INSIDE_FIRST, path, 0);
	if (code == SEALEAF_OK)
		code = write_entries(w, index, path, at->depth + 1);
	if (code == SEALEAF_OK)
		code = write_slots(w, index, YAMLF_INSIDE_LAST, to, path, 0);
	w->to->list[place - 1].inside = (uint32_t)(w->to->n - place);
	return code;
}

static struct alias *
add_alias(struct writer *w)
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
write_key_copy(struct writer *w, const struct yamlf_node *n, struct step *path)
{
	struct leaf *l = add_leaf(w, n, path);

	if (l == NULL)
		return err_memory(w->e);
	l->type = LEAF_STR;
	return SEALEAF_OK;
}

/* The anchored node at the path of its use. */
static enum sealeaf_code
write_copy(struct writer *w, uint32_t index, const struct spot *at,
    struct step *path)
{
	const struct yamlf_node *n = &w->t->nodes[index];
	enum sealeaf_code code = count_copy(w, n);
	struct leaf *l;

	if (code != SEALEAF_OK)
		return code;
	if (n->type == LEAF_MAP || n->type == LEAF_LIST)
		return write_collection(w, index, at, path);
	l = add_leaf(w, n, path);
	if (l == NULL)
		return err_memory(w->e);
	if (n->type == LEAF_STR && span_starts(n->value, envelope))
		l->flags |= LEAF_ENVELOPE;
	return SEALEAF_OK;
}

static enum sealeaf_code
check_alias(struct writer *w, const struct yamlf_node *n)
{
	if (w->in_meta)
		return yamlf_fail(w->t, n->end, SEALEAF_ERR_METADATA, w->e,
		    "alias in the metadata");
	if (n->target != UINT32_MAX && w->t->nodes[n->target].leaf == 0)
		return yamlf_fail(w->t, n->end, SEALEAF_ERR_READ, w->e,
		    "alias to the metadata or to a whole document");
	return SEALEAF_OK;
}

static enum sealeaf_code
write_alias(struct writer *w, const struct yamlf_node *n,
    const struct spot *at, struct step *path)
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
	if (target == NULL ||
	    (target->type != LEAF_MAP && target->type != LEAF_LIST))
		a->src = span_sub(w->d->source, n->end - n->value.n - 1,
		    n->end);
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

/* The dash that a block list's item stands behind, or NULL. */
static const char *
dash_before(const struct doc *d, const char *p)
{
	while (p > d->source.p && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p > d->source.p && p[-1] == '-' ? p - 1 : NULL;
}

/*
 * SOPS writes an encrypted comment inside a list as an item of it. Its dash
 * goes when the comment comes back.
 */
static bool
is_comment_item(const struct yamlf_node *n, const struct spot *at)
{
	return at->list && n->type == LEAF_STR &&
	    span_starts(n->value, envelope) &&
	    span_ends(n->value, ",type:comment]");
}

static void
take_dash(const struct doc *d, struct leaf *l)
{
	const char *dash = dash_before(d, l->src.p);

	if (dash == NULL)
		return;
	l->src.n += (size_t)(l->src.p - dash);
	l->src.p = dash;
}

static enum sealeaf_code
write_scalar(struct writer *w, uint32_t index, const struct spot *at,
    struct step *path)
{
	struct yamlf_node *n = &w->t->nodes[index];
	struct leaf *l;

	if (is_comment_item(n, at)) {
		n->type = LEAF_COMMENT;
		n->flags |= LEAF_ITEM;
		path = at->path;
	}
	l = add_leaf(w, n, path);
	if (l == NULL)
		return err_memory(w->e);
	if (l->flags & LEAF_ITEM)
		take_dash(w->d, l);
	if ((n->type == LEAF_STR || n->type == LEAF_COMMENT) &&
	    span_starts(n->value, envelope))
		l->flags |= LEAF_ENVELOPE;
	return SEALEAF_OK;
}

/* What a node holds, without the comments around it. */
static enum sealeaf_code
write_value(struct writer *w, uint32_t index, const struct spot *at,
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

/* The metadata of the first document has paths that start inside it. */
static enum sealeaf_code
write_metadata(struct writer *w, uint32_t index)
{
	struct leaves *to = w->to;
	enum sealeaf_code code;

	w->in_meta = true;
	if (w->document == 0) {
		w->d->has_meta = true;
		w->to = &w->d->meta;
	}
	code = write_slots(w, index, YAMLF_ABOVE, YAMLF_BELOW, NULL, 0);
	if (code == SEALEAF_OK && w->document == 0)
		code = write_entries(w, index, NULL, 1);
	w->to = to;
	w->in_meta = false;
	return code;
}

static enum sealeaf_code
write_node(struct writer *w, uint32_t index, const struct spot *at)
{
	const struct yamlf_node *n = &w->t->nodes[index];
	bool around = at->list ||
	    (n->type != LEAF_MAP && n->type != LEAF_LIST);
	enum sealeaf_code code = count_copy(w, n);
	struct step *path;

	if (code == SEALEAF_OK)
		code = write_slots(w, index, YAMLF_KEY_ABOVE, YAMLF_KEY_BEHIND,
		    at->path, 0);
	if (code == SEALEAF_OK && around)
		code = write_slots(w, index, YAMLF_ABOVE, YAMLF_BEHIND,
		    at->path, LEAF_INLINE);
	if (code != SEALEAF_OK)
		return code;
	if (n->bits & YAMLF_NODE_META) {
		code = write_metadata(w, index);
	} else {
		path = step_of(w, n, at);
		if (path == NULL)
			return err_memory(w->e);
		code = write_value(w, index, at, path);
	}
	if (code == SEALEAF_OK && around)
		code = write_slots(w, index, YAMLF_BELOW, YAMLF_BELOW,
		    at->path, 0);
	if (code == SEALEAF_OK)
		code = write_slots(w, index, YAMLF_KEY_BELOW, YAMLF_KEY_BELOW,
		    at->path, 0);
	return code;
}

static enum sealeaf_code
write_document(struct writer *w, const struct yamlf_document *doc)
{
	enum sealeaf_code code = write_chain(w, doc->above, NULL, 0, 0);
	uint32_t root = doc->root;

	if (root != UINT32_MAX && code == SEALEAF_OK) {
		code = write_slots(w, root, YAMLF_ABOVE, YAMLF_INSIDE_FIRST,
		    NULL, 0);
		if (code == SEALEAF_OK)
			code = write_entries(w, root, NULL, 1);
		if (code == SEALEAF_OK)
			code = write_slots(w, root, YAMLF_INSIDE_LAST,
			    YAMLF_BELOW, NULL, 0);
	}
	if (code == SEALEAF_OK)
		code = write_chain(w, doc->below, NULL, 0, 0);
	return code;
}

static enum sealeaf_code
list_anchors(struct writer *w)
{
	struct doc *d = w->d;
	struct anchor *list;

	for (size_t i = 0; i < w->t->n_anchors; i++) {
		const struct yamlf_anchor *a = &w->t->anchors[i];

		if (a->node == UINT32_MAX || w->t->nodes[a->node].leaf == 0)
			continue;
		list = mem_grow(d->anchors, &d->cap_anchors, d->n_anchors + 1,
		    sizeof *list);
		if (list == NULL)
			return err_memory(w->e);
		d->anchors = list;
		list[d->n_anchors].name = a->name;
		list[d->n_anchors++].leaf = w->t->nodes[a->node].leaf - 1;
	}
	return SEALEAF_OK;
}

static bool
is_crlf(struct span s)
{
	size_t at = span_find(s, '\n');

	return at > 0 && at < s.n && s.p[at - 1] == '\r';
}

static enum sealeaf_code
write_all(struct writer *w)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct yamlf_tree *t = w->t;

	for (size_t i = 0; i < t->n_documents && code == SEALEAF_OK; i++) {
		w->document = (uint16_t)i;
		code = write_document(w, &t->documents[i]);
	}
	w->d->documents = (uint32_t)t->n_documents;
	w->d->crlf = is_crlf(w->d->source);
	return code == SEALEAF_OK ? list_anchors(w) : code;
}

enum sealeaf_code
yamlf_scan(struct doc *d, struct sealeaf_error *e)
{
	struct writer w = { 0 };
	struct yamlf_tree t;
	enum sealeaf_code code = yamlf_parse(&t, d, e);

	if (code == SEALEAF_OK)
		code = yamlf_link(&t, e);
	w.t = &t;
	w.d = d;
	w.to = &d->leaves;
	w.e = e;
	if (code == SEALEAF_OK)
		code = write_all(&w);
	yamlf_tree_fini(&t);
	return code;
}
