/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a creation rule: flat fields with comma lists, or key groups
 * with merges. Cloud keys are parsed without asking anyone.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/config.h"
#include "sops/context.h"
#include "sops/tree.h"

enum { MERGES = 64 };

struct loader {
	const struct config *c;
	const struct sealeaf_ctx *ctx;
	struct group *group;
	struct sealeaf_error *e;
};

/* What Go calls the type of a node, for SOPS's words. */
static const char *
go_type(const struct leaf *l)
{
	switch (l->type) {
	case LEAF_INT:
		return "int";
	case LEAF_FLOAT:
		return "float64";
	case LEAF_BOOL:
		return "bool";
	case LEAF_TIME:
		return "time.Time";
	case LEAF_MAP:
		return "map[string]interface {}";
	case LEAF_LIST:
		return "[]interface {}";
	case LEAF_NULL:
		return "<nil>";
	default:
		return "string";
	}
}

/* The field's name in front, as SOPS has it for two of them. */
static const char *
outer_name(const struct key_source *source)
{
	if (source == &key_gcp_kms)
		return "gcpkms";
	if (source == &key_hc_vault)
		return "vault";
	return source->rule;
}

static enum sealeaf_code
bad_type(struct loader *l, const struct key_source *source, size_t at,
    const char *wanted)
{
	err_set(l->e, SEALEAF_ERR_CONFIG,
	    "invalid %s key configuration: "
	    "invalid %s key configuration: expected %s, got %s",
	    outer_name(source), source->rule, wanted,
	    go_type(&l->c->doc.leaves.list[at]));
	return SEALEAF_ERR_CONFIG;
}

static enum sealeaf_code
add(struct loader *l, const struct key_source *source, struct span text)
{
	return group_parse(l->group, source, text, world_now(&l->ctx->world),
	    l->e);
}

/* An empty element of a list is an error to age, and to nobody else. */
static enum sealeaf_code
add_element(struct loader *l, const struct key_source *source, size_t at)
{
	const struct leaf *leaf = &l->c->doc.leaves.list[at];

	if (leaf->type != LEAF_STR)
		return bad_type(l, source, at, "string in list");
	if (source == &key_age && span_trim(leaf->value).n == 0)
		return err_set(l->e, SEALEAF_ERR_CONFIG,
		    "failed to parse "
		    "input, unknown recipient type: \"\"");
	return add(l, source, leaf->value);
}

static enum sealeaf_code
add_flat(struct loader *l, const struct key_source *source, size_t rule)
{
	const struct leaves *ls = &l->c->doc.leaves;
	size_t at = config_entry(l->c, rule, source->rule), end;
	enum sealeaf_code code = SEALEAF_OK;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	if (ls->list[at].type == LEAF_STR)
		return add(l, source, ls->list[at].value);
	if (ls->list[at].type != LEAF_LIST)
		return bad_type(l, source, at, "string, []string, or nil");
	end = tree_next(ls, at);
	for (size_t i = tree_child(ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end))
		code = add_element(l, source, i);
	return code;
}

/* The order of a single group made of flat fields, and inside key groups. */
static const struct key_source *const order[] = { &key_age, &key_pgp,
	&key_aws_kms, &key_gcp_kms, &key_hckms, &key_azure_kv, &key_hc_vault,
	NULL };

/* A mapping of a key group: its entries are the key's fields, by names that
 * differ from the file's for Azure only. */
static const char *
field_name(const struct key_source *source, const char *field)
{
	if (source != &key_azure_kv)
		return field;
	if (strcmp(field, "vault_url") == 0)
		return "vaultUrl";
	return strcmp(field, "name") == 0 ? "key" : field;
}

static enum sealeaf_code
add_mapping(struct loader *l, const struct key_source *source, size_t at)
{
	struct key *k = key_new(source);
	enum sealeaf_code code = SEALEAF_OK;
	size_t context = config_entry(l->c, at, "context");

	if (k == NULL)
		return err_memory(l->e);
	for (size_t i = 0; source->fields[i].name != NULL && code == SEALEAF_OK;
	     i++) {
		code = key_set(k, i, span_make("", 0), l->e);
		if (code == SEALEAF_OK)
			code = config_string(&k->field[i], l->c, at,
			    field_name(source, source->fields[i].name), l->e);
	}
	if (code == SEALEAF_OK && context != CONFIG_NONE &&
	    source == &key_aws_kms)
		code = context_from_tree(&k->context, &l->c->doc.leaves,
		    context, l->e);
	if (code == SEALEAF_OK && source == &key_hckms)
		code = source->parse(k, span_of(k->field[0]), l->e);
	if (code == SEALEAF_OK)
		code = key_stamp(k, world_now(&l->ctx->world), l->e);
	if (code == SEALEAF_OK)
		group_append(l->group, k);
	else
		key_free(k);
	return code;
}

static enum sealeaf_code
add_list(struct loader *l, const struct key_source *source, size_t group)
{
	const struct leaves *ls = &l->c->doc.leaves;
	size_t at = config_entry(l->c, group, source->config), end;
	enum sealeaf_code code = SEALEAF_OK;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	if (ls->list[at].type != LEAF_LIST)
		return config_bad(l->c, at, "[]string", l->e);
	end = tree_next(ls, at);
	for (size_t i = tree_child(ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end)) {
		bool text = source == &key_age || source == &key_pgp ||
		    source == &key_hc_vault;

		if (text && leaf_is_value(&ls->list[i]))
			code = add(l, source, tree_text(&ls->list[i]));
		else if (!text && ls->list[i].type == LEAF_MAP)
			code = add_mapping(l, source, i);
		else
			code = config_bad(l->c, i,
			    text ? "string" : "config.key", l->e);
	}
	return code;
}

static enum sealeaf_code
add_group(struct loader *l, size_t group, unsigned depth)
{
	const struct leaves *ls = &l->c->doc.leaves;
	size_t merge, end;
	enum sealeaf_code code = SEALEAF_OK;

	if (ls->list[group].type == LEAF_NULL)
		return SEALEAF_OK;
	if (ls->list[group].type != LEAF_MAP || depth > MERGES)
		return config_bad(l->c, group, "config.keyGroup", l->e);
	merge = config_entry(l->c, group, "merge");
	if (merge != CONFIG_NONE && ls->list[merge].type != LEAF_LIST)
		return config_bad(l->c, merge, "[]config.keyGroup", l->e);
	if (merge != CONFIG_NONE) {
		end = tree_next(ls, merge);
		for (size_t i = tree_child(ls, merge);
		     i < end && code == SEALEAF_OK;
		     i = tree_sibling(ls, i, end))
			code = add_group(l, i, depth + 1);
	}
	for (int i = 0; order[i] != NULL && code == SEALEAF_OK; i++)
		code = add_list(l, order[i], group);
	return code;
}

static enum sealeaf_code
add_groups(struct loader *l, struct groups *gs, size_t at)
{
	const struct leaves *ls = &l->c->doc.leaves;
	size_t end = tree_next(ls, at);
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = tree_child(ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end)) {
		l->group = groups_add(gs);
		if (l->group == NULL)
			return err_memory(l->e);
		code = add_group(l, i, 0);
		if (code == SEALEAF_OK)
			code = group_unique(l->group, l->e);
	}
	return code;
}

/* A profile for the flat KMS keys of the rule. */
static enum sealeaf_code
add_profile(struct loader *l, size_t rule)
{
	size_t field = key_field_index(&key_aws_kms, span_of("aws_profile"));
	char *profile = NULL;
	enum sealeaf_code code;

	code = config_string(&profile, l->c, rule, "aws_profile", l->e);
	for (struct key *k = l->group->first;
	     k != NULL && profile != NULL && code == SEALEAF_OK; k = k->next) {
		if (k->source == &key_aws_kms)
			code = key_set(k, field, span_of(profile), l->e);
	}
	free(profile);
	return code;
}

enum sealeaf_code
config_groups(struct groups *gs, const struct config *c, size_t rule,
    const struct sealeaf_ctx *ctx, struct sealeaf_error *e)
{
	struct loader l = { .c = c, .ctx = ctx, .e = e };
	size_t at = config_entry(c, rule, "key_groups");
	enum sealeaf_code code = SEALEAF_OK;

	if (at != CONFIG_NONE && c->doc.leaves.list[at].type != LEAF_LIST)
		return config_bad(c, at, "[]config.keyGroup", e);
	if (at != CONFIG_NONE &&
	    tree_child(&c->doc.leaves, at) < tree_next(&c->doc.leaves, at))
		return add_groups(&l, gs, at);
	l.group = groups_add(gs);
	if (l.group == NULL)
		return err_memory(e);
	for (int i = 0; order[i] != NULL && code == SEALEAF_OK; i++)
		code = add_flat(&l, order[i], rule);
	if (code == SEALEAF_OK)
		code = add_profile(&l, rule);
	return code;
}
