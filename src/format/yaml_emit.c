/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting YAML down character by character as SOPS's printer does.
 *
 * Where that printer breaks a line, indents or leaves a blank follows from
 * what it remembers of the line it is in and from the comments that it holds
 * back, so the same state is kept here.
 */
#include <string.h>

#include "base/utf8.h"
#include "format/yaml_emit.h"

void
yamlf_emit_init(struct yamlf_emit *o, struct buf *b, int best, int indent)
{
	memset(o, 0, sizeof *o);
	o->b = b;
	o->best = best;
	o->indent = indent;
	o->foot_indent = -1;
	o->whitespace = o->indention = true;
}

void
yamlf_emit_fini(struct yamlf_emit *o)
{
	o->b->failed |= o->head.failed || o->line.failed || o->foot.failed ||
	    o->tail.failed || o->key_line.failed;
	buf_fini(&o->head);
	buf_fini(&o->line);
	buf_fini(&o->foot);
	buf_fini(&o->tail);
	buf_fini(&o->key_line);
}

int
yamlf_best(int indent)
{
	if (indent == 0)
		return 4;
	return indent < 2 || indent > 9 ? 2 : indent;
}

int
yamlf_deeper(int best, int indent, enum yamlf_place place)
{
	if (indent < 0)
		return 0;
	if (place == YAMLF_ITEM)
		return indent + 2;
	return best * ((indent + best) / best);
}

static void
put_break(struct yamlf_emit *o)
{
	buf_putc(o->b, '\n');
	o->column = 0;
	o->indention = true;
}

/* Copy one character, which may be a line break; returns its size. */
static size_t
put_char(struct yamlf_emit *o, struct span s, size_t i)
{
	size_t n;

	(void)utf8_get(s, i, &n);
	buf_put(o->b, s.p + i, n);
	if (yamlf_break_size(s, i) > 0) {
		o->column = 0;
		o->indention = true;
	} else {
		o->column++;
	}
	return n;
}

static void
put_blank(struct yamlf_emit *o)
{
	buf_putc(o->b, ' ');
	o->column++;
}

void
yamlf_emit_indent(struct yamlf_emit *o)
{
	int indent = o->indent < 0 ? 0 : o->indent;

	if (!o->indention || o->column > indent ||
	    (o->column == indent && !o->whitespace))
		put_break(o);
	if (o->foot_indent == indent)
		put_break(o);
	while (o->column < indent)
		put_blank(o);
	o->whitespace = true;
	o->foot_indent = -1;
}

/* An indicator; `spaced`: a blank stands before it, `blank`: it counts as
 * one, `inner`: it keeps the line's indentation open. */
void
yamlf_emit_sign(struct yamlf_emit *o, const char *sign, bool spaced, bool blank,
    bool inner)
{
	if (spaced && !o->whitespace)
		put_blank(o);
	buf_puts(o->b, sign);
	o->column += (int)strlen(sign);
	o->whitespace = blank;
	o->indention = o->indention && inner;
}

static void
put_comment(struct yamlf_emit *o, struct buf *held)
{
	struct span s = buf_get(held);
	bool broken = false, pound = false;

	for (size_t i = 0; i < s.n;) {
		if (yamlf_break_size(s, i) > 0) {
			i += put_char(o, s, i);
			broken = true;
			pound = false;
			continue;
		}
		if (broken)
			yamlf_emit_indent(o);
		if (!pound && s.p[i] != '#') {
			buf_puts(o->b, "# ");
			o->column += 2;
		}
		pound = true;
		i += put_char(o, s, i);
		o->indention = false;
		broken = false;
	}
	if (!broken)
		put_break(o);
	o->whitespace = true;
	buf_truncate(held, 0);
}

void
yamlf_emit_head(struct yamlf_emit *o)
{
	if (o->tail.n > 0) {
		yamlf_emit_indent(o);
		put_comment(o, &o->tail);
		o->foot_indent = o->indent < 0 ? 0 : o->indent;
	}
	if (o->head.n > 0) {
		yamlf_emit_indent(o);
		put_comment(o, &o->head);
	}
}

void
yamlf_emit_line(struct yamlf_emit *o)
{
	if (o->line.n == 0)
		return;
	if (!o->whitespace)
		put_blank(o);
	put_comment(o, &o->line);
}

void
yamlf_emit_foot(struct yamlf_emit *o)
{
	if (o->foot.n == 0)
		return;
	yamlf_emit_indent(o);
	put_comment(o, &o->foot);
	o->foot_indent = o->indent < 0 ? 0 : o->indent;
}

static void
put_literal(struct yamlf_emit *o, struct span s)
{
	char hint[2] = { (char)('0' + o->best), '\0' };
	size_t trail = 0;
	bool broken = true;

	while (trail < s.n && s.p[s.n - trail - 1] == '\n')
		trail++;
	yamlf_emit_sign(o, "|", true, false, false);
	if (s.p[0] == ' ' || s.p[0] == '\n')
		yamlf_emit_sign(o, hint, false, false, false);
	if (trail == 0)
		yamlf_emit_sign(o, "-", false, false, false);
	else if (trail > 1 || s.n == 1)
		yamlf_emit_sign(o, "+", false, false, false);
	if (o->line.n > 0)
		yamlf_emit_line(o);
	else
		put_break(o);
	o->whitespace = true;
	for (size_t i = 0; i < s.n;) {
		if (s.p[i] == '\n') {
			put_break(o);
			broken = true;
			i++;
			continue;
		}
		if (broken)
			yamlf_emit_indent(o);
		i += put_char(o, s, i);
		o->indention = false;
		broken = false;
	}
}

/* Whether a literal block would be read back where it is to stand: its hint
 * counts from the parent's column, which inside lists is not a level away. */
static bool
literal_fits(const struct yamlf_emit *o, struct span s, int parent)
{
	size_t blank = 0;

	if (o->clip && (span_ends(s, "\n\n") || span_is(s, "\n")))
		return false;
	while (blank < s.n && s.p[blank] == '\n')
		blank++;
	if (blank == s.n || (s.p[0] != ' ' && s.p[0] != '\n'))
		return true;
	return (parent < 0 ? 0 : parent) + o->best == o->indent;
}

static void
put_quoted(struct yamlf_emit *o, struct span s, enum leaf_style style)
{
	size_t from;

	if (!o->whitespace)
		put_blank(o);
	from = o->b->n;
	if (style == STYLE_SINGLE)
		yamlf_put_single(o->b, s, (size_t)o->indent);
	else if (style == STYLE_DOUBLE)
		yamlf_put_double(o->b, s, true);
	else
		buf_span(o->b, s);
	o->column += (int)(o->b->n - from);
	o->whitespace = o->indention = false;
}

void
yamlf_emit_string(struct yamlf_emit *o, struct span s, enum yamlf_place place)
{
	struct buf binary = { 0 };
	enum leaf_style style;
	int indent = o->indent;

	o->indent = indent < 0 ? o->best : yamlf_deeper(o->best, indent, place);
	if (utf8_valid(s) < s.n) {
		yamlf_emit_sign(o, "!!binary", true, false, false);
		yamlf_put_binary(&binary, s);
		o->b->failed |= binary.failed;
		s = buf_get(&binary);
		style = span_find(s, '\n') < s.n ? STYLE_LITERAL : STYLE_PLAIN;
	} else {
		style = yamlf_style(s, false);
	}
	if (style == STYLE_LITERAL && !literal_fits(o, s, indent))
		style = STYLE_DOUBLE;
	/* The library takes this for a merge key wherever it stands. */
	if (style == STYLE_PLAIN && span_is(s, "<<"))
		yamlf_emit_sign(o, "!!merge", !o->whitespace, false, false);
	if (style == STYLE_LITERAL)
		put_literal(o, s);
	else
		put_quoted(o, s, style);
	o->indent = indent;
	buf_fini(&binary);
}

void
yamlf_emit_scalar(struct yamlf_emit *o, const struct leaf *l,
    enum yamlf_place place)
{
	struct buf text = { 0 };

	if (l->type == LEAF_STR || l->type == LEAF_BYTES ||
	    (o->encrypted && span_starts(l->value, "ENC["))) {
		yamlf_emit_string(o, l->value, place);
		return;
	}
	yamlf_put_plain(&text, (enum leaf_type)l->type, l->value, o->reference);
	o->b->failed |= text.failed;
	put_quoted(o, buf_get(&text), STYLE_PLAIN);
	buf_fini(&text);
}
