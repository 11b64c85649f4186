/* SPDX-License-Identifier: Apache-2.0 */
/* base/encode.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/encode.h"

static const struct {
	const char *bytes, *text;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "+/+/" },
};

static void
base64_vectors(void **state)
{
	struct buf b = { 0 };
	char out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *bytes = vectors[i].bytes, *text = vectors[i].text;

		buf_truncate(&b, 0);
		base64_append(&b, bytes, strlen(bytes));
		assert_true(span_is(buf_get(&b), text));
		assert_int_equal(base64_size(strlen(bytes)), strlen(text));
		assert_true(base64_get(span_of(text), out, sizeof out, &n));
		assert_int_equal(n, strlen(bytes));
		assert_memory_equal(out, bytes, n);
		assert_true(
		    n == 0 || !base64_get(span_of(text), out, n - 1, &n));
	}
	buf_fini(&b);
}

static void
base64_refused(void **state)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zm8",
		"Zh==", "Zm9=", "====", "=", "Z===", "Zg==Zg==", "Zm9v\n",
		"Zm 9", "Zm9-", "Zm9_", "Zg=\n", "Zm\xc3\xb6", "Zg==\n\n\n\n" };
	char out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (base64_get(span_of(bad[i]), out, sizeof out, &n))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(base64_get(span_make("Zm9\0", 4), out, sizeof out, &n));
}

static void
base64_raw(void **state)
{
	struct buf b = { 0 };
	char out[16];
	size_t n;

	(void)state;
	base64_append_raw(&b, "\xfb\xff\xbf\xff", 4);
	assert_true(span_is(buf_get(&b), "+/+//w"));
	assert_true(base64_get_raw(buf_get(&b), out, sizeof out, &n));
	assert_memory_equal(out, "\xfb\xff\xbf\xff", 4);
	assert_false(base64url_get_raw(buf_get(&b), out, sizeof out, &n));
	buf_truncate(&b, 0);
	base64url_append_raw(&b, "\xfb\xff\xbf\xff\xff", 5);
	assert_true(span_is(buf_get(&b), "-_-___8"));
	assert_true(base64url_get_raw(buf_get(&b), out, sizeof out, &n));
	assert_int_equal(n, 5);
	assert_false(base64_get_raw(span_of("Zg=="), out, sizeof out, &n));
	assert_false(base64_get_raw(span_of("Z"), out, sizeof out, &n));
	assert_false(base64_get_raw(span_of("Zh"), out, sizeof out, &n));
	buf_fini(&b);
}

static void
base64_all_bytes(void **state)
{
	struct buf b = { 0 };
	uint8_t in[256], out[256];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 167 + 13);
	for (size_t size = 0; size <= sizeof in; size++) {
		buf_truncate(&b, 0);
		base64_append(&b, in, size);
		assert_true(base64_get(buf_get(&b), out, sizeof out, &n));
		assert_int_equal(n, size);
		assert_memory_equal(in, out, size);
	}
	buf_fini(&b);
}

static void
hex(void **state)
{
	struct buf b = { 0 };
	char out[4];
	size_t n;

	(void)state;
	hex_append(&b, "\x00\xab\xff", 3, false);
	hex_append(&b, "\x00\xab\xff", 3, true);
	assert_true(span_is(buf_get(&b), "00abff00ABFF"));
	assert_true(hex_get(span_of("00aBff"), out, sizeof out, &n));
	assert_int_equal(n, 3);
	assert_memory_equal(out, "\x00\xab\xff", 3);
	assert_false(hex_get(span_of("0"), out, sizeof out, &n));
	assert_false(hex_get(span_of("0g"), out, sizeof out, &n));
	assert_false(hex_get(span_of("0x"), out, sizeof out, &n));
	assert_false(hex_get(span_of("0011223344"), out, sizeof out, &n));
	buf_fini(&b);
}

static void
percent(void **state)
{
	struct buf b = { 0 };

	(void)state;
	percent_append(&b, span_make("a-_.~Z9/ \xc3\xa9%\0+", 14), false);
	assert_true(span_is(buf_get(&b), "a-_.~Z9%2F%20%C3%A9%25%00%2B"));
	buf_truncate(&b, 0);
	percent_append(&b, span_of("a/b c"), true);
	assert_true(span_is(buf_get(&b), "a/b%20c"));
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_vectors),
		cmocka_unit_test(base64_refused),
		cmocka_unit_test(base64_raw),
		cmocka_unit_test(base64_all_bytes),
		cmocka_unit_test(hex),
		cmocka_unit_test(percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
