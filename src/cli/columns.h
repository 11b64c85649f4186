/* SPDX-License-Identifier: Apache-2.0 */
/* How wide lines may be. */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

/* The columns of the terminal that `out` is: what it says itself, else
 * COLUMNS, else 80. SIZE_MAX when it is none. */
size_t columns_of(FILE *out);

#endif
