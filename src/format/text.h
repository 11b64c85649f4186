/* SPDX-License-Identifier: Apache-2.0 */
/* Values as Go prints them, for text that is written anew. */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include "base/buf.h"
#include "doc/leaf.h"

/* Append a finite number as Go's encoding/json does: 1e+21, 1e-7, 0.1. */
void text_float_json(struct buf *b, double value);

/* Append a number as SOPS does where every value is text: 1.5E+07, 100.0. */
void text_float_plain(struct buf *b, double value);

/* Append `text`, a value of `type`, as dotenv and INI print it: floats as
 * above, times without a fraction, null as <nil>. */
void text_plain(struct buf *b, enum leaf_type type, struct span text);

/* Append `text` with every `from` replaced by `to`. */
void text_replace(struct buf *b, struct span text, const char *from,
    const char *to);

#endif
