/* SPDX-License-Identifier: Apache-2.0 */
/* base/utf8.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static const struct {
	const char *text;
	size_t valid;
} texts[] = {
	{ "", 0 },
	{ "plain text longer than a word", 29 },
	{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9 },
	{ "12345678\xff", 8 },
	{ "1234567\xc3\xa9\xff", 9 },
	{ "a\xc0\x80", 1 },
	{ "a\xc1\xbf", 1 },
	{ "a\xe0\x9f\xbf", 1 },
	{ "\xe0\xa0\x80", 3 },
	{ "a\xed\xa0\x80", 1 },
	{ "\xed\x9f\xbf", 3 },
	{ "a\xf0\x8f\xbf\xbf", 1 },
	{ "\xf4\x8f\xbf\xbf", 4 },
	{ "a\xf4\x90\x80\x80", 1 },
	{ "a\xf5\x80\x80\x80", 1 },
	{ "a\x80", 1 },
	{ "a\xe2\x82", 1 },
	{ "a\xe2\x82z", 1 },
	{ "a\xf0\x9f\x98", 1 },
};

static void
valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(utf8_valid(span_of(texts[i].text)),
		    texts[i].valid);
	}
	assert_int_equal(utf8_valid(span_make("a\0b", 3)), 3);
}

static void
every_code_point(void **state)
{
	struct buf b = { 0 };
	uint32_t expected;
	size_t n;

	(void)state;
	for (uint32_t c = 0; c < 0x110100; c++) {
		buf_truncate(&b, 0);
		utf8_put(&b, c);
		expected = c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0xfffd
								       : c;
		assert_true(utf8_get(buf_get(&b), 0, &n) == expected);
		assert_true(n == b.n && utf8_valid(buf_get(&b)) == n);
	}
	buf_fini(&b);
}

static void
invalid_is_replaced(void **state)
{
	size_t n;

	(void)state;
	assert_int_equal(utf8_get(span_of("a\xe2\x82z"), 1, &n), 0xfffd);
	assert_int_equal(n, 1);
	assert_int_equal(utf8_get(span_of("\xc3"), 0, &n), 0xfffd);
	assert_int_equal(n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(invalid_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
