/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate before PCRE2. Patterns are not passed on but read by RE2's grammar
 * and written again with the few constructs whose meaning is beyond doubt, so
 * a pattern cannot select other values here than it does in SOPS, and nothing
 * that RE2 refuses gets through. Errors have Go's texts.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex_gate.h"
#include "base/utf8.h"

enum { FOLD = 1, LINES = 2, DOT_ALL = 4, UNGREEDY = 8 };

static bool
is_surrogate(uint32_t code)
{
	return code >= 0xD800 && code <= 0xDFFF;
}

/* The atom that was last is now one of several. */
static void
settle(struct regex_gate *g)
{
	struct regex_level *l = &g->levels[g->depth];

	if (g->copies > l->copies)
		l->copies = g->copies;
	if (g->height > l->height)
		l->height = g->height;
	g->has_atom = false;
	g->copies = 0;
	g->height = 0;
}

/* A new atom starts here in the output. */
static void
begin_atom(struct regex_gate *g)
{
	bool fold = (g->flags & FOLD) != 0;

	settle(g);
	if (fold != g->folding)
		buf_puts(g->out, fold ? "(?i)" : "(?-i)");
	g->folding = fold;
	g->has_atom = true;
	g->repeated = false;
	g->atom = g->out->n;
}

static void
put_atom(struct regex_gate *g, const char *text)
{
	begin_atom(g);
	buf_puts(g->out, text);
}

void
regex_put_literal(struct regex_gate *g, uint32_t code)
{
	begin_atom(g);
	/* No text has surrogates. */
	if (is_surrogate(code))
		buf_puts(g->out, "(?!)");
	else
		regex_put_char(g->out, code);
}

static void
open_group(struct regex_gate *g, unsigned outside)
{
	struct regex_level *l;

	if (g->depth == REGEX_DEPTH) {
		regex_fail(&g->r, "expression nests too deeply", g->r.all);
		return;
	}
	settle(g);
	l = &g->levels[++g->depth];
	l->flags = outside;
	l->folding = g->folding;
	l->start = g->out->n;
	l->copies = 0;
	l->height = 0;
	buf_putc(g->out, '(');
}

static void
close_group(struct regex_gate *g)
{
	struct regex_level *l = &g->levels[g->depth];

	if (g->depth == 0) {
		regex_fail(&g->r, "unexpected )", g->r.all);
		return;
	}
	g->r.at++;
	settle(g);
	buf_putc(g->out, ')');
	g->flags = l->flags;
	g->folding = l->folding;
	g->depth--;
	g->has_atom = true;
	g->repeated = false;
	g->atom = l->start;
	g->copies = l->copies;
	g->height = l->height + 1;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '_';
}

/* (?P<name> or (?<name>, `skip` characters before the name. */
static void
named_group(struct regex_gate *g, size_t skip)
{
	struct span left = regex_left(&g->r);
	size_t end = span_find(left, '>');
	struct span name = span_sub(left, skip, end);
	bool good = name.n > 0;

	if (!regex_is_utf8(&g->r, end == left.n ? left : name))
		return;
	for (size_t i = 0; i < name.n; i++)
		good = good && is_word(name.p[i]);
	if (end == left.n || !good) {
		regex_fail(&g->r, "invalid named capture",
		    span_sub(left, 0, end + 1));
		return;
	}
	g->r.at += end + 1;
	open_group(g, g->flags);
}

static unsigned
flag_of(uint32_t c)
{
	switch (c) {
	case 'i':
		return FOLD;
	case 'm':
		return LINES;
	case 's':
		return DOT_ALL;
	case 'U':
		return UNGREEDY;
	default:
		return 0;
	}
}

/* (?flags) or (?flags:, and whatever else begins with "(?". */
static void
flag_group(struct regex_gate *g)
{
	unsigned flags = g->flags, outside = g->flags, flag;
	size_t start = g->r.at;
	bool minus = false, seen = false;
	uint32_t c;

	g->r.at += 2;
	while (!regex_at_end(&g->r)) {
		c = regex_next(&g->r);
		if (g->r.failed)
			return;
		flag = flag_of(c);
		if (flag != 0) {
			flags = minus ? flags & ~flag : flags | flag;
			seen = true;
		} else if (c == '-' && !minus) {
			minus = true;
			seen = false;
		} else if ((c == ':' || c == ')') && (!minus || seen)) {
			g->flags = flags;
			if (c == ':')
				open_group(g, outside);
			return;
		} else {
			break;
		}
	}
	regex_fail(&g->r, "invalid or unsupported Perl syntax",
	    regex_taken(&g->r, start));
}

static void
group(struct regex_gate *g)
{
	struct span left = regex_left(&g->r);

	if (regex_peek(&g->r, 1) != '?') {
		g->r.at++;
		open_group(g, g->flags);
	} else if (left.n > 4 && span_starts(left, "(?P<")) {
		named_group(g, 4);
	} else if (left.n > 3 && span_starts(left, "(?<")) {
		named_group(g, 3);
	} else {
		flag_group(g);
	}
}

/* \Q...\E */
static void
quoted(struct regex_gate *g)
{
	struct span end = SPAN_LIT("\\E");
	size_t stop;

	g->r.at += 2;
	stop = g->r.at + span_search(regex_left(&g->r), end);
	/* Invalid bytes are shown with what is quoted, not with what follows. */
	while (g->r.at < stop && !g->r.failed) {
		size_t n;
		uint32_t c = utf8_get(g->r.all, g->r.at, &n);

		if (c == 0xFFFD && n == 1)
			regex_fail(&g->r, "invalid UTF-8",
			    span_sub(g->r.all, g->r.at, stop));
		else
			regex_put_literal(g, c);
		g->r.at += n;
	}
	if (!regex_at_end(&g->r))
		g->r.at += end.n;
}

static void
escape(struct regex_gate *g)
{
	static const char plain[] = "AbBz";
	char c = regex_peek(&g->r, 1);
	size_t before = g->r.at;
	uint32_t code;

	if (c != '\0' && strchr(plain, c) != NULL) {
		/* In a group: PCRE2 does not repeat assertions. */
		begin_atom(g);
		buf_printf(g->out, "(\\%c)", c);
		g->r.at += 2;
		return;
	}
	if (c == 'C') {
		g->r.at += 2;
		regex_fail(&g->r, "invalid escape sequence",
		    regex_taken(&g->r, before));
		return;
	}
	if (c == 'Q') {
		quoted(g);
		return;
	}
	if (c != '\0' && strchr("pPdDsSwW", c) != NULL) {
		begin_atom(g);
		buf_putc(g->out, '[');
		(void)regex_short_class(g->out, &g->r, (g->flags & FOLD) != 0);
		buf_putc(g->out, ']');
		return;
	}
	code = regex_escape(&g->r);
	if (!g->r.failed)
		regex_put_literal(g, code);
}

/* One item of the pattern. */
static void
item(struct regex_gate *g)
{
	bool lines = (g->flags & LINES) != 0, repeat = false;
	uint32_t code;

	switch (regex_peek(&g->r, 0)) {
	case '(':
		group(g);
		break;
	case ')':
		close_group(g);
		break;
	case '|':
		g->r.at++;
		settle(g);
		buf_putc(g->out, '|');
		break;
	case '^':
		g->r.at++;
		put_atom(g, lines ? "((?m)^)" : "(\\A)");
		break;
	case '$':
		g->r.at++;
		put_atom(g, lines ? "((?m)$)" : "(\\z)");
		break;
	case '.':
		g->r.at++;
		put_atom(g, (g->flags & DOT_ALL) != 0 ? "\\p{Any}" : "[^\\n]");
		break;
	case '[':
		begin_atom(g);
		regex_class(g->out, &g->r, (g->flags & FOLD) != 0);
		break;
	case '*':
	case '+':
	case '?':
		regex_repeat_simple(g);
		repeat = true;
		break;
	case '{':
		repeat = regex_repeat_counted(g);
		break;
	case '\\':
		escape(g);
		break;
	default:
		code = regex_next(&g->r);
		if (!g->r.failed)
			regex_put_literal(g, code);
		break;
	}
	g->after_repeat = repeat;
}

enum sealeaf_code
regex_gate(struct buf *out, struct span pattern, struct sealeaf_error *e)
{
	struct regex_gate *g = mem_zero(sizeof *g);
	enum sealeaf_code code = SEALEAF_OK;

	if (g == NULL)
		return err_memory(e);
	g->r.all = pattern;
	g->r.e = e;
	g->out = out;
	while (!regex_at_end(&g->r) && !g->r.failed)
		item(g);
	if (!g->r.failed && g->depth > 0)
		regex_fail(&g->r, "missing closing )", pattern);
	if (g->r.failed)
		code = g->r.unsupported ? SEALEAF_ERR_UNSUPPORTED
					: SEALEAF_ERR_GENERIC;
	free(g);
	return code != SEALEAF_OK ? code : buf_check(out, e);
}
