/* SPDX-License-Identifier: Apache-2.0 */
/* How the keys of each source are read and shown, and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "key/source.h"

#define ARN "arn:aws:kms:us-east-1:656532927350:key/920aff2e-c5f1-4040-943a"
#define GCP "projects/p/locations/global/keyRings/r/cryptoKeys/k"
#define AZ "https://v.vault.azure.net"
#define PREFIXED                                                               \
	"running Vault with a prefixed URL is not supported! (Format "         \
	"has to be like https://vault.example.com:8200/v1/transit/keys/keyName)"
#define MALFORMED                                                              \
	"vault path does not seem to be formatted correctly: (eg. "            \
	"https://vault.example.com:8200/v1/transit/keys/keyName)"
#define SCHEMELESS                                                             \
	"missing scheme in Vault URL (should be like this: "                   \
	"+https://vault.example.com:8200/v1/transit/keys/keyName), got: "

/* clang-format off */
static const struct {
	const struct key_source *source;
	const char *text;
	const char *show;  /* NULL: refused */
	const char *field[3]; /* or the error text */
} cases[] = {
	{ &key_aws_kms, ARN, ARN, { ARN } },
	{ &key_aws_kms, " arn:aws:kms:eu-west-1:1: alias/x ",
	    "arn:aws:kms:eu-west-1:1:alias/x",
	    { "arn:aws:kms:eu-west-1:1:alias/x" } },
	{ &key_aws_kms, ARN " + arn:aws:iam::1:role/a+b", ARN
	    "+arn:aws:iam::1:role/a+b", { ARN, NULL,
	    "arn:aws:iam::1:role/a+b" } },
	{ &key_aws_kms, "arn:aws-us-gov:kms:us-gov-west-1:1:key/mrk-1",
	    "arn:aws-us-gov:kms:us-gov-west-1:1:key/mrk-1", { NULL } },
	{ &key_aws_kms, "", NULL, { "no valid ARN found in ''" } },
	{ &key_aws_kms, "+arn:aws:iam::1:role/r", NULL,
	    { "no valid ARN found in '+arn:aws:iam::1:role/r'" } },
	{ &key_aws_kms, "arn:aws:kms:evil.example/:1:key/k", NULL,
	    { "no valid ARN found in 'arn:aws:kms:evil.example/:1:key/k'" } },
	{ &key_aws_kms, "arn:aws:kms:us-east-1:1:key/", NULL,
	    { "no valid ARN found in 'arn:aws:kms:us-east-1:1:key/'" } },

	{ &key_gcp_kms, GCP, GCP, { GCP } },
	{ &key_gcp_kms, " " GCP " ", GCP, { GCP } },
	{ &key_gcp_kms, "projects/a.b:c-d/locations/l/keyRings/r/cryptoKeys/k",
	    "projects/a.b:c-d/locations/l/keyRings/r/cryptoKeys/k", { NULL } },
	{ &key_gcp_kms, GCP "/cryptoKeyVersions/1", NULL,
	    { "no valid resource ID found in \"" GCP
	      "/cryptoKeyVersions/1\"" } },
	{ &key_gcp_kms, "projects//locations/l/keyRings/r/cryptoKeys/k", NULL,
	    { NULL } },

	{ &key_azure_kv, AZ "/keys/k/0123", AZ "/keys/k/0123",
	    { "k", AZ, "0123" } },
	{ &key_azure_kv, "\t" AZ "/keys/k\r\n", AZ "/keys/k/",
	    { "k", AZ, "" } },
	{ &key_azure_kv, AZ "/keys/k/", AZ "/keys/k/", { "k", AZ, "" } },
	{ &key_azure_kv, AZ "/keys/k/1/", NULL,
	    { "could not parse \"" AZ "/keys/k/1/\" into a valid Azure Key "
	      "Vault MasterKey []" } },
	{ &key_azure_kv, AZ "/keys/k//", NULL, { NULL } },
	{ &key_azure_kv, AZ "/keys/", NULL, { NULL } },
	{ &key_azure_kv, AZ "/secrets/k", NULL, { NULL } },
	{ &key_azure_kv, "http://v/keys/k", NULL, { NULL } },
	{ &key_azure_kv, "https:///keys/k", NULL, { NULL } },
	{ &key_azure_kv, "", NULL, { NULL } },

	{ &key_hc_vault, "https://h:8200/v1/transit/keys/k",
	    "https://h:8200/v1/transit/keys/k",
	    { "transit", "k", "https://h:8200" } },
	{ &key_hc_vault, "HTTP://h/v1/team/transit/keys/k/",
	    "http://h/v1/team/transit/keys/k",
	    { "team/transit", "k", "http://h" } },
	{ &key_hc_vault, "https://h/v2/sops/anything/k",
	    "https://h/v1/sops/keys/k", { "sops", "k", "https://h" } },
	{ &key_hc_vault, "h/v1/transit/keys/k", NULL,
	    { SCHEMELESS "h/v1/transit/keys/k" } },
	{ &key_hc_vault, "h:8200/v1/transit/keys/k", NULL,
	    { SCHEMELESS "h:8200/v1/transit/keys/k" } },
	{ &key_hc_vault, "", NULL, { SCHEMELESS } },
	{ &key_hc_vault, "tcp://h/v1/transit/keys/k", NULL,
	    { "scheme of Vault URL is neither https nor http: "
	      "tcp://h/v1/transit/keys/k" } },
	{ &key_hc_vault, "https://h/prefix/v1/transit/keys/k", NULL,
	    { PREFIXED } },
	{ &key_hc_vault, "https://h/v1/v2/a/b/c", NULL, { PREFIXED } },
	{ &key_hc_vault, "https://h/v1/transit/keys/", NULL, { MALFORMED } },
	{ &key_hc_vault, "https://h/transit/keys/k", NULL, { MALFORMED } },
	{ &key_hc_vault, "https://h", NULL, { MALFORMED } },
	{ &key_hc_vault, "https:///v1", NULL, { MALFORMED } },
	{ &key_hc_vault, "https:///v1/transit/keys/k", NULL, { MALFORMED } },
	{ &key_hc_vault, "https://h/v1/transit/keys/k?x", NULL,
	    { MALFORMED } },
	{ &key_hc_vault, "https://h/v1/a/../keys/k", NULL, { MALFORMED } },
	{ &key_hc_vault, "https://h/v1/a/keys/k k", NULL, { MALFORMED } },

	{ &key_hckms, " tr-west-1:abc-456 ", "tr-west-1:abc-456",
	    { "tr-west-1:abc-456" } },
	{ &key_hckms, "abc", NULL, { "invalid key ID format: expected "
	    "'region:key-uuid', got \"abc\"" } },
	{ &key_hckms, " :abc", NULL,
	    { "region cannot be empty in key ID: \":abc\"" } },
	{ &key_hckms, "a: ", NULL,
	    { "key UUID cannot be empty in key ID: \"a:\"" } },

	{ &key_pgp, "85D7 7543 B3D6 24B6 3CEA  9E6D BC17 301B 491B 3F21!",
	    "85D77543B3D624B63CEA9E6DBC17301B491B3F21!", { NULL } },
};
/* clang-format on */

static void
check(size_t i)
{
	struct sealeaf_error e = { 0 };
	struct key *k = key_new(cases[i].source);
	enum sealeaf_code code;
	char *shown;

	code = k->source->parse(k, span_of(cases[i].text), &e);
	if ((code == SEALEAF_OK) != (cases[i].show != NULL))
		fail_msg("%s: %s", cases[i].text, e.text);
	if (code != SEALEAF_OK) {
		if (cases[i].field[0] != NULL)
			assert_string_equal(e.text, cases[i].field[0]);
		key_free(k);
		return;
	}
	shown = key_show(k);
	assert_string_equal(shown, cases[i].show);
	for (size_t f = 0; f < 3; f++)
		if (cases[i].field[f] != NULL)
			assert_string_equal(key_get(k, f), cases[i].field[f]);
	free(shown);
	key_free(k);
}

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
}

static struct key_context *
context(const char *name, const char *value, struct key_context *next)
{
	struct key_context *c = mem_zero(sizeof *c);

	c->name = mem_dup(name);
	c->value = mem_dup(value);
	c->next = next;
	return c;
}

/* ARN[+ROLE][|CONTEXT][|PROFILE] */
static void
test_aws_show(void **state)
{
	struct sealeaf_error e = { 0 };
	struct key *k = key_new(&key_aws_kms);
	size_t profile = key_field_index(&key_aws_kms, span_of("aws_profile"));
	char *shown;

	(void)state;
	assert_int_equal(k->source->parse(k, span_of(ARN), &e), 0);
	assert_int_equal(key_set(k, profile, span_of("dev"), &e), 0);
	shown = key_show(k);
	assert_string_equal(shown, ARN "||dev");
	free(shown);
	k->context = context("app", "x", context("tier", "y:z", NULL));
	shown = key_show(k);
	assert_string_equal(shown, ARN "|app:x,tier:y:z|dev");
	free(shown);
	assert_int_equal(key_set(k, profile, span_of(""), &e), 0);
	shown = key_show(k);
	assert_string_equal(shown, ARN "|app:x,tier:y:z");
	free(shown);
	key_free(k);
}

static void
test_fields(void **state)
{
	struct sealeaf_error e = { 0 };
	struct key *k = key_new(&key_gcp_kms);

	(void)state;
	assert_int_equal(key_field_index(&key_gcp_kms, span_of("resource_id")),
	    0);
	assert_int_equal(key_field_index(&key_gcp_kms, span_of("enc")),
	    KEY_FIELDS);
	assert_string_equal(key_get(k, 0), "");
	assert_int_equal(key_set(k, 0, span_make("a\0b", 3), &e),
	    SEALEAF_ERR_METADATA);
	assert_string_equal(e.text, "resource_id of a key holds a NUL byte");
	key_free(k);
	key_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_aws_show),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
