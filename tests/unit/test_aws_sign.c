/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS's own test suite for Signature Version 4 (from aws-c-auth, Apache-2.0).
 * Left out are the cases in which a path is normalised or a header folded:
 * here the caller gives both as they are sent.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws_sign.h"

struct vector {
	const char *name, *method, *path, *query, *headers, *body, *token;
	const char *signature;
};

static const struct vector vectors[] = {
	{ "get-header-key-duplicate", "GET", "/", "",
	    "My-Header1:value2\n"
	    "My-Header1:value2\n"
	    "My-Header1:value1\n",
	    "", "",
	    "c9d5ea9f3f72853aea855b47ea873832"
	    "890dbdd183b4468f858259531a5138ea" },
	{ "get-header-value-order", "GET", "/", "",
	    "My-Header1:value4\n"
	    "My-Header1:value1\n"
	    "My-Header1:value3\n"
	    "My-Header1:value2\n",
	    "", "",
	    "08c7e5a9acfcfeb3ab6b2185e75ce8b1"
	    "deb5e634ec47601a50643f830c755c01" },
	{ "get-header-value-trim", "GET", "/", "",
	    "My-Header1: value1\n"
	    "My-Header2: \"a   b   c\"\n",
	    "", "",
	    "acc3ed3afb60bb290fc8d2dd0098b991"
	    "1fcaa05412b367055dee359757a9c736" },
	{ "get-relative-relative-unnormalized", "GET",
	    "/example1/example2/../..", "", "", "", "",
	    "dc33e0856fd4baca4d7aa2146c389582"
	    "83844764f38c74252a333df5e613003b" },
	{ "get-relative-unnormalized", "GET", "/example/..", "", "", "", "",
	    "eca7ead57bb5aa5c8e28007acd4ff04e"
	    "1ff9a0ff3b237ec1554a184887ff9282" },
	{ "get-slash-dot-slash-unnormalized", "GET", "/./", "", "", "", "",
	    "68714168e6557f8f2de0ef956fc24dc2"
	    "593a4bd2961f8df51898d8a134695145" },
	{ "get-slash-pointless-dot-unnormalized", "GET", "/./example", "", "",
	    "", "",
	    "beb03f223f7deae4146464f06e29eebb"
	    "ee9c8afbe15c290cf07aa8b119e14cff" },
	{ "get-slash-unnormalized", "GET", "//", "", "", "", "",
	    "c88bcd3d312d75078c0cd961d6deae3f"
	    "4c754924b01669efcfcb439fd5e5b76e" },
	{ "get-slashes-unnormalized", "GET", "//example//", "", "", "", "",
	    "87cca117541a147f6df867677d98a7d8"
	    "0dff226d2bfca9e4ffa899665623c7e5" },
	{ "get-space-unnormalized", "GET", "/example%20space/", "", "", "", "",
	    "652487583200325589f1fba4c7e578f7"
	    "2c47cb61beeca81406b39ddec1366741" },
	{ "get-unreserved", "GET",
	    "/-._~"
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
	    "", "", "", "",
	    "07ef7494c76fa4850883e2b006601f94"
	    "0f8a34d404d0cfa977f52a65bbf5f24f" },
	{ "get-utf8", "GET", "/%E1%88%B4", "", "", "", "",
	    "8318018e0b0f223aa2bbf98705b62bb7"
	    "87dc9c0e678f255a891fd03141be5d85" },
	{ "get-vanilla", "GET", "/", "", "", "", "",
	    "5fa00fa31553b73ebf1942676e86291e"
	    "8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-vanilla-empty-query-key", "GET", "/", "Param1=value1", "", "",
	    "",
	    "a67d582fa61cc504c4bae71f336f98b9"
	    "7f1ea3c7a6bfe1b6e45aec72011b9aeb" },
	{ "get-vanilla-query", "GET", "/", "", "", "", "",
	    "5fa00fa31553b73ebf1942676e86291e"
	    "8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-vanilla-query-order-encoded", "GET", "/",
	    "Param-3=Value3&Param=Value2&%E1%88%B4=Value1", "", "", "",
	    "371d3713e185cc334048618a97f809c9"
	    "ffe339c62934c032af5a0e595648fcac" },
	{ "get-vanilla-query-order-key-case", "GET", "/",
	    "Param2=value2&Param1=value1", "", "", "",
	    "b97d918cfa904a5beff61c982a1b6f45"
	    "8b799221646efd99d3219ec94cdf2500" },
	{ "get-vanilla-query-unreserved", "GET", "/",
	    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"
	    "rstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
	    "hijklmnopqrstuvwxyz",
	    "", "", "",
	    "9c3e54bfcdf0b19771a7f523ee5669cd"
	    "f59bc7cc0884027167c21bb143a40197" },
	{ "get-vanilla-utf8-query", "GET", "/", "%E1%88%B4=bar", "", "", "",
	    "2cdec8eed098649ff3a119c94853b13c"
	    "643bcf08f8b0a1d91e12c9027818dd04" },
	{ "get-vanilla-with-session-token", "GET", "/", "", "", "",
	    "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73eb"
	    "f194267",
	    "07ec1639c89043aa0e3e2de82b96708f"
	    "198cceab042d4a97044c66dd9f74e7f8" },
	{ "post-header-key-case", "POST", "/", "", "", "", "",
	    "5da7c1a2acd57cee7505fc6676e4e544"
	    "621c30862966e37dddb68e92efbe5d6b" },
	{ "post-header-key-sort", "POST", "/", "", "My-Header1:value1\n", "",
	    "",
	    "c5410059b04c1ee005303aed430f6e66"
	    "45f61f4dc9e1461ec8f8916fdf18852c" },
	{ "post-header-value-case", "POST", "/", "", "My-Header1:VALUE1\n", "",
	    "",
	    "cdbc9802e29d2942e5e10b5bccfdd67c"
	    "5f22c7c4e8ae67b53629efa58b974b7d" },
	{ "post-sts-header-after", "POST", "/", "", "", "", "",
	    "5da7c1a2acd57cee7505fc6676e4e544"
	    "621c30862966e37dddb68e92efbe5d6b" },
	{ "post-sts-header-before", "POST", "/", "", "", "",
	    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ"
	    "8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
	    "x7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsbur"
	    "EDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
	    "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC"
	    "9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
	    "85d96828115b5dc0cfc3bd16ad9e210d"
	    "d772bbebba041836c64533a82be05ead" },
	{ "post-vanilla", "POST", "/", "", "", "", "",
	    "5da7c1a2acd57cee7505fc6676e4e544"
	    "621c30862966e37dddb68e92efbe5d6b" },
	{ "post-vanilla-empty-query-value", "POST", "/", "Param1=value1", "",
	    "", "",
	    "28038455d6de14eafc1f9222cf5aa6f1"
	    "a96197d7deb8263271d420d138af7f11" },
	{ "post-vanilla-query", "POST", "/", "Param1=value1", "", "", "",
	    "28038455d6de14eafc1f9222cf5aa6f1"
	    "a96197d7deb8263271d420d138af7f11" },
	{ "post-x-www-form-urlencoded", "POST", "/", "",
	    "Content-Type:application/x-www-form-urlencoded\n"
	    "Content-Length:13\n"
	    "x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4"
	    "a654192329106275f4c7b24d0b6e\n",
	    "Param1=value1", "",
	    "d3875051da38690788ef43de4db0d8f2"
	    "80229d82040bfac253562e56c3f20e0b" },
	{ "post-x-www-form-urlencoded-parameters", "POST", "/", "",
	    "Content-Type:application/x-www-form-urlencoded; charset=u"
	    "tf-8\n"
	    "Content-Length:13\n"
	    "x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4"
	    "a654192329106275f4c7b24d0b6e\n",
	    "Param1=value1", "",
	    "328d1b9eaadca9f5818ef05e8392801e"
	    "091653bafec24fcab71e7344e7f51422" },
};

static void
test_suite(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const struct vector *v = &vectors[i];
		struct aws_sign s = { .method = v->method,
			.host = SPAN_LIT("example.amazonaws.com"),
			.path = span_of(v->path),
			.query = span_of(v->query),
			.headers = span_of(v->headers),
			.body = span_of(v->body),
			.service = "service",
			.region = "us-east-1",
			.now = 1440938160,
			.id = SPAN_LIT("AKIDEXAMPLE"),
			.secret = SPAN_LIT(
			    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
			.token = span_of(v->token) };
		struct buf out = { 0 };
		const char *signature;

		assert_int_equal(aws_sign(&out, &s, NULL), SEALEAF_OK);
		signature = strstr(out.p, "Signature=");
		assert_non_null(signature);
		if (strncmp(signature + 10, v->signature, 64) != 0)
			fail_msg("%s: %s", v->name, out.p);
		assert_non_null(
		    strstr(out.p, "X-Amz-Date: 20150830T123600Z\n"));
		assert_int_equal(strstr(out.p, "X-Amz-Security-Token") != NULL,
		    *v->token != '\0');
		buf_fini(&out);
	}
}

/* More headers than anybody sends are refused, not cut. */
static void
test_too_many(void **state)
{
	struct aws_sign s = { .method = "GET", .service = "s", .region = "r" };
	struct buf headers = { 0 }, out = { 0 };

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		buf_printf(&headers, "x-%u: y\n", i);
	s.headers = buf_get(&headers);
	assert_int_equal(aws_sign(&out, &s, NULL), SEALEAF_ERR_GENERIC);
	buf_fini(&headers);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suite),
		cmocka_unit_test(test_too_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
