/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configured editor is run as configured, but for the place to open it at,
 * which is said only to those that understand it. One that we choose ourselves is
 * told to keep no copy of the plaintext: no swap, backup, undo or history file.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static const char *const variables[] = { "SOPS_EDITOR", "EDITOR" };

/* How editors take a line: "+12 FILE", "--goto FILE:12:3", "FILE:12:3". */
static const char *const plus[] = { "vi", "vim", "nvim", "gvim", "view", "nvi",
	"vis", "elvis", "ex", "nano", "rnano", "pico", "emacs", "emacsclient",
	"mg", "zile", "jed", "joe", "jmacs", "jstar", "jpico", "rjoe", "ne",
	"micro", "mcedit", "kak", "gedit", "pluma", "xed", "geany", NULL };
static const char *const jump[] = { "code", "code-insiders", "code-oss",
	"codium", "codium-insiders", "vscodium", "cursor", "windsurf", NULL };
static const char *const colon[] = { "subl", "hx", "helix", "zed", "zeditor",
	NULL };

/* Those that come back at once unless told otherwise. */
static const struct {
	const char *name, *flag, *brief;
} windows[] = {
	{ "code", "--wait", "-w" },
	{ "code-insiders", "--wait", "-w" },
	{ "code-oss", "--wait", "-w" },
	{ "codium", "--wait", "-w" },
	{ "codium-insiders", "--wait", "-w" },
	{ "vscodium", "--wait", "-w" },
	{ "cursor", "--wait", "-w" },
	{ "windsurf", "--wait", "-w" },
	{ "subl", "--wait", "-w" },
	{ "zed", "--wait", "-w" },
	{ "zeditor", "--wait", "-w" },
	{ "mate", "--wait", "-w" },
	{ "gedit", "--wait", "-w" },
	{ "xed", "--wait", "-w" },
	{ "gvim", "--nofork", "-f" },
	{ "kate", "--block", "-b" },
};

static bool
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* The program's name in a command line, without folder and ending (vim.tiny);
 * behind "env A=1 …" as well. */
static struct span
program(const char *const *argv)
{
	struct span name;
	const char *slash;
	bool env = false;

	for (; argv[0] != NULL; argv++) {
		slash = strrchr(argv[0], '/');
		name = span_of(slash != NULL ? slash + 1 : argv[0]);
		if (env && strchr(argv[0], '=') != NULL)
			continue;
		if (!span_is(name, "env"))
			return span_sub(name, 0, span_find(name, '.'));
		env = true;
	}
	return span_of("");
}

static bool
is_among(struct span name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (span_is(name, *list))
			return true;
	}
	return false;
}

/* Append the words for `path` to argv, which has room for two more and NULL.
 * `b` holds what is put together for it. */
static void
put_path(const char **argv, size_t n, const char *path, struct place at,
    struct buf *b)
{
	struct span name = program(argv);
	bool jumps = is_among(name, jump);

	if (at.line == 0) {
		argv[n] = path;
		return;
	}
	if (is_among(name, plus)) {
		buf_printf(b, "+%u", (unsigned)at.line);
		if (!b->failed)
			argv[n++] = b->p;
	} else if (jumps || is_among(name, colon)) {
		if (jumps)
			argv[n++] = "--goto";
		buf_printf(b, "%s:%u:%u", path, (unsigned)at.line,
		    at.column > 0 ? (unsigned)at.column : 1);
		path = b->failed ? path : b->p;
	}
	argv[n] = path;
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
    struct place at, struct signals *s, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	char **words = proc_words(line, true, NULL);
	const char **argv = NULL;
	size_t n = 0;

	if (words == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "invalid $%s: %s",
		    variable, line);
	while (words[n] != NULL)
		n++;
	argv = mem_array(n + 3, sizeof *argv);
	if (argv == NULL) {
		(void)err_memory(e);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		argv[i] = words[i];
	put_path(argv, n, path, at, &b);
	/* A line of nothing but a comment has no words. */
	if (n == 0)
		(void)err_set(e, SEALEAF_ERR_GENERIC, "invalid $%s: %s",
		    variable, line);
	else
		(void)run(argv, s, e);
out:
	buf_fini(&b);
	free(argv);
	free(words);
	return e->code;
}

static enum sealeaf_code
run_known(const char *path, struct place at, struct signals *s,
    struct sealeaf_error *e)
{
	const char *argv[WORDS + 2] = { NULL };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		char *found = proc_find(known[i][0], getenv("PATH"));
		size_t n = 0;

		if (found == NULL)
			continue;
		free(found);
		/* It would wait there for keys that nobody presses. */
		if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
			(void)err_set(e, SEALEAF_ERR_GENERIC,
			    "neither SOPS_EDITOR nor EDITOR is set, and there is no terminal to run %s on",
			    known[i][0]);
			err_hint(e,
			    "set EDITOR to a program that changes the file it is given, or use the command set");
			return e->code;
		}
		for (; known[i][n] != NULL; n++)
			argv[n] = known[i][n];
		put_path(argv, n, path, at, &b);
		(void)run(argv, s, e);
		buf_fini(&b);
		return e->code;
	}
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "no editor available: sops attempts to use the editor defined in "
	    "the SOPS_EDITOR or EDITOR environment variables, and if that's "
	    "not set defaults to any of vim, nano, vi, but none of them could "
	    "be found");
}

/* The variable that chooses the editor, or NULL. */
static const char *
chosen(void)
{
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!is_blank(getenv(variables[i])))
			return variables[i];
	}
	return NULL;
}

enum sealeaf_code
editor_run(const char *path, struct place at, struct signals *s,
    struct sealeaf_error *e)
{
	const char *variable = chosen();
	enum sealeaf_code code;

	if (variable != NULL)
		code = run_configured(variable, getenv(variable), path, at, s,
		    e);
	else
		code = run_known(path, at, s, e);
	if (code != SEALEAF_OK && code != SEALEAF_ERR_CANCELLED) {
		err_prefix(e, "Could not run editor");
		e->code = SEALEAF_ERR_EDITOR;
	}
	return e->code;
}

static bool
has_word(char *const *words, const char *word)
{
	for (; *words != NULL; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

void
editor_hint(bool quick, struct sealeaf_error *e)
{
	const char *variable = chosen();
	const char *line = variable != NULL ? getenv(variable) : "";
	char **words = proc_words(line, true, NULL);

	for (size_t i = 0;
	     words != NULL && i < sizeof windows / sizeof *windows; i++) {
		if (!span_is(program((const char *const *)words),
			windows[i].name) ||
		    has_word(words, windows[i].flag) ||
		    has_word(words, windows[i].brief))
			continue;
		err_hint(e, "%s does not wait to be closed: %s='%s %s'",
		    windows[i].name, variable, line, windows[i].flag);
	}
	if (quick)
		err_hint(e,
		    "the editor came back at once: if it opened a window, it needs a flag to wait, as in EDITOR='code --wait'");
	free(words);
}
