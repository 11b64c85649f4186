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

enum { DEPTH_MAX = 1000, REPEAT_MAX = 1000 };
enum { FOLD = 1, LINES = 2, DOT_ALL = 4, UNGREEDY = 8 };

/* An open group. */
struct level {
	unsigned flags;   /* outside of it */
	bool folding;     /* the same of the output */
	size_t start;     /* where it begins in the output */
	unsigned copies;  /* see struct gate; of what came before in it */
	unsigned height;
};

struct gate {
	struct regex_reader r;
	struct buf *out;
	unsigned flags;
	bool folding;     /* (?i) is in force in the output */
	struct level levels[DEPTH_MAX + 1];
	size_t depth;
	/* What a repetition would repeat. */
	bool has_atom, repeated;
	size_t atom;      /* where it begins in the output */
	unsigned copies;  /* how often counted repeats copy its inside */
	unsigned height;  /* nesting of it, by wrapped repetitions too */
	bool after_repeat;
	size_t repeat;    /* where the last repetition stands in the pattern */
};

void
regex_fail(struct regex_reader *r, const char *kind, struct span piece)
{
	r->failed = true;
	(void)err_set(r->e, SEALEAF_ERR_GENERIC,
	    "error parsing regexp: %s: `%.*s`", kind, (int)piece.n,
	    piece.n > 0 ? piece.p : "");
}

struct span
regex_left(const struct regex_reader *r)
{
	return span_sub(r->all, r->at, r->all.n);
}

bool
regex_is_utf8(struct regex_reader *r, struct span piece)
{
	size_t valid = utf8_valid(piece);

	if (valid < piece.n)
		regex_fail(r, "invalid UTF-8",
		    span_sub(piece, valid, piece.n));
	return valid == piece.n;
}

/* The pattern from `from` to where we are. */
static struct span
taken(const struct regex_reader *r, size_t from)
{
	return span_sub(r->all, from, r->at);
}

static char
peek(const struct regex_reader *r, size_t ahead)
{
	return r->all.n - r->at > ahead ? r->all.p[r->at + ahead] : '\0';
}

static bool
at_end(const struct regex_reader *r)
{
	return r->at >= r->all.n;
}

uint32_t
regex_next(struct regex_reader *r)
{
	uint32_t code;
	size_t n;

	if (at_end(r))
		return 0xFFFD;
	code = utf8_get(r->all, r->at, &n);
	if (code == 0xFFFD && n == 1)
		regex_fail(r, "invalid UTF-8", regex_left(r));
	else
		r->at += n;
	return code;
}

static bool
is_surrogate(uint32_t code)
{
	return code >= 0xD800 && code <= 0xDFFF;
}

void
regex_put_char(struct buf *b, uint32_t code)
{
	if ((code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
	    (code >= 'A' && code <= 'Z'))
		buf_putc(b, (char)code);
	else
		buf_printf(b, "\\x{%lx}", (unsigned long)code);
}

/* The atom that was last is now one of several. */
static void
settle(struct gate *g)
{
	struct level *l = &g->levels[g->depth];

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
begin_atom(struct gate *g)
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
put_atom(struct gate *g, const char *text)
{
	begin_atom(g);
	buf_puts(g->out, text);
}

static void
put_literal(struct gate *g, uint32_t code)
{
	begin_atom(g);
	/* No text has surrogates. */
	if (is_surrogate(code))
		buf_puts(g->out, "(?!)");
	else
		regex_put_char(g->out, code);
}

static void
open_group(struct gate *g, unsigned outside)
{
	struct level *l;

	if (g->depth == DEPTH_MAX) {
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
close_group(struct gate *g)
{
	struct level *l = &g->levels[g->depth];

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
named_group(struct gate *g, size_t skip)
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
flag_group(struct gate *g)
{
	unsigned flags = g->flags, outside = g->flags, flag;
	size_t start = g->r.at;
	bool minus = false, seen = false;
	uint32_t c;

	g->r.at += 2;
	while (!at_end(&g->r)) {
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
	    taken(&g->r, start));
}

static void
group(struct gate *g)
{
	struct span left = regex_left(&g->r);

	if (peek(&g->r, 1) != '?') {
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

/* A count without leading zeros; -1 when too large to be one. */
static bool
count(struct regex_reader *r, int *value)
{
	size_t start = r->at;
	int v = 0;

	while (peek(r, 0) >= '0' && peek(r, 0) <= '9') {
		if (v > REPEAT_MAX)
			v = -1;
		if (v >= 0)
			v = v * 10 + (peek(r, 0) - '0');
		r->at++;
	}
	*value = v > REPEAT_MAX ? -1 : v;
	return r->at > start &&
	    (r->all.p[start] != '0' || r->at == start + 1);
}

/* {n}, {n,} (most is then 0 and `open`) or {n,m}; false when it is none of
 * them and the brace is a literal. */
static bool
counts(struct regex_reader *r, int *least, int *most, bool *open)
{
	*open = false;
	r->at++;
	if (!count(r, least))
		return false;
	*most = *least;
	if (peek(r, 0) == ',') {
		r->at++;
		*open = peek(r, 0) == '}';
		if (*open)
			*most = 0;
		else if (!count(r, most))
			return false;
	}
	if (peek(r, 0) != '}')
		return false;
	r->at++;
	return true;
}

/* Put the last atom, which is at the end of the output, into a group. */
static void
wrap_atom(struct gate *g)
{
	size_t n = g->out->n - g->atom;
	char *p = buf_extend(g->out, 2);

	if (p == NULL)
		return;
	p = g->out->p + g->atom;
	memmove(p + 1, p, n);
	p[0] = '(';
	p[n + 1] = ')';
}

/* Check that a repetition may stand here, which began at `start` of the
 * pattern, and make the atom ready for it. */
static bool
may_repeat(struct gate *g, size_t start)
{
	struct regex_reader *r = &g->r;

	if (peek(r, 0) == '?')
		r->at++;
	if (g->after_repeat)
		regex_fail(r, "invalid nested repetition operator",
		    taken(r, g->repeat));
	else if (!g->has_atom)
		regex_fail(r, "missing argument to repetition operator",
		    taken(r, start));
	else if (g->repeated && ++g->height > DEPTH_MAX)
		regex_fail(r, "expression nests too deeply", r->all);
	if (r->failed)
		return false;
	/* PCRE2 would take a second operator as part of the first. */
	if (g->repeated)
		wrap_atom(g);
	g->repeated = true;
	return true;
}

static void
repeat_simple(struct gate *g)
{
	size_t start = g->r.at;
	char c = peek(&g->r, 0);

	g->r.at++;
	if (!may_repeat(g, start))
		return;
	buf_putc(g->out, c);
	g->repeat = start;
}

/* RE2 limits what nested counts multiply to. */
static bool
multiply(struct gate *g, int least, int most, bool open)
{
	unsigned times = (unsigned)(open ? least : most);

	if (!open && most == 0) {
		g->copies = 0;
		return true;
	}
	if (times == 0)
		return true;
	g->copies = times * (g->copies > 0 ? g->copies : 1);
	return (least < 2 && most < 2) || g->copies <= REPEAT_MAX;
}

static bool
repeat_counted(struct gate *g)
{
	size_t start = g->r.at, after;
	int least, most;
	bool open;

	if (!counts(&g->r, &least, &most, &open)) {
		g->r.at = start + 1;
		put_literal(g, '{');
		return false;
	}
	after = g->r.at;
	if (least < 0 || most < 0 || (!open && least > most)) {
		regex_fail(&g->r, "invalid repeat count",
		    taken(&g->r, start));
		return true;
	}
	if (!may_repeat(g, start))
		return true;
	if (!multiply(g, least, most, open)) {
		regex_fail(&g->r, "invalid repeat count",
		    taken(&g->r, start));
		return true;
	}
	buf_span(g->out, span_sub(g->r.all, start, after));
	g->repeat = start;
	return true;
}

/* \Q...\E */
static void
quoted(struct gate *g)
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
			put_literal(g, c);
		g->r.at += n;
	}
	if (!at_end(&g->r))
		g->r.at += end.n;
}

static void
escape(struct gate *g)
{
	static const char plain[] = "AbBz";
	char c = peek(&g->r, 1);
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
		    taken(&g->r, before));
		return;
	}
	if (c == 'Q') {
		quoted(g);
		return;
	}
	if (c != '\0' && strchr("pPdDsSwW", c) != NULL) {
		begin_atom(g);
		buf_putc(g->out, '[');
		(void)regex_short_class(g->out, &g->r,
		    (g->flags & FOLD) != 0);
		buf_putc(g->out, ']');
		return;
	}
	code = regex_escape(&g->r);
	if (!g->r.failed)
		put_literal(g, code);
}

/* One item of the pattern. */
static void
item(struct gate *g)
{
	bool lines = (g->flags & LINES) != 0, repeat = false;
	uint32_t code;

	switch (peek(&g->r, 0)) {
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
		/* PCRE2's own multi-line ^ ignores a newline at the end. */
		put_atom(g, lines ? "(\\A|(?<=\\n))" : "(\\A)");
		break;
	case '$':
		g->r.at++;
		put_atom(g, lines ? "(\\z|(?=\\n))" : "(\\z)");
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
		repeat_simple(g);
		repeat = true;
		break;
	case '{':
		repeat = repeat_counted(g);
		break;
	case '\\':
		escape(g);
		break;
	default:
		code = regex_next(&g->r);
		if (!g->r.failed)
			put_literal(g, code);
		break;
	}
	g->after_repeat = repeat;
}

enum sealeaf_code
regex_gate(struct buf *out, struct span pattern, struct sealeaf_error *e)
{
	struct gate *g = mem_zero(sizeof *g);
	enum sealeaf_code code = SEALEAF_OK;

	if (g == NULL)
		return err_memory(e);
	g->r.all = pattern;
	g->r.e = e;
	g->out = out;
	while (!at_end(&g->r) && !g->r.failed)
		item(g);
	if (!g->r.failed && g->depth > 0)
		regex_fail(&g->r, "missing closing )", pattern);
	if (g->r.failed)
		code = SEALEAF_ERR_GENERIC;
	free(g);
	return code != SEALEAF_OK ? code : buf_check(out, e);
}
