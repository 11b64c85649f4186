/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printing leaves as SOPS's printer does, in block style.
 *
 * The printer works on events and keeps comments back until the next chance to
 * write them: a head comment until the next entry, a comment behind a
 * collection until the entry after it. Where it would forget a comment over
 * the next one, both are kept.
 */
#include <string.h>

#include "format/yaml_emit.h"

/* Comments are kept back as "#one\n#two". */
static void
hold(struct buf *b, const struct buf *text)
{
	b->failed |= text->failed;
	if (text->n == 0)
		return;
	if (b->n > 0)
		buf_putc(b, '\n');
	buf_put(b, text->p, text->n);
}

static void
hold_leaf(struct buf *b, const struct leaf *l)
{
	if (b->n > 0)
		buf_putc(b, '\n');
	buf_putc(b, '#');
	buf_span(b, l->value);
}

/* Comments of a collection, as they belong to one of its entries. */
struct notes {
	struct buf head, line, foot;
};

static const struct notes no_notes;

static void
notes_fini(struct notes *t)
{
	buf_fini(&t->head);
	buf_fini(&t->line);
	buf_fini(&t->foot);
}

static const struct leaf *
next_leaf(const struct leaf *l)
{
	return l + 1 + l->inside;
}

/* Whether SOPS keeps a comment behind its value. What it has decrypted goes
 * above; what it could not open stays. */
static bool
stays_behind(const struct yamlf_emit *o, const struct leaf *l)
{
	return (l->flags & LEAF_INLINE) != 0 &&
	    (o->encrypted || !o->reference || !l->picked || l->value.n == 0 ||
		span_starts(l->value, "ENC[AES256_GCM,"));
}

/* An encrypted comment of a list that is no item, because it is empty. */
static bool
is_lost(const struct yamlf_emit *o, const struct leaf *l)
{
	return o->encrypted && (l->flags & LEAF_ITEM) != 0 && l->value.n == 0;
}

/* The first entry from `l` on; comments before it go to `t`. */
static const struct leaf *
next_entry(const struct yamlf_emit *o, struct notes *t, const struct leaf *l,
    const struct leaf *to)
{
	for (; l < to && l->type == LEAF_COMMENT; l = next_leaf(l))
		if (!o->bare && !is_lost(o, l))
			hold_leaf(stays_behind(o, l) ? &t->line : &t->head, l);
	return l;
}

/* Comments behind the last entry: its foot, inline ones last. */
static void
take_foot(struct notes *t, struct notes *rest)
{
	hold(&t->foot, &rest->head);
	hold(&t->foot, &rest->line);
	notes_fini(rest);
}

static bool
is_collection(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

/* The head comments with which a collection begins: those before its first
 * entry, and all when there is none. */
static void
hold_start(struct yamlf_emit *o, const struct leaf *from, const struct leaf *to)
{
	struct notes t = no_notes;

	if (next_entry(o, &t, from, to) == to)
		hold(&t.head, &t.line);
	hold(&o->head, &t.head);
	notes_fini(&t);
}

static void
put_empty(struct yamlf_emit *o, bool list, enum yamlf_place place,
    struct notes *t)
{
	int indent = o->indent;

	yamlf_emit_sign(o, list ? "[" : "{", true, true, false);
	o->indent = indent < 0 ? o->best : yamlf_deeper(o->best, indent, place);
	hold(&o->line, &t->line);
	hold(&o->foot, &t->foot);
	if (!list)
		yamlf_emit_head(o);
	o->indent = indent;
	if (list && o->column == 0)
		yamlf_emit_indent(o);
	yamlf_emit_sign(o, list ? "]" : "}", false, false, false);
	yamlf_emit_line(o);
	yamlf_emit_foot(o);
}

static void put_content(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, enum yamlf_place place, struct notes *t);

/* A value behind its ':' or '-'; its comments are in `t`, its head comments
 * have been held. */
static void
put_value(struct yamlf_emit *o, const struct leaf *l, enum yamlf_place place,
    struct notes *t)
{
	if (!is_collection(l))
		yamlf_emit_scalar(o, l, place);
	yamlf_emit_line(o);
	yamlf_emit_foot(o);
	if (is_collection(l))
		put_content(o, l + 1, next_leaf(l), l->type == LEAF_LIST, place,
		    t);
}

/* What the printer looks at before it prints a value. */
static void
hold_value(struct yamlf_emit *o, const struct leaf *l, struct notes *t)
{
	if (is_collection(l)) {
		hold_start(o, l + 1, next_leaf(l));
	} else {
		hold(&o->line, &t->line);
		hold(&o->foot, &t->foot);
	}
}

static void
swap_lines(struct yamlf_emit *o)
{
	struct buf line = o->line;

	o->line = o->key_line;
	o->key_line = line;
}

/* A comment that was left over when a key came: it goes behind the key's
 * value, or behind the key when a collection follows. */
static void
put_key_line(struct yamlf_emit *o, const struct leaf *l)
{
	if (o->key_line.n == 0)
		return;
	if (is_collection(l)) {
		swap_lines(o);
		yamlf_emit_line(o);
		swap_lines(o);
	} else if (o->line.n == 0) {
		swap_lines(o);
	}
}

static void
put_entry(struct yamlf_emit *o, const struct leaf *l, struct notes *t)
{
	struct yamlf_form form;
	struct span key = l->path->key;
	bool simple;

	hold(&o->head, &t->head);
	yamlf_emit_head(o);
	yamlf_emit_indent(o);
	hold(&o->key_line, &o->line);
	buf_truncate(&o->line, 0);
	yamlf_analyze(&form, key);
	simple = !form.multiline && key.n <= 128;
	if (!simple)
		yamlf_emit_sign(o, "?", true, false, true);
	yamlf_emit_string(o, key, YAMLF_VALUE);
	hold_value(o, l, t);
	if (!simple)
		yamlf_emit_indent(o);
	yamlf_emit_sign(o, ":", !simple, false, !simple);
	put_key_line(o, l);
	put_value(o, l, YAMLF_VALUE, t);
}

static void
put_item(struct yamlf_emit *o, const struct leaf *l, struct notes *t)
{
	hold(&o->head, &t->head);
	hold_value(o, l, t);
	yamlf_emit_head(o);
	yamlf_emit_indent(o);
	yamlf_emit_sign(o, "-", true, false, true);
	put_value(o, l, YAMLF_ITEM, t);
}

/* The entries of a collection that has some. */
static void
put_entries(struct yamlf_emit *o, const struct leaf *l, const struct leaf *to,
    bool list, struct notes *t)
{
	while (l < to) {
		struct notes next = no_notes;
		const struct leaf *after = next_entry(o, &next, next_leaf(l),
		    to);

		if (after == to)
			take_foot(t, &next);
		if (list) {
			put_item(o, l, t);
			notes_fini(t);
		} else {
			struct buf foot = t->foot;

			/* Behind the last entry of a mapping they wait for
			 * the mapping's end. */
			memset(&t->foot, 0, sizeof t->foot);
			put_entry(o, l, t);
			notes_fini(t);
			hold(&o->tail, &foot);
			buf_fini(&foot);
		}
		*t = next;
		l = after;
	}
}

/* A collection from its first entry or bracket on. `t`: comments of the
 * collection as an entry, which come out behind it. */
static void
put_content(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, enum yamlf_place place, struct notes *t)
{
	struct notes inner = no_notes;
	const struct leaf *l = next_entry(o, &inner, from, to);
	int indent = o->indent;

	if (l == to) {
		put_empty(o, list, place, t);
		notes_fini(&inner);
		return;
	}
	buf_fini(&inner.head); /* held with the collection's start */
	if (!list || !o->indentless || place != YAMLF_VALUE)
		o->indent = yamlf_deeper(o->best, indent, place);
	put_entries(o, l, to, list, &inner);
	notes_fini(&inner);
	hold(&o->line, &t->line);
	hold(&o->foot, &t->foot);
	if (!list)
		yamlf_emit_head(o);
	o->indent = indent;
}

void
yamlf_emit_collection(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, enum yamlf_place place)
{
	struct notes t = no_notes;

	hold_start(o, from, to);
	put_content(o, from, to, list, place, &t);
	notes_fini(&t);
}

static void
end_document(struct yamlf_emit *o)
{
	o->foot_indent = 0;
	yamlf_emit_foot(o);
	o->foot_indent = -1;
	yamlf_emit_indent(o);
}

void
yamlf_emit_document(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, bool first)
{
	struct notes t = no_notes;

	if (!first) {
		yamlf_emit_indent(o);
		yamlf_emit_sign(o, "---", true, false, false);
		yamlf_emit_indent(o);
	}
	hold_start(o, from, to);
	yamlf_emit_head(o);
	yamlf_emit_line(o);
	yamlf_emit_foot(o);
	put_content(o, from, to, list, YAMLF_ROOT, &t);
	notes_fini(&t);
	end_document(o);
}

void
yamlf_emit_single(struct yamlf_emit *o, const struct leaf *l)
{
	if (is_collection(l)) {
		yamlf_emit_document(o, l + 1, next_leaf(l),
		    l->type == LEAF_LIST, true);
		return;
	}
	yamlf_emit_scalar(o, l, YAMLF_ROOT);
	end_document(o);
}
