/* SPDX-License-Identifier: Apache-2.0 */
/* The armor of age files: PEM-like, strict. */
#ifndef KEY_AGE_ARMOR_H
#define KEY_AGE_ARMOR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Whether `text` begins, after white space, as an armored age file. */
bool age_armor_looks(struct span text);

/* Append the armored form of `file`, with a newline at its end. */
void age_armor_append(struct buf *b, struct span file);

/* Append the bytes in armored `text` to `b`; errors say "invalid armor". */
SEALEAF_USED enum sealeaf_code age_armor_get(struct buf *b, struct span text,
    struct sealeaf_error *e);

#endif
