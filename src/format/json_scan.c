/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict JSON reader (RFC 8259) that knows where everything stands. One
 * loop with a stack of its own takes one member or item a turn. SOPS reads
 * truncated text and ignores what follows the object; both are refused here.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"
#include "doc/path.h"
#include "format/scan.h"

#include "format/json_internal.h"

#define BAD_INPUT "Could not unmarshal input data: "

struct frame {
	struct step *path;
	size_t leaf;
	uint32_t count;
	bool map;
};

/* Where the metadata stands among the top-level members. */
struct member {
	const char *before; /* end of the value in front of it, or NULL */
	const char *start, *end;
	const char *next; /* the key behind it, or NULL */
};

struct scanner {
	struct doc *d;
	struct leaves *ls; /* leaves, or meta while inside it */
	const char *p, *end;
	const char *top;   /* the object's first byte */
	const char *value; /* end of the last top-level value, or NULL */
	const char *key;   /* start of the last top-level key */
	struct member meta;
	bool in_meta;
	size_t depth;
	struct frame stack[SCAN_DEPTH];
	struct sealeaf_error *e;
};

static void
skip(struct scanner *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* Go's words for a byte that does not belong where it stands. */
static enum sealeaf_code
bad(struct scanner *s, const char *where)
{
	unsigned char c;
	char name[8] = "", text[128];
	struct buf b = { 0 };

	if (s->p >= s->end)
		return scan_fail(s->d, s->end, s->e,
		    BAD_INPUT "unexpected end of JSON input");
	c = (unsigned char)*s->p;
	if (c >= 0xa0)
		utf8_put(&b, c);
	else if (c >= ' ' && c < 0x7f)
		buf_printf(&b, "%s%c", c == '\'' || c == '\\' ? "\\" : "", c);
	else
		buf_printf(&b, "\\x%02x", c);
	(void)snprintf(name, sizeof name, "%s", b.p != NULL ? b.p : "");
	(void)snprintf(text, sizeof text, BAD_INPUT "invalid character '%s' %s",
	    name, where);
	buf_fini(&b);
	return scan_fail(s->d, s->p, s->e, text);
}

static enum sealeaf_code
string(struct scanner *s, struct span *out)
{
	const char *start = s->p + 1, *end, *why;
	bool escaped;

	end = jsonf_string_end(start, s->end, &escaped, &s->p, &why);
	if (end == NULL)
		return bad(s, why);
	s->p = end + 1;
	*out = span_make(start, (size_t)(end - start));
	if (escaped && !jsonf_unescape(&s->d->arena, *out, out))
		return err_memory(s->e);
	return SEALEAF_OK;
}

static enum sealeaf_code
number(struct scanner *s, struct leaf *l)
{
	const char *start = s->p, *at, *end;
	struct span text;
	int64_t whole;
	double real;

	end = jsonf_number_end(s->p, s->end, &at);
	if (end == NULL) {
		s->p = at;
		return bad(s, "in numeric literal");
	}
	s->p = end;
	text = span_make(start, (size_t)(end - start));
	if (number_int(text, &whole)) {
		scan_fill(l, LEAF_INT, text,
		    span_is(text, "-0") ? span_of("0") : text);
		return SEALEAF_OK;
	}
	if (!number_float(text, &real))
		return scan_fail(s->d, start, s->e,
		    BAD_INPUT "number out of the range of a double");
	scan_fill(l, LEAF_FLOAT, text, text);
	return SEALEAF_OK;
}

static enum sealeaf_code
literal(struct scanner *s, struct leaf *l, const char *word,
    enum leaf_type type)
{
	struct span text = span_make(s->p, strlen(word));
	char where[32];

	(void)snprintf(where, sizeof where, "in literal %s", word);
	for (size_t i = 0; i < text.n; i++, s->p++) {
		if (s->p >= s->end || *s->p != word[i])
			return bad(s, where);
	}
	scan_fill(l, type, text, text);
	return SEALEAF_OK;
}

static enum sealeaf_code
scalar(struct scanner *s, struct step *path)
{
	struct leaf *l = scan_leaf(s->ls, s->e);
	const char *start = s->p;
	struct span text = { NULL, 0 };
	enum sealeaf_code rc;

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	l->path = path;
	switch (*start) {
	case '"':
		rc = string(s, &text);
		if (rc == SEALEAF_OK)
			scan_fill(l, LEAF_STR,
			    span_make(start, (size_t)(s->p - start)), text);
		l->style = STYLE_DOUBLE;
		return rc;
	case 't':
		return literal(s, l, "true", LEAF_BOOL);
	case 'f':
		return literal(s, l, "false", LEAF_BOOL);
	case 'n':
		return literal(s, l, "null", LEAF_NULL);
	default:
		if (*start != '-' && (*start < '0' || *start > '9'))
			return bad(s, "looking for beginning of value");
		return number(s, l);
	}
}

/* Open a collection. The metadata's own object is no leaf. */
static enum sealeaf_code
enter(struct scanner *s, struct step *path, bool meta)
{
	struct frame *f;
	struct leaf *l;

	if (s->depth >= SCAN_DEPTH)
		return scan_fail(s->d, s->p, s->e,
		    BAD_INPUT "nested deeper than 1000 levels");
	f = &s->stack[s->depth];
	memset(f, 0, sizeof *f);
	f->map = *s->p == '{';
	if (meta) {
		s->in_meta = true;
		s->ls = &s->d->meta;
	} else if (s->depth > 0) {
		l = scan_leaf(s->ls, s->e);
		if (l == NULL)
			return SEALEAF_ERR_MEMORY;
		scan_fill(l, f->map ? LEAF_MAP : LEAF_LIST, span_make(s->p, 1),
		    span_make(NULL, 0));
		l->path = path;
		f->leaf = s->ls->n - 1;
		f->path = path;
	}
	s->depth++;
	s->p++;
	return SEALEAF_OK;
}

static void
leave(struct scanner *s)
{
	struct frame *f = &s->stack[--s->depth];
	struct leaf *l;

	s->p++;
	if (s->depth == 1 && s->in_meta) {
		s->in_meta = false;
		s->ls = &s->d->leaves;
		s->meta.end = s->p;
		return;
	}
	if (s->depth > 0) {
		l = &s->ls->list[f->leaf];
		l->src.n = (size_t)(s->p - l->src.p);
		l->inside = (uint32_t)(s->ls->n - f->leaf - 1);
	}
	if (s->depth == 1)
		s->value = s->p;
}

/* The key of a member, up to its value. */
static enum sealeaf_code
key(struct scanner *s, struct span *name)
{
	enum sealeaf_code rc;

	if (s->p >= s->end || *s->p != '"')
		return bad(s, "looking for beginning of object key string");
	if (s->depth == 1) {
		s->key = s->p;
		if (s->meta.end != NULL && s->meta.next == NULL)
			s->meta.next = s->p;
	}
	rc = string(s, name);
	if (rc != SEALEAF_OK)
		return rc;
	skip(s);
	if (s->p >= s->end || *s->p != ':')
		return bad(s, "after object key");
	s->p++;
	skip(s);
	return SEALEAF_OK;
}

/* Whether the value at s->p, of the top-level key `name`, is the metadata. */
static enum sealeaf_code
is_meta(struct scanner *s, struct span name, bool *yes)
{
	*yes = s->depth == 1 && span_is(name, "sops") && s->p < s->end &&
	    *s->p == '{';
	if (!*yes)
		return SEALEAF_OK;
	if (s->d->has_meta) {
		scan_fail(s->d, s->key, s->e, "Found duplicate sops entry");
		return SEALEAF_ERR_READ;
	}
	s->d->has_meta = true;
	s->meta.before = s->value;
	s->meta.start = s->key;
	return SEALEAF_OK;
}

/* One member or item: key, and a value or the start of one. */
static enum sealeaf_code
next(struct scanner *s, struct frame *f)
{
	struct span name = { NULL, 0 };
	enum sealeaf_code rc = SEALEAF_OK;
	struct step *path;
	bool meta = false;

	if (f->map)
		rc = key(s, &name);
	if (rc == SEALEAF_OK && f->map)
		rc = is_meta(s, name, &meta);
	if (rc != SEALEAF_OK)
		return rc;
	path = f->map ? path_key(&s->d->arena, f->path, name, f->count)
		      : path_item(&s->d->arena, f->path, f->count);
	if (path == NULL)
		return err_memory(s->e);
	f->count++;
	if (s->p >= s->end)
		return bad(s, "");
	if (*s->p == '{' || *s->p == '[')
		return enter(s, path, meta);
	rc = scalar(s, path);
	if (s->depth == 1)
		s->value = s->p;
	return rc;
}

/* All members, from behind the top-level brace to its partner. */
static enum sealeaf_code
members(struct scanner *s)
{
	enum sealeaf_code rc = SEALEAF_OK;
	struct frame *f;

	while (rc == SEALEAF_OK && s->depth > 0) {
		f = &s->stack[s->depth - 1];
		skip(s);
		if (s->p < s->end && *s->p == (f->map ? '}' : ']')) {
			leave(s);
			continue;
		}
		if (f->count > 0) {
			if (s->p >= s->end || *s->p != ',')
				return bad(s,
				    f->map ? "after object key:value pair"
					   : "after array element");
			s->p++;
			skip(s);
		}
		rc = next(s, f);
	}
	return rc;
}

/*
 * What to cut so that the text is as if there were no metadata: from the end
 * of the member before it. The only member goes with the blanks before it and
 * one line end behind, which is what jsonf_place() adds to an empty object.
 */
static enum sealeaf_code
note_block(struct scanner *s)
{
	const char *from = s->meta.before, *to = s->meta.end;
	const char *base = s->d->source.p;

	if (from == NULL && s->meta.next != NULL) {
		from = s->meta.start;
		to = s->meta.next;
	} else if (from == NULL) {
		from = s->top + 1;
		if (*to == '\r' && to[1] == '\n')
			to++;
		if (*to == '\n')
			to++;
	}
	return scan_block(s->d, (size_t)(from - base), (size_t)(to - base),
	    s->e);
}

/* d->step: the blanks before the first member. */
static void
note_step(struct scanner *s)
{
	const char *p = s->top + 1, *line = NULL;

	for (; p < s->end && strchr(" \t\r\n", *p) != NULL && *p; p++) {
		if (*p == '\n')
			line = p + 1;
		else if (*p == '\t')
			line = NULL;
	}
	if (line != NULL && p - line < 256)
		s->d->step = (uint8_t)(p - line);
}

static enum sealeaf_code
top(struct scanner *s)
{
	skip(s);
	if (s->p >= s->end)
		return scan_fail(s->d, s->p, s->e, BAD_INPUT "EOF");
	if (*s->p == '{') {
		s->top = s->p;
		return enter(s, NULL, false);
	}
	if (*s->p == '[') {
		scan_fail(s->d, s->p, s->e,
		    BAD_INPUT
		    "SOPS only supports JSON "
		    "files with a top-level object (starting with '{'), not "
		    "arrays or other types. Got delimiter [ instead. To "
		    "encrypt "
		    "this file, wrap it in an object, e.g., {\"data\": [...]}");
		return SEALEAF_ERR_READ;
	}
	if (strchr("\"-0123456789tfn", *s->p) != NULL && *s->p != '\0') {
		scan_fail(s->d, s->p, s->e,
		    BAD_INPUT
		    "SOPS only supports JSON "
		    "files with a top-level object (starting with '{'), not "
		    "other JSON types");
		err_hint(s->e, "wrap it in an object, e.g. {\"data\": ...}");
		return SEALEAF_ERR_READ;
	}
	bad(s, "looking for beginning of value");
	if (span_starts(s->d->source, "\xef\xbb\xbf"))
		err_hint(s->e, "remove the byte order mark");
	return SEALEAF_ERR_READ;
}

enum sealeaf_code
jsonf_scan(struct doc *d, struct sealeaf_error *e)
{
	struct scanner *s;
	enum sealeaf_code rc;

	s = mem_zero(sizeof *s);
	if (s == NULL)
		return err_memory(e);
	s->d = d;
	s->ls = &d->leaves;
	s->p = d->source.p;
	s->end = d->source.p + d->source.n;
	s->e = e;
	d->documents = 1;
	scan_crlf(d);
	rc = d->source.n > 0 ? top(s) : scan_fail(d, s->p, e, BAD_INPUT "EOF");
	if (rc == SEALEAF_OK)
		rc = scan_utf8(d, e);
	if (rc == SEALEAF_OK) {
		note_step(s);
		rc = members(s);
	}
	if (rc == SEALEAF_OK)
		skip(s);
	if (rc == SEALEAF_OK && s->p < s->end)
		rc = bad(s, "after top-level value");
	if (rc == SEALEAF_OK && d->has_meta)
		rc = note_block(s);
	free(s);
	return rc;
}
