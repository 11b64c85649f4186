/* SPDX-License-Identifier: Apache-2.0 */
/* Key derivation: HKDF-SHA256, HMAC-SHA256, scrypt. */
#ifndef CRYPT_KDF_H
#define CRYPT_KDF_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* `n` (at most 255 × 32) bytes of HKDF-SHA256; ikm and salt may be empty. */
SEALEAF_USED enum sealeaf_code kdf_hkdf(void *out, size_t n, struct span ikm,
    struct span salt, struct span info, struct sealeaf_error *e);

/* HMAC-SHA256 over `data`. */
void kdf_hmac(uint8_t out[32], struct span key, struct span data);

/* scrypt with N = 2^log_n, r = 8, p = 1; 32 bytes. Needs 2^(log_n - 10)
 * MiB. */
SEALEAF_USED enum sealeaf_code kdf_scrypt(uint8_t out[32],
    struct span passphrase, struct span salt, unsigned log_n,
    struct sealeaf_error *e);

#endif
