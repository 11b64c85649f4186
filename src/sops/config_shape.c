/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types in creation rules. SOPS refuses a configuration with a wrong one
 * anywhere, also in rules that would not fit; what is read later is read
 * from the rule that fits only.
 */

#include "sops/config.h"
#include "sops/tree.h"

enum { MERGES = 64 };

/* What a key holds, with Go's name for it, which SOPS's errors have. */
enum kind { TEXT, NUMBER, FLAG, TEXTS, MAPS, GROUPS };

struct field {
	const char *name;
	enum kind kind;
};

/* The lists that may be one text too are judged where they are read. */
static const struct field rule_fields[] = { { "path_regex", TEXT },
	{ "aws_profile", TEXT }, { "hckms", TEXTS },
	{ "unencrypted_suffix", TEXT }, { "encrypted_suffix", TEXT },
	{ "unencrypted_regex", TEXT }, { "encrypted_regex", TEXT },
	{ "unencrypted_comment_regex", TEXT },
	{ "encrypted_comment_regex", TEXT }, { "mac_only_encrypted", FLAG },
	{ "shamir_threshold", NUMBER }, { "key_groups", GROUPS },
	{ NULL, TEXT } };

static const struct field group_fields[] = { { "merge", GROUPS },
	{ "age", TEXTS }, { "pgp", TEXTS }, { "hc_vault", TEXTS },
	{ "kms", MAPS }, { "gcp_kms", MAPS }, { "hckms", MAPS },
	{ "azure_keyvault", MAPS }, { NULL, TEXT } };

static enum sealeaf_code check(const struct config *c, size_t map,
    const struct field *fields, unsigned depth, struct sealeaf_error *e);

static enum sealeaf_code
check_item(const struct config *c, size_t at, enum kind kind, unsigned depth,
    struct sealeaf_error *e)
{
	const struct leaf *l = &c->doc.leaves.list[at];

	if (l->type == LEAF_NULL)
		return SEALEAF_OK;
	if (kind == TEXTS)
		return leaf_is_value(l) ? SEALEAF_OK
					: config_bad(c, at, "string", e);
	if (l->type != LEAF_MAP || depth > MERGES)
		return config_bad(c, at,
		    kind == MAPS ? "config.key" : "config.keyGroup", e);
	return kind == MAPS ? SEALEAF_OK
			    : check(c, at, group_fields, depth + 1, e);
}

static enum sealeaf_code
check_list(const struct config *c, size_t at, enum kind kind, unsigned depth,
    struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t end = tree_next(ls, at);
	enum sealeaf_code code = SEALEAF_OK;

	if (ls->list[at].type != LEAF_LIST)
		return config_bad(c, at,
		    kind == TEXTS      ? "[]string"
			: kind == MAPS ? "[]config.key"
				       : "[]config.keyGroup",
		    e);
	for (size_t i = tree_child(ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end))
		code = check_item(c, i, kind, depth, e);
	return code;
}

static enum sealeaf_code
check_field(const struct config *c, size_t map, const struct field *f,
    unsigned depth, struct sealeaf_error *e)
{
	size_t at = config_entry(c, map, f->name);
	int64_t number;
	bool flag;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	switch (f->kind) {
	case TEXT:
		return leaf_is_value(&c->doc.leaves.list[at])
		    ? SEALEAF_OK
		    : config_bad(c, at, "string", e);
	case NUMBER:
		return config_int(&number, c, map, f->name, e);
	case FLAG:
		return config_flag(&flag, c, map, f->name, e);
	default:
		return check_list(c, at, f->kind, depth, e);
	}
}

static enum sealeaf_code
check(const struct config *c, size_t map, const struct field *fields,
    unsigned depth, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (; fields->name != NULL && code == SEALEAF_OK; fields++)
		code = check_field(c, map, fields, depth, e);
	return code;
}

enum sealeaf_code
config_shape(const struct config *c, struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t rules = config_top(c, "creation_rules"), end;
	enum sealeaf_code code = SEALEAF_OK;

	if (rules == CONFIG_NONE)
		return SEALEAF_OK;
	if (ls->list[rules].type != LEAF_LIST)
		return config_bad(c, rules, "[]config.creationRule", e);
	end = tree_next(ls, rules);
	for (size_t i = tree_child(ls, rules); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end)) {
		if (ls->list[i].type == LEAF_NULL)
			continue;
		if (ls->list[i].type != LEAF_MAP)
			return config_bad(c, i, "config.creationRule", e);
		code = check(c, i, rule_fields, 0, e);
	}
	return code;
}
