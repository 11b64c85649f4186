/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aliases written out, and put back.
 *
 * A live alias to an encrypted value does not open in SOPS, so each use gets a
 * copy of its own. In block context the copy of a collection stands in the
 * lines under the alias, whose own line keeps its comment.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "format/yaml_emit.h"

static bool
is_collection(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

/* The copy's leaves, with envelopes for values. */
static struct leaf *
make_leaves(const struct doc *d, const struct alias *a,
    const struct span *texts)
{
	struct leaf *list = mem_array(a->count, sizeof *list);

	for (uint32_t i = 0; list != NULL && i < a->count; i++) {
		list[i] = d->leaves.list[a->first + i];
		if (texts[i].p == NULL)
			continue;
		list[i].value = texts[i];
		if (leaf_is_value(list + i))
			list[i].type = LEAF_STR;
	}
	return list;
}

static bool
has_entries(const struct leaf *l)
{
	for (uint32_t i = 1; i <= l->inside; i++)
		if (l[i].type != LEAF_COMMENT)
			return true;
	return false;
}

/* A copy in the lines below, as it follows the end of the alias's line. */
static void
put_lines(struct buf *b, const struct doc *d, const struct alias *a,
    const struct leaf *l)
{
	struct yamlf_emit o;
	size_t from = b->n;

	buf_putc(b, '\n');
	yamlf_emit_init(&o, b, yamlf_step(d), a->indent);
	o.clip = true;
	yamlf_emit_collection(&o, l + 1, l + 1 + l->inside,
	    l->type == LEAF_LIST,
	    a->path != NULL && a->path->key.p == NULL ? YAMLF_ITEM
						      : YAMLF_VALUE);
	if (o.column == 0 && b->n > from + 1)
		buf_truncate(b, b->n - 1);
	yamlf_emit_fini(&o);
	if (d->crlf)
		yamlf_crlf(b, from);
}

static size_t
line_end(struct span s, size_t at)
{
	size_t end = at + span_find(span_sub(s, at, s.n), '\n');

	return end > at && end < s.n && s.p[end - 1] == '\r' ? end - 1 : end;
}

static enum sealeaf_code
keep(struct span *out, struct doc *d, struct buf *text, struct sealeaf_error *e)
{
	if (text->failed)
		return err_memory(e);
	*out = arena_dup(&d->arena, buf_get(text));
	return out->p == NULL ? err_memory(e) : SEALEAF_OK;
}

/* The text of a key in place of an alias for it. */
static enum sealeaf_code
copy_key(struct edits *es, struct doc *d, const struct alias *a,
    struct sealeaf_error *e)
{
	struct leaf l = { .type = LEAF_STR, .value = a->path->key };
	struct buf b = { 0 };
	struct span text;
	enum sealeaf_code code;

	yamlf_put_flow(&b, &l, false);
	code = keep(&text, d, &b, e);
	buf_fini(&b);
	if (code == SEALEAF_OK)
		edits_add(es, (size_t)(a->src.p - d->source.p), a->src.n, text);
	return code;
}

enum sealeaf_code
yamlf_copy(struct edits *es, struct doc *d, const struct alias *a,
    const struct span *texts, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	struct span text;
	struct leaf *list = a->key ? NULL : make_leaves(d, a, texts);
	size_t at = (size_t)(a->src.p - d->source.p);
	bool below;
	enum sealeaf_code code;

	if (a->key)
		return copy_key(es, d, a, e);
	if (list == NULL)
		return err_memory(e);
	below = !a->flow && is_collection(list) && has_entries(list);
	if (below) {
		put_lines(&b, d, a, list);
	} else {
		if (a->src.n > 0 && a->src.p[0] == ' ')
			buf_putc(&b, ' ');
		if (!a->flow && texts[0].p != NULL && texts[0].n > 0)
			buf_span(&b, texts[0]);
		else
			yamlf_put_flow(&b, list, false);
	}
	code = keep(&text, d, &b, e);
	if (code == SEALEAF_OK && below) {
		edits_add(es, at, a->src.n, span_make("", 0));
		edits_add(es, line_end(d->source, at + a->src.n), 0, text);
	} else if (code == SEALEAF_OK) {
		edits_add(es, at, a->src.n, text);
	}
	buf_fini(&b);
	free(list);
	return code;
}

/* The end of a collection and of the comments that SOPS counts to it. */
static const char *
end_of(const struct leaf *l)
{
	const char *end = l->src.p + l->src.n;

	for (uint32_t i = 1; i <= l->inside; i++) {
		const struct leaf *in = l + i;

		if (in->alias == l->alias && in->src.p + in->src.n > end)
			end = in->src.p + in->src.n;
	}
	return end;
}

/* Whether a block collection begins in the lines below its key or dash. */
static bool
stands_below(struct span src, size_t *line)
{
	size_t i = 0;

	while (i < src.n && (src.p[i] == ' ' || src.p[i] == '\t'))
		i++;
	if (i < src.n && src.p[i] != '#' && src.p[i] != '\r' &&
	    src.p[i] != '\n')
		return false;
	*line = line_end(src, 0);
	return *line < src.n;
}

enum sealeaf_code
yamlf_restore(struct edits *es, struct doc *d, size_t at, struct span text,
    struct sealeaf_error *e)
{
	const struct leaf *l = d->leaves.list + at;
	size_t from = (size_t)(l->src.p - d->source.p), line;
	struct span name = span_trim(text), copy;
	struct buf b = { 0 };
	bool behind = is_collection(l) && l->src.n > 0 && l->src.p[0] != '{' &&
	    l->src.p[0] != '[';
	enum sealeaf_code code;

	/* Behind a ':' the blanks of the alias come along; one is needed. */
	if (behind && name.n == text.n)
		buf_putc(&b, ' ');
	buf_span(&b, behind ? text : name);
	code = keep(&copy, d, &b, e);
	buf_fini(&b);
	if (code != SEALEAF_OK)
		return code;
	if (behind && stands_below(l->src, &line)) {
		edits_add(es, from, 0, copy);
		edits_add(es, from + line,
		    (size_t)(end_of(l) - l->src.p) - line, span_make("", 0));
	} else {
		edits_add(es, from, l->src.n, copy);
	}
	return SEALEAF_OK;
}
