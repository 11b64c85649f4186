/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec-file: a command with the decrypted file. Usually a FIFO, filled by a
 * process of its own: the plaintext is then on no disk, and can be read once.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/file.h"

#include "cli/action.h"
#include "cli/command.h"
#include "cli/exec.h"
#include "cli/scratch.h"
#include "cli/user.h"

struct job {
	struct cli *c;
	struct exec_command command;
	struct environment env;
	struct span plain;
	struct scratch scratch;
	pid_t writer; /* of the FIFO, or 0 */
};

/* As Go's filepath.IsLocal: it does not leave the folder. */
static bool
is_local(const char *name)
{
	int depth = 0;

	if (name[0] == '/')
		return false;
	while (*name != '\0') {
		size_t n = strcspn(name, "/");

		if (n == 2 && strncmp(name, "..", 2) == 0)
			depth--;
		else if (n > 0 && !(n == 1 && name[0] == '.'))
			depth++;
		if (depth < 0)
			return false;
		name += n + (name[n] == '/');
	}
	return true;
}

/* The process that gives the plaintext to whoever opens the FIFO. */
static void
write_fifo(const struct job *j)
{
	struct sealeaf_error ignored = { 0 };
	int fd;

#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
	fd = open(j->scratch.path, O_WRONLY | O_CLOEXEC);
	_exit(fd < 0 ||
	    file_write_fd(fd, j->scratch.path, j->plain, &ignored) != 0);
}

static enum sealeaf_code
make_fifo(struct job *j, struct sealeaf_error *e)
{
	if (mkfifo(j->scratch.path, 0600) != 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "mkfifo %s",
		    j->scratch.path);
	j->writer = fork();
	if (j->writer == 0)
		write_fifo(j);
	if (j->writer < 0) {
		j->writer = 0;
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "fork");
	}
	return SEALEAF_OK;
}

/* A FIFO can be read once. Words that name it twice get a file; a line for the
 * shell gets what SOPS gives. */
static bool
wants_file(const struct job *j)
{
	return opts_bool(&j->c->opts, OPT_NO_FIFO) ||
	    (!j->command.line && exec_holes(&j->command) > 1);
}

static enum sealeaf_code
make_file(struct job *j, struct sealeaf_error *e)
{
	const char *chosen = opts_string(&j->c->opts, OPT_FILENAME);
	bool plain = wants_file(j);
	char name[64];
	enum sealeaf_code code;

	(void)snprintf(name, sizeof name, plain ? "tmp-file%ld" : "tmp-file",
	    (long)getpid());
	code = scratch_new(&j->scratch, ".sops", chosen != NULL ? chosen : name,
	    e);
	if (code == SEALEAF_OK)
		code = plain ? scratch_write(&j->scratch, j->plain, e)
			     : make_fifo(j, e);
	/* SOPS has no code of its own for these. */
	if (code != SEALEAF_OK)
		e->code = SEALEAF_ERR_GENERIC;
	return e->code;
}

static enum sealeaf_code
run_with_file(struct job *j, struct signals *s, struct sealeaf_error *e)
{
	struct exec_job job = { .command = j->command, .env = &j->env };
	enum sealeaf_code code;

	code = make_file(j, e);
	if (code == SEALEAF_OK) {
		job.path = j->scratch.path;
		code = exec_run(&job, s, &j->c->status, e);
	}
	if (j->writer > 0) {
		(void)kill(j->writer, SIGKILL);
		(void)waitpid(j->writer, NULL, 0);
	}
	scratch_remove(&j->scratch, &j->c->log);
	return code;
}

static void
leave_terminal(void)
{
	int fd = open("/dev/null", O_RDWR);

	(void)setsid();
	for (int i = 0; i < 3 && fd >= 0; i++)
		(void)dup2(fd, i);
}

/* Signals are held around the file's life; with --background a process of its
 * own stays behind to remove it. */
static enum sealeaf_code
run(struct job *j, struct sealeaf_error *e)
{
	struct sealeaf_error ignored = { 0 };
	enum sealeaf_code code;
	struct signals signals;
	pid_t pid;

	if (opts_bool(&j->c->opts, OPT_BACKGROUND)) {
		pid = fork();
		if (pid < 0)
			return err_errno(e, SEALEAF_ERR_GENERIC, errno, "fork");
		if (pid > 0)
			return SEALEAF_OK;
		leave_terminal();
		signals_hold(&signals, true);
		(void)!run_with_file(j, &signals, &ignored);
		_exit(0);
	}
	signals_hold(&signals, true);
	code = run_with_file(j, &signals, e);
	signals_release(&signals);
	signals_end(&signals);
	return code;
}

static enum sealeaf_code
prepare(struct job *j, struct sealeaf_error *e)
{
	const char *user = opts_string(&j->c->opts, OPT_USER);
	const char *name = opts_string(&j->c->opts, OPT_FILENAME);
	enum sealeaf_code code;

	if (name != NULL && !is_local(name))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "The provided filename is not a local path.");
	code = environment_inherit(&j->env, e);
	if (code == SEALEAF_OK && user != NULL) {
		j->c->fatal = "EXEC";
		code = user_become(user, &j->env, e);
	}
	if (code == SEALEAF_OK)
		j->c->fatal = NULL;
	return code;
}

enum sealeaf_code
cmd_exec_file(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_bytes plain = { NULL, 0 };
	struct job j = { .c = c };
	struct target t = { 0 };
	enum sealeaf_code code;

	code = exec_check(c, &j.command, e);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, c->opts.args[0], true, e);
	if (code == SEALEAF_OK)
		code = action_decrypt(&t, c, &plain, e);
	j.plain = span_make(plain.p, plain.n);
	if (code == SEALEAF_OK)
		code = prepare(&j, e);
	if (code == SEALEAF_OK)
		code = run(&j, e);
	environment_fini(&j.env);
	sealeaf_bytes_free(&plain);
	target_fini(&t);
	return code;
}
