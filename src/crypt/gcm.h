/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM with one key schedule a document. */
#ifndef CRYPT_GCM_H
#define CRYPT_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"

enum { GCM_KEY = 32, GCM_IV = 32, GCM_TAG = 16 };

struct gcm; /* not for two threads at once */

/* A cipher under the 32-byte `key`, which is opened for the call only. */
SEALEAF_USED enum sealeaf_code gcm_new(struct gcm **out, struct secret *key,
    struct sealeaf_error *e);

/* A second one under the same key, for another thread. An OpenSSL before
 * 3.0.11 cannot: SEALEAF_ERR_UNSUPPORTED, go on with one thread. */
SEALEAF_USED enum sealeaf_code gcm_copy(struct gcm **out,
    const struct gcm *from, struct sealeaf_error *e);

/* Encrypt `n` bytes to `out` (same size, may be `in`) with a 32-byte IV. */
SEALEAF_USED enum sealeaf_code gcm_seal(struct gcm *g, const uint8_t iv[GCM_IV],
    struct span aad, const void *in, size_t n, void *out, uint8_t tag[GCM_TAG],
    struct sealeaf_error *e);

/* Decrypt with an IV of `iv_n` bytes (1 to 128). False when the tag does not
 * fit; `out` is then wiped. */
bool gcm_open(struct gcm *g, const void *iv, size_t iv_n, struct span aad,
    const void *in, size_t n, void *out, const uint8_t tag[GCM_TAG]);

void gcm_free(struct gcm *g);

#endif
