/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escapes and classes, written again as ranges of code points: PCRE2's own
 * short forms differ in what they hold and in how they fold case.
 */

#include <string.h>

#include "base/regex_gate.h"

enum { LAST = 0x10FFFF, LONG_S = 0x17F, KELVIN = 0x212A };

/* The value of a hexadecimal digit; 16: none. */
static uint32_t
hex(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

static bool
next_is_octal(const struct regex_reader *r)
{
	return !regex_at_end(r) && r->all.p[r->at] >= '0' &&
	    r->all.p[r->at] <= '7';
}

/* Up to two more octal digits. */
static uint32_t
octal(struct regex_reader *r, uint32_t v)
{
	for (int i = 0; i < 2 && next_is_octal(r); i++)
		v = v * 8 + (uint32_t)(r->all.p[r->at++] - '0');
	return v;
}

/* Behind "\x{"; false when what follows is no code point. */
static bool
hex_braces(struct regex_reader *r, uint32_t *value)
{
	uint32_t c = 0, v = 0;
	size_t digits = 0;

	while (!regex_at_end(r)) {
		c = regex_next(r);
		if (r->failed || c == '}')
			break;
		if (hex(c) > 15)
			return false;
		v = v * 16 + hex(c);
		if (v > LAST)
			return false;
		digits++;
	}
	*value = v;
	return c == '}' && digits > 0;
}

/* Behind "\x". */
static bool
hexadecimal(struct regex_reader *r, uint32_t *value)
{
	uint32_t first, second;

	if (regex_at_end(r))
		return false;
	first = regex_next(r);
	if (r->failed)
		return false;
	if (first == '{')
		return hex_braces(r, value);
	second = regex_next(r);
	*value = hex(first) * 16 + hex(second);
	return !r->failed && hex(first) < 16 && hex(second) < 16;
}

uint32_t
regex_escape(struct regex_reader *r)
{
	static const char letters[] = "afnrtv";
	static const char meanings[] = "\a\f\n\r\t\v";
	size_t start = r->at++;
	const char *hit;
	uint32_t c, v;

	if (regex_at_end(r)) {
		regex_fail(r, "trailing backslash at end of expression",
		    span_make(NULL, 0));
		return 0;
	}
	c = regex_next(r);
	if (r->failed)
		return 0;
	if (c == '0' || (c >= '1' && c <= '7' && next_is_octal(r)))
		return octal(r, c - '0');
	if (c == 'x' && hexadecimal(r, &v))
		return v;
	hit = c < 0x80 && c != 0 ? strchr(letters, (int)c) : NULL;
	if (hit != NULL)
		return (uint32_t)meanings[hit - letters];
	if (c < 0x80 && hex(c) > 15 && !(c >= 'a' && c <= 'z') &&
	    !(c >= 'A' && c <= 'Z'))
		return c;
	if (!r->failed)
		regex_fail(r, "invalid escape sequence",
		    span_sub(r->all, start, r->at));
	return 0;
}

/* ASCII classes as pairs of first and last. */
static const struct {
	const char *name;
	size_t n;
	const char *pairs;
} groups[] = {
	{ "alnum", 3, "09AZaz" },
	{ "alpha", 2, "AZaz" },
	{ "ascii", 1, "\x00\x7f" },
	{ "blank", 2, "\t\t  " },
	{ "cntrl", 2, "\x00\x1f\x7f\x7f" },
	{ "digit", 1, "09" },
	{ "graph", 1, "!~" },
	{ "lower", 1, "az" },
	{ "print", 1, " ~" },
	{ "punct", 4, "!/:@[`{~" },
	{ "space", 2, "\t\r  " },
	{ "upper", 1, "AZ" },
	{ "word", 4, "09AZ__az" },
	{ "xdigit", 3, "09AFaf" },
	{ "perl s", 3, "\t\n\f\r  " },
};

enum { GROUPS = sizeof groups / sizeof *groups };

static void
put_range(struct buf *b, uint32_t from, uint32_t to)
{
	if (from > to)
		return;
	buf_printf(b, "\\x{%lx}", (unsigned long)from);
	if (to > from)
		buf_printf(b, "-\\x{%lx}", (unsigned long)to);
}

/* Everything but the class, and but what its letters fold to. */
static void
put_complement(struct buf *b, const char *pairs, size_t n, bool fold)
{
	bool letters = false;
	uint32_t next = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t low = (unsigned char)pairs[2 * i];

		if (low > next)
			put_range(b, next, low - 1);
		next = (unsigned char)pairs[2 * i + 1] + 1U;
		letters = letters || (low <= 's' && next > 's');
	}
	if (fold && letters) {
		put_range(b, next, LONG_S - 1);
		put_range(b, LONG_S + 1, KELVIN - 1);
		next = KELVIN + 1;
	}
	put_range(b, next, LAST);
}

bool
regex_ascii_class(struct buf *b, struct span name, bool negated, bool fold)
{
	size_t i = 0;

	/* Folded, both hold all letters. */
	if (fold && (span_is(name, "lower") || span_is(name, "upper")))
		name = span_of("alpha");
	while (i < GROUPS && !span_is(name, groups[i].name))
		i++;
	if (i == GROUPS)
		return false;
	if (negated) {
		put_complement(b, groups[i].pairs, groups[i].n, fold);
		return true;
	}
	for (size_t k = 0; k < groups[i].n; k++)
		put_range(b, (unsigned char)groups[i].pairs[2 * k],
		    (unsigned char)groups[i].pairs[2 * k + 1]);
	return true;
}

/* \pN, \p{Name}, \p{^Name}, and the same with \P. */
static void
property(struct buf *b, struct regex_reader *r, bool fold)
{
	struct span left = regex_left(r), name, whole;
	bool negated = left.p[1] == 'P';
	size_t start = r->at, end;

	r->at += 2;
	if (left.n > 2 && left.p[2] == '{') {
		end = span_find(left, '}');
		name = span_sub(left, 3, end);
		if (end < left.n)
			end++;
		r->at = start + end;
		whole = span_sub(left, 0, end);
		if (left.p[end - 1] != '}')
			name = left;
		if (!regex_is_utf8(r, name))
			return;
	} else {
		(void)regex_next(r);
		if (r->failed)
			return;
		whole = span_sub(r->all, start, r->at);
		name = span_sub(whole, 2, whole.n);
	}
	if (name.n > 0 && name.p[0] == '^') {
		negated = !negated;
		name = span_sub(name, 1, name.n);
	}
	if (regex_property(b, name, negated, fold, &r->unsupported))
		return;
	regex_fail(r,
	    r->unsupported ? "unsupported case-insensitive character class"
			   : "invalid character class range",
	    whole);
}

bool
regex_short_class(struct buf *b, struct regex_reader *r, bool fold)
{
	struct span left = regex_left(r);
	const char *name;
	char c;

	if (left.n < 2 || left.p[0] != '\\')
		return false;
	c = left.p[1];
	if (c == 'p' || c == 'P') {
		property(b, r, fold);
		return true;
	}
	switch (c | 0x20) {
	case 'd':
		name = "digit";
		break;
	case 's':
		name = "perl s";
		break;
	case 'w':
		name = "word";
		break;
	default:
		return false;
	}
	r->at += 2;
	return regex_ascii_class(b, span_of(name), c < 'a', fold);
}

/* [:name:] or [:^name:] within a class. */
static bool
named_class(struct buf *b, struct regex_reader *r, bool fold)
{
	struct span left = regex_left(r), close = SPAN_LIT(":]"), name;
	bool negated;
	size_t end;

	if (left.n < 3 || !span_starts(left, "[:"))
		return false;
	end = span_search(span_sub(left, 2, left.n), close) + 2;
	if (end >= left.n)
		return false;
	name = span_sub(left, 2, end);
	negated = name.n > 0 && name.p[0] == '^';
	if (negated)
		name = span_sub(name, 1, name.n);
	/* Our own name for \s has a blank in it: nobody else's. */
	if (span_find(name, ' ') < name.n ||
	    !regex_ascii_class(b, name, negated, fold))
		regex_fail(r, "invalid character class range",
		    span_sub(left, 0, end + close.n));
	r->at += end + close.n;
	return true;
}

/* One character of a class, which may be escaped. */
static uint32_t
class_char(struct regex_reader *r, size_t open)
{
	if (regex_at_end(r)) {
		regex_fail(r, "missing closing ]",
		    span_sub(r->all, open, r->all.n));
		return 0;
	}
	return r->all.p[r->at] == '\\' ? regex_escape(r) : regex_next(r);
}

/* A character or a range; surrogates, which no text has, are left out. */
static void
class_range(struct buf *b, struct regex_reader *r, size_t open)
{
	size_t start = r->at;
	uint32_t low = class_char(r, open), high = low;
	struct span left = regex_left(r);

	if (!r->failed && left.n >= 2 && left.p[0] == '-' && left.p[1] != ']') {
		r->at++;
		high = class_char(r, open);
	}
	if (r->failed)
		return;
	if (high < low) {
		regex_fail(r, "invalid character class range",
		    span_sub(r->all, start, r->at));
		return;
	}
	if (low >= 0xD800 && low <= 0xDFFF)
		low = 0xE000;
	if (high >= 0xD800 && high <= 0xDFFF)
		high = 0xD7FF;
	put_range(b, low, high);
}

void
regex_class(struct buf *b, struct regex_reader *r, bool fold)
{
	size_t open = r->at++, start = b->n, content;
	bool negated = !regex_at_end(r) && r->all.p[r->at] == '^';
	bool first = true;

	if (negated)
		r->at++;
	buf_puts(b, negated ? "[^" : "[");
	content = b->n;
	for (; !r->failed; first = false) {
		if (!regex_at_end(r) && r->all.p[r->at] == ']' && !first)
			break;
		if (!named_class(b, r, fold) && !regex_short_class(b, r, fold))
			class_range(b, r, open);
	}
	r->at++;
	if (b->n > content) {
		buf_putc(b, ']');
		return;
	}
	buf_truncate(b, start);
	buf_puts(b, negated ? "\\p{Any}" : "(?!)");
}
