/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypting a scanned plaintext in its own layout. */
#ifndef SOPS_SEAL_H
#define SOPS_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"
#include "sops/keep.h"
#include "sops/spelling.h"

/* One encryption under way: `plain` is the text, `d` has keys and rules. */
struct seal {
	struct sealeaf_doc *d;
	struct doc *plain;
	struct keep *keep;      /* NULL: everything fresh */
	struct span *old;       /* one a leaf: envelope kept, or p NULL */
	struct spellings exceptions;
	struct edits extra;     /* aliases written out, the block */
	uint32_t *leaves;       /* to be replaced by envelopes */
	size_t n;
	struct buf aad, scratch;
};

/* Choose kept envelopes, write aliases out, note the spellings that decrypt
 * would not give. Rules were applied to s->plain. */
SEALEAF_USED enum sealeaf_code seal_prepare(struct seal *s,
    struct sealeaf_error *e);

/* Append the envelope of leaf `at`: the kept one, or a fresh one. */
SEALEAF_USED enum sealeaf_code seal_envelope(struct buf *out, struct seal *s,
    size_t at, struct sealeaf_error *e);

/* Append the whole result, extra edits included. */
SEALEAF_USED enum sealeaf_code seal_write(struct buf *out, struct seal *s,
    struct sealeaf_error *e);

/* Bytes that seal_write() will append, about. */
size_t seal_size(const struct seal *s);

void seal_fini(struct seal *s);

#endif
