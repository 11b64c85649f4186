/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as Go's strconv reads and writes them, whatever the C locale. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Decimal, optional sign, full match, int64 range (ParseInt base 10). */
bool number_int(struct span text, int64_t *value);

/*
 * Go's ParseFloat with bitSize 64: decimal with optional exponent, hexadecimal
 * with p exponent, "inf", "infinity" and "nan" in any case, underscores refused.
 * False on bad syntax, and when the value is out of range.
 */
bool number_float(struct span text, double *value);

/*
 * The shortest decimal that reads back to `value`, without an exponent and
 * without ".0" (FormatFloat 'f', -1): "1e21" gives 22 digits. "+Inf", "-Inf",
 * "NaN". Returns the length; `out` is closed with NUL.
 */
enum { NUMBER_FLOAT_MAX = 1100 };
size_t number_format_float(char out[NUMBER_FLOAT_MAX], double value);

/* Go's ParseBool: 1 t T TRUE true True 0 f F FALSE false False. */
bool number_bool(struct span text, bool *value);

#endif
