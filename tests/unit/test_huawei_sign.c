/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that HuaweiCloud publishes, and one of a call to its KMS. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/huawei.h"

static const struct {
	const char *method, *path, *query, *headers, *body, *id, *secret;
	int64_t now;
	const char *names, *signature;
} rows[] = { { "GET", "/path", "limit=1", "", "", "AccessKey", "SecretKey",
		 1136214245, "SignedHeaders=x-sdk-date,",
		 "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79"
		 "624" },
	{ "POST", "/path", "key=value", "", "{\"Name\":\"test\",\"Id\":1}\n",
	    "AccessKey", "SecretKey", 1136214245, "SignedHeaders=x-sdk-date,",
	    "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f5"
	    "9" },
	{ "POST", "/v1.0/0123456789abcdef0123456789abcdef/kms/encrypt-data", "",
	    "X-Project-Id:  0123456789abcdef0123456789abcdef\n"
	    "Host: kms.tr-west-1.myhuaweicloud.com\n",
	    "{\"key_id\":\"0d0466b0-e727-4d9c-b35d-f84bb474a37f\","
	    "\"plain_text\":\"AAECAw==\","
	    "\"encryption_algorithm\":\"SYMMETRIC_DEFAULT\"}",
	    "AK-EXAMPLE", "SK-EXAMPLE", 1767225600,
	    "SignedHeaders=host;x-project-id;x-sdk-date,",
	    "ea3ec31de50ee2c0c67df6f4e71216cea20773f0e3e02b9c81a3bafe167fccf"
	    "e" } };

static void
test_signatures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct huawei_sign s = { .method = rows[i].method,
			.path = span_of(rows[i].path),
			.query = span_of(rows[i].query),
			.headers = span_of(rows[i].headers),
			.body = span_of(rows[i].body),
			.now = rows[i].now,
			.id = span_of(rows[i].id),
			.secret = span_of(rows[i].secret) };
		struct buf out = { 0 };

		assert_int_equal(huawei_sign(&out, &s, NULL), SEALEAF_OK);
		if (strstr(out.p, rows[i].names) == NULL ||
		    strstr(out.p, rows[i].signature) == NULL)
			fail_msg("row %zu: %s", i, out.p);
		buf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_signatures) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
