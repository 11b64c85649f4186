/* SPDX-License-Identifier: Apache-2.0 */
/* The program that exec-env and exec-file run: a shell with a line, or words
 * as they stand. It is ours to end with: signals go on to it, and its status
 * becomes ours. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

#include "cli/child.h"
#include "cli/command.h"
#include "cli/quote.h"
#include "cli/say.h"
#include "cli/exec.h"

/* How a shell ends that cannot find a program, or cannot run it. */
enum { NOT_RUN = 126, NOT_FOUND = 127 };

static enum sealeaf_code
find_command(const struct cli *c, struct exec_command *command,
    struct sealeaf_error *e)
{
	const struct opts *o = &c->opts;
	size_t first = 1;

	if (o->n > 2 && o->ended && o->before == 0 &&
	    strcmp(o->args[1], "--") == 0)
		first = 2;
	if (o->n == 2 || (o->n > 2 && o->ended && o->before == first) ||
	    first == 2) {
		command->words = o->args + first;
		command->n = o->n - first;
		command->line = o->n == 2;
		return SEALEAF_OK;
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC, "error: missing file to decrypt");
	if (o->n < 2)
		err_hint(e,
		    "usage: %s %s FILE 'COMMAND LINE', or FILE -- COMMAND ARGUMENT...",
		    c->program, c->command->name);
	else
		err_hint(e,
		    "a command of several words stands behind --: %s %s FILE -- COMMAND ARGUMENT...",
		    c->program, c->command->name);
	return e->code;
}

enum sealeaf_code
exec_check(const struct cli *c, struct exec_command *command,
    struct sealeaf_error *e)
{
	char text[128];

	if (find_command(c, command, e) != 0)
		return e->code;
	if (opts_bool(&c->opts, OPT_BACKGROUND)) {
		(void)snprintf(text, sizeof text,
		    "%s's --background option "
		    "is deprecated and will be removed in a future version of "
		    "sops",
		    c->command->name);
		log_warning(&c->log, text);
	}
	return SEALEAF_OK;
}

size_t
exec_holes(const struct exec_command *command)
{
	size_t n = 0;

	for (size_t i = 0; i < command->n; i++) {
		const char *hit = command->words[i];

		for (; (hit = strstr(hit, "{}")) != NULL; hit += 2)
			n++;
	}
	return n;
}

/* `word` with every {} replaced by `path`, which may be NULL. */
static char *
fill_in(const char *word, const char *path)
{
	struct buf b = { 0 };
	const char *hit;

	while (path != NULL && (hit = strstr(word, "{}")) != NULL) {
		buf_put(&b, word, (size_t)(hit - word));
		buf_puts(&b, path);
		word = hit + 2;
	}
	buf_puts(&b, word);
	return buf_take(&b, NULL);
}

static void
free_words(char **argv)
{
	for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

/* The arguments of the program, freed with free_words(); or NULL. */
static char **
make_words(const struct exec_job *job, struct sealeaf_error *e)
{
	static const char *const shell[] = { "/bin/sh", "-c" };
	size_t front = job->command.line ? 2 : 0;
	char **argv = mem_array(front + job->command.n + 1, sizeof *argv);

	for (size_t i = 0; argv != NULL && i < front + job->command.n; i++) {
		argv[i] = i < front
		    ? mem_dup(shell[i])
		    : fill_in(job->command.words[i - front], job->path);
		if (argv[i] == NULL) {
			free_words(argv);
			argv = NULL;
		}
	}
	if (argv == NULL)
		(void)err_memory(e);
	return argv;
}

static void
exec_reset_signals(void)
{
	struct sigaction usual;

	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	(void)sigaction(SIGPIPE, &usual, NULL);
}

static void
conclude(int waited, int *status)
{
	struct buf text = { 0 };

	*status = child_outcome(waited, &text);
	if (text.n > 0)
		say_error("%s\n", text.p);
	buf_fini(&text);
}

/* A program that was named by the user and does not run: told here, since
 * the status is not one of ours. */
static void
not_run(const char *name, int number, int *status)
{
	struct buf b = { 0 };

	quote_append(&b, span_of(name));
	if (!b.failed)
		say_error("exec: %s: %s\n", b.p,
		    number == 0 ? "executable file not found in $PATH"
				: strerror(number));
	buf_fini(&b);
	*status = number == 0 || number == ENOENT ? NOT_FOUND : NOT_RUN;
}

/* Replace argv[0] by the file that it means, where words are run: a shell
 * looks for itself. False when there is none, which was said. */
static bool
resolve(const struct exec_job *job, char **argv, int *status)
{
	char *found;

	if (job->command.line)
		return true;
	if (strchr(argv[0], '/') != NULL) {
		if (access(argv[0], X_OK) == 0)
			return true;
		not_run(argv[0], errno, status);
		return false;
	}
	found = proc_find(argv[0], getenv("PATH"));
	if (found == NULL) {
		not_run(argv[0], 0, status);
		return false;
	}
	free(argv[0]);
	argv[0] = found;
	return true;
}

enum sealeaf_code
exec_run(const struct exec_job *job, struct signals *s, int *status,
    struct sealeaf_error *e)
{
	char *none[] = { NULL };
	struct child child = { NULL, job->env->v, job->background };
	char **argv = make_words(job, e);
	int waited = 0;
	pid_t pid;

	if (argv == NULL || !resolve(job, argv, status))
		goto out;
	child.argv = (const char *const *)argv;
	if (child.env == NULL)
		child.env = none;
	if (child_start(&child, s, &pid, e) == 0 && !job->background) {
		(void)signals_wait_child(s, pid, &waited);
		conclude(waited, status);
	}
out:
	free_words(argv);
	return e->code;
}

enum sealeaf_code
exec_become(const struct exec_job *job, int *status, struct sealeaf_error *e)
{
	char *none[] = { NULL };
	char **argv = make_words(job, e);

	if (argv == NULL || !resolve(job, argv, status))
		goto out;
	exec_reset_signals();
	(void)execve(argv[0], argv, job->env->v != NULL ? job->env->v : none);
	(void)err_errno(e, SEALEAF_ERR_GENERIC, errno, "exec %s", argv[0]);
out:
	free_words(argv);
	return e->code;
}
