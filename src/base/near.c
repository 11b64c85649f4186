/* SPDX-License-Identifier: Apache-2.0 */
/* Typing errors: few words of few letters, so trying every slip is enough. */

#include "base/near.h"

enum { WORD_MAX = 256 };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same(struct span a, size_t i, struct span b, size_t j)
{
	return lower(a.p[i]) == lower(b.p[j]);
}

static struct span
from(struct span s, size_t n)
{
	return span_sub(s, n, s.n);
}

/* Counted up to `most`; more is most + 1. */
static unsigned
slips(struct span a, struct span b, unsigned most)
{
	unsigned least = most + 1, n;

	while (a.n > 0 && b.n > 0 && same(a, 0, b, 0)) {
		a = from(a, 1);
		b = from(b, 1);
	}
	if (a.n == 0 && b.n == 0)
		return 0;
	if (most == 0)
		return 1;
	if (a.n > 0 && (n = slips(from(a, 1), b, most - 1)) + 1 < least)
		least = n + 1;
	if (b.n > 0 && (n = slips(a, from(b, 1), most - 1)) + 1 < least)
		least = n + 1;
	if (a.n == 0 || b.n == 0)
		return least;
	if ((n = slips(from(a, 1), from(b, 1), most - 1)) + 1 < least)
		least = n + 1;
	if (a.n > 1 && b.n > 1 && same(a, 1, b, 0) && same(a, 0, b, 1) &&
	    (n = slips(from(a, 2), from(b, 2), most - 1)) + 1 < least)
		least = n + 1;
	return least;
}

bool
near_try(struct near *n, struct span candidate)
{
	unsigned most = candidate.n > 4 ? 2 : 1, found;

	if (n->word.n == 0 || n->word.n > WORD_MAX || candidate.n == 0 ||
	    candidate.n > WORD_MAX || span_equal(n->word, candidate))
		return false;
	found = slips(n->word, candidate, most);
	/* Only the case differs. */
	if (found == 0)
		found = 1;
	if (found > most || (n->best.p != NULL && found >= n->slips))
		return false;
	/* A single letter is near to every other one. */
	if (candidate.n == 1 && lower(candidate.p[0]) != lower(n->word.p[0]))
		return false;
	n->best = candidate;
	n->slips = found;
	return true;
}
