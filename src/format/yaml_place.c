/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the metadata block goes: last in each document of a source.
 *
 * What is put in is exactly what the scanner cuts out again (struct block in
 * yaml_internal.h), so that a source comes back byte for byte.
 */
#include <string.h>

#include "format/yaml_internal.h"
#include "format/yaml_write.h"

/* One document of the source. */
struct region {
	size_t from, to;   /* behind "---"; before "---", "..." or the end */
	uint16_t document;
	bool used;         /* has entries of its own */
	bool flow;         /* its root is a flow mapping */
	uint16_t column;   /* of its entries */
	size_t last;       /* end of the last entry */
};

/* A step through the lines of a source. */
struct walk {
	size_t at;
	bool open;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_marker(struct span line, const char *marker)
{
	return span_starts(line, marker) &&
	    (line.n == 3 || is_space(line.p[3]));
}

/* Whether a line before a document belongs to none. */
static bool
is_prefix(struct span line)
{
	struct span s = span_trim(line);

	return s.n == 0 || s.p[0] == '#' || line.p[0] == '%';
}

/* The next document, in the order of the text. */
static bool
next_region(struct region *r, struct walk *w, struct span source)
{
	bool open = w->open;
	size_t at = w->at, end;

	if (at == 0 && span_starts(source, "\xEF\xBB\xBF"))
		at = 3;
	r->from = at;
	for (; at < source.n; at = end) {
		struct span line = span_sub(source, at, source.n);

		end = at + span_find(line, '\n');
		end += end < source.n;
		line.n = end - at;
		if (is_marker(line, "---") || is_marker(line, "...")) {
			w->open = line.p[0] == '-';
			w->at = at + 3;
			if (open) {
				r->to = at;
				return true;
			}
			open = w->open;
			/* The marker's line may go on with content. */
			r->from = at + 3;
		} else if (!open && !is_prefix(line)) {
			open = true;
			r->from = at;
		}
	}
	w->open = false;
	w->at = source.n;
	r->to = source.n;
	return open;
}

static void
add_entry(struct region *r, const struct doc *d, struct span src)
{
	size_t end = (size_t)(src.p - d->source.p) + src.n;

	if (end > r->last)
		r->last = end;
	r->used = true;
}

/* What the scanner found in this document; *next is the first leaf of it. */
static void
look_inside(struct region *r, const struct doc *d, size_t *next)
{
	const struct leaf *l;

	for (; *next < d->leaves.n; ++*next) {
		l = d->leaves.list + *next;
		if (l->document != r->document)
			break;
		if (l->type == LEAF_COMMENT || l->alias != 0 ||
		    l->path == NULL || l->path->up != NULL)
			continue;
		if (!r->used) {
			r->flow = l->flags & LEAF_FLOW;
			r->column = l->indent;
		}
		add_entry(r, d, l->src);
	}
	for (size_t i = 0; i < d->n_aliases; i++) {
		const struct alias *a = d->aliases + i;

		if (a->outer == 0 && a->path != NULL && a->path->up == NULL &&
		    d->leaves.list[a->first].document == r->document)
			add_entry(r, d, a->src);
	}
}

/* Over blanks, line breaks and comments; *comment: there was one. */
static size_t
skip_gap(struct span s, size_t at, bool *comment)
{
	*comment = false;
	while (at < s.n && (is_space(s.p[at]) || s.p[at] == '#')) {
		if (s.p[at] == '#') {
			*comment = true;
			while (at < s.n && s.p[at] != '\n')
				at++;
		} else {
			at++;
		}
	}
	return at;
}

/* Where an entry goes into a flow mapping: behind the last one, but not
 * between it and its comment, which would be taken for the block's own, nor
 * right behind a ':' that has no value. */
static size_t
flow_end(const struct region *r, struct span s, size_t brace)
{
	size_t at = r->used ? r->last : brace + 1, next;
	bool comment;

	next = skip_gap(s, at, &comment);
	return comment || s.p[at - 1] == ':' ? next : at;
}

/* Where the root's brace stands, or r->to. Comments, tags and an anchor may
 * come before it. */
static size_t
find_brace(const struct region *r, struct span s)
{
	size_t at = r->from;
	bool comment;

	for (;;) {
		at = skip_gap(s, at, &comment);
		if (at >= r->to || (s.p[at] != '!' && s.p[at] != '&'))
			return at < r->to && s.p[at] == '{' ? at : r->to;
		while (at < r->to && !is_space(s.p[at]))
			at++;
	}
}

/* Whether the last line of the document that is not empty is a comment at
 * column 0. */
static bool
ends_in_comment(const struct region *r, struct span s)
{
	size_t at = r->to;

	while (at > r->from && is_space(s.p[at - 1]))
		at--;
	while (at > r->from && s.p[at - 1] != '\n')
		at--;
	return at < r->to && at >= r->last && s.p[at] == '#' &&
	    (at == 0 || s.p[at - 1] == '\n' || at == 3);
}

/* The text of a block without what stood around it. */
static struct span
strip_block(struct span block)
{
	struct span s = span_trim(block);

	if (s.n > 0 && s.p[0] == ',')
		s = span_trim(span_sub(s, 1, s.n));
	if (s.n > 0 && s.p[s.n - 1] == ',')
		s = span_trim(span_sub(s, 0, s.n - 1));
	return s;
}

static void
put_block(struct buf *b, const struct region *r, const struct doc *d,
    struct span body)
{
	const char *nl = d->crlf ? "\r\n" : "\n";
	struct span s = d->source;
	bool open = s.n > 0 && r->to == s.n && s.p[s.n - 1] != '\n';
	size_t from, to;

	if (open)
		buf_puts(b, nl);
	if (ends_in_comment(r, s))
		buf_puts(b, nl);
	for (from = 0; from < body.n; from = to) {
		to = from + span_find(span_sub(body, from, body.n), '\n');
		to += to < body.n;
		if (!is_space(body.p[from]) || span_trim(span_sub(body, from,
		    to)).n > 0)
			buf_fill(b, ' ', r->column);
		buf_span(b, span_sub(body, from, to));
	}
	if (!open)
		buf_puts(b, nl);
}

/* The block as a flow entry: read by the scanner, written on one line. */
static enum sealeaf_code
put_flow_block(struct buf *b, const struct doc *d, struct span body,
    struct sealeaf_error *e)
{
	struct doc own;
	enum sealeaf_code code;

	if (body.n > 6 && memchr("{\"", span_trim(span_sub(body, 5,
	    body.n)).p[0], 2) != NULL) {
		buf_span(b, body);
		return SEALEAF_OK;
	}
	memset(&own, 0, sizeof own);
	own.format = d->format;
	own.source = body;
	code = yamlf_scan(&own, e);
	if (code == SEALEAF_OK) {
		buf_puts(b, "sops: {");
		yamlf_put_flow_content(b, own.meta.list,
		    own.meta.list + own.meta.n, false, true);
		buf_putc(b, '}');
	}
	doc_fini(&own);
	return code;
}

static enum sealeaf_code
add_edit(struct edits *es, struct doc *d, size_t at, struct buf *text,
    struct sealeaf_error *e)
{
	struct span copy;

	if (text->failed)
		return err_memory(e);
	copy = arena_dup(&d->arena, buf_get(text));
	if (copy.p == NULL)
		return err_memory(e);
	edits_add(es, at, 0, copy);
	return SEALEAF_OK;
}

/* A clear block scalar that the end of the file ends has no line feed in its
 * value, and would get one from the block behind it. */
static enum sealeaf_code
strip_last(struct edits *es, struct doc *d, size_t next,
    struct sealeaf_error *e)
{
	static const char strip[] = "-";
	const struct leaf *l;
	struct span s;
	size_t i;

	while (next > 0 && (d->leaves.list[next - 1].alias != 0 ||
	    d->leaves.list[next - 1].type == LEAF_COMMENT))
		next--;
	if (next == 0)
		return SEALEAF_OK;
	l = d->leaves.list + next - 1;
	s = l->src;
	if ((l->style != STYLE_LITERAL && l->style != STYLE_FOLDED) ||
	    l->type != LEAF_STR || l->picked || (l->flags & LEAF_HEADED) ||
	    s.p + s.n != d->source.p + d->source.n)
		return SEALEAF_OK;
	for (i = 0; i < s.n && s.p[i] != '|' && s.p[i] != '>';)
		i++;
	for (i++; i < s.n && s.p[i] >= '1' && s.p[i] <= '9';)
		i++;
	if (i < s.n && s.p[i] != '-')
		edits_add(es, (size_t)(s.p - d->source.p) + i,
		    s.p[i] == '+', span_make(strip, 1));
	return es->failed ? err_memory(e) : SEALEAF_OK;
}

static enum sealeaf_code
place_one(struct edits *es, struct doc *d, struct region *r, size_t next,
    struct span body, struct sealeaf_error *e)
{
	struct buf text = {0};
	size_t brace, at = r->to;
	enum sealeaf_code code = SEALEAF_OK;

	brace = find_brace(r, d->source);
	if (brace < r->to && (r->flow || !r->used)) {
		at = flow_end(r, d->source, brace);
		if (r->used)
			buf_puts(&text, ", ");
		code = put_flow_block(&text, d, body, e);
	} else {
		put_block(&text, r, d, body);
		code = strip_last(es, d, next, e);
	}
	if (code == SEALEAF_OK)
		code = add_edit(es, d, at, &text, e);
	buf_fini(&text);
	return code;
}

enum sealeaf_code
yamlf_put_block(struct edits *es, struct doc *d, struct span block,
    struct sealeaf_error *e)
{
	struct walk w = {0, false};
	struct region r;
	struct span body = strip_block(block);
	enum sealeaf_code code = SEALEAF_OK;
	size_t next = 0;
	uint16_t n = 0;

	for (;; n++) {
		memset(&r, 0, sizeof r);
		r.document = n;
		if (!next_region(&r, &w, d->source)) {
			/* Not even "---": comments, or nothing at all. */
			if (n > 0)
				break;
			r.from = 0;
			r.to = d->source.n;
		}
		look_inside(&r, d, &next);
		code = place_one(es, d, &r, next, body, e);
		if (code != SEALEAF_OK)
			break;
	}
	return code;
}
