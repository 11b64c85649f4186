/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes, and where their comments go: SOPS's parser moves foot comments from
 * values to keys and from keys to the entry before, and overwrites some. What
 * it overwrites is kept here, behind what it keeps.
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_build.h"

bool
yamlf_is_list(const struct yamlf_frame *f)
{
	return f->kind == YAMLF_BLOCK_LIST ||
	    f->kind == YAMLF_INDENTLESS_LIST || f->kind == YAMLF_FLOW_LIST;
}

bool
yamlf_is_flow(const struct yamlf_frame *f)
{
	return f->kind == YAMLF_FLOW_LIST || f->kind == YAMLF_FLOW_MAP ||
	    f->kind == YAMLF_FLOW_PAIR;
}

struct yamlf_frame *
yamlf_top(const struct yamlf_parser *p)
{
	return p->n_frames > 0 ? &p->frames[p->n_frames - 1] : NULL;
}

struct yamlf_chain *
yamlf_slot(struct yamlf_tree *t, uint32_t node, enum yamlf_slot slot)
{
	struct yamlf_slots *list;

	if (t->nodes[node].slots != 0)
		return &t->slots[t->nodes[node].slots].chain[slot];
	if (t->n_slots == 0)
		t->n_slots = 1;
	list = mem_grow(t->slots, &t->cap_slots, t->n_slots + 1, sizeof *list);
	if (list == NULL || t->n_slots >= UINT32_MAX)
		return NULL;
	t->slots = list;
	memset(&list[t->n_slots], 0, sizeof *list);
	t->nodes[node].slots = (uint32_t)t->n_slots;
	return &list[t->n_slots++].chain[slot];
}

enum sealeaf_code
yamlf_note(struct yamlf_parser *p, uint32_t node, enum yamlf_slot slot,
    struct yamlf_chain c)
{
	struct yamlf_chain *to;

	if (c.first == 0)
		return SEALEAF_OK;
	to = yamlf_slot(p->t, node, slot);
	if (to == NULL)
		return err_memory(p->e);
	yamlf_join(&p->t->scanner, to, c);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_add_anchor(struct yamlf_parser *p, struct span name, uint32_t node,
    struct span key)
{
	struct yamlf_tree *t = p->t;
	struct yamlf_anchor *list = mem_grow(t->anchors, &t->cap_anchors,
	    t->n_anchors + 1, sizeof *list);

	if (list == NULL)
		return err_memory(p->e);
	t->anchors = list;
	list += t->n_anchors;
	list->name = name;
	list->key = key;
	list->node = node;
	list->number = (uint32_t)t->n_anchors++;
	return SEALEAF_OK;
}

/* The comments that came with the key go to the new entry `node`. */
static enum sealeaf_code
note_key(struct yamlf_parser *p, struct yamlf_frame *f, uint32_t node)
{
	enum sealeaf_code code = yamlf_note(p, node, YAMLF_KEY_ABOVE,
	    f->key_notes.head);

	if (code == SEALEAF_OK)
		code = yamlf_note(p, node, YAMLF_KEY_BEHIND, f->key_notes.line);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, node, YAMLF_KEY_BELOW, f->key_notes.foot);
	memset(&f->key_notes, 0, sizeof f->key_notes);
	return code;
}

/* SOPS's documents are mappings, or empty. */
static enum sealeaf_code
check_root(struct yamlf_parser *p, uint8_t type, size_t at)
{
	enum sealeaf_code code;

	if (type == LEAF_MAP)
		return SEALEAF_OK;
	code = yamlf_fail(p->t, at, SEALEAF_ERR_READ, p->e,
	    "YAML documents that are %s are not supported",
	    type == LEAF_LIST ? "sequences" : "values");
	err_hint(p->e, "put the content under a key at the top of the file");
	return code;
}

/* A new node in the place that is open: root, item or value. */
static enum sealeaf_code
add_node(struct yamlf_parser *p, uint8_t type, size_t at, uint32_t *index)
{
	struct yamlf_frame *f = yamlf_top(p);
	struct yamlf_tree *t = p->t;
	struct yamlf_node *n;

	if (f == NULL && check_root(p, type, at) != SEALEAF_OK)
		return SEALEAF_ERR_READ;
	n = mem_grow(t->nodes, &t->cap_nodes, t->n_nodes + 1, sizeof *n);
	if (n == NULL || t->n_nodes >= UINT32_MAX - 1)
		return err_memory(p->e);
	t->nodes = n;
	*index = (uint32_t)t->n_nodes++;
	n += *index;
	memset(n, 0, sizeof *n);
	n->type = type;
	if (f == NULL) {
		p->root = *index;
		return SEALEAF_OK;
	}
	n->flags = yamlf_is_flow(f) ? LEAF_FLOW : 0;
	n->indent = f->column < UINT16_MAX ? (uint16_t)f->column : UINT16_MAX;
	if (yamlf_is_list(f)) {
		/* Behind a '-': no block list begins the text. */
		n->key_at = f->behind > 0 ? f->behind - 1 : 0;
		return SEALEAF_OK;
	}
	n->key = f->key;
	n->key_at = f->key_at;
	n->key_number = f->key_number;
	n->bits = f->key_bits;
	return note_key(p, f, *index);
}

/* An entry of the innermost collection is complete. */
static enum sealeaf_code
end_entry(struct yamlf_parser *p, uint32_t node)
{
	struct yamlf_frame *f = yamlf_top(p);
	struct yamlf_chain *c;

	if (f == NULL)
		return SEALEAF_OK;
	f->last = node;
	f->wants_value = false;
	if (yamlf_is_list(f) || p->t->nodes[node].slots == 0)
		return SEALEAF_OK;
	c = p->t->slots[p->t->nodes[node].slots].chain;
	if (c[YAMLF_KEY_BELOW].first == 0) {
		c[YAMLF_KEY_BELOW] = c[YAMLF_BELOW];
		memset(&c[YAMLF_BELOW], 0, sizeof *c);
	}
	return SEALEAF_OK;
}

/* The bytes of a block scalar that an envelope replaces. */
static void
set_block_source(struct yamlf_node *n, const struct yamlf_token *t,
    struct span source)
{
	struct span header = span_sub(source, t->start, t->body);
	size_t comment = span_find(header, '#'), end;

	n->start = t->start;
	n->end = t->end;
	if (comment == header.n)
		return;
	n->flags |= LEAF_HEADED;
	n->start = t->inside;
	if (t->end >= t->body)
		return;
	/* No line under it: right behind the comment. */
	for (end = comment; end < header.n; end++) {
		if (yamlf_break(source, t->start + end) > 0)
			break;
	}
	n->start = n->end = t->start + end;
}

static void
set_source(struct yamlf_parser *p, struct yamlf_node *n,
    const struct yamlf_props *props, const struct yamlf_token *t)
{
	const struct yamlf_frame *f = yamlf_top(p);
	bool core = props->tag != YAMLF_TAG_NONE &&
	    props->tag != YAMLF_TAG_OTHER;

	if (t == NULL) {
		n->start = n->end = props->any ? props->end
		    : f != NULL                ? f->behind
					       : p->last_end;
	} else {
		n->start = t->start;
		n->end = t->end;
		n->style = t->style;
		n->flags |= t->is_long ? LEAF_LONG : 0;
		if (t->body > 0)
			set_block_source(n, t, p->t->d->source);
	}
	if (core && !(n->flags & LEAF_HEADED)) {
		n->start = props->tag_start;
		n->flags |= LEAF_TAGGED;
	}
}

static enum sealeaf_code
refuse_unsigned(struct yamlf_parser *p, size_t at)
{
	enum sealeaf_code code = yamlf_fail(p->t, at, SEALEAF_ERR_ENCRYPT_TREE,
	    p->e,
	    "Error encrypting tree: Error walking tree: Cannot walk value, unknown type: uint64");

	err_hint(p->e,
	    "no integer beyond 9223372036854775807 can be sealed: put it in quotes");
	return code;
}

static enum sealeaf_code
resolve(struct yamlf_parser *p, struct yamlf_node *n,
    const struct yamlf_props *props, const struct yamlf_token *t)
{
	struct span text = t != NULL ? t->text : span_make("", 0);
	bool plain = t == NULL || t->style == STYLE_PLAIN;
	size_t at = t != NULL ? t->start : n->start;
	enum yamlf_result result;
	enum leaf_type type;

	result = yamlf_resolve(&type, &n->value, &p->t->d->arena, text, plain,
	    (enum yamlf_tag)props->tag);
	if (p->t->d->settings &&
	    (result == YAMLF_UNSIGNED || result == YAMLF_MISFIT)) {
		type = LEAF_STR;
		n->value = text;
		result = YAMLF_FITS;
	}
	switch (result) {
	case YAMLF_MEMORY:
		return err_memory(p->e);
	case YAMLF_UNSIGNED:
		return refuse_unsigned(p, at);
	case YAMLF_MISFIT:
		return yamlf_fail(p->t, at, SEALEAF_ERR_READ, p->e,
		    props->tag == YAMLF_TAG_BINARY
			? "!!binary value contains invalid base64 data"
			: "the value is not what its tag says");
	default:
		n->type = (uint8_t)type;
		return SEALEAF_OK;
	}
}

/* A document that is a null counts as empty; its comments stay. */
static enum sealeaf_code
put_null_root(struct yamlf_parser *p, const struct yamlf_notes *notes)
{
	struct yamlf_tree *t = p->t;
	struct yamlf_document *doc = &t->documents[t->n_documents - 1];

	yamlf_join(&t->scanner, &doc->above, notes->head);
	yamlf_join(&t->scanner, &doc->above, notes->line);
	yamlf_join(&t->scanner, &doc->below, notes->foot);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_put_scalar(struct yamlf_parser *p, const struct yamlf_props *props,
    const struct yamlf_token *token, const struct yamlf_notes *notes)
{
	struct yamlf_node fresh = { 0 }, *n;
	enum sealeaf_code code;
	uint32_t index;

	if (yamlf_is_key_place(p))
		return yamlf_put_key(p, props, token, notes);
	set_source(p, &fresh, props, token);
	code = resolve(p, &fresh, props, token);
	if (code == SEALEAF_OK && fresh.type == LEAF_NULL &&
	    yamlf_top(p) == NULL)
		return put_null_root(p, notes);
	if (code == SEALEAF_OK)
		code = add_node(p, fresh.type, fresh.start, &index);
	if (code != SEALEAF_OK)
		return code;
	n = &p->t->nodes[index];
	n->start = fresh.start;
	n->end = fresh.end;
	n->style = fresh.style;
	n->flags |= fresh.flags;
	n->value = fresh.value;
	n->next = index + 1;
	if (props->anchor.p != NULL)
		code = yamlf_add_anchor(p, props->anchor, index, n->value);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_ABOVE, notes->head);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_BEHIND, notes->line);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_BELOW, notes->foot);
	return code == SEALEAF_OK ? end_entry(p, index) : code;
}

enum sealeaf_code
yamlf_put_alias(struct yamlf_parser *p, const struct yamlf_token *token,
    const struct yamlf_notes *notes)
{
	struct yamlf_frame *f = yamlf_top(p);
	enum sealeaf_code code;
	struct yamlf_node *n;
	uint32_t index;

	if (yamlf_is_key_place(p)) {
		f->key = token->text;
		f->key_number = (uint32_t)p->t->n_anchors;
		f->key_bits = YAMLF_NODE_KEY_ALIAS;
		f->behind = token->end;
		return yamlf_hold_key(p, f, notes);
	}
	code = add_node(p, YAMLF_TYPE_ALIAS, token->start, &index);
	if (code != SEALEAF_OK)
		return code;
	n = &p->t->nodes[index];
	n->value = token->text;
	n->target = (uint32_t)p->t->n_anchors;
	n->start = f != NULL && !yamlf_is_flow(f) ? f->behind : token->start;
	n->end = token->end;
	n->next = index + 1;
	code = yamlf_note(p, index, YAMLF_ABOVE, notes->head);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_BEHIND, notes->line);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_BELOW, notes->foot);
	return code == SEALEAF_OK ? end_entry(p, index) : code;
}

static bool
in_list(const struct yamlf_parser *p)
{
	for (size_t i = 0; i < p->n_frames; i++)
		if (p->frames[i].kind == YAMLF_BLOCK_LIST)
			return true;
	return false;
}

/* The document's indentation step is that of the first mapping in another.
 * Inside lists SOPS's printer indents by what is left to the next multiple,
 * so there it is only better than nothing. */
static void
learn_step(struct yamlf_parser *p, const struct yamlf_frame *f)
{
	const struct yamlf_frame *up = f - 1;

	if (p->step_known || f->kind > YAMLF_BLOCK_MAP || p->n_frames < 2 ||
	    up->kind > YAMLF_BLOCK_MAP || f->column <= up->column ||
	    f->column - up->column > UINT8_MAX)
		return;
	if (up->kind == YAMLF_BLOCK_MAP && f->kind == YAMLF_BLOCK_MAP)
		p->step_known = !in_list(p);
	if (p->step_known || p->t->d->step == 0)
		p->t->d->step = (uint8_t)(f->column - up->column);
}

static enum sealeaf_code
push_frame(struct yamlf_parser *p, enum yamlf_frame_kind kind, uint32_t node,
    uint32_t column)
{
	struct yamlf_frame *f, *up = yamlf_top(p);

	f = mem_grow(p->frames, &p->cap_frames, p->n_frames + 1, sizeof *f);
	if (f == NULL)
		return err_memory(p->e);
	p->frames = f;
	up = yamlf_top(p);
	f += p->n_frames++;
	memset(f, 0, sizeof *f);
	f->kind = (uint8_t)kind;
	f->node = node;
	f->last = UINT32_MAX;
	f->is_first = true;
	f->column = column;
	if (yamlf_is_flow(f))
		f->column = up != NULL ? up->column : 0;
	learn_step(p, f);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_open(struct yamlf_parser *p, enum yamlf_frame_kind kind,
    const struct yamlf_token *token, const struct yamlf_props *props,
    const struct yamlf_notes *notes)
{
	bool list = kind == YAMLF_BLOCK_LIST || kind == YAMLF_FLOW_LIST ||
	    kind == YAMLF_INDENTLESS_LIST;
	bool flow = kind >= YAMLF_FLOW_LIST;
	struct yamlf_frame *f = yamlf_top(p);
	enum sealeaf_code code;
	uint32_t index;

	if (yamlf_is_key_place(p))
		return yamlf_refuse_complex_key(p, token->start, list);
	if (p->n_frames >= YAMLF_DEPTH_MAX)
		return yamlf_fail(p->t, token->start, SEALEAF_ERR_READ, p->e,
		    "nesting deeper than %d levels", YAMLF_DEPTH_MAX);
	code = add_node(p, list ? LEAF_LIST : LEAF_MAP, token->start, &index);
	if (code != SEALEAF_OK)
		return code;
	p->t->nodes[index].start = flow || f == NULL ? token->start : f->behind;
	p->t->nodes[index].bits |= flow ? YAMLF_NODE_FLOW : 0;
	if (props->anchor.p != NULL)
		code = yamlf_add_anchor(p, props->anchor, index,
		    span_make("", 0));
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_ABOVE, notes->head);
	/* SOPS's parser overwrites these when the bracket closes. */
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_INSIDE_FIRST, notes->line);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, index, YAMLF_INSIDE_FIRST, notes->foot);
	if (code == SEALEAF_OK)
		code = push_frame(p, kind, index, token->column);
	return code;
}

/* The comments that came with the end of a collection. */
static enum sealeaf_code
note_end(struct yamlf_parser *p, const struct yamlf_frame *f,
    const struct yamlf_notes *notes)
{
	bool last = f->kind == YAMLF_BLOCK_MAP && f->last != UINT32_MAX;
	enum sealeaf_code code;

	code = yamlf_note(p, f->node, YAMLF_BEHIND, notes->line);
	if (code == SEALEAF_OK)
		code = yamlf_note(p, f->node, YAMLF_INSIDE_LAST, notes->head);
	if (code != SEALEAF_OK)
		return code;
	if (last)
		return yamlf_note(p, f->last, YAMLF_KEY_BELOW, notes->foot);
	return yamlf_note(p, f->node, YAMLF_BELOW, notes->foot);
}

enum sealeaf_code
yamlf_close(struct yamlf_parser *p, size_t end, const struct yamlf_notes *notes)
{
	struct yamlf_frame f = *yamlf_top(p);
	struct yamlf_node *n = &p->t->nodes[f.node];
	enum sealeaf_code code = note_end(p, &f, notes);

	n->next = (uint32_t)p->t->n_nodes;
	n->end = end;
	p->n_frames--;
	if (code == SEALEAF_OK && n->type == LEAF_MAP)
		code = yamlf_check_keys(p->t, f.node, p->e);
	if (code == SEALEAF_OK && yamlf_is_block(p, f.node))
		code = yamlf_add_block(p, f.node, end);
	return code == SEALEAF_OK ? end_entry(p, f.node) : code;
}
