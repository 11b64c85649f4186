/* SPDX-License-Identifier: Apache-2.0 */
/* STREAM: the payload of an age file, chunk by chunk. */
#ifndef KEY_AGE_STREAM_H
#define KEY_AGE_STREAM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/world.h"

/*
 * Append a fresh nonce and the sealed chunks of `plain` under a key derived
 * from the file key.
 */
SEALEAF_USED enum sealeaf_code age_stream_seal(struct buf *b,
    const uint8_t file_key[static 16], struct span plain, const struct world *w,
    struct sealeaf_error *e);

/* Open all of a payload (nonce and chunks), or nothing: *plain is then empty.
 * It is closed. */
SEALEAF_USED enum sealeaf_code age_stream_open(struct secret *plain,
    const uint8_t file_key[static 16], struct span payload,
    struct sealeaf_error *e);

#endif
