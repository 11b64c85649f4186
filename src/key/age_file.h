/* SPDX-License-Identifier: Apache-2.0 */
/* The header of an age file: stanzas and a MAC, strict. */
#ifndef KEY_AGE_FILE_H
#define KEY_AGE_FILE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	AGE_FILE_KEY = 16,
	AGE_WRAPPED = AGE_FILE_KEY + 16,
	AGE_FILE_MAX = 1 << 24 /* of identity files */
};

/* "-> TYPE ARG ARG…" and the decoded lines that follow. */
struct age_stanza {
	struct span *args; /* args[0] is the type */
	size_t n;          /* at least 1 */
	struct span body;
};

struct age_header {
	struct arena arena; /* holds the arrays and bodies */
	struct age_stanza *stanzas;
	size_t n;
	struct span text; /* what the MAC is over */
	uint8_t mac[32];
	struct span payload;
};

/*
 * Cut one stanza off `rest`. Arguments point into the text, the rest lies in
 * `arena`. The same form is spoken by plugins.
 */
SEALEAF_USED enum sealeaf_code age_stanza_get(struct age_stanza *s,
    struct arena *arena, struct span *rest, struct sealeaf_error *e);

/* Append the body lines of a stanza, closed by a short one. */
void age_body_append(struct buf *b, const void *p, size_t n);

/*
 * Read the header of a binary file; what h->text, arguments and payload point
 * at is `file`. To be freed with age_header_fini() on failure too.
 */
SEALEAF_USED enum sealeaf_code age_header_get(struct age_header *h,
    struct span file, struct sealeaf_error *e);
void age_header_fini(struct age_header *h);

/* Append a header of the given stanzas (text, each with its body). */
SEALEAF_USED enum sealeaf_code age_header_append(struct buf *b,
    struct span stanzas, const uint8_t file_key[static AGE_FILE_KEY],
    struct sealeaf_error *e);

/* "bad header MAC" unless the header was made with `file_key`. */
SEALEAF_USED enum sealeaf_code age_header_check(const struct age_header *h,
    const uint8_t file_key[static AGE_FILE_KEY], struct sealeaf_error *e);

/* Seal a file key under a wrapping key used this once; 32 bytes. */
void age_wrap(uint8_t out[static AGE_WRAPPED], const uint8_t key[static 32],
    const uint8_t file_key[static AGE_FILE_KEY]);

/* Undo it; false when key or bytes are wrong. `body` is AGE_WRAPPED long. */
bool age_unwrap(uint8_t file_key[static AGE_FILE_KEY],
    const uint8_t key[static 32], struct span body);

#endif
