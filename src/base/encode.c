/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64, hexadecimal and percent. Readers are strict, so that one text has
 * one meaning and a changed envelope is noticed. Base64 works by tables: a
 * large file has hundreds of thousands of envelope fields.
 */

#include <string.h>

#include "base/encode.h"

/* clang-format off */
#define LETTERS_AND_DIGITS \
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  \
	['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, \
	['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, \
	['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, \
	['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, \
	['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, \
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, \
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, \
	['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, \
	['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, \
	['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, \
	['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, \
	['8'] = 61, ['9'] = 62
/* clang-format on */

struct alphabet {
	const char *letters;
	uint8_t values[256]; /* of a character, plus 1; 0: none */
};

static const struct alphabet standard = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	{ LETTERS_AND_DIGITS, ['+'] = 63, ['/'] = 64 },
};

static const struct alphabet url = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	{ LETTERS_AND_DIGITS, ['-'] = 63, ['_'] = 64 },
};

/* The six bits of `c`; more than 63 when it is no character of base64. */
static uint32_t
six(const struct alphabet *a, unsigned char c)
{
	return a->values[c] - 1U;
}

static char
letter(const char *letters, uint32_t v)
{
	return letters[v & 63];
}

/* Write `n` bytes without padding; returns the end of what was written. */
static char *
put(char *out, const uint8_t *p, size_t n, const char *letters)
{
	uint32_t v;

	for (; n >= 3; n -= 3, p += 3) {
		v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		*out++ = letter(letters, v >> 18);
		*out++ = letter(letters, v >> 12);
		*out++ = letter(letters, v >> 6);
		*out++ = letter(letters, v);
	}
	if (n == 0)
		return out;
	v = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);
	*out++ = letter(letters, v >> 18);
	*out++ = letter(letters, v >> 12);
	if (n == 2)
		*out++ = letter(letters, v >> 6);
	return out;
}

/* The last two or three characters; `at` is where their bytes go. */
static bool
get_tail(const unsigned char *p, size_t left, uint8_t *at,
    const struct alphabet *a)
{
	uint32_t first = six(a, p[0]), second = six(a, p[1]);
	uint32_t third = left == 3 ? six(a, p[2]) : 0;
	uint32_t unused = left == 3 ? third & 0x3 : second & 0xf;

	if ((first | second | third) > 63 || unused != 0)
		return false;
	at[0] = (uint8_t)(first << 2 | second >> 4);
	if (left == 3)
		at[1] = (uint8_t)(second << 4 | third >> 2);
	return true;
}

static bool
get(struct span text, void *out, size_t cap, size_t *n,
    const struct alphabet *from)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t groups = text.n / 4, left = text.n % 4;
	size_t size = groups * 3 + (left != 0 ? left - 1 : 0);
	uint8_t *q = out;
	uint32_t a, b, c, d;

	if (left == 1 || size > cap)
		return false;
	for (; groups > 0; groups--, p += 4, q += 3) {
		a = six(from, p[0]);
		b = six(from, p[1]);
		c = six(from, p[2]);
		d = six(from, p[3]);
		if ((a | b | c | d) > 63)
			return false;
		q[0] = (uint8_t)(a << 2 | b >> 4);
		q[1] = (uint8_t)(b << 4 | c >> 2);
		q[2] = (uint8_t)(c << 6 | d);
	}
	if (left != 0 && !get_tail(p, left, q, from))
		return false;
	*n = size;
	return true;
}

size_t
base64_size(size_t n)
{
	return n / 3 * 4 + (n % 3 != 0 ? 4 : 0);
}

void
base64_put(char *out, const void *p, size_t n)
{
	char *end = put(out, p, n, standard.letters);

	while (end < out + base64_size(n))
		*end++ = '=';
}

void
base64_append(struct buf *b, const void *p, size_t n)
{
	char *q = buf_extend(b, base64_size(n));

	if (q != NULL)
		base64_put(q, p, n);
}

static void
append_raw(struct buf *b, const void *p, size_t n, const char *letters)
{
	size_t tail = n % 3;
	char *q = buf_extend(b, n / 3 * 4 + (tail != 0 ? tail + 1 : 0));

	if (q != NULL)
		(void)put(q, p, n, letters);
}

void
base64_append_raw(struct buf *b, const void *p, size_t n)
{
	append_raw(b, p, n, standard.letters);
}

void
base64url_append_raw(struct buf *b, const void *p, size_t n)
{
	append_raw(b, p, n, url.letters);
}

bool
base64_get(struct span text, void *out, size_t cap, size_t *n)
{
	if (text.n % 4 != 0)
		return false;
	if (text.n > 0 && text.p[text.n - 1] == '=')
		text.n -= text.p[text.n - 2] == '=' ? 2 : 1;
	return get(text, out, cap, n, &standard);
}

bool
base64_get_raw(struct span text, void *out, size_t cap, size_t *n)
{
	return get(text, out, cap, n, &standard);
}

bool
base64url_get_raw(struct span text, void *out, size_t cap, size_t *n)
{
	return get(text, out, cap, n, &url);
}

static const char digits_lower[] = "0123456789abcdef";
static const char digits_upper[] = "0123456789ABCDEF";

void
hex_append(struct buf *b, const void *p, size_t n, bool upper)
{
	const char *digits = upper ? digits_upper : digits_lower;
	const uint8_t *s = p;
	char *q;

	if (n > SIZE_MAX / 2) {
		b->failed = true;
		return;
	}
	q = buf_extend(b, n * 2);
	for (size_t i = 0; q != NULL && i < n; i++) {
		q[2 * i] = digits[s[i] >> 4];
		q[2 * i + 1] = digits[s[i] & 15];
	}
}

/* The value of a hexadecimal digit; 16: none. */
static unsigned
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 16;
}

bool
hex_get(struct span text, void *out, size_t cap, size_t *n)
{
	uint8_t *q = out;
	unsigned high, low;

	if (text.n % 2 != 0 || text.n / 2 > cap)
		return false;
	for (size_t i = 0; i < text.n; i += 2) {
		high = hex_digit(text.p[i]);
		low = hex_digit(text.p[i + 1]);
		if (high > 15 || low > 15)
			return false;
		*q++ = (uint8_t)(high << 4 | low);
	}
	*n = text.n / 2;
	return true;
}

void
percent_append(struct buf *b, struct span s, bool keep_slash)
{
	char c;

	for (size_t i = 0; i < s.n; i++) {
		c = s.p[i];
		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr("-_.~", c) != NULL) ||
		    (c == '/' && keep_slash)) {
			buf_putc(b, c);
		} else {
			buf_putc(b, '%');
			hex_append(b, &c, 1, true);
		}
	}
}
