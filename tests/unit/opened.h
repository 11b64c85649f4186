/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a secret, for a test to look at. */
#ifndef UNIT_OPENED_H
#define UNIT_OPENED_H

#include <stdlib.h>

#include "base/secret.h"

static inline const uint8_t *
opened(struct secret *s)
{
	struct span text;

	if (secret_open(s, &text, NULL) != SEALEAF_OK)
		abort();
	return (const uint8_t *)text.p;
}

#endif
