/* SPDX-License-Identifier: Apache-2.0 */
/* age files under a passphrase: identity files only, so opening only. */
#ifndef KEY_AGE_SCRYPT_H
#define KEY_AGE_SCRYPT_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "key/age_file.h"

/* Whether the file asks for a passphrase. */
bool age_scrypt_asks(const struct age_header *h);

/*
 * The file key, SEALEAF_ERR_NOT_MINE (without text) for a wrong passphrase or
 * a file that asks for none; a malformed stanza, or a work factor above 2^22
 * (4 GiB), is an error.
 */
SEALEAF_USED enum sealeaf_code age_scrypt_unwrap(
    uint8_t file_key[static AGE_FILE_KEY], const struct age_header *h,
    struct span passphrase, struct sealeaf_error *e);

#endif
