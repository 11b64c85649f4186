/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by the table of well-formed sequences in the Unicode standard. */

#include <string.h>

#include "base/utf8.h"

enum { REPLACEMENT = 0xFFFD };

/* Length of the sequence that starts with `c`, and the bounds of its second
 * byte, which rule out overlong forms and surrogates; 0: none starts so. */
static size_t
lead(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xBF;
	if (c < 0x80)
		return 1;
	if (c < 0xC2 || c > 0xF4)
		return 0;
	if (c < 0xE0)
		return 2;
	if (c == 0xE0)
		*low = 0xA0;
	if (c == 0xED)
		*high = 0x9F;
	if (c == 0xF0)
		*low = 0x90;
	if (c == 0xF4)
		*high = 0x8F;
	return c < 0xF0 ? 3 : 4;
}

/* Length of the valid sequence at `p`, of `n` > 0 bytes; 0 when invalid. */
static size_t
sequence(const unsigned char *p, size_t n)
{
	unsigned char low, high;
	size_t size = lead(p[0], &low, &high);

	if (size <= 1)
		return size;
	if (size > n || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	}
	return size;
}

size_t
utf8_valid(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t at = 0, n;
	uint64_t word;

	while (at < s.n) {
		if (s.n - at >= sizeof word) {
			memcpy(&word, p + at, sizeof word);
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof word;
				continue;
			}
		}
		n = sequence(p + at, s.n - at);
		if (n == 0)
			return at;
		at += n;
	}
	return at;
}

uint32_t
utf8_get(struct span s, size_t at, size_t *n)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t size = sequence(p, s.n - at);
	uint32_t code;

	*n = size != 0 ? size : 1;
	if (size == 0)
		return REPLACEMENT;
	if (size == 1)
		return p[0];
	code = p[0] & (0x7FU >> size);
	for (size_t i = 1; i < size; i++)
		code = code << 6 | (p[i] & 0x3FU);
	return code;
}

void
utf8_put(struct buf *b, uint32_t code)
{
	char out[4];
	size_t n = 0;

	if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		code = REPLACEMENT;
	if (code < 0x80) {
		out[n++] = (char)code;
	} else if (code < 0x800) {
		out[n++] = (char)(0xC0 | code >> 6);
		out[n++] = (char)(0x80 | (code & 0x3F));
	} else if (code < 0x10000) {
		out[n++] = (char)(0xE0 | code >> 12);
		out[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		out[n++] = (char)(0x80 | (code & 0x3F));
	} else {
		out[n++] = (char)(0xF0 | code >> 18);
		out[n++] = (char)(0x80 | (code >> 12 & 0x3F));
		out[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		out[n++] = (char)(0x80 | (code & 0x3F));
	}
	buf_put(b, out, n);
}
