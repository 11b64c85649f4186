/* SPDX-License-Identifier: Apache-2.0 */
/* age's post-quantum recipients: ML-KEM-768 and X25519 together. */
#ifndef KEY_AGE_HYBRID_H
#define KEY_AGE_HYBRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"
#include "key/age_identity.h"

/*
 * Where OpenSSL has no ML-KEM, the program age-plugin-pq does the work if it is
 * on the PATH: what it is told and what it makes are the same keys in the same
 * format. Without either, SEALEAF_ERR_UNSUPPORTED with a hint.
 */
bool age_hybrid_is_here(void);

/* The hint for somebody who needs these keys where they cannot be used. */
void age_hybrid_hint(struct sealeaf_error *e);

/* Check the form of "age1pq1…", and the key in it where there is ML-KEM. */
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
