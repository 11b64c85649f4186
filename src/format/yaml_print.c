/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole documents, single values and the metadata block, written anew in
 * SOPS's own layout.
 */
#include <string.h>

#include "doc/path.h"
#include "format/yaml_emit.h"

static bool
is_collection(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

int
yamlf_step(const struct doc *d)
{
	return yamlf_best(d->step);
}

void
yamlf_crlf(struct buf *b, size_t from)
{
	struct buf text = { 0 };

	for (size_t i = from; i < b->n; i++) {
		if (b->p[i] == '\n')
			buf_putc(&text, '\r');
		buf_putc(&text, b->p[i]);
	}
	buf_truncate(b, from);
	buf_put(b, text.p, text.n);
	b->failed |= text.failed;
	buf_fini(&text);
}

static enum sealeaf_code
check_style(const struct print_style *style, struct sealeaf_error *e)
{
	if (style != NULL && style->indent < 0)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "YAML Negative indentation not accepted");
	return SEALEAF_OK;
}

static void
start(struct yamlf_emit *o, struct buf *b, const struct print_style *style)
{
	yamlf_emit_init(o, b, yamlf_best(style != NULL ? style->indent : 0),
	    -1);
	if (style != NULL) {
		o->encrypted = style->encrypted;
		o->reference = style->reference;
	}
}

/* Whether the entries from `l` on are list items. */
static bool
is_list(const struct leaf *l, const struct leaf *to)
{
	while (l < to && l->type == LEAF_COMMENT)
		l++;
	return l < to && l->path != NULL && l->path->key.p == NULL;
}

/* One document; its root may stand in the list itself. */
static void
print_document(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, size_t depth, bool first)
{
	bool list = is_list(from, to);

	if (from < to && is_collection(from) &&
	    path_depth(from->path) <= depth) {
		list = from->type == LEAF_LIST;
		from++;
	}
	yamlf_emit_document(o, from, to, list, first);
}

enum sealeaf_code
yamlf_print(struct buf *b, const struct leaves *ls, size_t from, size_t n,
    size_t depth, const struct print_style *style, struct sealeaf_error *e)
{
	struct yamlf_emit o;
	const struct leaf *l = leaves_at(ls, from), *to = l + n, *next;
	uint32_t document = n > 0 && depth > 0 ? l->document : 0;
	uint32_t documents = depth == 0 && style != NULL ? style->documents : 0;
	bool first = true;

	if (check_style(style, e) != SEALEAF_OK)
		return e != NULL ? e->code : SEALEAF_ERR_DUMP;
	start(&o, b, style);
	do {
		for (next = l; next < to && next->document == document;)
			next++;
		print_document(&o, l, next, depth, first);
		first = false;
		document++;
		l = next;
	} while (l < to || document < documents);
	yamlf_emit_fini(&o);
	return buf_check(b, e);
}

enum sealeaf_code
yamlf_value(struct buf *b, const struct leaves *ls, size_t at, size_t depth,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct yamlf_emit o;
	const struct leaf *l = ls->list + at;

	(void)depth;
	if (check_style(style, e) != SEALEAF_OK)
		return e != NULL ? e->code : SEALEAF_ERR_DUMP;
	if (l->type == LEAF_STR || l->type == LEAF_BYTES) {
		buf_span(b, l->value);
		return buf_check(b, e);
	}
	start(&o, b, style);
	if (l->type == LEAF_LIST)
		o.best = yamlf_best(0); /* SOPS takes no setting here */
	yamlf_emit_single(&o, l);
	yamlf_emit_fini(&o);
	return buf_check(b, e);
}

enum sealeaf_code
yamlf_block(struct buf *b, const struct doc *d, const struct leaves *meta,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct yamlf_emit o;
	size_t from = b->n;
	int step = style != NULL && style->indent > 0 ? style->indent
	    : d != NULL                               ? d->step
						      : 0;

	if (check_style(style, e) != SEALEAF_OK)
		return e != NULL ? e->code : SEALEAF_ERR_DUMP;
	yamlf_emit_init(&o, b, yamlf_best(step), 0);
	buf_puts(b, "sops:");
	o.column = 5;
	o.whitespace = o.indention = false;
	yamlf_emit_collection(&o, meta->list, meta->list + meta->n, false,
	    YAMLF_VALUE);
	if (o.column > 0)
		buf_putc(b, '\n');
	yamlf_emit_fini(&o);
	if (d != NULL && d->crlf)
		yamlf_crlf(b, from);
	return buf_check(b, e);
}
