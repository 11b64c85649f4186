/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: what a file's keys and rules are, or would be, and why: the
 * configuration that counts, the text that its rules are matched against, what
 * became of each, and what is encrypted in the end. No key is used.
 */

#include <stdio.h>

#include "cli/command.h"
#include "cli/say.h"
#include "cli/target.h"

static void
print_value(void *user, const char *path, uint32_t line, bool encrypted)
{
	(void)user;
	say("%s\tline %u\t%s\n", encrypted ? "encrypted" : "clear",
	    (unsigned)line, path);
}

static void
print_trial(void *user, const struct sealeaf_trial *t)
{
	bool *first = user;

	if (*first)
		say("matched\t%s\n", t->subject);
	*first = false;
	say("creation rule %zu\tline %u\t%s%s\t%s\n", t->number,
	    (unsigned)t->line, t->pattern != NULL ? "path_regex " : "",
	    t->pattern != NULL ? t->pattern : "no path_regex",
	    t->chosen     ? "chosen"
		: t->fits ? "fits too, but comes later"
			  : "does not fit");
}

static bool
keys_by_option(const struct cli *c)
{
	static const enum opt_id ids[] = { OPT_KMS, OPT_GCP_KMS, OPT_HCKMS,
		OPT_AZURE_KV, OPT_HC_VAULT, OPT_PGP, OPT_AGE };

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		if (opts_string(&c->opts, ids[i]) != NULL)
			return true;
	}
	return false;
}

/* Where rules come from. */
static enum sealeaf_code
print_origin(struct cli *c, const struct target *t, struct sealeaf_error *e)
{
	struct sealeaf_bytes config;
	bool first = true;

	if (sealeaf_config_path(c->ctx, t->name, &config, e) != 0)
		return e->code;
	say("configuration\t%s\n", config.p != NULL ? config.p : "none");
	sealeaf_bytes_free(&config);
	if (sealeaf_trials(c->ctx, t->name, print_trial, &first, e) != 0)
		return e->code;
	if (keys_by_option(c))
		say("keys from\tflags or variables, not the configuration\n");
	return SEALEAF_OK;
}

static void
print_keys(const struct sealeaf_doc *doc)
{
	struct sealeaf_key_walk walk = { 0 };
	struct sealeaf_key key;

	while (sealeaf_key_next(doc, &walk, &key))
		say("key\t%zu\t%s\t%s\n", walk.group + 1, key.source, key.text);
}

/* The document that the file is, or that encryption would make of it. */
static enum sealeaf_code
find(struct cli *c, struct target *t, struct sealeaf_doc **doc,
    struct sealeaf_error *e)
{
	const char *data = t->data.p != NULL ? t->data.p : "";
	struct sealeaf_error why = { 0 };
	bool sealed;

	sealed = sealeaf_open(c->ctx, t->name, t->in, data, t->data.n, doc,
		     &why) == SEALEAF_OK;
	say("file\t%s\t%s\t%s\n", t->path, sealeaf_format_name(t->in),
	    sealed ? "encrypted" : "plain");
	/* Not that it is none: that its rule is one that nobody can follow. */
	if (why.code == SEALEAF_ERR_UNSUPPORTED)
		*e = why;
	else if (!sealed && print_origin(c, t, e) == SEALEAF_OK)
		return sealeaf_create(c->ctx, t->name, t->in, doc, e);
	return e->code;
}

static enum sealeaf_code
explain(struct cli *c, struct target *t, struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	const char *rule, *text;
	enum sealeaf_code code;

	code = target_read(t, e);
	if (code == SEALEAF_OK)
		code = find(c, t, &doc, e);
	if (code == SEALEAF_OK) {
		if (sealeaf_rule(doc, &rule, &text))
			say("rule\t%s\t%s\n", rule, text);
		if (sealeaf_group_count(doc) > 1)
			say("groups needed\t%u\n",
			    sealeaf_threshold(doc) != 0
				? sealeaf_threshold(doc)
				: (unsigned)sealeaf_group_count(doc));
		print_keys(doc);
		code = sealeaf_preview(doc, t->data.p, t->data.n, print_value,
		    NULL, e);
	}
	sealeaf_doc_free(doc);
	return code;
}

enum sealeaf_code
cmd_explain(struct cli *c, struct sealeaf_error *e)
{
	struct target t = { 0 };
	enum sealeaf_code code;

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	code = target_init(&t, c, c->opts.args[0], false, e);
	if (code == SEALEAF_OK)
		code = explain(c, &t, e);
	if (code != SEALEAF_OK)
		err_source(e, c->opts.args[0]);
	target_fini(&t);
	return code;
}
