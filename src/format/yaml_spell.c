/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Envelopes in the place of values, and values in the place of envelopes.
 *
 * The quotes of an envelope say how its value was spelled, so that a file
 * keeps its spelling through encryption. A plain envelope (single quotes in
 * flow context, where a plain one cannot stand) may come from SOPS, and its
 * value is spelled as SOPS prints it.
 */
#include "base/utf8.h"
#include "format/yaml_write.h"

/* The anchor that stands between a core tag and its scalar. */
static struct span
find_anchor(const struct leaf *l)
{
	struct span s = l->src;
	size_t i = 0, from;

	if (!(l->flags & LEAF_TAGGED))
		return span_make(NULL, 0);
	while (i < s.n && (s.p[i] == '!' || s.p[i] == '&')) {
		from = i;
		while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t' &&
		    s.p[i] != '\n' && s.p[i] != '\r')
			i++;
		if (s.p[from] == '&')
			return span_sub(s, from, i);
		while (i < s.n &&
		    (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' ||
			s.p[i] == '\r'))
			i++;
	}
	return span_make(NULL, 0);
}

/* The style of the envelope that stands for a leaf. */
static enum leaf_style
sealed_style(const struct leaf *l)
{
	bool flow = l->flags & LEAF_FLOW;

	switch (l->style) {
	case STYLE_PLAIN:
		return flow ? STYLE_SINGLE : STYLE_PLAIN;
	case STYLE_SINGLE:
		return flow ? STYLE_DOUBLE : STYLE_SINGLE;
	default:
		return (enum leaf_style)l->style;
	}
}

/* The scanner ends an anchor at some signs without a blank ("&a:b"); before an
 * envelope it needs one. */
static bool
follows_anchor(const struct doc *d, const struct leaf *l)
{
	char c;

	if (l->type == LEAF_COMMENT || d->source.p == NULL ||
	    l->src.p <= d->source.p)
		return false;
	c = l->src.p[-1];
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* Behind a comment that took the outer '-' and the blanks before the inner:
 * both '-' on one line, the inner one in its place. */
static void
put_outer_dash(struct buf *b, const struct doc *d, const struct leaf *l)
{
	size_t n = 0;

	while (n < l->src.n && l->src.p[l->src.n - n - 1] == ' ')
		n++;
	buf_puts(b, d->crlf ? "\r\n" : "\n");
	buf_fill(b, ' ', n - 2);
	buf_puts(b, "- ");
}

static bool
has_outer_dash(const struct leaf *l)
{
	return (l->flags & LEAF_ITEM) != 0 && (l->flags & LEAF_LONG) != 0;
}

void
yamlf_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope)
{
	struct span anchor = find_anchor(l);
	enum leaf_style style = sealed_style(l);

	/* With "!!str" before it the anchor stays inside what the scanner
	 * takes for the leaf, so that the two can come back together. */
	if (anchor.n > 0) {
		buf_puts(b, "!!str ");
		buf_span(b, anchor);
		buf_putc(b, ' ');
	}
	if (l->flags & LEAF_ITEM)
		buf_putc(b, '#');
	else if (follows_anchor(d, l))
		buf_putc(b, ' ');
	if (style == STYLE_SINGLE || style == STYLE_DOUBLE) {
		buf_putc(b, style == STYLE_SINGLE ? '\'' : '"');
		buf_span(b, envelope);
		buf_putc(b, style == STYLE_SINGLE ? '\'' : '"');
		return;
	}
	if (l->flags & LEAF_HEADED) {
		buf_fill(b, ' ', yamlf_headed_gap(d, l));
	} else if (style == STYLE_LITERAL || style == STYLE_FOLDED) {
		buf_puts(b, style == STYLE_LITERAL ? "|-" : ">-");
		buf_puts(b, d->crlf ? "\r\n" : "\n");
		buf_fill(b, ' ', yamlf_column(d, l));
	}
	buf_span(b, envelope);
	if (has_outer_dash(l))
		put_outer_dash(b, d, l);
}

void
yamlf_sealed(struct leaf *out, const struct doc *d, const struct leaf *l)
{
	unsigned flags = l->flags;

	(void)d;
	flags &= ~(unsigned)(LEAF_LONG | LEAF_ITEM);
	if (find_anchor(l).n == 0)
		flags &= ~(unsigned)LEAF_TAGGED;
	if (out != l)
		*out = *l;
	out->flags = (uint8_t)(flags | LEAF_ENVELOPE);
	out->style = (uint8_t)sealed_style(l);
}

/* A comment of several lines, as other formats have them, goes on with a
 * sign of its own in each. */
static void
spell_comment(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text)
{
	if (l->flags & LEAF_ITEM)
		buf_putc(b, '#');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n') {
			buf_putc(b, text.p[i]);
			continue;
		}
		buf_puts(b, d->crlf ? "\r\n" : "\n");
		buf_fill(b, ' ', l->indent);
		buf_putc(b, '#');
	}
	if (has_outer_dash(l))
		put_outer_dash(b, d, l);
}

/* Bytes that are no UTF-8. */
static void
spell_binary(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span bytes)
{
	struct buf text = { 0 };
	bool flow = l->flags & LEAF_FLOW;

	yamlf_put_binary(&text, bytes);
	b->failed |= text.failed;
	buf_puts(b, "!!binary ");
	if (span_find(buf_get(&text), '\n') == text.n)
		buf_put(b, text.p, text.n);
	else if (flow ||
	    !yamlf_put_literal(b, d, l, buf_get(&text), false, false))
		yamlf_put_double(b, buf_get(&text), false);
	buf_fini(&text);
}

/* As SOPS prints it. */
static void
spell_reference(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text)
{
	switch (yamlf_style(text, l->flags & LEAF_FLOW)) {
	case STYLE_PLAIN:
		/* SOPS's printer takes it for a merge key, and says so. */
		if (span_is(text, "<<"))
			buf_puts(b, "!!merge ");
		buf_span(b, text);
		break;
	case STYLE_SINGLE:
		yamlf_put_single(b, text, yamlf_column(d, l));
		break;
	case STYLE_LITERAL:
		if (yamlf_put_literal(b, d, l, text, false, true))
			break;
		/* fall through */
	default:
		yamlf_put_double(b, text, true);
	}
}

static void
spell_string(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text)
{
	bool flow = l->flags & LEAF_FLOW;

	if (l->style == STYLE_PLAIN || (flow && l->style == STYLE_SINGLE)) {
		spell_reference(b, d, l, text);
		return;
	}
	if (l->style == STYLE_SINGLE && yamlf_is_clean(text) &&
	    span_find(text, '\n') == text.n) {
		yamlf_put_single(b, text, yamlf_column(d, l));
		return;
	}
	if ((l->style == STYLE_LITERAL || l->style == STYLE_FOLDED) && !flow &&
	    yamlf_put_literal(b, d, l, text, l->style == STYLE_FOLDED, false))
		return;
	yamlf_put_double(b, text, false);
}

enum sealeaf_code
yamlf_spell(struct buf *b, const struct doc *d, const struct leaf *l,
    enum leaf_type type, struct span text, struct sealeaf_error *e)
{
	struct span anchor = find_anchor(l);
	bool string = type == LEAF_STR || type == LEAF_BYTES;

	if (l->flags & LEAF_HEADED) {
		if (string && yamlf_put_headed(b, d, l, text))
			return buf_check(b, e);
		err_set(e, SEALEAF_ERR_DUMP,
		    "the value does not fit its block scalar, whose header "
		    "carries a comment");
		err_hint(e,
		    "move the comment behind '|' or '>' to a line of "
		    "its own");
		return SEALEAF_ERR_DUMP;
	}
	if (anchor.n > 0) {
		buf_span(b, anchor);
		buf_putc(b, ' ');
	}
	if (type == LEAF_COMMENT)
		spell_comment(b, d, l, text);
	else if (string && utf8_valid(text) < text.n)
		spell_binary(b, d, l, text);
	else if (string)
		spell_string(b, d, l, text);
	else
		yamlf_put_plain(b, type, text, false);
	return buf_check(b, e);
}
