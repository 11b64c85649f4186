/* SPDX-License-Identifier: Apache-2.0 */
/* age's X25519 recipients and identities. */
#ifndef KEY_AGE_X25519_H
#define KEY_AGE_X25519_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"

enum { AGE_X25519 = 32 };

/* The point of "age1…". */
SEALEAF_USED enum sealeaf_code age_x25519_recipient(
    uint8_t point[static AGE_X25519], struct span text,
    struct sealeaf_error *e);

/* The scalar of "AGE-SECRET-KEY-1…"; the caller wipes it. */
SEALEAF_USED enum sealeaf_code age_x25519_identity(
    uint8_t scalar[static AGE_X25519], struct span text,
    struct sealeaf_error *e);

/* The point that belongs to a scalar. */
void age_x25519_public(uint8_t point[static AGE_X25519],
    const uint8_t scalar[static AGE_X25519]);

/* Append the stanza that wraps `file_key` for the recipient `text`. */
SEALEAF_USED enum sealeaf_code age_x25519_wrap(struct buf *stanzas,
    struct span text, const uint8_t file_key[static AGE_FILE_KEY],
    const struct world *w, struct sealeaf_error *e);

/*
 * The file key from the first stanza that the scalar opens.
 * SEALEAF_ERR_NOT_MINE (without text) when it opens none; a malformed X25519
 * stanza is an error.
 */
SEALEAF_USED enum sealeaf_code age_x25519_unwrap(
    uint8_t file_key[static AGE_FILE_KEY], const struct age_header *h,
    const uint8_t scalar[static AGE_X25519], struct sealeaf_error *e);

#endif
