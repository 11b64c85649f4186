/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repetitions. RE2 knows no possessive ones and no second operator behind a
 * first, but it repeats a repetition when a change of flags stands between.
 */

#include <string.h>

#include "base/regex_gate.h"

enum { REPEAT_MAX = 1000 };

/* A count without leading zeros; -1 when too large to be one. */
static bool
count(struct regex_reader *r, int *value)
{
	size_t start = r->at;
	int v = 0;

	while (regex_peek(r, 0) >= '0' && regex_peek(r, 0) <= '9') {
		if (v > REPEAT_MAX)
			v = -1;
		if (v >= 0)
			v = v * 10 + (regex_peek(r, 0) - '0');
		r->at++;
	}
	*value = v > REPEAT_MAX ? -1 : v;
	return r->at > start && (r->all.p[start] != '0' || r->at == start + 1);
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
	if (regex_peek(r, 0) == ',') {
		r->at++;
		*open = regex_peek(r, 0) == '}';
		if (*open)
			*most = 0;
		else if (!count(r, most))
			return false;
	}
	if (regex_peek(r, 0) != '}')
		return false;
	r->at++;
	return true;
}

/* Put the last atom, which is at the end of the output, into a group. */
static void
wrap_atom(struct regex_gate *g)
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

/*
 * Repeat once or more. PCRE2 counts how often a character was repeated, so it
 * would have a state for each number; of a group it has one.
 */
static void
repeat_more(struct regex_gate *g)
{
	if (g->out->n > g->atom && g->out->p[g->atom] != '(')
		wrap_atom(g);
	buf_putc(g->out, '+');
}

/* Check that a repetition may stand here, which began at `start` of the
 * pattern, and make the atom ready for it. */
static bool
may_repeat(struct regex_gate *g, size_t start)
{
	struct regex_reader *r = &g->r;

	if (regex_peek(r, 0) == '?')
		r->at++;
	if (g->after_repeat)
		regex_fail(r, "invalid nested repetition operator",
		    regex_taken(r, g->repeat));
	else if (!g->has_atom)
		regex_fail(r, "missing argument to repetition operator",
		    regex_taken(r, start));
	else if (g->repeated && ++g->height > REGEX_DEPTH)
		regex_fail(r, "expression nests too deeply", r->all);
	if (r->failed)
		return false;
	/* PCRE2 would take a second operator as part of the first. */
	if (g->repeated)
		wrap_atom(g);
	g->repeated = true;
	return true;
}

void
regex_repeat_simple(struct regex_gate *g)
{
	size_t start = g->r.at;
	char c = regex_peek(&g->r, 0);

	g->r.at++;
	if (!may_repeat(g, start))
		return;
	if (c == '+')
		repeat_more(g);
	else
		buf_putc(g->out, c);
	g->repeat = start;
}

/* RE2 limits what nested counts multiply to. */
static bool
multiply(struct regex_gate *g, int least, int most, bool open)
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

bool
regex_repeat_counted(struct regex_gate *g)
{
	size_t start = g->r.at, after;
	int least, most;
	bool open;

	if (!counts(&g->r, &least, &most, &open)) {
		g->r.at = start + 1;
		regex_put_literal(g, '{');
		return false;
	}
	after = g->r.at;
	if (least < 0 || most < 0 || (!open && least > most)) {
		regex_fail(&g->r, "invalid repeat count",
		    regex_taken(&g->r, start));
		return true;
	}
	if (!may_repeat(g, start))
		return true;
	if (!multiply(g, least, most, open)) {
		regex_fail(&g->r, "invalid repeat count",
		    regex_taken(&g->r, start));
		return true;
	}
	if (open && least == 1)
		repeat_more(g);
	else
		buf_span(g->out, span_sub(g->r.all, start, after));
	g->repeat = start;
	return true;
}
