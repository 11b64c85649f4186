/* SPDX-License-Identifier: Apache-2.0 */
/* Edits and lines, for the formats that change entries. */

#include "format/change.h"

enum sealeaf_code
change_add(struct edits *es, struct doc *d, size_t from, size_t to,
    const struct buf *text, struct sealeaf_error *e)
{
	enum sealeaf_code rc = buf_check(text, e);
	struct span copy;

	if (rc != SEALEAF_OK)
		return rc;
	copy = arena_dup(&d->arena, buf_get(text));
	if (copy.p == NULL)
		return err_memory(e);
	edits_add(es, from, to - from, copy);
	return SEALEAF_OK;
}

void
change_cut(struct edits *es, size_t from, size_t to)
{
	edits_add(es, from, to - from, span_make("", 0));
}

void
change_cut_lines(struct edits *es, const struct doc *d, size_t from, size_t to)
{
	struct span s = d->source;

	if (to == s.n && from > 0 && s.p[to - 1] != '\n') {
		from--;
		if (from > 0 && s.p[from - 1] == '\r')
			from--;
	}
	change_cut(es, from, to);
}

size_t
change_start(const struct doc *d, const struct leaf *l)
{
	return (size_t)(l->src.p - d->source.p);
}

size_t
change_end(const struct doc *d, const struct leaf *l)
{
	return change_start(d, l) + l->src.n;
}

size_t
change_line(struct span s, size_t at)
{
	while (at > 0 && s.p[at - 1] != '\n')
		at--;
	return at;
}

size_t
change_line_end(struct span s, size_t at)
{
	size_t end = at + span_find(span_sub(s, at, s.n), '\n');

	return end > at && end < s.n && s.p[end - 1] == '\r' ? end - 1 : end;
}

size_t
change_next_line(struct span s, size_t at)
{
	size_t end = at + span_find(span_sub(s, at, s.n), '\n');

	return end < s.n ? end + 1 : end;
}
