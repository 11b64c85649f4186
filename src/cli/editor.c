/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configured editor is run as configured. One that we choose ourselves is
 * told to keep no copy of the plaintext: no swap, backup, undo or history file.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"

#include "cli/child.h"
#include "cli/editor.h"

enum { WORDS = 8 };

/* Words in front of the path, when the user has not chosen. */
static const char *const known[][WORDS] = {
	{ "vim", "-n", "-i", "NONE", "-c",
	    "set noundofile nobackup nowritebackup noswapfile", NULL },
	{ "nano", "--restricted", NULL },
	{ "vi", NULL },
};

static bool
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static enum sealeaf_code
run(const char *const *argv, struct signals *s, struct sealeaf_error *e)
{
	struct child c = { argv, NULL, false };
	struct buf text = { 0 };
	int status = 0;
	pid_t pid;

	if (child_start(&c, s, &pid, e) != 0)
		return e->code;
	if (signals_wait_child(s, pid, &status) != 0)
		return err_set(e, SEALEAF_ERR_CANCELLED,
		    "User canceled operation");
	if (child_outcome(status, &text) != 0)
		(void)err_set(e, SEALEAF_ERR_GENERIC, "%s",
		    text.p != NULL ? text.p : "");
	buf_fini(&text);
	return e->code;
}

static enum sealeaf_code
run_configured(const char *variable, const char *line, const char *path,
    struct signals *s, struct sealeaf_error *e)
{
	char **words = proc_words(line, true, NULL);
	const char **argv = NULL;
	size_t n = 0;

	if (words == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "invalid $%s: %s",
		    variable, line);
	while (words[n] != NULL)
		n++;
	argv = mem_array(n + 2, sizeof *argv);
	if (argv == NULL) {
		(void)err_memory(e);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		argv[i] = words[i];
	argv[n] = path;
	/* A line of nothing but a comment has no words. */
	if (n == 0)
		(void)err_set(e, SEALEAF_ERR_GENERIC, "invalid $%s: %s",
		    variable, line);
	else
		(void)run(argv, s, e);
out:
	free(argv);
	free(words);
	return e->code;
}

static enum sealeaf_code
run_known(const char *path, struct signals *s, struct sealeaf_error *e)
{
	const char *argv[WORDS + 1] = { NULL };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		char *found = proc_find(known[i][0], getenv("PATH"));
		size_t n = 0;

		if (found == NULL)
			continue;
		free(found);
		for (; known[i][n] != NULL; n++)
			argv[n] = known[i][n];
		argv[n] = path;
		return run(argv, s, e);
	}
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "no editor available: sops attempts to use the editor defined in "
	    "the SOPS_EDITOR or EDITOR environment variables, and if that's "
	    "not set defaults to any of vim, nano, vi, but none of them could "
	    "be found");
}

enum sealeaf_code
editor_run(const char *path, struct signals *s, struct sealeaf_error *e)
{
	static const char *const variables[] = { "SOPS_EDITOR", "EDITOR" };
	enum sealeaf_code code = SEALEAF_OK;
	bool chosen = false;

	for (size_t i = 0; i < 2 && !chosen; i++) {
		const char *line = getenv(variables[i]);

		chosen = !is_blank(line);
		if (chosen)
			code = run_configured(variables[i], line, path, s, e);
	}
	if (!chosen)
		code = run_known(path, s, e);
	if (code != SEALEAF_OK && code != SEALEAF_ERR_CANCELLED) {
		err_prefix(e, "Could not run editor");
		e->code = SEALEAF_ERR_EDITOR;
	}
	return e->code;
}
