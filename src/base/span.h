/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed run of bytes. A span never owns what it points at. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *p;
	size_t n;
};

/* A string literal as a constant initialiser. */
/* clang-format off */
#define SPAN_LIT(s) { (s), sizeof(s) - 1 }
/* clang-format on */

/* The span of the C string `s`; NULL gives the empty span with p == NULL. */
struct span span_of(const char *s);

/* The span of `n` bytes at `p`. */
struct span span_make(const char *p, size_t n);

/* The bytes [from, to) of `s`; both are clamped to its end. */
struct span span_sub(struct span s, size_t from, size_t to);

bool span_equal(struct span a, struct span b);
bool span_is(struct span a, const char *text);

/* <0, 0, >0 in byte order, as memcmp() with the shorter first. */
int span_compare(struct span a, struct span b);

bool span_starts(struct span s, const char *prefix);
bool span_ends(struct span s, const char *suffix);

/* Offset of the first byte `c` in `s`, or s.n. */
size_t span_find(struct span s, char c);

/* Offset of the first `needle` in `s`, or s.n. */
size_t span_search(struct span s, struct span needle);

/* `s` without blanks, tabs, carriage returns and newlines at both ends. */
struct span span_trim(struct span s);

#endif
