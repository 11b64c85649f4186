/* SPDX-License-Identifier: Apache-2.0 */
/* bcrypt_pbkdf against OpenBSD's published vectors. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "crypt/bcrypt_pbkdf.h"

static void
test_vectors(void **state)
{
	static const struct {
		unsigned rounds;
		struct span passphrase, salt;
		const char *hex;
	} rows[] = {
		{ 12, SPAN_LIT("password"), SPAN_LIT("salt"),
		    "1ae42c05d487bc02f64921a4ebe4ea93bcacfe135fda99974c06b7b01f"
		    "a"
		    "e149a" },
		{ 3, SPAN_LIT("passwordy\0PASSWORD\0"),
		    SPAN_LIT("salty\0SALT\0"),
		    "7f310bd3e78c3280c59ce4595211a2928e8d4ec744c1ed2efc9f764e33"
		    "8"
		    "8e0ad" },
		{ 8, SPAN_LIT("секретное слово"), SPAN_LIT("посолить немножко"),
		    "8df43fc6fe131fc47f0c9e39224bd94c70b6fcc8ee8135faddf61156e6"
		    "c"
		    "b2733ea765f315a3e1e4afc35bf8687d189254c1e05a6fe80c0617f918"
		    "3"
		    "d67260d6a115c6c94e3603e2303fbb43a76a64523ffda686b1d451854"
		    "3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		uint8_t want[128], got[128];
		size_t n;

		assert_int_equal(sodium_hex2bin(want, sizeof want, rows[i].hex,
				     span_of(rows[i].hex).n, NULL, &n, NULL),
		    0);
		assert_int_equal(bcrypt_pbkdf(got, n, rows[i].passphrase,
				     rows[i].salt, rows[i].rounds, &e),
		    SEALEAF_OK);
		assert_memory_equal(got, want, n);
	}
}

static void
test_ranges(void **state)
{
	struct span some = SPAN_LIT("x"), none = { NULL, 0 };
	uint8_t out[32];

	(void)state;
	assert_int_not_equal(bcrypt_pbkdf(out, 0, some, some, 1, NULL), 0);
	assert_int_not_equal(bcrypt_pbkdf(out, 32, none, some, 1, NULL), 0);
	assert_int_not_equal(bcrypt_pbkdf(out, 32, some, none, 1, NULL), 0);
	assert_int_not_equal(bcrypt_pbkdf(out, 32, some, some, 0, NULL), 0);
	assert_int_not_equal(bcrypt_pbkdf(out, 32, some, some, 2049, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
