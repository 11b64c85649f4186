/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markers are looked for only where a file cannot be read: text that shows
 * some is nobody's mistake.
 */

#include "sops/conflict.h"

enum { MARK = 7 };

/* Whether `line` is seven times `c`, alone or before a blank. */
static bool
is_marker(struct span line, char c)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n < MARK || (line.n > MARK && line.p[MARK] != ' '))
		return false;
	for (size_t i = 0; i < MARK; i++) {
		if (line.p[i] != c)
			return false;
	}
	return true;
}

/* The first marker, when the others follow in their order; else NULL. */
static const char *
find(struct span text)
{
	static const char marks[] = "<=>";
	const char *first = NULL;
	size_t next = 0;

	while (text.n > 0 && marks[next] != '\0') {
		size_t n = span_find(text, '\n');
		struct span line = span_sub(text, 0, n);

		if (is_marker(line, marks[next]) && next++ == 0)
			first = line.p;
		text = span_sub(text, n + 1, text.n);
	}
	return marks[next] == '\0' ? first : NULL;
}

void
conflict_explain(const struct doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code = e != NULL ? e->code : SEALEAF_OK;
	const char *at;
	size_t line, column;

	if (code == SEALEAF_OK || code == SEALEAF_ERR_MEMORY)
		return;
	at = find(d->source);
	if (at == NULL)
		return;
	doc_place(d, at, &line, &column);
	err_clear(e);
	(void)err_at(e, code, line, column,
	    "the file holds the conflict markers of a merge that was not resolved");
	err_hint(e,
	    "take one side whole (git checkout --ours FILE, or --theirs) and make the other's changes again; lines of two encryptions do not mix");
}
