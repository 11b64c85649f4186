/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM under the key 00 01 … 1f with IVs 01 08 0f … of several lengths,
 * against answers of another implementation.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypt/gcm.h"

#define FOX "The quick brown fox jumps over the lazy dog"

static const struct {
	size_t iv_n;
	const char *plain, *aad, *cipher, *tag;
} cases[] = {
	{ 12, FOX, "a:b:c:",
	    "b77a45352dd8168b0ab4499395d55416734160d8dd43c677b40d7b0e3ae5ec0a"
	    "19b748fef2c8d13de18e6c",
	    "79984aa7f526b50b5d14a18d9b6896f1" },
	{ 16, FOX, "a:b:c:",
	    "e74dddb5bba8fc845bbd447cead7032444a8515582f53b10ac052abf4c3aa384"
	    "81a98f0f8e3be2a8ce54e8",
	    "2f7e78b300a1aca2e69e9fdbe3f86825" },
	{ 32, FOX, "a:b:c:",
	    "1c849faf9f87dfde8ed206cb78f1493b96426c36187354d097387c2fa2d4c90a"
	    "ab375f1a1ebffa7eaaf96c",
	    "848d15df403baefdb413b81b8e2c8a7d" },
	{ 64, FOX, "a:b:c:",
	    "966a6d43b6879b61913f3c590d8ab65461077ab3e3a6651967fbeb6d5dfc0bf1"
	    "63b77787373ba8665005e5",
	    "6cf9e06b89ea84c2ce23ed2ff016baef" },
	{ 128, FOX, "a:b:c:",
	    "f5723539090916a43f467941fe30cc9ef33f2e02281997708a275245b38717ca"
	    "d78f321c20e5f8e2a3453c",
	    "dd6283043b09e117e6eb855e2e3f7c91" },
	{ 32, "", "", "", "5b44e6f3ba29c4daaf285a16ae2bf176" },
	{ 32, "", "x:", "", "43899bcd47bd779ba496e4de5b7e3cb3" },
	{ 32, "x", "", "30", "7517040353c4155ac58a52d27f98b2a9" }
};

static struct gcm *
make(void)
{
	struct sealeaf_error e = { 0 };
	struct secret key = { 0 };
	uint8_t bytes[GCM_KEY];
	struct gcm *g;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(secret_copy(&key, bytes, sizeof bytes, &e), 0);
	assert_int_equal(gcm_new(&g, &key, &e), 0);
	assert_int_equal(key.open, 0);
	secret_fini(&key);
	return g;
}

static void
make_iv(uint8_t iv[128])
{
	for (size_t i = 0; i < 128; i++)
		iv[i] = (uint8_t)(i * 7 + 1);
}

static void
unhex(uint8_t *out, const char *text)
{
	char two[3] = "";

	for (; text[0] != '\0'; text += 2) {
		memcpy(two, text, 2);
		*out++ = (uint8_t)strtoul(two, NULL, 16);
	}
}

static void
check(struct gcm *g)
{
	uint8_t iv[128], cipher[64], tag[GCM_TAG], out[64];
	struct sealeaf_error e = { 0 };

	make_iv(iv);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span aad = span_of(cases[i].aad);
		size_t n = strlen(cases[i].plain);

		unhex(cipher, cases[i].cipher);
		unhex(tag, cases[i].tag);
		if (!gcm_open(g, iv, cases[i].iv_n, aad, cipher, n, out, tag))
			fail_msg("row %zu does not open", i);
		assert_memory_equal(out, cases[i].plain, n);
		tag[15] ^= 1;
		if (gcm_open(g, iv, cases[i].iv_n, aad, cipher, n, out, tag))
			fail_msg("row %zu opens with a wrong tag", i);
		for (size_t at = 0; at < n; at++)
			assert_int_equal(out[at], 0);
		if (cases[i].iv_n != GCM_IV)
			continue;
		memcpy(out, cases[i].plain, n);
		assert_int_equal(gcm_seal(g, iv, aad, out, n, out, tag, &e), 0);
		assert_memory_equal(out, cipher, n);
		unhex(cipher, cases[i].tag);
		assert_memory_equal(tag, cipher, GCM_TAG);
	}
}

static void
test_answers(void **state)
{
	struct gcm *g = make();

	(void)state;
	check(g);
	check(g);
	gcm_free(g);
	gcm_free(NULL);
}

static void
test_copy(void **state)
{
	struct sealeaf_error e = { 0 };
	struct gcm *g = make(), *copy;
	enum sealeaf_code code;

	(void)state;
	code = gcm_copy(&copy, g, &e);
	if (code == SEALEAF_ERR_UNSUPPORTED) {
		gcm_free(g);
		skip();
	}
	assert_int_equal(code, 0);
	check(copy);
	check(g);
	gcm_free(g);
	check(copy);
	gcm_free(copy);
}

static void
test_refused(void **state)
{
	static const uint8_t short_key[16];
	uint8_t iv[129] = { 0 }, tag[GCM_TAG] = { 0 }, out[1];
	struct sealeaf_error e = { 0 };
	struct secret key = { 0 };
	struct gcm *g = make(), *none;

	(void)state;
	assert_false(gcm_open(g, iv, 0, span_of(""), "x", 1, out, tag));
	assert_false(gcm_open(g, iv, 129, span_of(""), "x", 1, out, tag));
	check(g); /* and works on */
	gcm_free(g);
	assert_int_equal(secret_copy(&key, short_key, 16, &e), 0);
	assert_int_equal(gcm_new(&none, &key, &e), SEALEAF_ERR_GENERIC);
	assert_null(none);
	secret_fini(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
