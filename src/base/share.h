/* SPDX-License-Identifier: Apache-2.0 */
/* One loop shared out over threads. */
#ifndef BASE_SHARE_H
#define BASE_SHARE_H

#include <stddef.h>

enum { SHARE_MAX = 8 };

/*
 * Number of parts that `n` items are worth: 1 below `least` a part, and never
 * more than there are processors or SHARE_MAX.
 */
unsigned share_parts(size_t n, size_t least);

/*
 * Call work(user, part, from, to) for `parts` ranges that make up [0, n), each
 * in a thread of its own but the last, and wait for all. Where a thread cannot
 * be had, its range is worked off here.
 */
void share_run(unsigned parts, size_t n,
    void (*work)(void *user, unsigned part, size_t from, size_t to),
    void *user);

#endif
