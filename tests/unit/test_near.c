/* SPDX-License-Identifier: Apache-2.0 */
/* Typing errors, and words that are none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/near.h"

static void
test_one(void **state)
{
	static const struct {
		const char *word, *candidate;
		bool near;
	} rows[] = {
		{ "pasword", "password", true },
		{ "passwordd", "password", true },
		{ "pasSword", "password", true },
		{ "psasword", "password", true },
		{ "paswrd", "password", true },
		{ "PASSWORD", "password", true },
		{ "pswrd", "password", false },
		{ "user", "password", false },
		{ "db-password", "db_password", true },
		{ "ste", "set", true },
		{ "bet", "set", true },
		{ "bat", "set", false },
		{ "a", "b", false },
		{ "a", "A", true },
		{ "bb", "b", true },
		{ "", "b", false },
		{ "b", "", false },
		{ "set", "set", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct near n = { .word = span_of(rows[i].word) };

		if (near_try(&n, span_of(rows[i].candidate)) != rows[i].near)
			fail_msg("%s for %s", rows[i].word, rows[i].candidate);
	}
}

static void
test_best(void **state)
{
	struct near n = { .word = span_of("decryp") };

	(void)state;
	assert_true(near_try(&n, span_of("encryp")));
	assert_true(near_try(&n, span_of("decrypt")));
	assert_false(near_try(&n, span_of("decrypp")));
	assert_false(near_try(&n, span_of("encrypt")));
	assert_true(span_is(n.best, "decrypt"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_best),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
