/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the metadata block goes: last in each document of a source.
 *
 * What is put in is exactly what the scanner cuts out again (struct block in
 * yaml_internal.h), so that a source comes back byte for byte.
 */
#include <string.h>

#include "format/yaml_internal.h"
#include "format/yaml_region.h"
#include "format/yaml_write.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Over blanks, line breaks and comments; *comment: there was one. */
static size_t
skip_gap(struct span s, size_t at, bool *comment)
{
	*comment = false;
	while (at < s.n) {
		if (s.p[at] == '#') {
			*comment = true;
			while (at < s.n && s.p[at] != '\n')
				at++;
		} else if (is_space(s.p[at])) {
			at++;
		} else if (yamlf_break_size(s, at) > 0) {
			at += yamlf_break_size(s, at);
		} else {
			break;
		}
	}
	return at;
}

/* Where an entry goes into a flow mapping: behind the last one, but not
 * between it and its comment, which would be taken for the block's own, nor
 * right behind a ':' or a tag that has no value. */
static size_t
flow_end(const struct yamlf_region *r, struct span s, size_t brace)
{
	size_t at = r->used ? r->last : brace + 1, next;
	bool comment;

	/* A tag alone is an entry whose place nothing shows. */
	if (r->used && at <= brace)
		return brace + span_find(span_sub(s, brace, s.n), '}');
	next = skip_gap(s, at, &comment);
	return comment || (r->used && r->bare) ? next : at;
}

/* Where the root's brace stands, or r->to. Comments, tags and an anchor may
 * come before it. */
static size_t
find_brace(const struct yamlf_region *r, struct span s)
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
ends_in_comment(const struct yamlf_region *r, struct span s)
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

/* Whether the source ends here and its last line has no line break. */
static bool
is_open(const struct yamlf_region *r, struct span s)
{
	return s.n > 0 && r->to == s.n && s.p[s.n - 1] != '\n';
}

/* `fresh`: at the beginning of a line, whatever the source says. */
static void
put_block(struct buf *b, const struct yamlf_region *r, const struct doc *d,
    struct span body, bool fresh)
{
	const char *nl = d->crlf ? "\r\n" : "\n";
	struct span s = d->source;
	bool open = is_open(r, s);
	size_t from, to;

	if (open && !fresh)
		buf_puts(b, nl);
	if (ends_in_comment(r, s) && !d->printed)
		buf_puts(b, nl);
	for (from = 0; from < body.n; from = to) {
		to = from + span_find(span_sub(body, from, body.n), '\n');
		to += to < body.n;
		if (!is_space(body.p[from]) ||
		    span_trim(span_sub(body, from, to)).n > 0)
			buf_fill(b, ' ', r->column);
		buf_span(b, span_sub(body, from, to));
	}
	if (!open)
		buf_puts(b, nl);
}

/* Whether the block that stands in the document has a name in quotes, as in a
 * file that is JSON too. */
static bool
is_json(const struct doc *d)
{
	return d->n_blocks > 0 &&
	    span_starts(strip_block(d->blocks[0].src), "\"");
}

/* The block as a flow entry: read by the scanner, written on one line. */
static enum sealeaf_code
put_flow_block(struct buf *b, const struct doc *d, struct span body,
    struct sealeaf_error *e)
{
	struct doc own;
	enum sealeaf_code code;

	if (body.n > 6 &&
	    memchr("{\"", span_trim(span_sub(body, 5, body.n)).p[0], 2) !=
		NULL) {
		buf_span(b, body);
		return SEALEAF_OK;
	}
	memset(&own, 0, sizeof own);
	own.format = d->format;
	own.source = body;
	code = yamlf_scan(&own, e);
	if (code == SEALEAF_OK) {
		buf_puts(b, is_json(d) ? "\"sops\": {" : "sops: {");
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

/* The block scalar that ends the document's text and stays clear, or NULL. */
static const struct leaf *
last_scalar(const struct doc *d, size_t next)
{
	const struct leaf *l;

	while (next > 0 &&
	    (d->leaves.list[next - 1].alias != 0 ||
		d->leaves.list[next - 1].type == LEAF_COMMENT))
		next--;
	if (next == 0)
		return NULL;
	l = d->leaves.list + next - 1;
	if ((l->style != STYLE_LITERAL && l->style != STYLE_FOLDED) ||
	    l->type != LEAF_STR || (l->picked && l->value.n > 0))
		return NULL;
	return span_trim(span_make(l->src.p + l->src.n,
			     (size_t)(d->source.p + d->source.n - l->src.p) -
				 l->src.n))
		    .n == 0
	    ? l
	    : NULL;
}

/* A source without a final newline gets one before the block, and a clear
 * block scalar at its end would take that for its own. Where the scalar's
 * text ends the file, its header is changed to strip; where blanks do, they
 * go, and *blanks says how many. Both are undone by the caller's exceptions. */
static enum sealeaf_code
guard_last(struct edits *es, struct doc *d, size_t next, size_t *blanks,
    struct sealeaf_error *e)
{
	const struct leaf *l = last_scalar(d, next);
	struct span s = d->source;
	size_t i, n = 0;

	*blanks = 0;
	if (l == NULL)
		return SEALEAF_OK;
	while (n < s.n && s.p[s.n - n - 1] == ' ')
		n++;
	if (n < s.n && s.p[s.n - n - 1] == '\n') {
		*blanks = n;
		edits_add(es, s.n - n, n, span_make("", 0));
		return es->failed ? err_memory(e) : SEALEAF_OK;
	}
	if (l->flags & LEAF_HEADED)
		return SEALEAF_OK;
	s = l->src;
	for (i = 0; i < s.n && s.p[i] != '|' && s.p[i] != '>';)
		i++;
	for (i++; i < s.n && s.p[i] >= '1' && s.p[i] <= '9';)
		i++;
	if (i < s.n && s.p[i] != '-')
		edits_add(es, (size_t)(s.p - d->source.p) + i, s.p[i] == '+',
		    span_make("-", 1));
	return es->failed ? err_memory(e) : SEALEAF_OK;
}

/* A document may be a null ("~", "!!null") or an empty flow mapping, which
 * leave no room for a block. Their line goes with them. */
static void
drop_null(struct edits *es, const struct yamlf_region *r, struct span s)
{
	size_t at = r->from, from, cut = r->from;
	bool comment;

	for (;;) {
		from = at = skip_gap(s, at, &comment);
		while (at < r->to && !is_space(s.p[at]))
			at++;
		if (at <= from)
			return;
		if (from == cut || s.p[from - 1] == '\n') {
			while (at < r->to && s.p[at] == ' ')
				at++;
			at += yamlf_break_size(s, at);
			cut = at;
		}
		edits_add(es, from, at - from, span_make("", 0));
	}
}

/* Whether a block stands in the document: then nothing else is in the way. */
static bool
has_block(const struct yamlf_region *r, const struct doc *d)
{
	for (size_t i = 0; i < d->n_blocks; i++) {
		size_t at = (size_t)(d->blocks[i].src.p - d->source.p);

		if (at + d->blocks[i].src.n > r->from && at < r->to)
			return true;
	}
	return false;
}

/* Where the brace of a root that is a flow mapping stands, else r->to. */
static size_t
root_brace(const struct yamlf_region *r, struct span s)
{
	return r->flow || !r->used ? find_brace(r, s) : r->to;
}

bool
yamlf_odd_root(const struct doc *d)
{
	struct yamlf_walk w = { 0 };
	struct yamlf_region r;

	while (yamlf_region_next(&r, &w, d)) {
		if (r.column > 0 || root_brace(&r, d->source) < r.to)
			return true;
	}
	return false;
}

static enum sealeaf_code
place_one(struct edits *es, struct doc *d, struct yamlf_region *r, size_t next,
    struct span body, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	size_t brace, at = r->to, blanks = 0;
	enum sealeaf_code code = SEALEAF_OK;

	brace = root_brace(r, d->source);
	if (!r->used && d->n_blocks == 0)
		brace = r->to;
	if (brace < r->to) {
		at = flow_end(r, d->source, brace);
		if (r->used)
			buf_puts(&text, ", ");
		code = put_flow_block(&text, d, body, e);
	} else {
		if (is_open(r, d->source))
			code = guard_last(es, d, next, &blanks, e);
		if (!r->used && !has_block(r, d))
			drop_null(es, r, d->source);
		put_block(&text, r, d, body, blanks > 0);
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
	struct yamlf_walk w = { 0, false, 0, 0, 0 };
	struct yamlf_region r;
	struct span body = strip_block(block);
	enum sealeaf_code code = SEALEAF_OK;

	while (code == SEALEAF_OK && yamlf_region_next(&r, &w, d))
		code = place_one(es, d, &r, w.leaf, body, e);
	return code;
}
