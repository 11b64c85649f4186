/* SPDX-License-Identifier: Apache-2.0 */
/* The table of key sources: names, order, fields, and what each must have. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "key/source.h"

/* clang-format off */
static const struct {
	const char *list, *name, *config, *rule, *flag, *variable;
	const char *fields[4];
	bool offline, dated;
} rows[] = {
	{ "kms", "kms", "kms", "kms", "kms", "SOPS_KMS_ARN",
	    { "arn", "aws_profile", "role" }, false, true },
	{ "gcp_kms", "gcp_kms", "gcp_kms", "gcp_kms", "gcp-kms",
	    "SOPS_GCP_KMS_IDS", { "resource_id" }, false, true },
	{ "hckms", "hckms", "hckms", "hckms", "hckms",
	    "SOPS_HUAWEICLOUD_KMS_IDS", { "key_id" }, false, true },
	{ "azure_kv", "azure_kv", "azure_keyvault", "azure_keyvault",
	    "azure-kv", "SOPS_AZURE_KEYVAULT_URLS",
	    { "name", "vault_url", "version" }, false, true },
	{ "hc_vault", "hc_vault", "hc_vault", "hc_vault_transit_uri",
	    "hc-vault-transit", "SOPS_VAULT_URIS",
	    { "engine_path", "key_name", "vault_address" }, false, true },
	{ "pgp", "pgp", "pgp", "pgp", "pgp", "SOPS_PGP_FP", { "fp" },
	    true, true },
	{ "age", "age", "age", "age", "age", "SOPS_AGE_RECIPIENTS",
	    { "recipient" }, true, false }
};
/* clang-format on */

static void
check_fields(const struct key_source *s, const char *const *fields)
{
	size_t i;

	for (i = 0; s->fields[i].name != NULL; i++) {
		assert_true(i < 4 && fields[i] != NULL);
		assert_string_equal(s->fields[i].name, fields[i]);
		assert_int_equal(key_field_index(s, span_of(fields[i])), i);
		assert_int_equal(s->fields[i].omit_empty,
		    strcmp(fields[i], "role") == 0);
	}
	assert_null(fields[i]);
}

static void
test_table(void **state)
{
	size_t n = sizeof rows / sizeof *rows;
	unsigned slots = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct key_source *s = key_sources[i];

		assert_string_equal(s->list, rows[i].list);
		assert_ptr_equal(key_source_by_list(span_of(s->list)), s);
		assert_string_equal(s->name, rows[i].name);
		assert_string_equal(s->config, rows[i].config);
		assert_string_equal(s->rule, rows[i].rule);
		assert_string_equal(s->flag, rows[i].flag);
		assert_string_equal(s->variable, rows[i].variable);
		assert_int_equal(s->offline, rows[i].offline);
		assert_int_equal(s->dated, rows[i].dated);
		check_fields(s, rows[i].fields);
		assert_true(s->slot < KEY_SLOTS && (slots >> s->slot & 1) == 0);
		slots |= 1u << s->slot;
		assert_non_null(s->parse);
		assert_non_null(s->show);
		assert_non_null(s->wrap);
		assert_non_null(s->unwrap);
	}
	assert_null(key_sources[n]);
	assert_null(key_source_by_list(span_of("azure_keyvault")));
	assert_null(key_source_by_list(span_of("")));
}

static void
test_session(void **state)
{
	struct key_session s;
	struct world w;

	(void)state;
	world_process(&w);
	key_session_init(&s, &w);
	assert_ptr_equal(s.world, &w);
	key_session_fini(&s);
	key_session_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
