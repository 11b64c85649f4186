/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Envelopes under the key 00 01 … 1f and the AAD "a:". What is OPEN here was
 * also opened by SOPS 3.13.3, and what is not was refused by it, but for the
 * rows marked "stricter".
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypt/envelope.h"

#define HEAD "ENC[AES256_GCM,data:"
#define DATA "IImW44E="
#define IV "AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09o="
#define TAG "2tAv+hXwO4kCZqLbKlUaxg=="

/* clang-format off */
static const struct {
	const char *name, *text;
	enum envelope_result result;
	enum leaf_type type;
	const char *plain;
} cases[] = {
	{ "type str",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "type int",
	    HEAD "fN4=,iv:" IV ",tag:XikZAZ9M0Am/g+7K/6diqg==,type:int]",
	    ENVELOPE_OPEN, LEAF_INT, "42" },
	{ "type float",
	    HEAD "ecLPvw==,iv:" IV ",tag:m+kBWlBFxyVk4Y4RfWIalQ==,type:float]",
	    ENVELOPE_OPEN, LEAF_FLOAT, "1.50" },
	{ "type bool",
	    HEAD "HJ6P6g==,iv:" IV ",tag:K6I6QswA4uvhJ/qWMs/iUQ==,type:bool]",
	    ENVELOPE_OPEN, LEAF_BOOL, "True" },
	{ "type time",
	    HEAD "etzIucPCh5DWwzCLJLwSIsoYLUw=,iv:" IV
	    ",tag:A2a0PA3L2FeTkxhaUJjqOQ==,type:time]",
	    ENVELOPE_OPEN, LEAF_TIME, "2026-01-31T23:59:59Z" },
	{ "type comment",
	    HEAD "aIKV+4s=,iv:" IV
	    ",tag:v4WM51my4yKdkyA1cKsKig==,type:comment]",
	    ENVELOPE_OPEN, LEAF_COMMENT, " note" },
	{ "iv of 12",
	    HEAD "i3dMeTM=,iv:AQgPFh0kKzI5QEdO,tag:dnEwh1ULUm0+CPaiD"
	    "+xa6w==,type:str]",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "iv of 16",
	    HEAD "20DU+aU=,iv:AQgPFh0kKzI5QEdOVVxjag==,tag:tDNtfCGff"
	    "NWqsQEyKu1c6g==,type:str]",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "iv of 128",
	    HEAD "yX88dRc=,iv:AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vs"
	    "XM09rh6O/2/QQLEhkgJy41PENKUVhfZm10e4KJkJeepayzusHI"
	    "z9bd5Ovy+QAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9"
	    "LZ4Ofu9fwDChEYHyYtNDtCSVBXXmVsc3o=,tag:WfAwUAULu7O"
	    "osRSEx2i29w==,type:str]",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "text behind",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str] tail",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "newline behind",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]\ntail",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "bracket behind",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str] ]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "bracket on next line",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]\n]",
	    ENVELOPE_OPEN, LEAF_STR, "hello" },
	{ "text before",
	    "x" HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "newline before",
	    "\n" HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "blank before",
	    " " HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no bracket",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "newline in data",
	    HEAD "IImW\n44E=,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "stricter: return in data",
	    HEAD "IImW\r44E=,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "blank in data",
	    HEAD "IImW 44E=,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no padding",
	    HEAD "IImW44E,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "stricter: loose bits",
	    HEAD "IImW44F=,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no data",
	    HEAD ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no iv",
	    HEAD DATA ",iv:,tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no tag",
	    HEAD DATA ",iv:" IV ",tag:,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "no type",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "unknown type",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:text]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "upper type",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:STR]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "type with blank",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str ]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "two ivs",
	    HEAD DATA ",iv:" IV ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "two types",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "two tags",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "two envelopes",
	    HEAD DATA ",iv:" IV ",tag:" TAG ",type:str]" HEAD DATA ",iv:" IV
	    ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "fields swapped",
	    "ENC[AES256_GCM,iv:" IV ",data:" DATA ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "stricter: tag cut by one",
	    HEAD "IImW44Ha,iv:" IV ",tag:0C/6FfA7iQJmotsqVRrG,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "stricter: tag in data",
	    HEAD "IImW44Ha0C/6FfA7iQJmotsqVRo=,iv:" IV ",tag:xg==,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "stricter: tag longer",
	    HEAD "IImW4w==,iv:" IV ",tag:gdrQL/oV8DuJAmai2ypVGsY=,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "wrong tag",
	    HEAD DATA ",iv:" IV ",tag:2tAv+hXwO4kCZqLbKlUaAA==,type:str]",
	    ENVELOPE_FOREIGN, LEAF_NULL, NULL },
	{ "wrong data",
	    HEAD "eImW44E=,iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_FOREIGN, LEAF_NULL, NULL },
	{ "url alphabet",
	    HEAD DATA ",iv:" IV ",tag:2tAv-hXwO4kCZqLbKlUaxg==,type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "AES128",
	    "ENC[AES128_GCM,data:" DATA ",iv:" IV ",tag:" TAG ",type:str]",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "empty",
	    "",
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "only head",
	    HEAD,
	    ENVELOPE_MALFORMED, LEAF_NULL, NULL },
	{ "int of blank",
	    HEAD "aN0=,iv:" IV ",tag:A9wJ0pTlzYYStQumEegfSw==,type:int]",
	    ENVELOPE_OPEN, LEAF_INT, " 1" },
	{ "other path",
	    HEAD DATA ",iv:" IV ",tag:bHR6Ud+FGIO9ibG3lDKS2Q==,type:str]",
	    ENVELOPE_FOREIGN, LEAF_NULL, NULL },
};
/* clang-format on */

static struct gcm *g;

static int
start(void **state)
{
	struct sealeaf_error e = { 0 };
	struct secret key = { 0 };
	uint8_t bytes[GCM_KEY];

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)i;
	if (secret_copy(&key, bytes, sizeof bytes, &e) != SEALEAF_OK ||
	    gcm_new(&g, &key, &e) != SEALEAF_OK)
		return -1;
	secret_fini(&key);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	gcm_free(g);
	return 0;
}

static void
test_open(void **state)
{
	struct sealeaf_error e = { 0 };
	enum envelope_result result;
	struct arena a = { 0 };
	enum leaf_type type;
	struct span plain;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type = LEAF_NULL;
		result = envelope_open(&plain, &type, &a, g, span_of("a:"),
		    span_of(cases[i].text), &e);
		if (result != cases[i].result)
			fail_msg("%s: result %d", cases[i].name, (int)result);
		if (result != ENVELOPE_OPEN) {
			assert_null(plain.p);
			continue;
		}
		assert_int_equal(type, cases[i].type);
		assert_string_equal(plain.p, cases[i].plain);
		assert_int_equal(plain.n, strlen(cases[i].plain));
	}
	assert_int_equal(e.code, SEALEAF_OK);
	arena_fini(&a);
}

/* The texts of the first rows, by their type and plaintext. */
static void
test_seal(void **state)
{
	struct sealeaf_error e = { 0 };
	uint8_t iv[GCM_IV];
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof iv; i++)
		iv[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < 6; i++) {
		size_t n = strlen(cases[i].plain);

		buf_truncate(&b, 0);
		buf_puts(&b, "x");
		assert_int_equal(envelope_seal(&b, g, iv, span_of("a:"),
				     cases[i].type, span_of(cases[i].plain),
				     &e),
		    0);
		assert_string_equal(b.p + 1, cases[i].text);
		assert_int_equal(b.n, 1 + envelope_size(n, cases[i].type));
	}
	buf_fini(&b);
}

/* Sizes around the steps in which base64 grows over the ciphertext. */
static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 47, 48, 49, 767, 768,
		769, 1535, 1536, 1537, 2303, 2304, 4000 };
	static char text[4000];
	struct sealeaf_error e = { 0 };
	uint8_t iv[GCM_IV] = { 9 };
	struct buf b = { 0 };
	struct arena a = { 0 };
	enum leaf_type type;
	struct span plain, in;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 31 + i / 251);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		in = span_make(text, sizes[i]);
		buf_truncate(&b, 0);
		assert_int_equal(
		    envelope_seal(&b, g, iv, span_of(":"), LEAF_BYTES, in, &e),
		    0);
		assert_true(envelope_looks(buf_get(&b)));
		if (envelope_open(&plain, &type, &a, g, span_of(":"),
			buf_get(&b), &e) != ENVELOPE_OPEN ||
		    !span_equal(plain, in) || type != LEAF_BYTES)
			fail_msg("%zu bytes", sizes[i]);
	}
	buf_fini(&b);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
