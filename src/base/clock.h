/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339 times. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Longest text of clock_format() and of a canonical time, with NUL. */
enum { CLOCK_MAX = 48 };

/* "2026-01-31T23:59:59Z" of `seconds` since 1970. Returns the length. */
size_t clock_format(char out[CLOCK_MAX], int64_t seconds);

/* Read RFC 3339 as Go's time.Parse does (fraction of any length, Z or
 * +hh:mm), ranges checked; `seconds` is UTC. May be NULL to check only. */
bool clock_parse(struct span text, int64_t *seconds);

/* Rewrite RFC 3339 as Go's time.Time.Format(RFC3339Nano): at most nine
 * fractional digits, without trailing zeros, "Z" for a zero offset. Returns
 * the length, 0 if `text` is no such time. */
size_t clock_canonical(char out[CLOCK_MAX], struct span text);

#endif
