/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths are chains from the last step upwards, so leaves share their parents.
 * Texts of them are written from the end, or by walking up once for each
 * step: depth is limited, and only messages need the second way.
 */

#include <string.h>

#include "base/number.h"
#include "doc/path.h"

/* As deep as documents may be. */
enum { DEPTH_MAX = 1000 };

static struct step *
new_step(struct arena *a, struct step *up, uint32_t index)
{
	struct step *s = arena_alloc(a, sizeof *s);

	if (s == NULL)
		return NULL;
	memset(s, 0, sizeof *s);
	s->up = up;
	s->index = index;
	return s;
}

struct step *
path_key(struct arena *a, struct step *up, struct span key, uint32_t place)
{
	struct step *s = new_step(a, up, place);

	if (s == NULL)
		return NULL;
	s->key = key;
	/* NULL would make it a list position. */
	if (s->key.p == NULL)
		s->key = span_make("", 0);
	return s;
}

struct step *
path_item(struct arena *a, struct step *up, uint32_t index)
{
	return new_step(a, up, index);
}

void
path_aad(struct buf *b, const struct step *path)
{
	size_t n = 0;
	char *end;

	for (const struct step *s = path; s != NULL; s = s->up) {
		if (s->key.p != NULL)
			n += s->key.n + 1;
	}
	buf_truncate(b, 0);
	if (n == 0) {
		buf_putc(b, ':');
		return;
	}
	end = buf_extend(b, n);
	if (end == NULL)
		return;
	end += n;
	for (const struct step *s = path; s != NULL; s = s->up) {
		if (s->key.p == NULL)
			continue;
		*--end = ':';
		end -= s->key.n;
		if (s->key.n > 0)
			memcpy(end, s->key.p, s->key.n);
	}
}

/* Whether a key reads well without quotes: no character that structures a
 * path or needs an escape. */
static bool
is_bare(struct span key)
{
	for (size_t i = 0; i < key.n; i++) {
		if ((unsigned char)key.p[i] <= ' ' || key.p[i] == 0x7f ||
		    strchr(".[]\"'\\:", key.p[i]) != NULL)
			return false;
	}
	return key.n > 0;
}

static void
show_key(struct buf *b, struct span key)
{
	unsigned char c;

	if (is_bare(key)) {
		buf_span(b, key);
		return;
	}
	buf_putc(b, '"');
	for (size_t i = 0; i < key.n; i++) {
		c = (unsigned char)key.p[i];
		if (c == '"' || c == '\\')
			buf_putc(b, '\\');
		if (c == '\n')
			buf_puts(b, "\\n");
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '"');
}

void
path_show(struct buf *b, const struct step *path)
{
	const struct step *s;
	size_t depth = path_depth(path);

	for (size_t i = 0; i < depth; i++) {
		s = path;
		for (size_t up = i + 1; up < depth; up++)
			s = s->up;
		if (s->key.p == NULL) {
			buf_printf(b, "[%lu]", (unsigned long)s->index);
			continue;
		}
		if (i > 0)
			buf_putc(b, '.');
		show_key(b, s->key);
	}
}

bool
path_equal(const struct step *a, const struct step *b)
{
	for (; a != b; a = a->up, b = b->up) {
		if (a == NULL || b == NULL ||
		    (a->key.p == NULL) != (b->key.p == NULL))
			return false;
		if (a->key.p == NULL ? a->index != b->index
				     : !span_equal(a->key, b->key))
			return false;
	}
	return true;
}

size_t
path_depth(const struct step *path)
{
	size_t n = 0;

	for (; path != NULL; path = path->up)
		n++;
	return n;
}

#define LIKE "write it like '[\"key\"][\"other\"][0]'"

/* Whether all of `s` is an optional sign and digits. */
static bool
is_integer(struct span s)
{
	size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;

	if (i == s.n)
		return false;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i == s.n;
}

/* The inside of one pair of brackets. */
static enum sealeaf_code
parse_piece(struct step **at, struct arena *a, struct span s,
    enum sealeaf_code code, struct sealeaf_error *e)
{
	int64_t index;

	if (s.n == 0) {
		(void)err_set(e, code, "component [] is empty");
		err_hint(e, "there is nothing in []; " LIKE);
		return code;
	}
	if (s.p[0] == '"' || s.p[0] == '\'') {
		if (s.n == 1) {
			(void)err_set(e, code,
			    "component [%c] has no closing quote", s.p[0]);
			err_hint(e, "a quote is not closed; " LIKE);
			return code;
		}
		s = arena_dup(a, span_sub(s, 1, s.n - 1));
		if (s.p == NULL)
			return err_memory(e);
		*at = path_key(a, *at, s, 0);
		return *at != NULL ? SEALEAF_OK : err_memory(e);
	}
	if (!number_int(s, &index)) {
		(void)err_set(e, code, "strconv.Atoi: parsing \"%.*s\": %s",
		    (int)(s.n < 64 ? s.n : 64), s.p,
		    is_integer(s) ? "value out of range" : "invalid syntax");
		err_hint(e,
		    is_integer(s)
			? "[%.*s] is beyond every list"
			: "[%.*s] is neither a position nor a key in quotes; " LIKE,
		    (int)(s.n < 64 ? s.n : 64), s.p);
		return code;
	}
	/* No list has as many items: out of bounds when it is used. */
	if (index < 0 || index > UINT32_MAX)
		index = UINT32_MAX;
	*at = path_item(a, *at, (uint32_t)index);
	return *at != NULL ? SEALEAF_OK : err_memory(e);
}

enum sealeaf_code
path_parse(struct step **out, struct arena *a, struct span text,
    enum sealeaf_code code, struct sealeaf_error *e)
{
	struct step *at = NULL;
	enum sealeaf_code result;
	struct span piece;
	size_t depth = 0;

	while (text.n > 0) {
		piece = span_sub(text, 0, span_find(text, '['));
		text = span_sub(text, piece.n + 1, text.n);
		if (piece.n == 0)
			continue;
		if (piece.p[piece.n - 1] != ']') {
			(void)err_set(e, code,
			    "component %.*s doesn't end with ]",
			    (int)(piece.n < 256 ? piece.n : 256), piece.p);
			err_hint(e, "component %.*s doesn't end with ]; " LIKE,
			    (int)(piece.n < 256 ? piece.n : 256), piece.p);
			return code;
		}
		if (++depth > DEPTH_MAX)
			return err_set(e, code,
			    "path has more than %d components", DEPTH_MAX);
		piece.n--;
		result = parse_piece(&at, a, piece, code, e);
		if (result != SEALEAF_OK)
			return result;
	}
	*out = at;
	return SEALEAF_OK;
}
