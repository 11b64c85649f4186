/* SPDX-License-Identifier: Apache-2.0 */
/* What a value costs: sealing, opening, hashing. Build with Release. */

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "crypt/envelope.h"
#include "crypt/mac.h"

static char text[1 << 16];

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
report(const char *what, size_t n, double start, unsigned rounds)
{
	double each = (now() - start) / rounds;

	printf("%-5s %6zu bytes: %7.0f ns, %6.0f MB/s\n", what, n, each,
	    (double)n * 1e3 / each);
}

static int
bench_envelope(struct gcm *g, size_t n, unsigned rounds)
{
	struct span aad = span_of("database:password:"), plain;
	uint8_t iv[GCM_IV] = { 1 };
	struct sealeaf_error e = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	enum leaf_type type;
	double start = now();

	for (unsigned i = 0; i < rounds; i++) {
		b.n = 0;
		if (envelope_seal(&b, g, iv, aad, LEAF_STR, span_make(text, n),
			&e) != SEALEAF_OK)
			return 1;
	}
	report("seal", n, start, rounds);
	start = now();
	for (unsigned i = 0; i < rounds; i++) {
		if (envelope_open(&plain, &type, &a, g, aad, buf_get(&b), &e) !=
		    ENVELOPE_OPEN)
			return 1;
		if (i % 1024 == 0)
			arena_fini(&a);
	}
	report("open", n, start, rounds);
	arena_fini(&a);
	buf_fini(&b);
	return 0;
}

static int
bench_mac(size_t n, unsigned rounds)
{
	struct sealeaf_error e = { 0 };
	struct mac *m;
	double start;

	if (mac_new(&m, false, &e) != SEALEAF_OK)
		return 1;
	start = now();
	for (unsigned i = 0; i < rounds; i++)
		mac_add(m, span_make(text, n));
	report("mac", n, start, rounds);
	mac_free(m);
	return 0;
}

int
main(void)
{
	static const uint8_t bytes[GCM_KEY];
	struct sealeaf_error e = { 0 };
	struct secret key = { 0 };
	struct gcm *g;
	int failed;

	if (secret_copy(&key, bytes, sizeof bytes, &e) != SEALEAF_OK ||
	    gcm_new(&g, &key, &e) != SEALEAF_OK)
		return 1;
	failed = bench_envelope(g, 20, 1000000) ||
	    bench_envelope(g, 1024, 100000) ||
	    bench_envelope(g, sizeof text, 5000) || bench_mac(20, 5000000) ||
	    bench_mac(sizeof text, 5000);
	gcm_free(g);
	secret_fini(&key);
	return failed;
}
