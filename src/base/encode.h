/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, hexadecimal, percent: strict readers, plain writers. */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Characters that `n` bytes take in padded base64. */
size_t base64_size(size_t n);

/* Standard alphabet with padding; writes base64_size(n) characters, no NUL. */
void base64_put(char *out, const void *p, size_t n);

/* Append in the standard alphabet: padded, or without padding. */
void base64_append(struct buf *b, const void *p, size_t n);
void base64_append_raw(struct buf *b, const void *p, size_t n);

/* Append in the URL alphabet without padding. */
void base64url_append_raw(struct buf *b, const void *p, size_t n);

/*
 * Decode strictly: the right padding (none for the raw forms), no blanks, no
 * newlines, unused bits zero. At most `cap` bytes are written to `out`, their
 * number to *n. False when the text is malformed or too long.
 */
bool base64_get(struct span text, void *out, size_t cap, size_t *n);
bool base64_get_raw(struct span text, void *out, size_t cap, size_t *n);
bool base64url_get_raw(struct span text, void *out, size_t cap, size_t *n);

/* Append `n` bytes as lower- or upper-case hexadecimal digits. */
void hex_append(struct buf *b, const void *p, size_t n, bool upper);

/* Decode an even number of hexadecimal digits of either case. */
bool hex_get(struct span text, void *out, size_t cap, size_t *n);

/* Append `s`, everything but A-Z a-z 0-9 - _ . ~ as %XX; '/' stays when
 * `keep_slash`. */
void percent_append(struct buf *b, struct span s, bool keep_slash);

#endif
