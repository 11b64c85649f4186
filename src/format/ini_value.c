/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and values of INI as gopkg.in/ini.v1 reads them with the options that
 * SOPS sets, its oddities included: a quoted value ends at the last quote of
 * its line, a continued one may hold '#', any other ends there. Spelling a
 * value tries forms and reads each back, so it cannot differ from reading.
 */

#include <string.h>

#include "base/utf8.h"

#include "format/ini_internal.h"

/* Unicode's White_Space, as Go's unicode.IsSpace has it. */
static bool
is_space(uint32_t c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 ||
	    c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	    c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

struct span
inif_trim_left(struct span s)
{
	size_t n;

	while (s.n > 0 && is_space(utf8_get(s, 0, &n)))
		s = span_sub(s, n, s.n);
	return s;
}

struct span
inif_trim_right(struct span s)
{
	size_t n, at;

	while (s.n > 0) {
		at = s.n - 1;
		while (at > 0 && s.n - at < 4 &&
		    ((unsigned char)s.p[at] & 0xc0) == 0x80)
			at--;
		if (!is_space(utf8_get(s, at, &n)) || at + n != s.n)
			break;
		s.n = at;
	}
	return s;
}

struct span
inif_trim(struct span s)
{
	return inif_trim_right(inif_trim_left(s));
}

struct span
inif_line(struct span s)
{
	return span_sub(s, 0, span_find(s, '\n') + 1);
}

/* Offset of the first byte of `s` that is one of two, or s.n. */
static size_t
find_any(struct span s, char a, char b)
{
	size_t i = span_find(s, a), j = span_find(s, b);

	return i < j ? i : j;
}

/* Offset of the last `needle` in `s`, or s.n. */
static size_t
find_last(struct span s, struct span needle)
{
	for (size_t at = s.n; at-- > 0;) {
		if (s.n - at >= needle.n &&
		    memcmp(s.p + at, needle.p, needle.n) == 0)
			return at;
	}
	return s.n;
}

const char *
inif_key(struct span line, struct span *name, size_t *n)
{
	struct span quote = { NULL, 0 }, rest = line;
	size_t close = 0, at;

	if (line.n == 6 && span_starts(line, "\"\"\"") && line.p[5] != '\n')
		return "missing closing key quote";
	if (line.n > 6 && span_starts(line, "\"\"\""))
		quote = span_of("\"\"\"");
	else if (line.p[0] == '"' || line.p[0] == '`')
		quote = span_sub(line, 0, 1);
	if (quote.n > 0) {
		rest = span_sub(line, quote.n, line.n);
		close = span_search(rest, quote);
		if (close == rest.n)
			return "missing closing key quote";
		*name = inif_trim(span_sub(rest, 0, close));
		close += 2 * quote.n;
		rest = span_sub(line, close, line.n);
	}
	at = find_any(rest, '=', ':');
	if (at == rest.n)
		return "key-value delimiter not found";
	if (quote.n == 0)
		*name = inif_trim(span_sub(rest, 0, at));
	*n = close + at + 1;
	return name->n == 0 ? "empty key name" : NULL;
}

static struct span
between(const char *from, const char *to)
{
	return span_make(from, (size_t)(to - from));
}

/* What is behind the closing quote. SOPS reads it where the value has several
 * lines only; else a comment there is one for us alone. */
static void
take_comment(struct ini_value *v, struct span rest)
{
	size_t at = find_any(rest, '#', ';');

	v->comment = inif_trim_right(span_sub(rest, at, rest.n));
	v->unread = !v->several;
}

/* A value in backquotes or three double quotes; `in` begins with `quote`. */
static bool
read_quoted(struct ini_value *v, struct span in, struct span quote)
{
	struct span line = inif_line(in), rest = span_sub(in, quote.n, in.n);
	size_t at = find_last(span_sub(line, quote.n, line.n), quote);
	size_t from = 0;

	v->style = quote.n == 1 ? STYLE_BACKTICK : STYLE_TRIPLE;
	if (at == line.n - quote.n) {
		v->several = true;
		for (from = line.n - quote.n; from < rest.n; from += line.n) {
			struct span tail;

			line = inif_line(span_sub(rest, from, rest.n));
			at = find_last(line, quote);
			tail = span_sub(line, at + quote.n, line.n);
			/* "\" behind the quote: the value goes on. */
			if (at < line.n && !span_ends(inif_trim(tail), "\\"))
				break;
		}
		if (from >= rest.n)
			return false;
		line = span_sub(rest, from, from + line.n);
	} else {
		line = span_sub(line, quote.n, line.n);
	}
	v->text = span_sub(rest, 0, from + at);
	v->src = between(in.p, v->text.p + v->text.n + quote.n);
	v->end = (size_t)(line.p + line.n - in.p);
	take_comment(v, between(v->src.p + v->src.n, line.p + line.n));
	return true;
}

/* The lines that follow a value that ends in a backslash. */
static void
read_continued(struct ini_value *v, struct buf *joined, struct span first,
    struct span rest)
{
	struct span line, text;

	v->several = true;
	v->src = first;
	buf_put(joined, first.p, first.n - 1);
	for (;;) {
		line = inif_line(rest);
		rest = span_sub(rest, line.n, rest.n);
		v->end += line.n;
		text = inif_trim(line);
		if (text.n == 0)
			break;
		v->src = between(first.p, text.p + text.n);
		buf_span(joined, text);
		if (text.p[text.n - 1] != '\\')
			break;
		buf_truncate(joined, joined->n - 1);
	}
	v->text = buf_get(joined);
}

static bool
has_quotes(struct span s, char quote)
{
	return s.n >= 2 && s.p[0] == quote && s.p[s.n - 1] == quote &&
	    span_find(span_sub(s, 1, s.n), quote) == s.n - 2;
}

bool
inif_value(struct ini_value *v, struct buf *joined, struct span rest)
{
	struct span line = inif_line(rest), text = inif_trim_left(line);
	size_t skipped = line.n - text.n, at;

	memset(v, 0, sizeof *v);
	buf_truncate(joined, 0);
	v->style = STYLE_PLAIN;
	v->end = line.n;
	if (text.n == 0) {
		at = line.n > 0 && line.p[0] == ' ' ? 1 : 0;
		v->src = v->text = span_sub(line, at, at);
		return true;
	}
	/* At the end of a file without a newline SOPS reads three quotes as
	 * text, but what will be appended there ends that; so refuse it. */
	if (span_starts(text, "\"\"\"") || text.p[0] == '`') {
		if (!read_quoted(v, span_sub(rest, skipped, rest.n),
			span_sub(text, 0, text.p[0] == '`' ? 1 : 3)))
			return false;
		v->end += skipped;
		return true;
	}
	text = inif_trim_right(text);
	if (text.p[text.n - 1] == '\\') {
		read_continued(v, joined, text, span_sub(rest, line.n, rest.n));
		return true;
	}
	at = find_any(text, '#', ';');
	v->comment = span_sub(text, at, text.n);
	v->src = v->text = inif_trim_right(span_sub(text, 0, at));
	if (has_quotes(v->text, '\'') || has_quotes(v->text, '"')) {
		v->style = v->text.p[0] == '"' ? STYLE_DOUBLE : STYLE_SINGLE;
		v->text = span_sub(v->text, 1, v->text.n - 1);
	}
	return true;
}

void
inif_quote(struct buf *b, struct span text, enum leaf_style style)
{
	const char *quote = style == STYLE_SINGLE ? "'"
	    : style == STYLE_DOUBLE               ? "\""
	    : style == STYLE_BACKTICK             ? "`"
	    : style == STYLE_TRIPLE               ? "\"\"\""
						  : "";

	buf_puts(b, quote);
	buf_span(b, text);
	buf_puts(b, quote);
}

/* Whether what `b` holds from `mark` on reads as `text` and nothing else. */
static bool
reads_back(struct buf *b, size_t mark, struct span text)
{
	struct buf joined = { 0 };
	struct ini_value v;
	bool good;

	buf_putc(b, '\n');
	good = !b->failed &&
	    inif_value(&v, &joined, span_sub(buf_get(b), mark, b->n)) &&
	    v.comment.n == 0 && v.end == b->n - mark &&
	    span_equal(v.text, text);
	buf_fini(&joined);
	buf_truncate(b, b->n - 1);
	return good;
}

/* The style that SOPS's library prints a value in. */
static enum leaf_style
style_of(struct span text)
{
	if (find_any(text, '\n', '`') < text.n)
		return STYLE_TRIPLE;
	if (find_any(text, '#', ';') < text.n)
		return STYLE_BACKTICK;
	return inif_trim(text).n != text.n ? STYLE_DOUBLE : STYLE_PLAIN;
}

bool
inif_spell_value(struct buf *b, struct span text, enum leaf_style style)
{
	const enum leaf_style tries[] = {
		style == STYLE_PLAIN ? style_of(text) : style,
		style_of(text),
		STYLE_PLAIN,
		STYLE_DOUBLE,
		STYLE_SINGLE,
		STYLE_BACKTICK,
		STYLE_TRIPLE,
	};
	size_t mark = b->n;

	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		inif_quote(b, text, tries[i]);
		if (b->failed || reads_back(b, mark, text))
			return true;
		buf_truncate(b, mark);
	}
	return false;
}

/* A sign that a line of a comment begins with, a blank, the rest. */
static void
put_line(struct buf *b, struct span line, struct span sign)
{
	if (line.n > 0 && (line.p[0] == '#' || line.p[0] == ';')) {
		buf_printf(b, "%c ", line.p[0]);
		line = inif_trim(span_sub(line, 1, line.n));
	} else {
		buf_span(b, sign);
	}
	buf_span(b, line);
}

void
inif_comment(struct buf *b, struct span text, struct span sign, const char *eol)
{
	static const struct span usual = SPAN_LIT("; ");
	size_t n = span_find(text, '\n');

	put_line(b, span_sub(text, 0, n), sign);
	while (n < text.n) {
		text = span_sub(text, n + 1, text.n);
		n = span_find(text, '\n');
		buf_puts(b, eol);
		put_line(b, inif_trim(span_sub(text, 0, n)), usual);
	}
}
