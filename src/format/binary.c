/* SPDX-License-Identifier: Apache-2.0 */
/*
 * binary: any bytes, one value under the key "data". Encrypted it is a JSON
 * object of that one member and the metadata, so all that reads or changes
 * the encrypted form is format_json's (sealed_as).
 */

#include "doc/path.h"
#include "format/scan.h"

#include "format/json_internal.h"

static enum sealeaf_code
binf_scan(struct doc *d, struct sealeaf_error *e)
{
	struct leaf *l = scan_leaf(&d->leaves, e);
	static const struct span key = SPAN_LIT("data");

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	d->documents = 1;
	l->path = path_key(&d->arena, NULL, key, 0);
	if (l->path == NULL)
		return err_memory(e);
	l->style = STYLE_FILE;
	l->type = LEAF_STR;
	l->src = d->source;
	l->value = d->source;
	return SEALEAF_OK;
}

/* The object without its metadata and its end, which place() adds. */
static void
binf_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope)
{
	(void)l;
	buf_puts(b, "{\n");
	if (d->step == 0)
		buf_putc(b, '\t');
	else
		buf_fill(b, ' ', d->step);
	buf_puts(b, "\"data\": \"");
	buf_span(b, envelope);
	buf_putc(b, '"');
}

static void
binf_sealed(struct leaf *out, const struct doc *d, const struct leaf *l)
{
	(void)d;
	*out = *l;
	out->style = STYLE_DOUBLE;
}

static enum sealeaf_code
binf_spell(struct buf *b, const struct doc *d, const struct leaf *l,
    enum leaf_type type, struct span text, struct sealeaf_error *e)
{
	(void)d;
	(void)l;
	(void)type;
	buf_span(b, text);
	return buf_check(b, e);
}

static enum sealeaf_code
fail(struct sealeaf_error *e, const char *why)
{
	err_set(e, SEALEAF_ERR_DUMP, "error emitting binary store: %s", why);
	err_hint(e, "name the type of the output with --output-type");
	return SEALEAF_ERR_DUMP;
}

static enum sealeaf_code
binf_print(struct buf *b, const struct leaves *ls, size_t from, size_t n,
    size_t depth, const struct print_style *style, struct sealeaf_error *e)
{
	const struct leaf *l;

	(void)depth;
	(void)style;
	if (n > 0 && ls->list[from + n - 1].document != ls->list[from].document)
		return fail(e, "there must be exactly one tree branch");
	for (size_t i = from; i < from + n; i += 1 + l->inside) {
		l = &ls->list[i];
		if (l->type == LEAF_COMMENT || l->path == NULL ||
		    !span_is(l->path->key, "data"))
			continue;
		if (l->type != LEAF_STR && l->type != LEAF_BYTES)
			return fail(e,
			    "'data' key in tree does not have a "
			    "string value");
		buf_span(b, l->value);
		return buf_check(b, e);
	}
	return fail(e, "no binary data found in tree");
}

static enum sealeaf_code
binf_value(struct buf *b, const struct leaves *ls, size_t at, size_t depth,
    const struct print_style *style, struct sealeaf_error *e)
{
	(void)depth;
	(void)style;
	if (ls->list[at].type != LEAF_STR)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "Binary files are not "
		    "structured and extracting a single value is not possible");
	buf_span(b, ls->list[at].value);
	return buf_check(b, e);
}

static enum sealeaf_code
binf_block(struct buf *b, const struct doc *d, const struct leaves *meta,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct print_style own = { .indent = d->step > 0 ? d->step : -1 };
	struct json_layout layout;
	enum sealeaf_code rc;

	(void)style;
	rc = jsonf_layout(&layout, &own, e);
	return rc != SEALEAF_OK ? rc : jsonf_member(b, meta, &layout, e);
}

static enum sealeaf_code
binf_place(struct edits *es, struct doc *d, struct span block,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code rc;
	struct span text;

	block = jsonf_trim(block);
	buf_puts(&b, ",\n");
	if (d->step == 0)
		buf_putc(&b, '\t');
	else
		buf_fill(&b, ' ', d->step);
	buf_span(&b, block);
	buf_puts(&b, "\n}\n");
	rc = buf_check(&b, e);
	text = rc == SEALEAF_OK ? arena_dup(&d->arena, buf_get(&b))
				: span_make(NULL, 0);
	buf_fini(&b);
	if (rc == SEALEAF_OK && text.p == NULL)
		return err_memory(e);
	if (rc == SEALEAF_OK)
		edits_add(es, d->source.n, 0, text);
	return rc;
}

static bool
binf_refused(struct span key)
{
	(void)key;
	return false;
}

static const char *const suffixes[] = { NULL };

const struct format format_binary = {
	.name = "binary",
	.suffixes = suffixes,
	.tree = false,
	.sealed_as = &format_json,
	.scan = binf_scan,
	.seal = binf_seal,
	.sealed = binf_sealed,
	.spell = binf_spell,
	.print = binf_print,
	.value = binf_value,
	.block = binf_block,
	.place = binf_place,
	.refused = binf_refused,
	.example = "Welcome to SOPS! Edit this file as you please!",
};
