/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: checking and single code points. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Length of the longest valid prefix of `s` (overlong forms, surrogates and
 * code points above 10FFFF are invalid): s.n when all of it is valid. */
size_t utf8_valid(struct span s);

/* Decode the code point at s.p[at]; its length goes to *n (1 for an invalid
 * byte, which gives U+FFFD). `at` < s.n. */
uint32_t utf8_get(struct span s, size_t at, size_t *n);

void utf8_put(struct buf *b, uint32_t code);

#endif
