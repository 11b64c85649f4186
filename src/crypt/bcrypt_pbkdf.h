/* SPDX-License-Identifier: Apache-2.0 */
/* bcrypt_pbkdf: the key derivation of OpenSSH's private keys. */
#ifndef CRYPT_BCRYPT_PBKDF_H
#define CRYPT_BCRYPT_PBKDF_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum { BCRYPT_OUT_MAX = 1024, BCRYPT_ROUNDS_MAX = 2048 };

/* `n` bytes (1 to BCRYPT_OUT_MAX) from a passphrase and a salt, neither empty,
 * in 1 to BCRYPT_ROUNDS_MAX rounds. */
SEALEAF_USED enum sealeaf_code bcrypt_pbkdf(void *out, size_t n,
    struct span passphrase, struct span salt, unsigned rounds,
    struct sealeaf_error *e);

#endif
