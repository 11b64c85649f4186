/* SPDX-License-Identifier: Apache-2.0 */
/* Typed values: the text that is encrypted and the text that is hashed. */
#ifndef DOC_VALUE_H
#define DOC_VALUE_H

#include <stdbool.h>

#include "base/buf.h"
#include "doc/leaf.h"

/*
 * leaf.value, the text that the value was read from, is for
 *   str, comment  the decoded bytes
 *   int           decimal, '-' only
 *   float         the number as the source spells it, where number_float()
 *                 reads that, else the canonical text
 *   bool          as spelled: true True TRUE false False FALSE
 *   time          canonical
 * In an opened leaf it is what was encrypted: the canonical text, or, in files
 * of early versions, one as above. The canonical text, which is encrypted and
 * which the MAC hashes, is computed from it (format.md).
 */

/* Append the canonical text of `text` as a value of `type`; false when `text`
 * is no such value (nothing is appended then). */
bool value_canonical(struct buf *b, enum leaf_type type, struct span text);

/* The same without copying where `text` is canonical already (str, int,
 * bool, comment, bytes): *out is `text` or lies in `scratch`, which is emptied
 * first. */
bool value_hashed(struct span *out, struct buf *scratch, enum leaf_type type,
    struct span text);

/* Whether two texts of `type` mean the same value. */
bool value_equal(enum leaf_type type, struct span a, struct span b);

#endif
