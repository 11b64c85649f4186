/* SPDX-License-Identifier: Apache-2.0 */
/* ML-KEM-768 (FIPS 203), where OpenSSL has it (3.5 and later). */
#ifndef CRYPT_MLKEM_H
#define CRYPT_MLKEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
	MLKEM_SEED = 64,
	MLKEM_PUBLIC = 1184,
	MLKEM_SEALED = 1088,
	MLKEM_SHARED = 32
};

/* Whether this build has it; the functions below give
 * SEALEAF_ERR_UNSUPPORTED where not. */
bool mlkem_is_here(void);

/* The encapsulation key of a seed (d and z). */
SEALEAF_USED enum sealeaf_code mlkem_public(uint8_t public[static MLKEM_PUBLIC],
    const uint8_t seed[static MLKEM_SEED], struct sealeaf_error *e);

/* A fresh shared secret, and it sealed for `public`. The key is checked. */
SEALEAF_USED enum sealeaf_code mlkem_seal(uint8_t sealed[static MLKEM_SEALED],
    uint8_t shared[static MLKEM_SHARED],
    const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e);

/* The shared secret; another one when it was sealed for another key. */
SEALEAF_USED enum sealeaf_code mlkem_open(uint8_t shared[static MLKEM_SHARED],
    const uint8_t seed[static MLKEM_SEED],
    const uint8_t sealed[static MLKEM_SEALED], struct sealeaf_error *e);

/* Check an encapsulation key. */
SEALEAF_USED enum sealeaf_code mlkem_check(
    const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e);

#endif
