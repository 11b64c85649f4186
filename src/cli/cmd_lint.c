/* SPDX-License-Identifier: Apache-2.0 */
/* lint: mistakes in files, and in the configuration that counts for them. */

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#include "cli/command.h"
#include "cli/findings.h"
#include "cli/target.h"

struct job {
	struct cli *c;
	struct findings found;
	char **configs; /* absolute names of those that were judged */
	size_t n, cap;
};

/* Whether the configuration `path` is met for the first time. */
static enum sealeaf_code
is_new(struct job *j, const char *path, bool *fresh, struct sealeaf_error *e)
{
	char *name = file_absolute(path, getenv("PWD")), **list;

	*fresh = false;
	if (name == NULL)
		return err_memory(e);
	for (size_t i = 0; i < j->n; i++) {
		if (strcmp(j->configs[i], name) == 0) {
			free(name);
			return SEALEAF_OK;
		}
	}
	list = mem_grow(j->configs, &j->cap, j->n + 1, sizeof *list);
	if (list == NULL) {
		free(name);
		return err_memory(e);
	}
	j->configs = list;
	j->configs[j->n++] = name;
	*fresh = true;
	return SEALEAF_OK;
}

static void
put_unreadable(struct job *j, const char *file, const struct sealeaf_error *why)
{
	struct sealeaf_finding f = { .level = SEALEAF_ERROR,
		.check = "read",
		.source = file,
		.text = why->text,
		.hint = why->hint };

	findings_put(&j->found, &f);
}

static enum sealeaf_code
lint_config(struct job *j, const char *path, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct buf text = { 0 };
	enum sealeaf_code code;
	bool fresh;

	code = is_new(j, path, &fresh, e);
	if (code != SEALEAF_OK || !fresh)
		return code;
	if (file_read(path, &text, &why) != SEALEAF_OK)
		put_unreadable(j, path, &why);
	else
		code = sealeaf_lint_config(j->c->ctx, path, text.p, text.n,
		    findings_put, &j->found, e);
	findings_sort(&j->found);
	buf_fini(&text);
	return code;
}

static enum sealeaf_code
lint_file(struct job *j, const char *file, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct sealeaf_bytes config = { 0 };
	struct target t = { 0 };
	enum sealeaf_code code;

	code = target_init(&t, j->c, file, true, e);
	if (code == SEALEAF_OK)
		code = sealeaf_config_path(j->c->ctx, t.name, &config, e);
	if (code == SEALEAF_OK && config.p != NULL)
		code = lint_config(j, config.p, e);
	if (code == SEALEAF_OK && target_read(&t, &why) != SEALEAF_OK)
		put_unreadable(j, file, &why);
	else if (code == SEALEAF_OK)
		code = sealeaf_lint(j->c->ctx, t.name, t.in, t.data.p, t.data.n,
		    findings_put, &j->found, e);
	findings_sort(&j->found);
	/* A broken configuration was found to be so already. */
	if (code == SEALEAF_ERR_CONFIG || code == SEALEAF_ERR_NO_RULE) {
		err_clear(e);
		code = SEALEAF_OK;
	}
	sealeaf_bytes_free(&config);
	target_fini(&t);
	return code;
}

static bool
is_config(const char *file)
{
	const char *slash = strrchr(file, '/');

	return strcmp(slash != NULL ? slash + 1 : file, ".sops.yaml") == 0;
}

static enum sealeaf_code
run(struct job *j, struct sealeaf_error *e)
{
	const struct opts *o = &j->c->opts;
	enum sealeaf_code code = cli_context(j->c, e);

	for (size_t i = 0; i < o->n && code == SEALEAF_OK; i++) {
		j->found.file = o->args[i];
		code = is_config(o->args[i]) ? lint_config(j, o->args[i], e)
					     : lint_file(j, o->args[i], e);
	}
	if (code == SEALEAF_OK && j->found.failed)
		code = err_memory(e);
	if (code != SEALEAF_OK)
		return code;
	if (findings_any(&j->found, SEALEAF_ERROR) ||
	    (opts_bool(o, OPT_STRICT) &&
		findings_any(&j->found, SEALEAF_WARNING)))
		j->c->status = 1;
	if (opts_bool(o, OPT_JSON))
		return findings_print_json(&j->found, e);
	findings_print(&j->found);
	return SEALEAF_OK;
}

enum sealeaf_code
cmd_lint(struct cli *c, struct sealeaf_error *e)
{
	struct job j = { .c = c };
	enum sealeaf_code code;

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	code = run(&j, e);
	for (size_t i = 0; i < j.n; i++)
		free(j.configs[i]);
	free(j.configs);
	findings_fini(&j.found);
	return code;
}
