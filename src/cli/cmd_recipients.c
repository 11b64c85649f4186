/* SPDX-License-Identifier: Apache-2.0 */
/* recipients and explain: what a file's keys and rules are, and would be. No
 * key is used. */

#include <stdio.h>

#include "cli/action.h"
#include "cli/command.h"

/* Group, kind and key of each, a line each, for people and for cut(1). */
static void
print_keys(const struct sealeaf_doc *doc, const char *front)
{
	struct sealeaf_key key;

	for (size_t g = 0; g < sealeaf_group_count(doc); g++) {
		for (size_t i = 0; sealeaf_key_get(doc, g, i, &key); i++)
			printf("%s%zu\t%s\t%s\n", front, g + 1, key.source,
			    key.text);
	}
}

static enum sealeaf_code
print_file(struct cli *c, const char *file, bool named, struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	struct buf front = { 0 };
	enum sealeaf_code code;

	code = target_init(&t, c, file, false, e);
	if (code == SEALEAF_OK)
		code = target_open(&t, c, &doc, e);
	if (code == SEALEAF_OK && named)
		buf_printf(&front, "%s\t", file);
	if (code == SEALEAF_OK)
		print_keys(doc, front.p != NULL ? front.p : "");
	else
		err_source(e, file);
	buf_fini(&front);
	sealeaf_doc_free(doc);
	target_fini(&t);
	return code;
}

enum sealeaf_code
cmd_recipients(struct cli *c, struct sealeaf_error *e)
{
	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	for (size_t i = 0; i < c->opts.n; i++) {
		if (print_file(c, c->opts.args[i], c->opts.n > 1, e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

static void
print_value(void *user, const char *path, uint32_t line, bool encrypted)
{
	(void)user;
	printf("%s\tline %u\t%s\n", encrypted ? "encrypted" : "clear",
	    (unsigned)line, path);
}

/* The document that the file is, or that encryption would make of it. */
static enum sealeaf_code
load(struct cli *c, struct target *t, struct sealeaf_doc **doc, bool *sealed,
    struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };

	if (target_read(t, e) != 0)
		return e->code;
	*sealed = sealeaf_open(c->ctx, t->name, t->in,
		      t->data.p != NULL ? t->data.p : "", t->data.n, doc,
		      &why) == SEALEAF_OK;
	if (*sealed)
		return SEALEAF_OK;
	return sealeaf_create(c->ctx, t->name, t->in, doc, e);
}

static enum sealeaf_code
explain(struct cli *c, struct target *t, struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	const char *rule, *text;
	enum sealeaf_code code;
	char config[4096];
	bool sealed;

	code = load(c, t, &doc, &sealed, e);
	if (code == SEALEAF_OK) {
		printf("file\t%s\t%s\t%s\n", t->path,
		    sealeaf_format_name(t->in), sealed ? "encrypted" : "plain");
		if (!sealed && cli_config_path(c, config, sizeof config))
			printf("configuration\t%s\n", config);
		if (sealeaf_rule(doc, &rule, &text))
			printf("rule\t%s\t%s\n", rule, text);
		if (sealeaf_group_count(doc) > 1)
			printf("groups needed\t%u\n",
			    sealeaf_threshold(doc) != 0
				? sealeaf_threshold(doc)
				: (unsigned)sealeaf_group_count(doc));
		print_keys(doc, "key\t");
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
