/* SPDX-License-Identifier: Apache-2.0 */
/* lint: mistakes in files, and in the configuration that counts for them. */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

#include "cli/command.h"
#include "cli/findings.h"
#include "cli/target.h"

enum { DEPTH = 100 };

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

static void
note_fit(void *user, const struct sealeaf_trial *t)
{
	bool *fits = user;

	*fits = *fits || (t->chosen && t->pattern != NULL);
}

/*
 * A file that was found in a folder and not named: most are nobody's secret,
 * and may look as they like. What is encrypted, and what a rule names by its
 * path, is judged in full.
 */
static enum sealeaf_code
lint_found(struct job *j, const char *file, struct sealeaf_error *e)
{
	struct sealeaf_error quiet = { 0 };
	struct target t = { 0 };
	struct stat st;
	bool sealed = false, fits = false;
	enum sealeaf_code code;

	if (lstat(file, &st) != 0 || !S_ISREG(st.st_mode))
		return SEALEAF_OK;
	j->found.file = file;
	if (is_config(file))
		return lint_config(j, file, e);
	code = target_init(&t, j->c, file, true, e);
	if (code == SEALEAF_OK) {
		(void)!sealeaf_trials(j->c->ctx, t.name, note_fit, &fits,
		    &quiet);
		err_clear(&quiet);
		/* One that is neither plain nor whole is judged, too. */
		sealed = target_read(&t, &quiet) != SEALEAF_OK ||
		    span_search(buf_get(&t.data),
			span_of("ENC[AES256_GCM,data:")) < t.data.n;
		j->found.harm_only = !sealed && !fits;
		code = lint_file(j, file, e);
		j->found.harm_only = false;
	}
	target_fini(&t);
	return code;
}

static enum sealeaf_code lint_folder(struct job *j, const char *folder,
    unsigned depth, struct sealeaf_error *e);

static enum sealeaf_code
lint_entry(struct job *j, const char *folder, const char *name, unsigned depth,
    struct sealeaf_error *e)
{
	struct buf path = { 0 };
	enum sealeaf_code code;
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, ".git") == 0)
		return SEALEAF_OK;
	buf_printf(&path, "%s%s%s", folder,
	    folder[strlen(folder) - 1] == '/' ? "" : "/", name);
	code = buf_check(&path, e);
	if (code == SEALEAF_OK && lstat(path.p, &st) == 0)
		code = S_ISDIR(st.st_mode)
		    ? lint_folder(j, path.p, depth + 1, e)
		    : lint_found(j, path.p, e);
	buf_fini(&path);
	return code;
}

/* The entries in the order of their names; links are not followed. */
static enum sealeaf_code
lint_folder(struct job *j, const char *folder, unsigned depth,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct sealeaf_error why = { 0 };
	struct dirent **list = NULL;
	int n = depth < DEPTH ? scandir(folder, &list, NULL, alphasort) : -1;

	if (n < 0) {
		(void)err_errno(&why, SEALEAF_ERR_READ,
		    depth < DEPTH ? errno : ELOOP, "open %s", folder);
		j->found.file = folder;
		put_unreadable(j, folder, &why);
	}
	for (int i = 0; i < n; i++) {
		if (code == SEALEAF_OK)
			code = lint_entry(j, folder, list[i]->d_name, depth, e);
		free(list[i]);
	}
	free(list);
	return code;
}

static enum sealeaf_code
lint_argument(struct job *j, const char *file, struct sealeaf_error *e)
{
	struct stat st;

	j->found.file = file;
	if (stat(file, &st) == 0 && S_ISDIR(st.st_mode))
		return lint_folder(j, file, 0, e);
	return is_config(file) ? lint_config(j, file, e)
			       : lint_file(j, file, e);
}

static enum sealeaf_code
run(struct job *j, struct sealeaf_error *e)
{
	const struct opts *o = &j->c->opts;
	enum sealeaf_code code = cli_context(j->c, e);

	j->found.verbose = opts_bool(o, OPT_VERBOSE);
	for (size_t i = 0; i < o->n && code == SEALEAF_OK; i++)
		code = lint_argument(j, o->args[i], e);
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
