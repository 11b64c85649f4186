/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing single members of a JSON text. Whatever is new copies what stands
 * beside it: its line, its indentation, the blanks around ':' and ','.
 */

#include "format/change.h"
#include "format/scan.h"

#include "format/json_internal.h"

/* A collection of the text, brackets included, and its entries. */
struct place {
	size_t open, close;              /* its brackets */
	const struct leaf *first, *last; /* entries; NULL: none */
	const struct leaf *before;       /* the one before the last, or NULL */
	bool map;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
look(struct place *p, const struct doc *d, size_t at)
{
	const struct leaf *l = leaves_at(&d->leaves, 0), *to = l + d->leaves.n;
	size_t end = d->source.n;

	p->map = true;
	p->open = span_find(d->source, '{');
	if (at != FORMAT_ROOT) {
		p->map = l[at].type == LEAF_MAP;
		p->open = change_start(d, &l[at]);
		end = change_end(d, &l[at]);
		to = l + at + 1 + l[at].inside;
		l += at + 1;
	}
	while (end > 0 && is_blank(d->source.p[end - 1]))
		end--;
	p->close = end - 1;
	p->first = l < to ? l : NULL;
	p->last = p->before = NULL;
	for (; l < to; l += 1 + l->inside) {
		p->before = p->last;
		p->last = l;
	}
}

/* Offset of the key's closing quote, for a member with its value at `at`. */
static size_t
key_end(struct span s, size_t at)
{
	while (at > 0 && s.p[at - 1] != '"')
		at--;
	return at - 1;
}

/* Where the entry begins: its key, or the item itself. A quote inside the key
 * has an odd number of backslashes before it. */
static size_t
entry_start(const struct doc *d, const struct leaf *l)
{
	size_t at = change_start(d, l), slashes;

	if (l->path->key.p == NULL)
		return at;
	at = key_end(d->source, at);
	do {
		at--;
		while (at > 0 && d->source.p[at] != '"')
			at--;
		slashes = 0;
		while (slashes < at && d->source.p[at - slashes - 1] == '\\')
			slashes++;
	} while (at > 0 && slashes % 2 == 1);
	return at;
}

/* The blanks with which the line of `at` begins. */
static struct span
line_blanks(struct span s, size_t at)
{
	size_t from = at, to;

	while (from > 0 && s.p[from - 1] != '\n')
		from--;
	for (to = from; to < s.n && (s.p[to] == ' ' || s.p[to] == '\t');)
		to++;
	return span_sub(s, from, to);
}

/* Whether nothing but blanks stands before `at` in its line, and a line
 * before that. */
static bool
begins_line(struct span s, size_t at)
{
	while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == '\t'))
		at--;
	return at > 0 && s.p[at - 1] == '\n';
}

/* The layout of the file: its step, whether it has lines, whether it leaves
 * blanks behind colons. */
static enum sealeaf_code
layout_of(struct json_layout *out, const struct doc *d, struct sealeaf_error *e)
{
	struct place top;
	enum sealeaf_code rc = jsonf_layout(out, NULL, e);
	size_t at;

	if (rc != SEALEAF_OK)
		return rc;
	out->eol = scan_eol(d);
	look(&top, d, FORMAT_ROOT);
	if (top.first == NULL)
		return SEALEAF_OK;
	at = entry_start(d, top.first);
	if (begins_line(d->source, at))
		out->step = line_blanks(d->source, at);
	else
		out->eol = NULL;
	out->tight = out->eol == NULL &&
	    d->source.p[change_start(d, top.first) - 1] == ':';
	return SEALEAF_OK;
}

static enum sealeaf_code
put_scalar_or_tree(struct buf *b, const struct leaf *with,
    const struct json_layout *layout, struct sealeaf_error *e)
{
	struct leaves ls = { (struct leaf *)(uintptr_t)with,
		1 + (size_t)with->inside, 0 };

	return jsonf_node(b, &ls, 0, layout, e);
}

/* The tree as text whose later lines begin with `blanks`. */
static enum sealeaf_code
put_tree(struct buf *b, const struct leaf *with, struct span blanks,
    const struct json_layout *layout, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code rc = put_scalar_or_tree(&text, with, layout, e);

	/* No string of JSON has a line feed in it. */
	for (size_t i = 0; i < text.n; i++) {
		buf_putc(b, text.p[i]);
		if (text.p[i] == '\n')
			buf_span(b, blanks);
	}
	b->failed |= text.failed;
	buf_fini(&text);
	return rc;
}

/* A collection stays on one line if the one before it did, or if its entry
 * stands behind another. */
static bool
stays_on_line(const struct doc *d, const struct leaf *l)
{
	if (l->inside > 0)
		return span_find(l->src, '\n') == l->src.n;
	return !begins_line(d->source, entry_start(d, l));
}

enum sealeaf_code
jsonf_replace(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	const struct leaf *l = &d->leaves.list[at];
	size_t from = change_start(d, l);
	struct json_layout layout;
	struct buf b = { 0 };
	enum sealeaf_code rc = layout_of(&layout, d, e);

	if (rc == SEALEAF_OK && stays_on_line(d, l))
		layout.eol = NULL;
	if (rc == SEALEAF_OK)
		rc = put_tree(&b, with, line_blanks(d->source, from), &layout,
		    e);
	if (rc == SEALEAF_OK)
		rc = change_add(es, d, from, from + l->src.n, &b, e);
	buf_fini(&b);
	return rc;
}

/* Key and value; `beside` is an entry of the same collection, or NULL. */
static enum sealeaf_code
put_entry(struct buf *b, const struct doc *d, const struct leaf *with,
    const struct leaf *beside, struct span blanks,
    const struct json_layout *layout, struct sealeaf_error *e)
{
	size_t at;

	if (with->path->key.p != NULL) {
		jsonf_quote(b, with->path->key);
		at = beside != NULL ? change_start(d, beside) : 0;
		if (beside != NULL)
			buf_span(b,
			    span_sub(d->source, key_end(d->source, at) + 1,
				at));
		else
			buf_puts(b, layout->tight ? ":" : ": ");
	}
	return put_tree(b, with, blanks, layout, e);
}

/* Behind the last entry, with what stands between the last two. */
static enum sealeaf_code
insert_behind(struct buf *b, const struct doc *d, const struct place *p,
    const struct leaf *with, struct json_layout *layout,
    struct sealeaf_error *e)
{
	size_t at = entry_start(d, p->last);
	struct span blanks = line_blanks(d->source, at);

	if (begins_line(d->source, at)) {
		buf_putc(b, ',');
		buf_puts(b, scan_eol(d));
		buf_span(b, blanks);
	} else {
		layout->eol = NULL;
		if (p->before != NULL)
			buf_span(b,
			    span_sub(d->source, change_end(d, p->before), at));
		else
			buf_puts(b, layout->tight ? "," : ", ");
	}
	return put_entry(b, d, with, p->last, blanks, layout, e);
}

/* Between the brackets of an empty collection. */
static enum sealeaf_code
insert_alone(struct buf *b, const struct doc *d, const struct place *p,
    const struct leaf *with, const struct json_layout *layout,
    struct sealeaf_error *e)
{
	struct buf inner = { 0 };
	struct span outer = line_blanks(d->source, p->open);
	enum sealeaf_code rc;

	buf_span(&inner, outer);
	buf_span(&inner, layout->step);
	if (layout->eol != NULL) {
		buf_puts(b, layout->eol);
		buf_span(b, buf_get(&inner));
	}
	rc = put_entry(b, d, with, NULL, buf_get(&inner), layout, e);
	if (layout->eol != NULL) {
		buf_puts(b, layout->eol);
		buf_span(b, outer);
	}
	b->failed |= inner.failed;
	buf_fini(&inner);
	return rc;
}

enum sealeaf_code
jsonf_insert(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	struct json_layout layout;
	struct buf b = { 0 };
	struct place p;
	enum sealeaf_code rc = layout_of(&layout, d, e);
	size_t end;

	if (rc != SEALEAF_OK)
		return rc;
	look(&p, d, at);
	if (p.last != NULL) {
		rc = insert_behind(&b, d, &p, with, &layout, e);
		end = change_end(d, p.last);
		if (rc == SEALEAF_OK)
			rc = change_add(es, d, end, end, &b, e);
	} else {
		if (at != FORMAT_ROOT && stays_on_line(d, &d->leaves.list[at]))
			layout.eol = NULL;
		rc = insert_alone(&b, d, &p, with, &layout, e);
		if (rc == SEALEAF_OK)
			rc = change_add(es, d, p.open + 1, p.close, &b, e);
	}
	buf_fini(&b);
	return rc;
}

/* The index of the collection that holds leaf `at`. */
static size_t
parent_of(const struct doc *d, size_t at)
{
	for (size_t i = at; i-- > 0;) {
		if (i + d->leaves.list[i].inside >= at)
			return i;
	}
	return FORMAT_ROOT;
}

/* An entry goes with the comma behind it, the last one with that before. */
enum sealeaf_code
jsonf_remove(struct edits *es, struct doc *d, size_t at,
    struct sealeaf_error *e)
{
	const struct leaf *l = &d->leaves.list[at];
	struct place p;
	size_t from = entry_start(d, l), to;

	(void)e;
	look(&p, d, parent_of(d, at));
	if (p.first == p.last) {
		from = p.open + 1;
		to = p.close;
	} else if (l == p.last) {
		from = change_end(d, p.before);
		to = change_end(d, l);
	} else {
		to = entry_start(d, l + 1 + l->inside);
	}
	change_cut(es, from, to);
	return SEALEAF_OK;
}
