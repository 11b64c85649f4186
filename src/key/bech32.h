/* SPDX-License-Identifier: Apache-2.0 */
/* Bech32 (BIP 173 checksum, any length), as age writes its keys. */
#ifndef KEY_BECH32_H
#define KEY_BECH32_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Split `text` at its last '1': *hrp is the part in front, the decoded data
 * goes to `out` (at most `cap` bytes), its length to *n. All lower or all
 * upper case. Errors have the reference's texts and tell nothing of the data;
 * `out` is then wiped.
 */
SEALEAF_USED enum sealeaf_code bech32_get(struct span text, struct span *hrp,
    void *out, size_t cap, size_t *n, struct sealeaf_error *e);

/* Append the encoding of `n` bytes, in upper case when `hrp` is. */
void bech32_append(struct buf *b, const char *hrp, const void *p, size_t n);

#endif
