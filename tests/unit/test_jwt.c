/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of a key made here, verified by OpenSSL: each algorithm by its own rule
 * and by no other.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/encode.h"
#include "base/err.h"
#include "net/jwt.h"

/* Make a key and put it into `pem`. */
static EVP_PKEY *
make_key(struct buf *pem)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIO *bio = BIO_new(BIO_s_mem());
	char *p;
	long n;

	assert_non_null(key);
	assert_int_equal(
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	n = BIO_get_mem_data(bio, &p);
	buf_put(pem, p, (size_t)n);
	BIO_free(bio);
	return key;
}

static int
verify(EVP_PKEY *key, struct span token, bool pss)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options;
	uint8_t signature[512];
	size_t n, dot = token.n;
	int result;

	while (token.p[dot - 1] != '.')
		dot--;
	assert_true(base64url_get_raw(span_sub(token, dot, token.n), signature,
	    sizeof signature, &n));
	assert_int_equal(
	    EVP_DigestVerifyInit(ctx, &options, EVP_sha256(), NULL, key), 1);
	if (pss) {
		(void)EVP_PKEY_CTX_set_rsa_padding(options,
		    RSA_PKCS1_PSS_PADDING);
		(void)EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
	}
	result = EVP_DigestVerify(ctx, signature, n, (const uint8_t *)token.p,
	    dot - 1);
	EVP_MD_CTX_free(ctx);
	return result;
}

static void
test_signatures(void **state)
{
	struct buf pem = { 0 }, out = { 0 };
	EVP_PKEY *key = make_key(&pem);

	(void)state;
	for (int i = 0; i < 2; i++) {
		enum jwt_algorithm how = i == 0 ? JWT_RS256 : JWT_PS256;

		buf_truncate(&out, 0);
		assert_int_equal(jwt_sign(&out, span_of("{\"alg\":\"x\"}"),
				     span_of("{\"a\":1}"), buf_get(&pem), how,
				     NULL),
		    SEALEAF_OK);
		assert_true(
		    span_starts(buf_get(&out), "eyJhbGciOiJ4In0.eyJhIjoxfQ."));
		assert_int_equal(verify(key, buf_get(&out), i == 1), 1);
		assert_int_not_equal(verify(key, buf_get(&out), i == 0), 1);
	}
	EVP_PKEY_free(key);
	buf_fini(&pem);
	buf_fini(&out);
}

static void
test_bad_keys(void **state)
{
	static const char *const bad[] = { "", "x",
		"-----BEGIN PRIVATE KEY---"
		"--\nAAAA\n-----END PRIVATE KEY-----\n",
		"-----BEGIN ENCRYPTED PRI"
		"VATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n" };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sealeaf_error e = { 0 };

		assert_int_equal(jwt_sign(&out, span_of("{}"), span_of("{}"),
				     span_of(bad[i]), JWT_RS256, &e),
		    SEALEAF_ERR_GENERIC);
		assert_int_equal(jwt_certificate(span_of(bad[i]), NULL, &out,
				     &out, &out, NULL),
		    SEALEAF_ERR_GENERIC);
	}
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_bad_keys) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
