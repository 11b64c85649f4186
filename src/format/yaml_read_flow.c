/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of scalars that are no blocks. What stands in the source as it is
 * read is copied as it comes, or, when that is all of it, not at all.
 */

#include <string.h>

#include "base/utf8.h"
#include "format/yaml_token.h"

/* A text in the making: what is in `b`, and the source from `from` on. */
struct words {
	struct span s;
	struct buf *b;
	size_t from;
	size_t line; /* start of the last line, 0: the first */
	bool copied;
};

static struct words
begin(struct yamlf_reader *r, size_t from)
{
	struct words w = { r->source, &r->text, from, 0, false };

	buf_truncate(w.b, 0);
	return w;
}

/* The source up to `at` is part of the text; it goes on at `next`. */
static void
copy(struct words *w, size_t at, size_t next)
{
	buf_span(w->b, span_sub(w->s, w->from, at));
	w->from = next;
	w->copied = true;
}

static enum sealeaf_code
finish(struct yamlf_reader *r, struct words *w, size_t end,
    struct yamlf_token *t, struct sealeaf_error *e)
{
	if (!w->copied) {
		t->text = span_sub(w->s, w->from, end);
		return SEALEAF_OK;
	}
	copy(w, end, end);
	return yamlf_token_text(r, t, e);
}

/*
 * Go over blanks and line breaks. One break is a blank, of more all but the
 * first stay; LS and PS stay always. `folded`: there was a break that counts
 * for nothing.
 */
static size_t
fold(struct words *w, size_t at, bool folded)
{
	bool single = false;
	size_t blank = at, n;

	while (at < w->s.n) {
		if (w->s.p[at] == ' ' || w->s.p[at] == '\t') {
			at++;
			continue;
		}
		n = yamlf_break(w->s, at);
		if (n == 0)
			break;
		if (!folded)
			copy(w, blank, at);
		single = !folded && n < 3;
		folded = true;
		if (n == 3)
			buf_span(w->b, span_sub(w->s, at, at + n));
		else if (!single)
			buf_putc(w->b, '\n');
		at += n;
		w->line = at;
	}
	if (single)
		buf_putc(w->b, ' ');
	if (folded)
		w->from = at;
	return at;
}

static bool
at_marker(const struct words *w, size_t at)
{
	return w->line > 0 && at == w->line &&
	    (yamlf_is_marker(w->s, at, '-') || yamlf_is_marker(w->s, at, '.'));
}

/* ---- quotes ---- */

static size_t
pass_single(struct words *w, size_t at)
{
	while (!yamlf_is_blankz(w->s, at)) {
		if (w->s.p[at] != '\'') {
			at++;
			continue;
		}
		if (at + 1 >= w->s.n || w->s.p[at + 1] != '\'')
			break;
		copy(w, at + 1, at + 2);
		at += 2;
	}
	return at;
}

static const struct {
	char c;
	const char *text;
} escapes[] = {
	{ 'a', "\a" },
	{ 'b', "\b" },
	{ 't', "\t" },
	{ '\t', "\t" },
	{ 'n', "\n" },
	{ 'v', "\v" },
	{ 'f', "\f" },
	{ 'r', "\r" },
	{ 'e', "\x1b" },
	{ ' ', " " },
	{ '"', "\"" },
	{ '\'', "'" },
	{ '\\', "\\" },
	{ 'N', "\xc2\x85" },
	{ '_', "\xc2\xa0" },
	{ 'L', "\xe2\x80\xa8" },
	{ 'P', "\xe2\x80\xa9" },
};

static uint32_t
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

/* `n` digits at `at`, and the character they name. */
static enum sealeaf_code
put_code(struct words *w, size_t at, size_t n, struct sealeaf_error *e)
{
	uint32_t value = 0, digit;

	for (size_t i = at; i < at + n; i++) {
		digit = i < w->s.n ? hex_digit(w->s.p[i]) : 16;
		if (digit == 16)
			return yamlf_text_fail(w->s, at - 2,
			    "did not find expected hexdecimal number", e);
		value = value << 4 | digit;
	}
	if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
		return yamlf_text_fail(w->s, at - 2,
		    "found invalid Unicode character escape code", e);
	utf8_put(w->b, value);
	w->from = at + n;
	return SEALEAF_OK;
}

/* The escape of which the backslash is at `at`. */
static enum sealeaf_code
put_escape(struct words *w, size_t at, struct sealeaf_error *e)
{
	char c = at + 1 < w->s.n ? w->s.p[at + 1] : '\0';
	enum sealeaf_code code;

	copy(w, at, at + 2);
	if (c == 'x' || c == 'u' || c == 'U')
		return put_code(w, at + 2, c == 'x' ? 2 : c == 'u' ? 4 : 8, e);
	if (c == '0') {
		buf_putc(w->b, '\0');
		return SEALEAF_OK;
	}
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		if (escapes[i].c == c) {
			buf_puts(w->b, escapes[i].text);
			return SEALEAF_OK;
		}
	}
	code = yamlf_text_fail(w->s, at, "found unknown escape character", e);
	err_hint(e,
	    c == '/' ? "SOPS reads no \\/ in double quotes: write / alone"
		     : "write the backslash twice, or use single quotes");
	return code;
}

static enum sealeaf_code
pass_double(struct words *w, size_t *at, bool *folded, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	size_t n;

	while (code == SEALEAF_OK && !yamlf_is_blankz(w->s, *at)) {
		if (w->s.p[*at] == '"')
			break;
		if (w->s.p[*at] != '\\') {
			(*at)++;
			continue;
		}
		n = yamlf_break(w->s, *at + 1);
		if (n > 0) {
			copy(w, *at, *at + 1 + n);
			*at = w->line = w->from;
			*folded = true;
			break;
		}
		code = put_escape(w, *at, e);
		*at = w->from;
	}
	return code;
}

enum sealeaf_code
yamlf_read_quoted(struct yamlf_reader *r, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct words w = begin(r, t->start + 1);
	enum sealeaf_code code = SEALEAF_OK;
	char quote = w.s.p[t->start];
	size_t at = w.from;
	bool folded;

	t->style = quote == '"' ? STYLE_DOUBLE : STYLE_SINGLE;
	for (;;) {
		folded = false;
		if (at_marker(&w, at))
			return yamlf_token_fail(t,
			    "found unexpected document indicator", e);
		if (at >= w.s.n)
			return yamlf_token_fail(t,
			    "found unexpected end of stream", e);
		if (quote == '\'')
			at = pass_single(&w, at);
		else
			code = pass_double(&w, &at, &folded, e);
		if (code != SEALEAF_OK)
			return code;
		if (at < w.s.n && w.s.p[at] == quote)
			break;
		at = fold(&w, at, folded);
	}
	t->end = t->resume = at + 1;
	t->is_long = w.line > 0;
	return finish(r, &w, at, t, e);
}

/* ---- no quotes ---- */

static size_t
pass_plain(struct span s, size_t at, bool flow)
{
	while (!yamlf_is_blankz(s, at)) {
		if (s.p[at] == ':' && yamlf_is_blankz(s, at + 1))
			break;
		if (flow && strchr(",?[]{}", s.p[at]) != NULL)
			break;
		at++;
	}
	return at;
}

/* A tab in the indentation of a line between `from` and `to`. */
static bool
has_bad_tab(struct span s, size_t from, size_t to, int64_t indent)
{
	size_t line = 0, n;

	for (size_t at = from; at<to; at += n> 0 ? n : 1) {
		n = yamlf_break(s, at);
		if (n > 0)
			line = at + n;
		else if (line > 0 && s.p[at] == '\t' &&
		    (int64_t)(at - line) < indent + 1)
			return true;
	}
	return false;
}

enum sealeaf_code
yamlf_read_plain(struct yamlf_reader *r, struct yamlf_token *t, int64_t indent,
    bool flow, struct sealeaf_error *e)
{
	struct words w = begin(r, t->start), before = w;
	size_t at = t->start, end = at, n = 0, line;

	t->style = STYLE_PLAIN;
	for (;;) {
		if (at_marker(&w, at) || (at < w.s.n && w.s.p[at] == '#'))
			break;
		line = w.line;
		t->resume = pass_plain(w.s, at, flow);
		if (t->resume > at) {
			end = at = t->resume;
			before = w;
			n = w.b->n;
			t->is_long = line > 0;
		}
		if (at >= w.s.n || !yamlf_is_blankz(w.s, at))
			break;
		at = fold(&w, at, false);
		if (has_bad_tab(w.s, end, at, indent))
			return yamlf_token_fail(t,
			    "found a tab character that violates indentation",
			    e);
		if (!flow && w.line > end &&
		    (int64_t)(at - w.line) < indent + 1)
			break;
	}
	t->end = end;
	t->resume = at;
	/* What is behind the last word is no part of the text. */
	buf_truncate(w.b, n);
	return finish(r, &before, end, t, e);
}
