/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of a source, found by their markers.
 *
 * A line that begins with "---" or "..." ends a document wherever it stands,
 * so no more than lines has to be read.
 */
#include <string.h>

#include "format/yaml_region.h"
#include "format/yaml_write.h"

static const char mark[] = "\xEF\xBB\xBF"; /* of the byte order */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_marker(struct span line, const char *marker)
{
	return span_starts(line, marker) &&
	    (line.n == 3 || is_space(line.p[3]));
}

/* Whether a line before a document belongs to none. */
static bool
is_prefix(struct span line)
{
	struct span s = span_trim(line);

	return s.n == 0 || s.p[0] == '#' || line.p[0] == '%';
}

/* The next document, in the order of the text. */
static bool
next_region(struct yamlf_region *r, struct yamlf_walk *w, struct span source)
{
	bool open = w->open;
	size_t at = w->at, end;

	if (at == 0 && span_starts(source, mark))
		at = 3;
	r->from = at;
	for (; at < source.n; at = end) {
		struct span line = span_sub(source, at, source.n);

		for (end = 0; end < line.n && yamlf_break_size(line, end) == 0;)
			end++;
		line.n = end;
		end += at +
		    yamlf_break_size(span_sub(source, at, source.n), end);
		if (is_marker(line, "---") || is_marker(line, "...")) {
			w->open = line.p[0] == '-';
			w->at = at + 3;
			if (open) {
				r->to = at;
				return true;
			}
			open = w->open;
			/* The marker's line may go on with content. */
			r->from = at + 3;
		} else if (!open && !is_prefix(line)) {
			open = true;
			r->from = at;
		}
	}
	w->open = false;
	w->at = source.n;
	r->to = source.n;
	return open;
}

static void
add_entry(struct yamlf_region *r, const struct doc *d, struct span src)
{
	size_t end = (size_t)(src.p - d->source.p) + src.n;

	if (end >= r->last) {
		r->last = end;
		r->bare = src.n == 0;
	}
	r->used = true;
}

/* What the scanner found in this document. The walk is at its first leaf and
 * its first alias, both being in the order of documents. */
static void
look_inside(struct yamlf_region *r, struct yamlf_walk *w, const struct doc *d)
{
	const struct leaf *l;

	for (; w->leaf < d->leaves.n; w->leaf++) {
		l = d->leaves.list + w->leaf;
		if (l->document != r->document)
			break;
		if (l->type == LEAF_COMMENT || l->alias != 0 ||
		    l->path == NULL || l->path->up != NULL)
			continue;
		if (!r->used) {
			r->flow = l->flags & LEAF_FLOW;
			r->column = l->indent;
		}
		add_entry(r, d, l->src);
	}
	for (; w->alias < d->n_aliases; w->alias++) {
		const struct alias *a = d->aliases + w->alias;

		if (d->leaves.list[a->first].document != r->document)
			break;
		if (a->outer == 0 && !a->key && a->path != NULL &&
		    a->path->up == NULL)
			add_entry(r, d, a->src);
	}
}

bool
yamlf_region_next(struct yamlf_region *r, struct yamlf_walk *w,
    const struct doc *d)
{
	bool found;

	memset(r, 0, sizeof *r);
	found = next_region(r, w, d->source);
	if (!found && w->n > 0)
		return false;
	if (!found) {
		r->from = span_starts(d->source, mark) ? 3 : 0;
		r->to = d->source.n;
	}
	r->document = w->n++;
	look_inside(r, w, d);
	return true;
}
