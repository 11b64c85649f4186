/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.h; the expected texts are those of Go's time package. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static const struct {
	const char *in, *out; /* NULL: refused */
	int64_t seconds;
} times[] = {
	{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0 },
	{ "2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z", 1769903999 },
	{ "2026-01-31T23:59:59,5Z", "2026-01-31T23:59:59.5Z", 1769903999 },
	{ "2026-01-31T3:59:59Z", "2026-01-31T03:59:59Z", 1769831999 },
	{ "2026-01-31T23:59:59+24:00", "2026-01-31T23:59:59+24:00",
	    1769817599 },
	{ "2026-01-31T23:59:59+23:60", "2026-01-31T23:59:59+24:00",
	    1769817599 },
	{ "2026-01-31T23:59:59.1234567891Z", "2026-01-31T23:59:59.123456789Z",
	    1769903999 },
	{ "2026-01-31T23:59:59.500-01:30", "2026-01-31T23:59:59.5-01:30",
	    1769909399 },
	{ "2026-01-31T23:59:59.000Z", "2026-01-31T23:59:59Z", 1769903999 },
	{ "2026-01-31T23:59:59-00:00", "2026-01-31T23:59:59Z", 1769903999 },
	{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", -62167219200 },
	{ "0000-01-01T00:00:00+01:00", "0000-01-01T00:00:00+01:00",
	    -62167222800 },
	{ "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59",
	    253402387139 },
	{ "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", 1709208000 },
	{ "2023-02-29T12:00:00Z", NULL, 0 },
	{ "1900-02-29T12:00:00Z", NULL, 0 },
	{ "2026-02-30T00:00:00Z", NULL, 0 },
	{ "2026-13-01T00:00:00Z", NULL, 0 },
	{ "2026-00-01T00:00:00Z", NULL, 0 },
	{ "2026-01-00T00:00:00Z", NULL, 0 },
	{ "2026-01-31T23:59:60Z", NULL, 0 },
	{ "2026-01-31T24:00:00Z", NULL, 0 },
	{ "2026-01-31t23:59:59z", NULL, 0 },
	{ "2026-01-31 23:59:59Z", NULL, 0 },
	{ "2026-01-31T23:59:59.Z", NULL, 0 },
	{ "2026-01-31T23:59:59", NULL, 0 },
	{ "2026-01-31T23:59:59+25:00", NULL, 0 },
	{ "2026-01-31T23:59:59+0100", NULL, 0 },
	{ "2026-01-31T23:59:59Zx", NULL, 0 },
	{ "2026-1-31T23:59:59Z", NULL, 0 },
	{ "2026-01-31", NULL, 0 },
	{ "", NULL, 0 },
};

static void
parse_table(void **state)
{
	char out[CLOCK_MAX];
	int64_t seconds;
	struct span in;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		in = span_of(times[i].in);
		n = clock_canonical(out, in);
		assert_int_equal(clock_parse(in, NULL), n > 0);
		if (times[i].out == NULL) {
			if (n != 0)
				fail_msg("accepted: %s", times[i].in);
			continue;
		}
		if (n == 0)
			fail_msg("refused: %s", times[i].in);
		assert_string_equal(out, times[i].out);
		assert_int_equal(n, strlen(out));
		assert_true(clock_parse(in, &seconds));
		assert_int_equal(seconds, times[i].seconds);
	}
}

static void
format_reads_back(void **state)
{
	char out[CLOCK_MAX];
	int64_t seconds;
	size_t n;

	(void)state;
	assert_int_equal(clock_format(out, 1769903999), 20);
	assert_string_equal(out, "2026-01-31T23:59:59Z");
	(void)clock_format(out, -1);
	assert_string_equal(out, "1969-12-31T23:59:59Z");
	for (int64_t t = -62167219200; t < 253402300800; t += 97 * 86400 + 7) {
		n = clock_format(out, t);
		assert_true(clock_parse(span_make(out, n), &seconds));
		assert_int_equal(seconds, t);
	}
	/* No year is too far for the buffer. */
	assert_true(clock_format(out, INT64_MAX / 2) < CLOCK_MAX);
	assert_true(clock_format(out, INT64_MIN / 2) < CLOCK_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_table),
		cmocka_unit_test(format_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
