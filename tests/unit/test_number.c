/* SPDX-License-Identifier: Apache-2.0 */
/* base/number.h; the expected texts are Go's. */

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/number.h"

static const struct {
	const char *in, *out; /* NULL: refused */
} floats[] = {
	{ "0", "0" },
	{ "-0", "-0" },
	{ "+0.0", "0" },
	{ "1", "1" },
	{ "2.0", "2" },
	{ "1.50", "1.5" },
	{ "0.1", "0.1" },
	{ "0.30000000000000004", "0.30000000000000004" },
	{ "100", "100" },
	{ "1e3", "1000" },
	{ "1E-3", "0.001" },
	{ "5.", "5" },
	{ ".5", "0.5" },
	{ "5.e1", "50" },
	{ "1e21", "1000000000000000000000" },
	{ "1e23", "100000000000000000000000" },
	{ "123456789012345678901234567890", "123456789012345680000000000000" },
	{ "9223372036854775808", "9223372036854776000" },
	{ "18446744073709551616", "18446744073709552000" },
	{ "9007199254740993", "9007199254740992" },
	{ "5.684341886080802e-14", "0.00000000000005684341886080802" },
	{ "12345678.5", "12345678.5" },
	{ "0.000001", "0.000001" },
	{ "1e-7", "0.0000001" },
	{ "-3.25", "-3.25" },
	{ "0x1p0", "1" },
	{ "0X.8P+1", "1" },
	{ "0x1.fffffffffffff8p0", "2" },
	{ "0x1p-1075", "0" },
	{ "1e-400", "0" },
	{ "0e99999999999999999999", "0" },
	{ "inf", "+Inf" },
	{ "+Inf", "+Inf" },
	{ "-iNfiNity", "-Inf" },
	{ "nAn", "NaN" },
	{ "", NULL },
	{ "+", NULL },
	{ ".", NULL },
	{ "-.e1", NULL },
	{ "1e", NULL },
	{ "1e+", NULL },
	{ "1.2.3", NULL },
	{ "1,5", NULL },
	{ " 1", NULL },
	{ "1 ", NULL },
	{ "1_000", NULL },
	{ "0x1.8", NULL },
	{ "0x", NULL },
	{ "0xp1", NULL },
	{ "0b1", NULL },
	{ "+nan", NULL },
	{ "infin", NULL },
	{ "nan(1)", NULL },
	{ "1e400", NULL },
	{ "-1e99999999999", NULL },
	{ "1.7976931348623159e308", NULL },
};

static void
check_floats(void)
{
	char out[NUMBER_FLOAT_MAX];
	double v;
	size_t n;

	for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
		if (!number_float(span_of(floats[i].in), &v)) {
			if (floats[i].out != NULL)
				fail_msg("refused: %s", floats[i].in);
			continue;
		}
		if (floats[i].out == NULL)
			fail_msg("accepted: %s", floats[i].in);
		n = number_format_float(out, v);
		assert_string_equal(out, floats[i].out);
		assert_int_equal(n, strlen(out));
	}
}

static void
float_table(void **state)
{
	(void)state;
	check_floats();
}

/* Where the machine has a locale with a decimal comma. */
static void
float_comma_locale(void **state)
{
	static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8",
		"fr_FR.UTF-8", "de_DE" };
	bool found = false;

	(void)state;
	for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++)
		found = setlocale(LC_ALL, names[i]) != NULL;
	if (!found)
		skip();
	check_floats();
	assert_string_equal(localeconv()->decimal_point, ",");
	(void)setlocale(LC_ALL, "C");
}

static void
float_extremes(void **state)
{
	char out[NUMBER_FLOAT_MAX];

	(void)state;
	assert_int_equal(number_format_float(out, 5e-324), 326);
	assert_string_equal(out + 324, "05");
	assert_int_equal(number_format_float(out, 1.7976931348623157e308), 309);
	assert_memory_equal(out, "179769313486231570", 18);
	assert_int_equal(number_format_float(out, -2.2250738585072014e-308),
	    327);
	assert_string_equal(out + 309, "022250738585072014");
}

/* What is printed reads back, over many magnitudes. */
static void
float_round_trip(void **state)
{
	char out[NUMBER_FLOAT_MAX];
	uint64_t bits = 88172645463325252U;
	double v, back;
	size_t n;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&v, &bits, sizeof v);
		if (!isfinite(v))
			continue;
		n = number_format_float(out, v);
		assert_true(n < NUMBER_FLOAT_MAX);
		assert_true(number_float(span_make(out, n), &back));
		assert_memory_equal(&v, &back, sizeof v);
	}
}

/* A long text is read to its end. */
static void
float_long(void **state)
{
	char text[3000];
	double v;

	(void)state;
	memset(text, '0', sizeof text);
	text[0] = '1';
	memcpy(text + sizeof text - 6, "e-2993", 6);
	assert_true(number_float(span_make(text, sizeof text), &v));
	assert_true(v == 1);
	text[1000] = 'x';
	assert_false(number_float(span_make(text, sizeof text), &v));
	text[1000] = '\0';
	assert_false(number_float(span_make(text, sizeof text), &v));
}

static void
ints(void **state)
{
	static const char *const bad[] = { "", "+", "-", "1.0", "0x1", "1e3",
		" 1", "1 ", "1_0", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999", "--1" };
	int64_t v;

	(void)state;
	assert_true(number_int(span_of("0"), &v) && v == 0);
	assert_true(number_int(span_of("-0"), &v) && v == 0);
	assert_true(number_int(span_of("+0012"), &v) && v == 12);
	assert_true(number_int(span_of("9223372036854775807"), &v));
	assert_true(v == INT64_MAX);
	assert_true(number_int(span_of("-9223372036854775808"), &v));
	assert_true(v == INT64_MIN);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (number_int(span_of(bad[i]), &v))
			fail_msg("accepted: %s", bad[i]);
	}
}

static void
bools(void **state)
{
	static const char *const bad[] = { "", "yes", "tRUE", "2", "true " };
	bool v;

	(void)state;
	assert_true(number_bool(span_of("True"), &v) && v);
	assert_true(number_bool(span_of("t"), &v) && v);
	assert_true(number_bool(span_of("1"), &v) && v);
	assert_true(number_bool(span_of("FALSE"), &v) && !v);
	assert_true(number_bool(span_of("0"), &v) && !v);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(number_bool(span_of(bad[i]), &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(float_table),
		cmocka_unit_test(float_comma_locale),
		cmocka_unit_test(float_extremes),
		cmocka_unit_test(float_round_trip),
		cmocka_unit_test(float_long),
		cmocka_unit_test(ints),
		cmocka_unit_test(bools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
