/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a metadata block: printed, or the old one with few changes. */
#ifndef SOPS_BLOCK_H
#define SOPS_BLOCK_H

#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"

/*
 * Append the block of `d` for a text scanned as `to` (whose format prints it).
 * When `d` was opened from the same format and its block has the same fields,
 * the old bytes are kept and only the texts that differ are replaced.
 */
SEALEAF_USED enum sealeaf_code block_text(struct buf *out,
    struct sealeaf_doc *d, const struct doc *to, bool reference,
    struct sealeaf_error *e);

#endif
