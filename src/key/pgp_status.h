/* SPDX-License-Identifier: Apache-2.0 */
/* What gpg says: status lines on standard error, and key listings. */
#ifndef KEY_PGP_STATUS_H
#define KEY_PGP_STATUS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

struct pgp_status {
	bool any;         /* a status line was seen */
	bool okay;        /* DECRYPTION_OKAY */
	bool no_secret;   /* NO_SECKEY: of one of the recipients */
	bool asked;       /* a passphrase was asked for, or was wrong */
	bool no_public;   /* INV_RECP 1: no such key */
	bool ambiguous;   /* INV_RECP 2 */
	bool no_terminal; /* the program that asks found none */
	bool no_pinentry; /* there is no such program */
};

/* Sort the standard error of gpg: status lines to *s, the rest to `text`,
 * without blank space at its ends. */
void pgp_status_read(struct pgp_status *s, struct buf *text,
    struct span errors);

/* Whether `fpr` (upper-case digits) is the fingerprint of a key or subkey in
 * the output of --with-colons. */
bool pgp_status_listed(struct span colons, struct span fpr);

/* The validity letter of the first key in such output, or that of its parts
 * that encrypt where none of them can be used: 'e' is expired, 'r' revoked,
 * 'd' disabled, '-' anything else. */
char pgp_status_validity(struct span colons);

#endif
