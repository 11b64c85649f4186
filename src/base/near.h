/* SPDX-License-Identifier: Apache-2.0 */
/* Which of some words another one is a slip for. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stdbool.h>

#include "base/span.h"

/* The search so far; `word` is what was typed, the rest zeroed. */
struct near {
	struct span word;
	struct span best; /* best.p == NULL: nothing is near */
	unsigned slips;   /* how far it is */
};

/*
 * Look at one candidate; whether it is the nearest so far. Letters added,
 * dropped, changed or in each other's place count one each, another case of
 * all letters one in all; two are forgiven, one in words of up to four
 * letters.
 */
bool near_try(struct near *n, struct span candidate);

#endif
