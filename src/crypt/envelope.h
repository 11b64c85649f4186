/* SPDX-License-Identifier: Apache-2.0 */
/* ENC[AES256_GCM,data:…,iv:…,tag:…,type:…] (format.md 5). */
#ifndef CRYPT_ENVELOPE_H
#define CRYPT_ENVELOPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/world.h"
#include "crypt/gcm.h"
#include "doc/leaf.h"

/* Whether `text` starts as an envelope does. */
bool envelope_looks(struct span text);

/* Whether `text` is an envelope with all its parts, as far as can be told
 * without the key. */
bool envelope_whole(struct span text);

/* Length of the envelope of `n` bytes of a type. */
size_t envelope_size(size_t n, enum leaf_type type);

/* Append the envelope of `plain`, with 32 fresh random bytes as IV `iv`. */
SEALEAF_USED enum sealeaf_code envelope_seal(struct buf *b, struct gcm *g,
    const uint8_t iv[GCM_IV], struct span aad, enum leaf_type type,
    struct span plain, struct sealeaf_error *e);

enum envelope_result { ENVELOPE_OPEN, ENVELOPE_MALFORMED, ENVELOPE_FOREIGN };

/*
 * Open `text` (anchored at the start only, as the reference does): the
 * plaintext goes to `arena`, its type to *type. MALFORMED: no envelope, or
 * broken base64; FOREIGN: wrong key, path or bytes. Out of memory is
 * MALFORMED with plain->p == NULL and e set.
 */
enum envelope_result envelope_open(struct span *plain, enum leaf_type *type,
    struct arena *arena, struct gcm *g, struct span aad, struct span text,
    struct sealeaf_error *e);

#endif
