/* SPDX-License-Identifier: Apache-2.0 */
/* base/span.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"

static void
cutting(void **state)
{
	struct span s = span_of("abcdef");

	(void)state;
	assert_true(span_is(span_sub(s, 1, 3), "bc"));
	assert_true(span_is(span_sub(s, 4, 99), "ef"));
	assert_int_equal(span_sub(s, 99, 100).n, 0);
	assert_int_equal(span_sub(s, 3, 1).n, 0);
	assert_null(span_sub(span_of(NULL), 1, 2).p);
	assert_true(span_is(span_trim(span_of(" \t\r\n a b \n")), "a b"));
	assert_true(span_is(span_trim(span_of("  ")), ""));
}

static void
comparing(void **state)
{
	(void)state;
	assert_true(span_equal(span_of(NULL), span_of("")));
	assert_false(span_equal(span_of("a"), span_of("b")));
	assert_true(span_compare(span_of("a"), span_of("b")) < 0);
	assert_true(span_compare(span_of("ab"), span_of("a")) > 0);
	assert_true(span_compare(span_of("a"), span_of("ab")) < 0);
	assert_true(span_compare(span_of("\xff"), span_of("a")) > 0);
	assert_int_equal(span_compare(span_of(NULL), span_of("")), 0);
	assert_true(span_starts(span_of("abc"), "ab"));
	assert_true(span_starts(span_of(NULL), ""));
	assert_false(span_starts(span_of("a"), "ab"));
	assert_true(span_ends(span_of("abc"), "bc"));
	assert_false(span_ends(span_of("c"), "bc"));
}

static void
searching(void **state)
{
	(void)state;
	assert_int_equal(span_find(span_of("abc"), 'c'), 2);
	assert_int_equal(span_find(span_of("abc"), 'x'), 3);
	assert_int_equal(span_find(span_of(NULL), 'x'), 0);
	assert_int_equal(span_search(span_of("aabab"), span_of("bab")), 2);
	assert_int_equal(span_search(span_of("aaab"), span_of("aab")), 1);
	assert_int_equal(span_search(span_of("aaa"), span_of("ab")), 3);
	assert_int_equal(span_search(span_of("a"), span_of("aa")), 1);
	assert_int_equal(span_search(span_of("abc"), span_of("")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cutting),
		cmocka_unit_test(comparing),
		cmocka_unit_test(searching),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
