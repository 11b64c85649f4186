/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and sealing the leaves of a document, and its MAC. */
#ifndef SOPS_CIPHER_H
#define SOPS_CIPHER_H

#include "base/err.h"
#include "crypt/mac.h"
#include "sops/document.h"

/*
 * Decrypt every selected leaf of an opened, unlocked document in place, and
 * compare the MAC unless it is to be ignored. Once done it is not done again.
 */
SEALEAF_USED enum sealeaf_code cipher_open(struct sealeaf_doc *d,
    struct sealeaf_error *e);

/* Append a fresh envelope of `plain` under the document's data key. */
SEALEAF_USED enum sealeaf_code cipher_seal(struct buf *b, struct sealeaf_doc *d,
    struct span aad, enum leaf_type type, struct span plain,
    struct sealeaf_error *e);

/* `n` fresh IVs for envelopes sealed elsewhere (under d->gcm or a copy). */
void cipher_ivs(uint8_t *ivs, size_t n, const struct sealeaf_doc *d);

/* The MAC of leaves with their plaintext values, as SOPS walks them. */
SEALEAF_USED enum sealeaf_code cipher_mac(char out[MAC_TEXT + 1],
    const struct leaves *ls, bool only_encrypted, struct sealeaf_error *e);

/* Whether a leaf is spelled by an envelope: selected, and not empty (the
 * empty text is its own envelope). */
bool cipher_covers(const struct leaf *l);

#endif
