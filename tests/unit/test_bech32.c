/* SPDX-License-Identifier: Apache-2.0 */
/* Bech32 both ways, and every way to be malformed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "key/bech32.h"

#define POINT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static void
test_known(void **state)
{
	uint8_t out[32], secret[32];
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	struct span hrp;
	size_t n;

	(void)state;
	assert_int_equal(bech32_get(span_of(POINT), &hrp, out, 32, &n, &e),
	    SEALEAF_OK);
	assert_true(span_is(hrp, "age"));
	assert_int_equal(n, 32);
	assert_int_equal(out[0], 0x13);
	assert_int_equal(out[31], 0x72);
	bech32_append(&b, "age", out, n);
	assert_string_equal(b.p, POINT);
	buf_truncate(&b, 0);
	memset(secret, 0x42, sizeof secret);
	bech32_append(&b, "AGE-SECRET-KEY-", secret, sizeof secret);
	assert_int_equal(bech32_get(buf_get(&b), &hrp, out, 32, &n, &e),
	    SEALEAF_OK);
	assert_true(span_is(hrp, "AGE-SECRET-KEY-"));
	assert_memory_equal(out, secret, 32);
	buf_fini(&b);
}

static void
test_lengths(void **state)
{
	uint8_t in[70], out[70];
	struct span hrp;
	size_t got;

	(void)state;
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 37 + 5);
	for (size_t n = 0; n <= sizeof in; n++) {
		struct buf b = { 0 };

		bech32_append(&b, "x1y", in, n);
		assert_int_equal(
		    bech32_get(buf_get(&b), &hrp, out, n, &got, NULL),
		    SEALEAF_OK);
		assert_true(span_is(hrp, "x1y"));
		assert_int_equal(got, n);
		assert_memory_equal(in, out, n);
		if (n > 0)
			assert_int_not_equal(bech32_get(buf_get(&b), &hrp, out,
						 n - 1, &got, NULL),
			    SEALEAF_OK);
		buf_fini(&b);
	}
}

static void
test_bad(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "separator '1' at invalid position: pos=-1, len=0" },
		{ "age1abc",
		    "separator '1' at invalid position: pos=3, "
		    "len=7" },
		{ "1qqqqqqqq",
		    "separator '1' at invalid position: pos=0, "
		    "len=9" },
		{ "age1ZVKYG", "mixed case" },
		{ "a ge1qqqqqq",
		    "invalid character human-readable part: "
		    "s[1]=32" },
		{ "age1zvkyg\001", "invalid character data part: s[5]=1" },
		{ "age1zvkybq", "invalid character data part: s[4]=98" },
		{ "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnuj"
		  "wk",
		    "invalid checksum" },
	};
	uint8_t out[64];
	struct span hrp;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };

		assert_int_not_equal(bech32_get(span_of(rows[i].text), &hrp,
					 out, sizeof out, &n, &e),
		    SEALEAF_OK);
		assert_string_equal(e.text, rows[i].error);
	}
}

/* BIP 173's own examples, as far as they hold whole bytes. */
static void
test_bip173(void **state)
{
	static const char *const good[] = { "A12UEL5L", "a12uel5l",
		"?1ezyfcl" };
	static const char *const bad[] = { "A1G7SGD8", "10a06t8", "1qzzfhee",
		"pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3" };
	uint8_t out[64];
	struct span hrp;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(bech32_get(span_of(good[i]), &hrp, out,
				     sizeof out, &n, NULL),
		    SEALEAF_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_not_equal(bech32_get(span_of(bad[i]), &hrp, out,
					 sizeof out, &n, NULL),
		    SEALEAF_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bip173),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
