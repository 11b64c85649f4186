/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile shares; and what was split comes together again. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypt/shamir.h"
#include "../unit/opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PARTS = 9 };

static void
wipe(struct secret *shares)
{
	for (size_t i = 0; i < PARTS; i++)
		secret_fini(&shares[i]);
}

/* The bytes as up to nine shares, each after its length. */
static void
hostile(const uint8_t *data, size_t n)
{
	struct secret shares[PARTS] = { { 0 } }, key = { 0 };
	struct sealeaf_error e = { 0 };
	size_t count = 0, size;

	while (n > 0 && count < PARTS) {
		size = data[0] % 8;
		if (size > n - 1)
			size = n - 1;
		if (secret_copy(&shares[count++], data + 1, size, &e) !=
		    SEALEAF_OK)
			abort();
		data += size + 1;
		n -= size + 1;
	}
	if (shamir_combine(&key, shares, count, &e) == SEALEAF_OK &&
	    key.n + 1 != shares[0].n)
		abort();
	secret_fini(&key);
	wipe(shares);
}

static void
round_trip(const uint8_t *data, size_t n)
{
	struct secret shares[PARTS] = { { 0 } }, key = { 0 }, back = { 0 };
	size_t parts = 2 + data[0] % (PARTS - 1);
	size_t threshold = 2 + data[1] % (parts - 1);
	struct sealeaf_error e = { 0 };
	struct world w;

	world_process(&w);
	if (secret_copy(&key, data, n, &e) != SEALEAF_OK ||
	    shamir_split(shares, parts, threshold, &key, &w, &e) !=
		SEALEAF_OK ||
	    shamir_combine(&back, shares + parts - threshold, threshold, &e) !=
		SEALEAF_OK ||
	    back.n != n || memcmp(opened(&back), opened(&key), n) != 0)
		abort();
	secret_fini(&key);
	secret_fini(&back);
	wipe(shares);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	hostile(data, n);
	if (n >= 2 && n <= 64)
		round_trip(data, n);
	return 0;
}
