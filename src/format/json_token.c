/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of JSON that have a grammar of their own: strings, numbers. */

#include <string.h>

#include "format/json_internal.h"

/* The four digits of \uXXXX at `p`, or -1. */
static long
hex4(const char *p, const char *end)
{
	long v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return v;
}

const char *
jsonf_string_end(const char *p, const char *end, bool *escaped, const char **at,
    const char **why)
{
	*escaped = false;
	*why = "";
	for (; p < end && *p != '"'; p++) {
		*at = p;
		*why = "in string literal";
		if ((unsigned char)*p < ' ')
			return NULL;
		if (*p != '\\')
			continue;
		*escaped = true;
		*at = ++p;
		if (p >= end)
			return NULL;
		*why = "in string escape code";
		if (memchr("\"\\/bfnrtu", *p, 9) == NULL)
			return NULL;
		*why = "in \\u hexadecimal character escape";
		if (*p == 'u' && hex4(p + 1, end) < 0)
			return NULL;
	}
	*at = p;
	return p < end ? p : NULL;
}

static char *
put_code(char *q, unsigned long c)
{
	if (c < 0x80) {
		*q++ = (char)c;
	} else if (c < 0x800) {
		*q++ = (char)(0xc0 | c >> 6);
		*q++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*q++ = (char)(0xe0 | c >> 12);
		*q++ = (char)(0x80 | (c >> 6 & 0x3f));
		*q++ = (char)(0x80 | (c & 0x3f));
	} else {
		*q++ = (char)(0xf0 | c >> 18);
		*q++ = (char)(0x80 | (c >> 12 & 0x3f));
		*q++ = (char)(0x80 | (c >> 6 & 0x3f));
		*q++ = (char)(0x80 | (c & 0x3f));
	}
	return q;
}

/* The code point of \uXXXX at `p` (behind the 'u'), pairs joined; surrogates
 * without a partner are U+FFFD, as Go reads them. */
static const char *
get_code(const char *p, const char *end, unsigned long *code)
{
	long c = hex4(p, end), low = -1;

	p += 4;
	if (end - p >= 6 && p[0] == '\\' && p[1] == 'u')
		low = hex4(p + 2, end);
	if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	} else if (c >= 0xd800 && c < 0xe000) {
		c = 0xfffd;
	}
	*code = (unsigned long)c;
	return p;
}

/* No escape sequence is shorter than its meaning. */
bool
jsonf_unescape(struct arena *a, struct span raw, struct span *out)
{
	const char *p = raw.p, *end = raw.p + raw.n, *hit;
	char *q = arena_text(a, raw.n + 1), *start = q;
	unsigned long code;

	if (q == NULL)
		return false;
	while (p < end) {
		if (*p != '\\') {
			*q++ = *p++;
			continue;
		}
		p++;
		if (*p == 'u') {
			p = get_code(p + 1, end, &code);
			q = put_code(q, code);
			continue;
		}
		hit = memchr("bfnrt", *p, 5);
		*q++ = hit == NULL ? *p : "\b\f\n\r\t"[hit - "bfnrt"];
		p++;
	}
	*q = '\0';
	*out = span_make(start, (size_t)(q - start));
	return true;
}

const char *
jsonf_number_end(const char *p, const char *end, const char **at)
{
	const char *digits;

	if (p < end && *p == '-')
		p++;
	digits = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	*at = p;
	if (p == digits)
		return NULL;
	if (*digits == '0')
		p = digits + 1;
	if (p < end && *p == '.') {
		digits = ++p;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
		*at = p;
		if (p == digits)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
		*at = p;
		if (p == digits)
			return NULL;
	}
	return p;
}

bool
jsonf_is_number(struct span s)
{
	const char *at;

	return s.n > 0 && jsonf_number_end(s.p, s.p + s.n, &at) == s.p + s.n;
}
