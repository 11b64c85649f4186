/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and rules of a new document. Keys given by option replace the keys of
 * the creation rule; selection rules of both are put together, an option
 * before the rule's value of the same name (cli.md 10.6).
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/config.h"
#include "sops/context.h"

struct key_option {
	enum sealeaf_option option;
	const struct key_source *source;
};

/* In the order of one group made from options. */
static const struct key_option key_options[] = {
	{ SEALEAF_OPT_KMS, &key_aws_kms },
	{ SEALEAF_OPT_GCP_KMS, &key_gcp_kms },
	{ SEALEAF_OPT_HCKMS, &key_hckms },
	{ SEALEAF_OPT_AZURE_KV, &key_azure_kv },
	{ SEALEAF_OPT_PGP, &key_pgp },
	{ SEALEAF_OPT_HC_VAULT, &key_hc_vault },
	{ SEALEAF_OPT_AGE, &key_age },
};

enum { KEY_OPTIONS = sizeof key_options / sizeof key_options[0] };

static const enum sealeaf_option rule_options[RULE_KINDS] = {
	[RULE_UNENCRYPTED_SUFFIX] = SEALEAF_OPT_UNENCRYPTED_SUFFIX,
	[RULE_ENCRYPTED_SUFFIX] = SEALEAF_OPT_ENCRYPTED_SUFFIX,
	[RULE_UNENCRYPTED_REGEX] = SEALEAF_OPT_UNENCRYPTED_REGEX,
	[RULE_ENCRYPTED_REGEX] = SEALEAF_OPT_ENCRYPTED_REGEX,
	[RULE_UNENCRYPTED_COMMENT] = SEALEAF_OPT_UNENCRYPTED_COMMENT_REGEX,
	[RULE_ENCRYPTED_COMMENT] = SEALEAF_OPT_ENCRYPTED_COMMENT_REGEX,
};

static bool
keys_given(const struct sealeaf_ctx *ctx)
{
	for (int i = 0; i < KEY_OPTIONS; i++) {
		if (ctx_option(ctx, key_options[i].option) != NULL)
			return true;
	}
	return false;
}

static enum sealeaf_code
groups_from_options(struct groups *gs, const struct sealeaf_ctx *ctx,
    struct sealeaf_error *e)
{
	struct group *g = groups_add(gs);
	enum sealeaf_code code = SEALEAF_OK;

	if (g == NULL)
		return err_memory(e);
	for (int i = 0; i < KEY_OPTIONS && code == SEALEAF_OK; i++) {
		const char *text = ctx_option(ctx, key_options[i].option);

		if (text != NULL)
			code = group_parse(g, key_options[i].source,
			    span_of(text), world_now(&ctx->world), e);
	}
	return code;
}

/* --aws-profile and --encryption-context go to every AWS key without one of
 * its own. A profile counts for keys given by option only. */
static enum sealeaf_code
apply_aws(struct groups *gs, const struct sealeaf_ctx *ctx, bool by_option,
    struct sealeaf_error *e)
{
	size_t field = key_field_index(&key_aws_kms, span_of("aws_profile"));
	const char *profile = ctx_option(ctx, SEALEAF_OPT_AWS_PROFILE);
	const char *text = ctx_option(ctx, SEALEAF_OPT_ENCRYPTION_CONTEXT);
	struct key_context *context = NULL;
	enum sealeaf_code code = SEALEAF_OK;

	if (text != NULL)
		code = context_parse(&context, text, e);
	if (code == SEALEAF_ERR_CONTEXT)
		world_log(&ctx->world, LOG_WARNING, "AWSKMS",
		    "Encryption "
		    "context contains a non-string value, context will not be "
		    "used");
	for (size_t i = 0; i < gs->n; i++) {
		for (struct key *k = gs->list[i].first;
		     k != NULL && code == SEALEAF_OK; k = k->next) {
			if (k->source != &key_aws_kms)
				continue;
			if (by_option && profile != NULL)
				code = key_set(k, field, span_of(profile), e);
			if (code == SEALEAF_OK && k->context == NULL)
				code = context_copy(&k->context, context, e);
		}
	}
	context_free(context);
	return code;
}

static enum sealeaf_code
rules_from_config(struct metadata *m, const struct config *c, size_t rule,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	int64_t threshold = 0;
	unsigned count = 0;

	for (int i = 0; i < RULE_KINDS && code == SEALEAF_OK; i++) {
		code = config_string(&m->rule[i], c, rule, rule_names[i], e);
		if (m->rule[i] != NULL && m->rule[i][0] != '\0')
			count++;
	}
	if (code == SEALEAF_OK && count > 1)
		code = err_set(e, SEALEAF_ERR_CONFIG,
		    "error loading config: "
		    "c%s for the same rule",
		    metadata_one_rule);
	if (code == SEALEAF_OK)
		code = config_flag(&m->mac_only, c, rule, "mac_only_encrypted",
		    e);
	if (code == SEALEAF_OK)
		code = config_int(&threshold, c, rule, "shamir_threshold", e);
	if (threshold > 0 && threshold < 1000)
		m->groups.threshold = (unsigned)threshold;
	else if (threshold != 0 && code == SEALEAF_OK)
		code = err_set(e, SEALEAF_ERR_CONFIG,
		    "error loading config: "
		    "shamir_threshold is out of range");
	return code;
}

/* Options over what the rule says; then exactly one must be left. */
static enum sealeaf_code
rules_merge(struct metadata *m, const struct sealeaf_ctx *ctx,
    struct sealeaf_error *e)
{
	const char *threshold = ctx_option(ctx, SEALEAF_OPT_THRESHOLD);
	enum sealeaf_code code = SEALEAF_OK;
	unsigned count = 0;

	for (int i = 0; i < RULE_KINDS && code == SEALEAF_OK; i++) {
		const char *text = ctx_option(ctx, rule_options[i]);

		if (text != NULL)
			code = metadata_text(&m->rule[i], text, e);
		else if (m->rule[i] != NULL && m->rule[i][0] == '\0')
			code = metadata_text(&m->rule[i], NULL, e);
		count += m->rule[i] != NULL;
	}
	if (code != SEALEAF_OK)
		return code;
	if (count > 1)
		return err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: c%s in the "
		    "same file",
		    metadata_one_rule);
	if (ctx_flag(ctx, SEALEAF_OPT_MAC_ONLY_ENCRYPTED, false))
		m->mac_only = true;
	if (threshold != NULL && strtoul(threshold, NULL, 10) != 0)
		m->groups.threshold = (unsigned)strtoul(threshold, NULL, 10);
	return SEALEAF_OK;
}

/* Rules mean nothing to a file that is one value. */
static enum sealeaf_code
rules_drop(struct metadata *m, const struct sealeaf_ctx *ctx,
    struct sealeaf_error *e)
{
	static const char *const said[RULE_KINDS] = {
		[RULE_UNENCRYPTED_SUFFIX] = "unencrypted suffix",
		[RULE_ENCRYPTED_SUFFIX] = "encrypted suffix",
		[RULE_UNENCRYPTED_REGEX] = "unencrypted regex",
		[RULE_ENCRYPTED_REGEX] = "encrypted regex",
		[RULE_ENCRYPTED_COMMENT] = "encrypted comment regex",
	};
	enum sealeaf_code code = SEALEAF_OK;

	m->mac_only = false;
	for (int i = 0; i < RULE_KINDS && code == SEALEAF_OK; i++) {
		if (m->rule[i] != NULL && said[i] != NULL)
			world_log(&ctx->world, LOG_WARNING, "CMD",
			    "Using an "
			    "%s does not make sense with the input store (the "
			    "input store produces one key that should always "
			    "be encrypted) and will be ignored.",
			    said[i]);
		code = metadata_text(&m->rule[i], NULL, e);
	}
	return code;
}

static enum sealeaf_code
default_rule(struct metadata *m, struct sealeaf_error *e)
{
	for (int i = 0; i < RULE_KINDS; i++) {
		if (m->rule[i] != NULL)
			return SEALEAF_OK;
	}
	return metadata_text(&m->rule[RULE_UNENCRYPTED_SUFFIX], "_unencrypted",
	    e);
}

static enum sealeaf_code
no_keys(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_NO_KEYS,
	    "config file not found, or has "
	    "no creation rules, and no keys provided through command line "
	    "options");
}

enum sealeaf_code
config_policy(struct metadata *m, const struct sealeaf_ctx *ctx,
    const char *path, const struct format *format, struct sealeaf_error *e)
{
	struct config c = { 0 };
	size_t rule = CONFIG_NONE;
	bool given = keys_given(ctx);
	enum sealeaf_code code;

	code = config_load(&c, ctx, path, true, e);
	if (code == SEALEAF_OK)
		code = config_match(&rule, &c, path, e);
	if (code == SEALEAF_OK && rule != CONFIG_NONE)
		code = rules_from_config(m, &c, rule, e);
	if (code == SEALEAF_OK)
		code = rules_merge(m, ctx, e);
	if (code == SEALEAF_OK && !format->tree)
		code = rules_drop(m, ctx, e);
	if (code == SEALEAF_OK)
		code = default_rule(m, e);
	if (code == SEALEAF_OK && given)
		code = groups_from_options(&m->groups, ctx, e);
	else if (code == SEALEAF_OK && rule != CONFIG_NONE)
		code = config_groups(&m->groups, &c, rule, ctx, e);
	else if (code == SEALEAF_OK)
		code = no_keys(e);
	if (code == SEALEAF_OK)
		code = apply_aws(&m->groups, ctx, given, e);
	config_fini(&c);
	return code;
}
