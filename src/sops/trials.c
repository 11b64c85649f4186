/* SPDX-License-Identifier: Apache-2.0 */
/* Which configuration counts for a file, and why which of its rules. */

#include <stdlib.h>

#include "base/mem.h"
#include "base/regex.h"
#include "sops/config.h"
#include "sops/tree.h"

enum sealeaf_code
sealeaf_config_path(struct sealeaf_ctx *ctx, const char *path,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct config c = { 0 };
	enum sealeaf_code code = config_load(&c, ctx, path, false, &why);

	out->p = NULL;
	out->n = 0;
	if (code != SEALEAF_ERR_MEMORY)
		code = SEALEAF_OK; /* that it is broken does not matter here */
	if (code == SEALEAF_OK && c.found) {
		struct buf b = { 0 };

		buf_puts(&b, c.shown);
		out->p = buf_take(&b, &out->n);
		if (out->p == NULL)
			code = SEALEAF_ERR_MEMORY;
	}
	config_fini(&c);
	return code == SEALEAF_OK ? code : err_memory(e);
}

struct trials {
	const struct config *c;
	struct doc_cursor place;
	char *subject;
	uint64_t effort;
	size_t number;
	bool chosen;
	void (*put)(void *user, const struct sealeaf_trial *trial);
	void *user;
};

/* The line of the pattern, or of a rule without one. */
static uint32_t
line_of(struct trials *t, size_t rule)
{
	size_t at = config_entry(t->c, rule, "path_regex");
	const struct leaf *l =
	    &t->c->doc.leaves.list[at != CONFIG_NONE ? at : rule];

	if (l->src.p == NULL)
		return 0;
	doc_place_next(&t->c->doc, &t->place, span_trim(l->src).p);
	return (uint32_t)t->place.line;
}

static enum sealeaf_code
try_rule(struct trials *t, size_t rule, struct sealeaf_error *e)
{
	struct sealeaf_trial trial = { .subject = t->subject,
		.number = ++t->number,
		.line = line_of(t, rule),
		.fits = true };
	struct regex *regex = NULL;
	char *pattern = NULL;
	enum sealeaf_code code;

	code = config_string(&pattern, t->c, rule, "path_regex", e);
	if (code == SEALEAF_OK && pattern != NULL && pattern[0] != '\0') {
		code = regex_new(&regex, pattern, e);
		if (code == SEALEAF_OK)
			code = config_fits(&trial.fits, regex,
			    span_of(t->subject), &t->effort, e);
	}
	if (code == SEALEAF_OK) {
		trial.pattern = regex != NULL ? pattern : NULL;
		trial.chosen = trial.fits && !t->chosen;
		t->chosen = t->chosen || trial.fits;
		t->put(t->user, &trial);
	}
	regex_free(regex);
	free(pattern);
	return code;
}

enum sealeaf_code
sealeaf_trials(struct sealeaf_ctx *ctx, const char *path,
    void (*put)(void *user, const struct sealeaf_trial *trial), void *user,
    struct sealeaf_error *e)
{
	struct config c = { 0 };
	struct trials t = { .c = &c,
		.effort = REGEX_EFFORT,
		.put = put,
		.user = user };
	const struct leaves *ls = &c.doc.leaves;
	size_t rules = CONFIG_NONE, end = 0;
	enum sealeaf_code code = config_load(&c, ctx, path, false, e);

	if (code == SEALEAF_OK && c.found)
		rules = config_top(&c, "creation_rules");
	if (rules != CONFIG_NONE && ls->list[rules].type == LEAF_LIST) {
		struct span s = config_subject(&c, path != NULL ? path : "");

		end = tree_next(ls, rules);
		t.subject = mem_dup_n(s.p, s.n);
		if (t.subject == NULL)
			code = err_memory(e);
	}
	for (size_t i = end > 0 ? tree_child(ls, rules) : 0;
	     i < end && code == SEALEAF_OK; i = tree_sibling(ls, i, end)) {
		if (ls->list[i].type == LEAF_MAP)
			code = try_rule(&t, i, e);
	}
	free(t.subject);
	config_fini(&c);
	return code;
}
