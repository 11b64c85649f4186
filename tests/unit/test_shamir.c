/* SPDX-License-Identifier: Apache-2.0 */
/* Secret sharing: known shares, every subset, and SOPS's refusals. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "crypt/shamir.h"
#include "opened.h"

/* "Random" bytes that the test chose. */
static void
chosen(void *user, void *p, size_t n)
{
	const uint8_t **next = user;

	memcpy(p, *next, n);
	*next += n;
}

static const uint8_t four[] = { 0x00, 0x01, 0x02, 0xff };
static const uint8_t linear[] = { 0x10, 0x20, 0x30, 0x40 };
static const uint8_t quadratic[] = { 0x10, 0xa1, 0x20, 0xb2, 0x30, 0xc3, 0x40,
	0xd4 };

static const struct {
	const char *name;
	size_t parts, threshold;
	const uint8_t *random;
	uint8_t shares[5][5];
} known[] = { { "2 of 3", 3, 2, linear,
		  { { 0x10, 0x21, 0x32, 0xbf, 1 },
		      { 0x20, 0x41, 0x62, 0x7f, 2 },
		      { 0x30, 0x61, 0x52, 0x3f, 3 } } },
	{ "3 of 5", 5, 3, quadratic,
	    { { 0xb1, 0x93, 0xf1, 0x6b, 1 }, { 0x92, 0xbf, 0x43, 0x02, 2 },
		{ 0x23, 0x2d, 0xb0, 0x96, 3 }, { 0xbe, 0x54, 0x46, 0x0b, 4 },
		{ 0x0f, 0xc6, 0xb5, 0x9f, 5 } } } };

static void
test_known(void **state)
{
	struct secret key = { 0 }, shares[5] = { { 0 } };
	struct sealeaf_error e = { 0 };
	struct world w = { 0 };
	const uint8_t *next;

	(void)state;
	w.random = chosen;
	w.user = &next;
	assert_int_equal(secret_copy(&key, four, sizeof four, &e), 0);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		next = known[i].random;
		assert_int_equal(shamir_split(shares, known[i].parts,
				     known[i].threshold, &key, &w, &e),
		    0);
		for (size_t s = 0; s < known[i].parts; s++) {
			assert_int_equal(shares[s].n, 5);
			assert_int_equal(shares[s].open, 0);
			if (memcmp(opened(&shares[s]), known[i].shares[s], 5) !=
			    0)
				fail_msg("%s, share %zu", known[i].name, s);
			secret_fini(&shares[s]);
		}
	}
	secret_fini(&key);
}

static void
fill(struct secret *s, const void *p, size_t n)
{
	struct sealeaf_error e = { 0 };

	assert_int_equal(secret_copy(s, p, n, &e), 0);
}

/* Every subset of three of the five shares, in both directions, and all. */
static void
test_subsets(void **state)
{
	struct secret key = { 0 }, shares[5] = { { 0 } };
	struct sealeaf_error e = { 0 };
	size_t n;

	(void)state;
	for (unsigned set = 0; set < 32; set++) {
		n = 0;
		for (unsigned i = 0; i < 5; i++)
			if (set >> i & 1)
				fill(&shares[n++], known[1].shares[i], 5);
		if (n >= 3) {
			assert_int_equal(shamir_combine(&key, shares, n, &e),
			    0);
			assert_int_equal(key.n, 4);
			assert_int_equal(key.open, 0);
			if (memcmp(opened(&key), four, 4) != 0)
				fail_msg("subset %x", set);
		}
		while (n > 0)
			secret_fini(&shares[--n]);
		secret_fini(&key);
	}
}

static void
test_most(void **state)
{
	static struct secret shares[255];
	struct secret key = { 0 }, back = { 0 };
	struct sealeaf_error e = { 0 };
	uint8_t bytes[32];
	struct world w;

	(void)state;
	world_process(&w);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 11);
	fill(&key, bytes, sizeof bytes);
	assert_int_equal(shamir_split(shares, 255, 255, &key, &w, &e), 0);
	assert_int_equal(shamir_combine(&back, shares, 255, &e), 0);
	assert_memory_equal(opened(&back), bytes, sizeof bytes);
	assert_int_equal(shamir_combine(&back, shares, 254, &e), 0);
	assert_memory_not_equal(opened(&back), bytes, sizeof bytes);
	for (size_t i = 0; i < 255; i++)
		secret_fini(&shares[i]);
	secret_fini(&key);
	secret_fini(&back);
}

static void
test_split_refused(void **state)
{
	static const struct {
		size_t parts, threshold, n;
		const char *text;
	} rows[] = { { 2, 3, 4, "parts cannot be less than threshold" },
		{ 256, 2, 4, "parts cannot exceed 255" },
		{ 2, 1, 4, "threshold must be at least 2" },
		{ 2, 2, 0, "cannot split an empty secret" } };
	static struct secret shares[256];
	struct world w;

	(void)state;
	world_process(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct secret key = { 0 };

		fill(&key, four, rows[i].n);
		assert_int_equal(shamir_split(shares, rows[i].parts,
				     rows[i].threshold, &key, &w, &e),
		    SEALEAF_ERR_GENERIC);
		assert_string_equal(e.text, rows[i].text);
		secret_fini(&key);
	}
}

static void
test_combine_refused(void **state)
{
	static const struct {
		const char *a, *b;
		size_t a_n, b_n, n;
		const char *text;
	} rows[] = { { "x\1", "", 2, 0, 1,
			 "less than two parts cannot be used to "
			 "reconstruct the secret" },
		{ "\1", "\2", 1, 1, 2, "parts must be at least two bytes" },
		{ "x\1", "xy\2", 2, 3, 2, "all parts must be the same length" },
		{ "x\1", "y\1", 2, 2, 2, "duplicate part detected" },
		{ "x\0", "y\1", 2, 2, 2, "a part with number 0 is no share" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct secret key = { 0 }, shares[2] = { { 0 } };
		struct sealeaf_error e = { 0 };

		fill(&shares[0], rows[i].a, rows[i].a_n);
		fill(&shares[1], rows[i].b, rows[i].b_n);
		assert_int_equal(shamir_combine(&key, shares, rows[i].n, &e),
		    SEALEAF_ERR_GENERIC);
		assert_string_equal(e.text, rows[i].text);
		assert_null(key.p);
		secret_fini(&shares[0]);
		secret_fini(&shares[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_subsets),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_split_refused),
		cmocka_unit_test(test_combine_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
