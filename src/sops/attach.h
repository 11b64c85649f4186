/* SPDX-License-Identifier: Apache-2.0 */
/* Comments sealed for the path under which SOPS will look for them. */
#ifndef SOPS_ATTACH_H
#define SOPS_ATTACH_H

#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"
#include "sops/seal.h"

/* Whether `plain` has sealed comments whose path may depend on what follows:
 * only YAML has. */
bool attach_matters(const struct doc *plain);

/*
 * Which collection a comment belongs to can change once the metadata follows
 * it. `again` is `result` opened; envelopes of comments that opened under
 * another path than SOPS will try are replaced in `result`, in place: their
 * length does not change. Where SOPS's own encryption of the file would have
 * the same fault, the envelope stays as SOPS would have it.
 */
SEALEAF_USED enum sealeaf_code attach_mend(struct buf *result,
    const struct sealeaf_doc *again, struct seal *s, struct sealeaf_error *e);

#endif
