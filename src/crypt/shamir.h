/* SPDX-License-Identifier: Apache-2.0 */
/* Secret sharing over GF(256) as SOPS and Vault do it (keys.md 3.2). */
#ifndef CRYPT_SHAMIR_H
#define CRYPT_SHAMIR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/world.h"

/*
 * Split `key` into `parts` shares (2 to 255) of key->n + 1 bytes, `threshold`
 * of which (2 to parts) give it back. shares[0 .. parts) are filled, closed.
 * Errors carry SOPS's texts.
 */
SEALEAF_USED enum sealeaf_code shamir_split(struct secret *shares, size_t parts,
    size_t threshold, struct secret *key, const struct world *w,
    struct sealeaf_error *e);

/* Put `n` shares together (at least 2, of one length, distinct, x not 0).
 * Wrong or too few shares give a wrong key: there is no check. */
SEALEAF_USED enum sealeaf_code shamir_combine(struct secret *key,
    struct secret *shares, size_t n, struct sealeaf_error *e);

#endif
