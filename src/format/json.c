/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON as a format: what stands in place of a value, and where the metadata
 * goes. It is the last member, laid out as the file lays out its own members.
 */

#include <stdio.h>
#include <string.h>

#include "format/scan.h"
#include "format/text.h"

#include "format/json_internal.h"

static void
jsonf_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope)
{
	(void)d;
	(void)l;
	buf_putc(b, '"');
	buf_span(b, envelope);
	buf_putc(b, '"');
}

static void
jsonf_sealed(struct leaf *out, const struct doc *d, const struct leaf *l)
{
	(void)d;
	*out = *l;
	out->style = STYLE_DOUBLE;
}

static enum sealeaf_code
jsonf_spell(struct buf *b, const struct doc *d, const struct leaf *l,
    enum leaf_type type, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code rc;

	(void)d;
	(void)l;
	rc = jsonf_scalar(b, type, text, false, e);
	return rc != SEALEAF_OK ? rc : buf_check(b, e);
}

/* SOPS gives a string raw, a mapping as a document, all else as JSON. */
static enum sealeaf_code
jsonf_value(struct buf *b, const struct leaves *ls, size_t at, size_t depth,
    const struct print_style *style, struct sealeaf_error *e)
{
	const struct leaf *l = &ls->list[at];
	struct json_layout layout;
	enum sealeaf_code rc;

	(void)depth;
	rc = jsonf_layout(&layout, style, e);
	if (rc != SEALEAF_OK)
		return rc;
	if (l->type == LEAF_STR)
		buf_span(b, l->value);
	else
		rc = jsonf_node(b, ls, at, &layout, e);
	if (rc == SEALEAF_OK && l->type == LEAF_MAP)
		buf_putc(b, '\n');
	return rc != SEALEAF_OK ? rc : buf_check(b, e);
}

/* The last top-level leaf, or NULL. */
static const struct leaf *
last_member(const struct doc *d)
{
	const struct leaf *last = NULL;

	for (size_t i = 0; i < d->leaves.n; i += 1 + d->leaves.list[i].inside)
		last = &d->leaves.list[i];
	return last;
}

/* The blanks between the top-level brace and the first member. */
static struct span
first_blanks(const struct doc *d)
{
	size_t at = span_find(d->source, '{') + 1, end = at;

	while (end < d->source.n &&
	    (d->source.p[end] == ' ' || d->source.p[end] == '\t' ||
		d->source.p[end] == '\r' || d->source.p[end] == '\n'))
		end++;
	return span_sub(d->source, at, end);
}

/*
 * The file's own layout, read off the first member. An object without members
 * says nothing, so there the wish in `style` counts.
 */
static enum sealeaf_code
layout_of(struct json_layout *out, const struct doc *d,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct span blanks = first_blanks(d);
	enum sealeaf_code rc;

	rc = jsonf_layout(out, style, e);
	if (rc != SEALEAF_OK)
		return rc;
	out->eol = scan_eol(d);
	if (last_member(d) == NULL)
		return SEALEAF_OK;
	if (span_find(blanks, '\n') == blanks.n) {
		out->eol = NULL;
		return SEALEAF_OK;
	}
	while (span_find(blanks, '\n') < blanks.n)
		blanks = span_sub(blanks, span_find(blanks, '\n') + 1,
		    blanks.n);
	out->step = blanks;
	return SEALEAF_OK;
}

static enum sealeaf_code
jsonf_block(struct buf *b, const struct doc *d, const struct leaves *meta,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct json_layout layout;
	enum sealeaf_code rc;

	rc = layout_of(&layout, d, style, e);
	return rc != SEALEAF_OK ? rc : jsonf_member(b, meta, &layout, e);
}

struct span
jsonf_trim(struct span block)
{
	block = span_trim(block);
	if (span_starts(block, ","))
		block = span_sub(block, 1, block.n);
	if (span_ends(block, ","))
		block.n--;
	return span_trim(block);
}

/* The step that block() used, where the document itself has none: the blanks
 * of the block's last line, its closing brace. */
static struct span
step_of_block(struct span block)
{
	size_t at = block.n;

	while (at > 0 && block.p[at - 1] != '\n')
		at--;
	return span_sub(block, at, block.n > 0 ? block.n - 1 : 0);
}

/*
 * Behind the last member. In an object without members it stands on lines of
 * its own, and scan() takes away what is added here and no more: the blanks
 * before it and one line end behind.
 */
static enum sealeaf_code
jsonf_place(struct edits *es, struct doc *d, struct span block,
    struct sealeaf_error *e)
{
	const struct leaf *last = last_member(d);
	struct json_layout layout;
	struct buf b = { 0 };
	enum sealeaf_code rc;
	struct span text;
	size_t at;

	rc = layout_of(&layout, d, NULL, e);
	if (rc != SEALEAF_OK)
		return rc;
	block = jsonf_trim(block);
	if (last != NULL)
		buf_puts(&b, layout.eol == NULL ? ", " : ",");
	if (layout.eol != NULL)
		buf_puts(&b, layout.eol);
	if (last == NULL)
		layout.step = step_of_block(block);
	if (layout.eol != NULL)
		buf_span(&b, layout.step);
	buf_span(&b, block);
	if (last == NULL)
		buf_puts(&b, layout.eol);
	rc = buf_check(&b, e);
	text = rc == SEALEAF_OK ? arena_dup(&d->arena, buf_get(&b))
				: span_make(NULL, 0);
	buf_fini(&b);
	if (rc == SEALEAF_OK && text.p == NULL)
		return err_memory(e);
	at = last != NULL ? (size_t)(last->src.p + last->src.n - d->source.p)
			  : span_find(d->source, '{') + 1;
	if (rc == SEALEAF_OK)
		edits_add(es, at, 0, text);
	return rc;
}

static bool
jsonf_refused(struct span key)
{
	return span_is(key, "sops");
}

static const char *const suffixes[] = { ".json", NULL };

const struct format format_json = {
	.name = "json",
	.suffixes = suffixes,
	.tree = true,
	.scan = jsonf_scan,
	.seal = jsonf_seal,
	.sealed = jsonf_sealed,
	.spell = jsonf_spell,
	.print = jsonf_print,
	.value = jsonf_value,
	.block = jsonf_block,
	.place = jsonf_place,
	.replace = jsonf_replace,
	.insert = jsonf_insert,
	.remove = jsonf_remove,
	.refused = jsonf_refused,
	.example =
	    "{\n"
	    "\t\"hello\": \"Welcome to SOPS! Edit this file as you please!\",\n"
	    "\t\"example_key\": \"example_value\",\n"
	    "\t\"example_array\": [\n"
	    "\t\t\"example_value1\",\n"
	    "\t\t\"example_value2\"\n"
	    "\t],\n"
	    "\t\"example_number\": 1234.56789,\n"
	    "\t\"example_booleans\": [\n"
	    "\t\ttrue,\n"
	    "\t\tfalse\n"
	    "\t]\n"
	    "}\n",
};
