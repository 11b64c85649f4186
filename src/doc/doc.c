/* SPDX-License-Identifier: Apache-2.0 */
/* The lists a document owns, and places in its source. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "doc/doc.h"

struct leaf *
leaves_add(struct leaves *ls)
{
	struct leaf *list;

	/* `inside` and `alias` are 32 bits wide. */
	if (ls->n >= UINT32_MAX)
		return NULL;
	list = mem_grow(ls->list, &ls->cap, ls->n + 1, sizeof *list);
	if (list == NULL)
		return NULL;
	ls->list = list;
	memset(&list[ls->n], 0, sizeof *list);
	return &list[ls->n++];
}

const struct leaf *
leaves_at(const struct leaves *ls, size_t i)
{
	static const struct leaf none;

	return ls->list != NULL ? ls->list + i : &none;
}

void
doc_fini(struct doc *d)
{
	arena_fini(&d->arena);
	free(d->leaves.list);
	free(d->meta.list);
	free(d->lists.list);
	free(d->aliases);
	free(d->anchors);
	free(d->blocks);
	memset(d, 0, sizeof *d);
}

void
doc_place(const struct doc *d, const char *at, size_t *line, size_t *column)
{
	size_t end = (size_t)(at - d->source.p), start = 0, n;
	struct span before;

	if (end > d->source.n)
		end = d->source.n;
	before = span_sub(d->source, 0, end);
	*line = 1;
	while (span_find(span_sub(before, start, end), '\n') < end - start) {
		start += span_find(span_sub(before, start, end), '\n') + 1;
		(*line)++;
	}
	*column = 1;
	for (; start < end; start += n) {
		(void)utf8_get(before, start, &n);
		(*column)++;
	}
}

void
doc_place_next(const struct doc *d, struct doc_cursor *p, const char *at)
{
	struct doc rest = { .source = d->source };
	const char *end = d->source.p + d->source.n;
	size_t line, column;

	if (p->at == NULL || at < p->at) {
		p->at = d->source.p;
		p->line = p->column = 1;
	}
	if (at > end)
		at = end;
	rest.source = span_make(p->at, (size_t)(end - p->at));
	doc_place(&rest, at, &line, &column);
	p->column = line == 1 ? p->column + column - 1 : column;
	p->line += line - 1;
	p->at = at;
}
