/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypting a scanned plaintext in its own layout. */
#ifndef SOPS_SEAL_H
#define SOPS_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"
#include "sops/keep.h"
#include "sops/spelling.h"

struct batch; /* src/sops/batch.c */

/* One encryption under way: `plain` is the text, `d` has keys and rules. */
struct seal {
	struct sealeaf_doc *d;
	struct doc *plain;
	struct keep *keep; /* NULL: everything fresh */
	struct kept *old;  /* one a leaf */
	struct spellings exceptions;
	struct edits extra; /* aliases written out, the block */
	uint32_t *leaves;   /* to be replaced by envelopes, as in the text */
	size_t n;
	bool cut; /* comments that the whole text alone brings back */
	struct batch *batch; /* NULL: leaves are sealed one by one */
	struct buf aad, scratch, text;
};

/* Choose kept envelopes, write aliases out, note the spellings that decrypt
 * would not give. Rules were applied to s->plain. */
SEALEAF_USED enum sealeaf_code seal_prepare(struct seal *s,
    struct sealeaf_error *e);

/* The text that a fresh envelope of a leaf holds: the canonical one. It may
 * lie in `scratch`, whose failure is the caller's to see. */
struct span seal_text(struct buf *scratch, const struct leaf *l);

/* Take out what SOPS would not read as a comment, and set s->cut. */
SEALEAF_USED enum sealeaf_code seal_clear(struct seal *s,
    struct sealeaf_error *e);

/* Append how decrypt would spell leaf `l` of the plaintext `d`, were it
 * sealed with this text. */
SEALEAF_USED enum sealeaf_code seal_spelling(struct buf *out,
    const struct doc *d, const struct leaf *l, struct span text,
    struct sealeaf_error *e);

/* Append the envelope of leaf `at`: the kept one, or a fresh one. */
SEALEAF_USED enum sealeaf_code seal_envelope(struct buf *out, struct seal *s,
    size_t at, struct sealeaf_error *e);

/*
 * The same with what the format puts around it, for many leaves: they are
 * sealed some thousand at a time by several threads, and asked for in the
 * order of s->leaves. batch_new() leaves s->batch NULL where that does not
 * pay.
 */
SEALEAF_USED enum sealeaf_code batch_new(struct seal *s,
    struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code batch_put(struct buf *out, struct seal *s,
    size_t at, struct sealeaf_error *e);
void batch_free(struct seal *s);

/* Append the whole result, extra edits included. */
SEALEAF_USED enum sealeaf_code seal_write(struct buf *out, struct seal *s,
    struct sealeaf_error *e);

/* Bytes that seal_write() will append, about. */
size_t seal_size(const struct seal *s);

void seal_fini(struct seal *s);

#endif
