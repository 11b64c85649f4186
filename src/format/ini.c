/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI as a format. An envelope has none of the characters that mean something
 * in INI, so it stands in the quotes of the value or in none; the metadata is
 * a last section [sops] with flattened keys.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/flat.h"
#include "format/scan.h"
#include "format/text.h"

#include "format/ini_internal.h"
#include "format/json_internal.h"

/* Comments but those behind a value. */
static bool
has_sign(const struct leaf *l)
{
	return l->style == STYLE_LINE &&
	    ((l->flags & LEAF_INLINE) == 0 || (l->flags & LEAF_HEADED) != 0);
}

/*
 * A comment with its sign. Where its text begins with one, SOPS prints that
 * instead, and so decrypt does. For a headed one the line of the section
 * follows.
 */
static void
put_comment(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text)
{
	struct span src = l->src;
	size_t line = src.n;

	inif_comment(b, text,
	    src.p[0] == '[' ? span_of("; ") : span_sub(src, 0, inif_signs(src)),
	    scan_eol(d));
	if ((l->flags & LEAF_HEADED) == 0)
		return;
	buf_puts(b, scan_eol(d));
	while (line > 0 && src.p[line - 1] != '\n')
		line--;
	src = span_sub(src, line, src.n);
	buf_span(b, span_sub(src, 0, span_find(src, '[') + 1));
	buf_span(b, l->path->key);
	buf_putc(b, ']');
}

static void
inif_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope)
{
	if (has_sign(l)) {
		put_comment(b, d, l, envelope);
		return;
	}
	inif_quote(b, envelope, (enum leaf_style)l->style);
}

static void
inif_sealed(struct leaf *out, const struct doc *d, const struct leaf *l)
{
	(void)d;
	*out = *l;
	if (l->style != STYLE_BACKTICK && l->style != STYLE_TRIPLE)
		out->flags &= (uint8_t)~LEAF_LONG;
}

static enum sealeaf_code
spell_value(struct buf *b, const struct leaf *l, enum leaf_type type,
    struct span text, struct sealeaf_error *e)
{
	struct buf plain = { 0 };
	enum sealeaf_code rc;

	text_plain(&plain, type, text);
	rc = buf_check(&plain, e);
	if (rc == SEALEAF_OK &&
	    !inif_spell_value(b, buf_get(&plain), (enum leaf_style)l->style))
		rc = err_set(e, SEALEAF_ERR_DUMP,
		    "a value has a form that INI cannot hold");
	buf_fini(&plain);
	return rc != SEALEAF_OK ? rc : buf_check(b, e);
}

static enum sealeaf_code
inif_spell(struct buf *b, const struct doc *d, const struct leaf *l,
    enum leaf_type type, struct span text, struct sealeaf_error *e)
{
	if (l->style != STYLE_LINE)
		return spell_value(b, l, type, text, e);
	/* Behind a value there is one line. */
	if (has_sign(l))
		put_comment(b, d, l, text);
	else
		text_replace(b, text, "\n", " ");
	return buf_check(b, e);
}

/* SOPS prints JSON here, but strings raw. */
static enum sealeaf_code
inif_value_text(struct buf *b, const struct leaves *ls, size_t at, size_t depth,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct json_layout layout = { .tight = true };
	const struct leaf *l = &ls->list[at];

	if (l->type == LEAF_MAP)
		return inif_print(b, ls, at + 1, l->inside, depth + 1, style,
		    e);
	if (l->type != LEAF_STR)
		return jsonf_node(b, ls, at, &layout, e);
	buf_span(b, l->value);
	return buf_check(b, e);
}

/* The flattened names and texts of the metadata. */
static enum sealeaf_code
flatten(struct ini_entry *list, size_t *n, struct arena *a,
    const struct leaves *meta, struct sealeaf_error *e)
{
	enum sealeaf_code rc = SEALEAF_OK;
	struct buf name = { 0 }, plain = { 0 }, text = { 0 };

	for (size_t i = 0; i < meta->n && rc == SEALEAF_OK; i++) {
		const struct leaf *l = &meta->list[i];

		if (l->type == LEAF_MAP || l->type == LEAF_LIST ||
		    l->type == LEAF_COMMENT)
			continue;
		buf_truncate(&name, 0);
		buf_truncate(&plain, 0);
		buf_truncate(&text, 0);
		rc = flat_name(&name, l->path, e);
		text_plain(&plain, (enum leaf_type)l->type, l->value);
		text_replace(&text, buf_get(&plain), "\n", "\\n");
		list[*n].name = arena_dup(a, buf_get(&name));
		list[*n].value = arena_dup(a, buf_get(&text));
		if (rc == SEALEAF_OK &&
		    (name.failed || plain.failed || text.failed ||
			list[*n].name.p == NULL || list[*n].value.p == NULL))
			rc = err_memory(e);
		(*n)++;
	}
	buf_fini(&name);
	buf_fini(&plain);
	buf_fini(&text);
	return rc;
}

static enum sealeaf_code
inif_block(struct buf *b, const struct doc *d, const struct leaves *meta,
    const struct print_style *style, struct sealeaf_error *e)
{
	struct arena a = { 0 };
	struct ini_entry *list;
	enum sealeaf_code rc;
	size_t n = 0;

	(void)style;
	list = mem_array(meta->n + 1, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	rc = flatten(list, &n, &a, meta, e);
	if (rc == SEALEAF_OK) {
		buf_printf(b, "[sops]%s", scan_eol(d));
		rc = inif_entries(b, list, n, false, scan_eol(d), e);
	}
	arena_fini(&a);
	free(list);
	return rc != SEALEAF_OK ? rc : buf_check(b, e);
}

/*
 * Behind everything, after an empty line. When the file has no newline at its
 * end, one more goes in front and the block's own last one is left away.
 */
static enum sealeaf_code
inif_place(struct edits *es, struct doc *d, struct span block,
    struct sealeaf_error *e)
{
	struct span src = d->source, text;
	size_t rest = scan_rest(d);
	bool open = src.n > 0 && src.p[src.n - 1] != '\n';
	const char *eol = d->crlf || (rest > 0 && src.p[rest - 1] == '\r')
	    ? "\r\n"
	    : "\n";
	struct buf b = { 0 };
	enum sealeaf_code rc;

	block = span_trim(block);
	if (rest > 0 && open)
		buf_puts(&b, eol);
	if (rest > 0)
		buf_puts(&b, eol);
	buf_span(&b, block);
	if (!open || rest == 0)
		buf_puts(&b, scan_eol(d));
	rc = buf_check(&b, e);
	text = rc == SEALEAF_OK ? arena_dup(&d->arena, buf_get(&b))
				: span_make(NULL, 0);
	buf_fini(&b);
	if (rc == SEALEAF_OK && text.p == NULL)
		return err_memory(e);
	if (rc == SEALEAF_OK)
		edits_add(es, src.n, 0, text);
	return rc;
}

static bool
inif_refused(struct span key)
{
	return span_is(key, "sops");
}

static const char *const suffixes[] = { ".ini", NULL };

/* SOPS dies on a comment whose text begins with an empty line. */
static bool
inif_misread(struct span *cut, const struct doc *d, const struct leaf *l,
    bool list)
{
	size_t at = 0, end;

	(void)d;
	(void)list;
	if (l->style != STYLE_LINE || (l->flags & LEAF_LONG) == 0 ||
	    l->src.p[0] == '[')
		return false;
	for (; at < l->src.n; at = end) {
		struct span line = span_sub(l->src, at, l->src.n);

		line.n = span_find(line, '\n');
		end = at + line.n + 1;
		line = span_trim(line);
		if (line.n == 0 || inif_signs(line) < line.n)
			break;
	}
	*cut = span_sub(l->src, 0, at < l->src.n ? at : l->src.n);
	return cut->n > 0;
}

const struct format format_ini = {
	.name = "ini",
	.suffixes = suffixes,
	.tree = true,
	.scan = inif_scan,
	.seal = inif_seal,
	.sealed = inif_sealed,
	.spell = inif_spell,
	.print = inif_print,
	.value = inif_value_text,
	.block = inif_block,
	.place = inif_place,
	.replace = inif_replace,
	.insert = inif_insert,
	.remove = inif_remove,
	.misread = inif_misread,
	.refused = inif_refused,
	.example =
	    "; This is an example file.\n"
	    "[Welcome!]\n"
	    "hello       = Welcome to SOPS! Edit this file as you please!\n"
	    "example_key = example_value\n",
};
