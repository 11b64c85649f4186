/* SPDX-License-Identifier: Apache-2.0 */
/* Borrowed runs of bytes: comparing, searching, cutting. */

#include <string.h>

#include "base/span.h"

struct span
span_of(const char *s)
{
	return span_make(s, s != NULL ? strlen(s) : 0);
}

struct span
span_make(const char *p, size_t n)
{
	struct span s = { p, n };

	return s;
}

struct span
span_sub(struct span s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return span_make(s.p != NULL ? s.p + from : NULL, to - from);
}

bool
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_is(struct span a, const char *text)
{
	return span_equal(a, span_of(text));
}

int
span_compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool
span_ends(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

size_t
span_find(struct span s, char c)
{
	const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return hit != NULL ? (size_t)(hit - s.p) : s.n;
}

size_t
span_search(struct span s, struct span needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t at = 0; at + needle.n <= s.n; at++) {
		at += span_find(span_sub(s, at, s.n), needle.p[0]);
		if (at + needle.n > s.n)
			break;
		if (memcmp(s.p + at, needle.p, needle.n) == 0)
			return at;
	}
	return s.n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}
