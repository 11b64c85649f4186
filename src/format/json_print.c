/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text made from leaves, with the escapes and number formats of Go's
 * encoding/json, which SOPS prints with.
 */

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/number.h"
#include "base/utf8.h"
#include "format/scan.h"
#include "format/text.h"

#include "format/json_internal.h"

enum sealeaf_code
jsonf_layout(struct json_layout *out, const struct print_style *style,
    struct sealeaf_error *e)
{
	static const char blanks[] = "                                ";
	int indent = style != NULL ? style->indent : -1;

	memset(out, 0, sizeof *out);
	out->eol = "\n";
	out->step = span_of("\t");
	if (style != NULL) {
		out->reference = style->reference;
		out->encrypted = style->encrypted;
	}
	if (indent < -1)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "JSON Indentation "
		    "parameter smaller than -1 is not accepted");
	if (indent >= (int)sizeof blanks)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "JSON indentation above 32 blanks is not supported");
	if (indent >= 0)
		out->step = span_make(blanks, (size_t)indent);
	return SEALEAF_OK;
}

/* Append what stands for the code point `c` of `n` bytes when it is escaped;
 * false when it stands for itself. One byte of U+FFFD is a wrong byte. */
static bool
escape(struct buf *b, uint32_t c, size_t n)
{
	static const char names[] = "\b\f\n\r\t\"\\";
	const char *hit = c != 0 && c < 0x80 ? strchr(names, (int)c) : NULL;

	if (hit != NULL)
		buf_printf(b, "\\%c", "bfnrt\"\\"[hit - names]);
	else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x2028 ||
	    c == 0x2029 || (c == 0xfffd && n == 1))
		buf_printf(b, "\\u%04x", (unsigned)c);
	else
		return false;
	return true;
}

void
jsonf_quote(struct buf *b, struct span s)
{
	size_t from = 0, n = 1;

	buf_reserve(b, s.n + 2);
	buf_putc(b, '"');
	for (size_t at = 0; at < s.n; at += n) {
		uint32_t c = (unsigned char)s.p[at];

		n = 1;
		if (c >= 0x80)
			c = utf8_get(s, at, &n);
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<' &&
		    c != '>' && c != '&')
			continue;
		buf_span(b, span_sub(s, from, at));
		from = escape(b, c, n) ? at + n : at;
	}
	buf_span(b, span_sub(s, from, s.n));
	buf_putc(b, '"');
}

/* As stored where JSON can read that, else as Go writes the number. */
static enum sealeaf_code
put_float(struct buf *b, struct span text, bool reference,
    struct sealeaf_error *e)
{
	double value;

	if (!reference && jsonf_is_number(text)) {
		buf_span(b, text);
		return SEALEAF_OK;
	}
	if (!number_float(text, &value) || value - value != 0.0)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "Error marshaling to json: "
		    "json: unsupported value: infinity or not a number");
	text_float_json(b, value);
	return SEALEAF_OK;
}

enum sealeaf_code
jsonf_scalar(struct buf *b, enum leaf_type type, struct span text,
    bool reference, struct sealeaf_error *e)
{
	switch (type) {
	case LEAF_FLOAT:
		return put_float(b, text, reference, e);
	case LEAF_NULL:
		buf_puts(b, "null");
		break;
	case LEAF_INT:
	case LEAF_BOOL:
		text_plain(b, type, text);
		break;
	case LEAF_BYTES:
		buf_putc(b, '"');
		base64_append(b, text.p, text.n);
		buf_putc(b, '"');
		break;
	default:
		jsonf_quote(b, text);
		break;
	}
	return SEALEAF_OK;
}

/* A collection that is being printed. */
struct open {
	size_t end;
	bool map, any;
};

static void
line(struct buf *b, const struct json_layout *layout, size_t level)
{
	if (layout->eol == NULL)
		return;
	buf_puts(b, layout->eol);
	while (level-- > 0)
		buf_span(b, layout->step);
}

/* What comes in front of a member or item: comma, line, key. */
static void
put_front(struct buf *b, struct open *o, const struct leaf *l, size_t level,
    const struct json_layout *layout)
{
	if (o->any)
		buf_puts(b, layout->eol == NULL && !layout->tight ? ", " : ",");
	line(b, layout, level);
	o->any = true;
	if (o->map) {
		jsonf_quote(b, l->path->key);
		buf_puts(b, layout->tight ? ":" : ": ");
	}
}

/* Whether the leaf has no place in JSON: comments, and the root itself. */
static bool
is_dropped(const struct leaf *l)
{
	return l->type == LEAF_COMMENT || l->path == NULL;
}

static enum sealeaf_code
put_value(struct buf *b, const struct leaf *l, const struct json_layout *layout,
    struct sealeaf_error *e)
{
	enum leaf_type type = (enum leaf_type)l->type;

	if (layout->encrypted && scan_sealed(l->value))
		type = LEAF_STR;
	return jsonf_scalar(b, type, l->value, layout->reference, e);
}

static bool
is_collection(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

enum sealeaf_code
jsonf_tree(struct buf *b, const struct leaves *ls, size_t from, size_t to,
    bool map, size_t level, const struct json_layout *layout,
    struct sealeaf_error *e)
{
	struct open stack[SCAN_DEPTH + 2] = { { to, map, false } }, *o;
	enum sealeaf_code rc = SEALEAF_OK;
	const struct leaf *l;
	size_t n = 1, i = from;

	buf_putc(b, map ? '{' : '[');
	while (n > 0 && rc == SEALEAF_OK) {
		o = &stack[n - 1];
		if (i >= o->end) {
			n--;
			if (o->any)
				line(b, layout, level + n);
			buf_putc(b, o->map ? '}' : ']');
			continue;
		}
		l = &ls->list[i++];
		if (is_dropped(l))
			continue;
		put_front(b, o, l, level + n, layout);
		if (!is_collection(l)) {
			rc = put_value(b, l, layout, e);
			continue;
		}
		if (n > SCAN_DEPTH)
			return err_set(e, SEALEAF_ERR_DUMP,
			    "nested deeper than 1000 levels");
		stack[n].end = i + l->inside;
		stack[n].map = l->type == LEAF_MAP;
		stack[n++].any = false;
		buf_putc(b, l->type == LEAF_MAP ? '{' : '[');
	}
	return rc != SEALEAF_OK ? rc : buf_check(b, e);
}

enum sealeaf_code
jsonf_node(struct buf *b, const struct leaves *ls, size_t at,
    const struct json_layout *layout, struct sealeaf_error *e)
{
	const struct leaf *l = &ls->list[at];

	if (!is_collection(l))
		return put_value(b, l, layout, e);
	return jsonf_tree(b, ls, at + 1, at + 1 + l->inside,
	    l->type == LEAF_MAP, 0, layout, e);
}

enum sealeaf_code
jsonf_member(struct buf *b, const struct leaves *meta,
    const struct json_layout *layout, struct sealeaf_error *e)
{
	buf_puts(b, "\"sops\": ");
	return jsonf_tree(b, meta, 0, meta->n, true, 1, layout, e);
}

/* SOPS prints the first document of several and is silent about the rest. */
enum sealeaf_code
jsonf_print(struct buf *b, const struct leaves *ls, size_t from, size_t n,
    size_t depth, const struct print_style *style, struct sealeaf_error *e)
{
	struct json_layout layout;
	enum sealeaf_code rc;
	size_t to = from;

	(void)depth;
	rc = jsonf_layout(&layout, style, e);
	if (rc != SEALEAF_OK)
		return rc;
	while (
	    to < from + n && ls->list[to].document == ls->list[from].document)
		to++;
	rc = jsonf_tree(b, ls, from, to, true, 0, &layout, e);
	buf_putc(b, '\n');
	return rc;
}
