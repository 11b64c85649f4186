/* SPDX-License-Identifier: Apache-2.0 */
/* What may reach a terminal, and the formats of messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/show.h"

static void
escapes(void **state)
{
	static const struct {
		const char *in, *line, *lines;
	} rows[] = {
		{ "plain \xc3\xa9 \xf0\x9f\x94\x91", NULL, NULL },
		{ "a\nb\tc", "a\\nb\\tc", "a\nb\tc" },
		{ "a\r\nb\rc", "a\\r\\nb\\rc", "a\r\nb\\rc" },
		{ "\033[1A\033[2K", "\\x1b[1A\\x1b[2K", "\\x1b[1A\\x1b[2K" },
		{ "\x01\x08\x7f", "\\x01\\x08\\x7f", "\\x01\\x08\\x7f" },
		{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f", NULL },
		{ "\xc2\xa0", NULL, NULL },
		{ "\x9b\xff", "\\x9b\\xff", NULL },
		{ "\xe2\x80\xaa\xe2\x80\xae", "\\u202a\\u202e", NULL },
		{ "\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069", NULL },
		{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\u200e\\u200f\\u061c",
		    NULL },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *line = rows[i].line, *lines = rows[i].lines;
		struct buf b = { 0 };

		line = line != NULL ? line : rows[i].in;
		show_span(&b, span_of(rows[i].in));
		assert_string_equal(b.p, line);
		buf_truncate(&b, 0);
		show_lines(&b, span_of(rows[i].in));
		assert_string_equal(b.p, lines != NULL ? lines : line);
		buf_fini(&b);
	}
}

static void
formats(void **state)
{
	struct buf b = { 0 };

	(void)state;
	show_printf(&b, "%s|%5s|%-5s|%.2s|%.*s|%*s", "a\nb", "x", "y", "long",
	    3, "longer", 4, "r");
	assert_string_equal(b.p, "a\\nb|    x|y    |lo|lon|   r");
	buf_truncate(&b, 0);
	show_printf(&b, "%d|%4d|%04d|%-4d|%u|%lu|%zu|%lld|%ld|%hhu|%%", -7, -7,
	    -7, -7, 7U, 8UL, (size_t)9, -10LL, 11L, (unsigned char)12);
	assert_string_equal(b.p, "-7|  -7|-007|-7  |7|8|9|-10|11|12|%");
	buf_truncate(&b, 0);
	show_printf(&b, "%02x|%04X|%c|%c|%jd|%td", 10U, 0xabU, 'c', '\033',
	    (intmax_t)-1, (ptrdiff_t)2);
	assert_string_equal(b.p, "0a|00AB|c|\\x1b|-1|2");
	buf_truncate(&b, 0);
	show_printf(&b, "%s", "two\nlines\033");
	assert_string_equal(b.p, "two\nlines\\x1b");
	buf_fini(&b);
}

static size_t cut(char *p, size_t size, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* As snprintf(): cut off, closed, and the whole length told. */
static size_t
cut(char *p, size_t size, const char *format, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, format);
	n = show_format(p, size, format, ap);
	va_end(ap);
	return n;
}

static void
truncation(void **state)
{
	char room[6] = "xxxxx";

	(void)state;
	assert_int_equal(cut(room, sizeof room, "%s-%d", "abc", 12345), 9);
	assert_string_equal(room, "abc-1");
	assert_int_equal(cut(room, 1, "%s", "abc"), 3);
	assert_string_equal(room, "");
	assert_int_equal(cut(NULL, 0, "%s", "\n\033"), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(formats),
		cmocka_unit_test(truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
