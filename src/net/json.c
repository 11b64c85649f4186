/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of key services are small and hold secrets. A tree of values would
 * copy those all over the heap, so values are found by scanning the text
 * again, and decoded only where one is asked for.
 */

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"
#include "net/json.h"

enum { DEPTH = 64 };

struct scan {
	struct span s;
	size_t at;
};

static void
blanks(struct scan *c)
{
	while (c->at < c->s.n && memchr(" \t\r\n", c->s.p[c->at], 4) != NULL)
		c->at++;
}

static bool
take(struct scan *c, char want)
{
	if (c->at >= c->s.n || c->s.p[c->at] != want)
		return false;
	c->at++;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hexadecimal digits at `at`; -1 when they are not there. */
static int32_t
unit(struct span s, size_t at)
{
	int32_t code = 0;

	if (at > s.n || s.n - at < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int d = hex_digit(s.p[at + i]);

		if (d < 0)
			return -1;
		code = code * 16 + d;
	}
	return code;
}

static bool
skip_string(struct scan *c)
{
	if (!take(c, '"'))
		return false;
	while (c->at < c->s.n) {
		unsigned char b = (unsigned char)c->s.p[c->at++];

		if (b == '"')
			return true;
		if (b < ' ')
			return false;
		if (b != '\\')
			continue;
		if (c->at >= c->s.n)
			return false;
		b = (unsigned char)c->s.p[c->at++];
		if (b == 'u' && unit(c->s, c->at) < 0)
			return false;
		if (memchr("\"\\/bfnrtu", b, 9) == NULL)
			return false;
	}
	return false;
}

static bool
skip_digits(struct scan *c)
{
	size_t from = c->at;

	while (c->at < c->s.n && c->s.p[c->at] >= '0' && c->s.p[c->at] <= '9')
		c->at++;
	return c->at > from;
}

static bool
skip_number(struct scan *c)
{
	(void)take(c, '-');
	if (!take(c, '0') && !skip_digits(c))
		return false;
	if (take(c, '.') && !skip_digits(c))
		return false;
	if (!take(c, 'e') && !take(c, 'E'))
		return true;
	if (!take(c, '+'))
		(void)take(c, '-');
	return skip_digits(c);
}

static bool
skip_word(struct scan *c, const char *word)
{
	size_t n = strlen(word);

	if (c->s.n - c->at < n || memcmp(c->s.p + c->at, word, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool skip_value(struct scan *c, unsigned depth);

static bool
skip_members(struct scan *c, char close, unsigned depth)
{
	c->at++;
	blanks(c);
	if (take(c, close))
		return true;
	do {
		blanks(c);
		if (close == '}') {
			if (!skip_string(c))
				return false;
			blanks(c);
			if (!take(c, ':'))
				return false;
		}
		if (!skip_value(c, depth + 1))
			return false;
		blanks(c);
	} while (take(c, ','));
	return take(c, close);
}

static bool
skip_value(struct scan *c, unsigned depth)
{
	blanks(c);
	if (c->at >= c->s.n || depth > DEPTH)
		return false;
	switch (c->s.p[c->at]) {
	case '{':
		return skip_members(c, '}', depth);
	case '[':
		return skip_members(c, ']', depth);
	case '"':
		return skip_string(c);
	case 't':
		return skip_word(c, "true");
	case 'f':
		return skip_word(c, "false");
	case 'n':
		return skip_word(c, "null");
	default:
		return skip_number(c);
	}
}

bool
jtext_check(struct span text)
{
	struct scan c = { text, 0 };

	if (!skip_value(&c, 0))
		return false;
	blanks(&c);
	return c.at == text.n;
}

/* The next value at c->at, which moves behind it. */
static struct span
value_here(struct scan *c)
{
	size_t from;

	blanks(c);
	from = c->at;
	if (!skip_value(c, 0))
		return span_of(NULL);
	return span_sub(c->s, from, c->at);
}

bool
jtext_next(struct span object, size_t *at, struct span *name,
    struct span *value)
{
	struct scan c = { object, *at };

	blanks(&c);
	if (c.at >= object.n ||
	    (object.p[c.at] != '{' && object.p[c.at] != ','))
		return false;
	if (*at == 0 && object.p[c.at] != '{')
		return false;
	c.at++;
	*name = value_here(&c);
	blanks(&c);
	if (name->p == NULL || !take(&c, ':'))
		return false;
	*value = value_here(&c);
	*at = c.at;
	return value->p != NULL;
}

struct span
jtext_get(struct span object, const char *name)
{
	struct span found = { NULL, 0 }, key, value;
	size_t at = 0;

	while (object.p != NULL && jtext_next(object, &at, &key, &value)) {
		if (jtext_is(key, name))
			found = value;
	}
	return span_is(found, "null") ? span_of(NULL) : found;
}

struct span
jtext_get2(struct span object, const char *name, const char *inner)
{
	return jtext_get(jtext_get(object, name), inner);
}

struct span
jtext_item(struct span array, size_t i)
{
	struct span value = { NULL, 0 };
	struct scan c = { array, 0 };

	if (array.p == NULL)
		return array;
	blanks(&c);
	if (!take(&c, '['))
		return span_of(NULL);
	do {
		value = value_here(&c);
		blanks(&c);
	} while (value.p != NULL && i-- > 0 && take(&c, ','));
	return i == (size_t)-1 ? value : span_of(NULL);
}

/* Append the character of a \uXXXX at `at` (its first digit). Returns how many
 * bytes it took: 4, or 10 with its second half. A lone half is U+FFFD. */
static size_t
put_unit(struct buf *b, struct span s, size_t at)
{
	int32_t code = unit(s, at), low;

	if (code >= 0xd800 && code < 0xdc00 && at + 10 <= s.n &&
	    s.p[at + 4] == '\\' && s.p[at + 5] == 'u') {
		low = unit(s, at + 6);
		if (low >= 0xdc00 && low < 0xe000) {
			utf8_put(b,
			    (uint32_t)(0x10000 + (code - 0xd800) * 1024 +
				(low - 0xdc00)));
			return 10;
		}
	}
	if (code >= 0xd800 && code < 0xe000)
		code = 0xfffd;
	utf8_put(b, (uint32_t)code);
	return 4;
}

static void
put_string(struct buf *b, struct span s)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";

	for (size_t i = 0; i < s.n; i++) {
		const char *letter;

		if (s.p[i] != '\\') {
			buf_putc(b, s.p[i]);
			continue;
		}
		i++;
		if (s.p[i] == 'u') {
			i += put_unit(b, s, i + 1);
			continue;
		}
		letter = strchr(from, s.p[i]);
		buf_putc(b, letter != NULL ? to[letter - from] : s.p[i]);
	}
}

bool
jtext_text(struct buf *out, struct span value)
{
	size_t start = out->n;

	if (value.n == 0 || strchr("{[n", value.p[0]) != NULL)
		return false;
	if (value.p[0] == '"')
		put_string(out, span_sub(value, 1, value.n - 1));
	else
		buf_span(out, value);
	return !out->failed &&
	    (out->n == start ||
		memchr(out->p + start, '\0', out->n - start) == NULL);
}

bool
jtext_string(struct buf *out, struct span value)
{
	return span_starts(value, "\"") && jtext_text(out, value);
}

bool
jtext_is(struct span value, const char *text)
{
	struct buf b = { 0 };
	bool same = jtext_text(&b, value) && span_is(buf_get(&b), text);

	buf_fini(&b);
	return same;
}

char *
jtext_dup(struct span object, const char *name)
{
	struct buf b = { 0 };

	if (!jtext_text(&b, jtext_get(object, name))) {
		buf_fini(&b);
		return NULL;
	}
	if (b.n == 0)
		buf_reserve(&b, 1);
	return buf_take(&b, NULL);
}

bool
jtext_secret(struct secret *out, struct span value)
{
	struct buf b = { 0 };
	bool done = jtext_text(&b, value) && b.n > 0 &&
	    secret_copy(out, b.p, b.n, NULL) == SEALEAF_OK;

	buf_fini(&b);
	return done;
}

int64_t
jtext_int(struct span value)
{
	struct buf b = { 0 };
	int64_t n = 0;

	if (!jtext_text(&b, value) || !number_int(buf_get(&b), &n))
		n = 0;
	buf_fini(&b);
	return n;
}

void
jtext_put(struct buf *b, struct span text)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ')
			buf_printf(b, "\\u%04x", c);
		else {
			if (c == '"' || c == '\\')
				buf_putc(b, '\\');
			buf_putc(b, text.p[i]);
		}
	}
	buf_putc(b, '"');
}
