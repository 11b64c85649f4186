/* SPDX-License-Identifier: Apache-2.0 */
/* age's post-quantum recipients: ML-KEM-768 and X25519 together. */
#ifndef KEY_AGE_HYBRID_H
#define KEY_AGE_HYBRID_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"
#include "key/age_identity.h"

/* Check "age1pq1…". SEALEAF_ERR_UNSUPPORTED where ML-KEM is missing. */
SEALEAF_USED enum sealeaf_code age_hybrid_check(struct span text,
    struct sealeaf_error *e);

/* Append the stanza that wraps `file_key` for the recipient `text`. */
SEALEAF_USED enum sealeaf_code age_hybrid_wrap(struct buf *stanzas,
    struct span text, const uint8_t file_key[static AGE_FILE_KEY],
    const struct world *w, struct sealeaf_error *e);

/* Append the identity "AGE-SECRET-KEY-PQ-1…" to the list. */
SEALEAF_USED enum sealeaf_code age_hybrid_add(struct age_identity **list,
    struct span text, struct sealeaf_error *e);

/* What both shared secrets come to, for a stanza (HPKE, RFC 9180). */
struct age_hpke {
	uint8_t key[32], nonce[12];
};
void age_hpke_schedule(struct age_hpke *h, const uint8_t shared[static 32]);

#endif
