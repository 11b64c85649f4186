/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, identities, passphrases and shares: guarded, locked, wiped. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Zeroed is empty. The bytes lie between guard pages and cannot be read or
 * written while closed; open for the length of one use.
 */
struct secret {
	uint8_t *p; /* NULL when empty */
	size_t n;
	unsigned open; /* nesting of secret_open() */
};

/* `n` zeroed bytes, open. What was in `s` is wiped first. */
SEALEAF_USED enum sealeaf_code secret_new(struct secret *s, size_t n,
    struct sealeaf_error *e);

/* A copy of `n` bytes at `p`, closed. The caller wipes its own copy. */
SEALEAF_USED enum sealeaf_code secret_copy(struct secret *s, const void *p,
    size_t n, struct sealeaf_error *e);

/*
 * Make readable (and writable); calls nest. *text is the bytes. The system may
 * refuse it (SEALEAF_ERR_MEMORY); it is closed as before then.
 */
SEALEAF_USED enum sealeaf_code secret_open(struct secret *s, struct span *text,
    struct sealeaf_error *e);

/* Undo one secret_open() (or the openness of secret_new()); does nothing when
 * closed, so behind one that failed too. */
void secret_close(struct secret *s);

/* Wipe and free; `s` is then empty. */
void secret_fini(struct secret *s);

#endif
