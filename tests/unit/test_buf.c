/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
puts_of_all_kinds(void **state)
{
	struct buf b = { 0 };
	char *p;
	size_t n;

	(void)state;
	buf_putc(&b, 'a');
	buf_puts(&b, "bc");
	buf_span(&b, span_make("d\0", 2));
	buf_fill(&b, '-', 2);
	buf_printf(&b, "%d%s", 7, "x");
	memcpy(buf_extend(&b, 2), "yz", 2);
	assert_int_equal(b.n, 11);
	assert_memory_equal(b.p, "abcd\0--7xyz", 12);
	buf_truncate(&b, 99);
	buf_truncate(&b, 4);
	assert_string_equal(b.p, "abcd");
	p = buf_take(&b, &n);
	assert_string_equal(p, "abcd");
	assert_int_equal(n, 4);
	assert_null(b.p);
	free(p);
	p = buf_take(&b, NULL);
	assert_string_equal(p, "");
	free(p);
}

static void
grows_to_any_size(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		if (i % 1000 == 0)
			assert_int_equal(b.p[b.n], '\0');
	}
	for (size_t i = 0; i < 100000; i++)
		assert_true(b.p[i] == (char)('a' + i % 26));
	buf_fini(&b);
	assert_int_equal(b.n, 0);
}

static void
failure_stays(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_puts(&b, "x");
	buf_reserve(&b, SIZE_MAX / 2);
	assert_true(b.failed);
	buf_puts(&b, "y");
	assert_int_equal(b.n, 1);
	assert_null(buf_extend(&b, 1));
	assert_int_equal(buf_check(&b, &e), SEALEAF_ERR_MEMORY);
	assert_null(buf_take(&b, NULL));
	assert_false(b.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_of_all_kinds),
		cmocka_unit_test(grows_to_any_size),
		cmocka_unit_test(failure_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
