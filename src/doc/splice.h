/* SPDX-License-Identifier: Apache-2.0 */
/* Replacing runs of a source text and touching nothing else. */
#ifndef DOC_SPLICE_H
#define DOC_SPLICE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Replace source bytes [at, at + n) by `text`; n == 0 inserts. */
struct edit {
	size_t at, n;
	struct span text;
	uint32_t order; /* edits at one place keep the order of their adding */
};

/* Zeroed is empty. Texts must outlive the splice (the document's arena). */
struct edits {
	struct edit *list;
	size_t n, cap;
	bool failed; /* an allocation failed; splice() reports it */
};

void edits_add(struct edits *es, size_t at, size_t n, struct span text);
void edits_fini(struct edits *es);

/* Append `source` with all edits made. Edits may come in any order and must
 * not overlap (asserted). */
SEALEAF_USED enum sealeaf_code splice(struct buf *out, struct span source,
    struct edits *es, struct sealeaf_error *e);

#endif
