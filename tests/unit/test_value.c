/* SPDX-License-Identifier: Apache-2.0 */
/* doc/value.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/value.h"

static const struct {
	enum leaf_type type;
	const char *text, *canonical; /* NULL: no such value */
} values[] = {
	{ LEAF_STR, "", "" },
	{ LEAF_STR, "1.50", "1.50" },
	{ LEAF_COMMENT, " text ", " text " },
	{ LEAF_BYTES, "x", "x" },
	{ LEAF_INT, "12", "12" },
	{ LEAF_INT, "-12", "-12" },
	{ LEAF_INT, "0", "0" },
	{ LEAF_INT, "+12", "12" },
	{ LEAF_INT, "-0", "0" },
	{ LEAF_INT, "007", "7" },
	{ LEAF_INT, "-9223372036854775808", "-9223372036854775808" },
	{ LEAF_INT, "0x10", NULL },
	{ LEAF_INT, "", NULL },
	{ LEAF_FLOAT, "1.50", "1.5" },
	{ LEAF_FLOAT, "1e21", "1000000000000000000000" },
	{ LEAF_FLOAT, "-.0", "-0" },
	{ LEAF_FLOAT, ".inf", NULL },
	{ LEAF_FLOAT, "+Inf", "+Inf" },
	{ LEAF_BOOL, "true", "True" },
	{ LEAF_BOOL, "0", "False" },
	{ LEAF_BOOL, "yes", NULL },
	{ LEAF_TIME, "2026-01-31T10:00:00.500Z", "2026-01-31T10:00:00.5Z" },
	{ LEAF_TIME, "2026-01-31", NULL },
	{ LEAF_NULL, "", NULL },
	{ LEAF_MAP, "", NULL },
	{ LEAF_LIST, "", NULL },
};

static void
canonical(void **state)
{
	struct buf b = { 0 }, scratch = { 0 };
	struct span hashed;
	bool ok;

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct span text = span_of(values[i].text);

		buf_truncate(&b, 0);
		ok = value_canonical(&b, values[i].type, text);
		assert_int_equal(ok,
		    value_hashed(&hashed, &scratch, values[i].type, text));
		if (values[i].canonical == NULL) {
			assert_false(ok);
			assert_int_equal(b.n, 0);
			continue;
		}
		assert_true(ok);
		assert_true(span_is(buf_get(&b), values[i].canonical));
		assert_true(span_is(hashed, values[i].canonical));
	}
	buf_fini(&b);
	buf_fini(&scratch);
}

static void
no_copy_when_canonical(void **state)
{
	struct buf scratch = { 0 };
	struct span text = span_of("-5"), out;

	(void)state;
	assert_true(value_hashed(&out, &scratch, LEAF_INT, text));
	assert_ptr_equal(out.p, text.p);
	assert_null(scratch.p);
}

static void
equal(void **state)
{
	(void)state;
	assert_true(value_equal(LEAF_FLOAT, span_of("1.50"), span_of("1.5")));
	assert_true(value_equal(LEAF_FLOAT, span_of("nan"), span_of("NaN")));
	assert_false(value_equal(LEAF_FLOAT, span_of("0"), span_of("-0")));
	assert_false(value_equal(LEAF_STR, span_of("1.50"), span_of("1.5")));
	assert_true(value_equal(LEAF_BOOL, span_of("true"), span_of("True")));
	assert_false(value_equal(LEAF_BOOL, span_of("x"), span_of("y")));
	assert_true(value_equal(LEAF_INT, span_of("+1"), span_of("1")));
	assert_true(value_equal(LEAF_NULL, span_of("~"), span_of("~")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical),
		cmocka_unit_test(no_copy_when_canonical),
		cmocka_unit_test(equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
