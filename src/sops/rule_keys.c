/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of all creation rules, for whoever wants to know which of them a
 * user has. */

#include <stdlib.h>

#include "sops/config.h"
#include "sops/tree.h"

struct rule_keys {
	const struct config *c;
	const struct sealeaf_ctx *ctx;
	size_t number;
	void (*put)(void *user, const struct sealeaf_rule_key *key);
	void *user;
};

static enum sealeaf_code
put_groups(struct rule_keys *r, const struct groups *gs,
    struct sealeaf_rule_key *out, struct sealeaf_error *e)
{
	for (size_t g = 0; g < gs->n; g++) {
		const struct key *k = gs->list[g].first;

		for (; k != NULL; k = k->next) {
			char *shown = key_show(k);

			if (shown == NULL)
				return err_memory(e);
			out->group = g;
			out->source = k->source->name;
			out->text = shown;
			r->put(r->user, out);
			free(shown);
		}
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
put_rule(struct rule_keys *r, size_t rule, struct sealeaf_error *e)
{
	struct sealeaf_rule_key out = { .number = ++r->number };
	struct groups gs = { 0 };
	char *pattern = NULL;
	int64_t threshold = 0;
	enum sealeaf_code code;

	code = config_string(&pattern, r->c, rule, "path_regex", e);
	if (code == SEALEAF_OK)
		code = config_int(&threshold, r->c, rule, "shamir_threshold",
		    e);
	if (code == SEALEAF_OK)
		code = config_groups(&gs, r->c, rule, r->ctx, e);
	if (code == SEALEAF_OK) {
		out.pattern = pattern;
		out.groups = gs.n;
		out.needed = (unsigned)gs.n;
		if (gs.n > 1 && threshold > 0 && threshold < (int64_t)gs.n)
			out.needed = (unsigned)threshold;
		code = put_groups(r, &gs, &out, e);
	}
	groups_fini(&gs);
	free(pattern);
	return code;
}

enum sealeaf_code
sealeaf_rule_keys(struct sealeaf_ctx *ctx,
    void (*put)(void *user, const struct sealeaf_rule_key *key), void *user,
    struct sealeaf_error *e)
{
	struct config c = { 0 };
	struct rule_keys r = { .c = &c, .ctx = ctx, .put = put, .user = user };
	const struct leaves *ls = &c.doc.leaves;
	size_t rules = CONFIG_NONE, end = 0;
	enum sealeaf_code code = config_load(&c, ctx, NULL, false, e);

	if (code == SEALEAF_OK && c.found)
		rules = config_top(&c, "creation_rules");
	if (rules != CONFIG_NONE && ls->list[rules].type == LEAF_LIST)
		end = tree_next(ls, rules);
	for (size_t i = end > 0 ? tree_child(ls, rules) : 0;
	     i < end && code == SEALEAF_OK; i = tree_sibling(ls, i, end)) {
		if (ls->list[i].type == LEAF_MAP)
			code = put_rule(&r, i, e);
	}
	config_fini(&c);
	return code;
}
