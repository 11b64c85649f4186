/* SPDX-License-Identifier: Apache-2.0 */
/* The MAC against digests of other tools (sha512sum). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypt/mac.h"

static const struct {
	const char *name, *parts[4];
	bool only_encrypted;
	const char *expect;
} cases[] = {
	{ "nothing", { NULL }, false,
	    "CF83E1357EEFB8BDF1542850D66D8007D620E4050B5715DC83F4A921D36CE9CE"
	    "47D0D13C5D85F2B0FF8318D2877EEC2F63B931BD47417A81A538327AF927DA3E" },
	{ "abc", { "abc" }, false,
	    "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
	    "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F" },
	{ "abc in pieces", { "a", "", "bc" }, false,
	    "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
	    "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F" },
	{ "only encrypted", { "abc" }, true,
	    "D8903E518D7ADE1D508CCCB5A18000182C50484EEEEB081640A0C8302B664A69"
	    "44DB8E16B50F3AF533095B32B7B2C6E315F14DE631A86AA320AC90E581468AEF" }
};

static void
test_digests(void **state)
{
	struct sealeaf_error e = { 0 };
	char text[MAC_TEXT + 1];
	struct mac *m;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(mac_new(&m, cases[i].only_encrypted, &e), 0);
		for (size_t p = 0; cases[i].parts[p] != NULL; p++)
			mac_add(m, span_of(cases[i].parts[p]));
		mac_text(m, text);
		if (strcmp(text, cases[i].expect) != 0)
			fail_msg("%s: %s", cases[i].name, text);
		mac_free(m);
	}
	mac_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
