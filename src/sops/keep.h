/* SPDX-License-Identifier: Apache-2.0 */
/* The envelopes of a document's last version, to be used again. */
#ifndef SOPS_KEEP_H
#define SOPS_KEEP_H

#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"

struct keep; /* NULL stands for none */

/* An envelope of the last version, and the text in it. */
struct kept {
	struct span envelope; /* p NULL: there was none */
	struct span plain;
};

/* Index the opened leaves of `d`, which must be clear. */
SEALEAF_USED enum sealeaf_code keep_new(struct keep **out,
    const struct sealeaf_doc *d, struct sealeaf_error *e);

/*
 * The envelope that had this AAD, type and value. Equal ones are handed out in
 * order, the last of them again and again: a repeated IV is sound for the same
 * plaintext, key and AAD only, so the whole envelope is taken, never its IV.
 * Its text may be another spelling of the value.
 */
struct kept keep_take(struct keep *k, struct span aad, enum leaf_type type,
    struct span plain);

void keep_free(struct keep *k);

#endif
