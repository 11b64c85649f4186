/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork() and exec, with the reason for a failed exec sent back through a pipe
 * that a successful one closes.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/proc.h"

#include "cli/quote.h"
#include "cli/child.h"

extern char **environ;

static void
detach(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		return;
	for (int i = 0; i < 3; i++)
		(void)dup2(fd, i);
	if (fd > 2)
		(void)close(fd);
}

static void
become(const struct child *c, const char *path, const struct signals *s,
    int report)
{
	int number;

	if (c->detached)
		detach();
	signals_child(s);
	(void)execve(path, (char *const *)c->argv,
	    c->env != NULL ? c->env : environ);
	number = errno;
	if (write(report, &number, sizeof number) < 0)
		_exit(126);
	_exit(127);
}

/* The errno of the child's failed exec, or 0 when it is running. */
static int
read_report(int fd)
{
	int number = 0;
	ssize_t n;

	do {
		n = read(fd, &number, sizeof number);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof number ? number : 0;
}

static enum sealeaf_code
start_at(const struct child *c, const char *path, const struct signals *s,
    pid_t *pid, struct sealeaf_error *e)
{
	int ends[2], number;

	if (!fd_pipe(ends))
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "pipe");
	*pid = fork();
	if (*pid == 0)
		become(c, path, s, ends[1]);
	number = *pid < 0 ? errno : 0;
	(void)close(ends[1]);
	if (*pid > 0)
		number = read_report(ends[0]);
	(void)close(ends[0]);
	if (number == 0)
		return SEALEAF_OK;
	if (*pid > 0)
		(void)waitpid(*pid, NULL, 0);
	return err_errno(e, SEALEAF_ERR_GENERIC, number, "fork/exec %s", path);
}

enum sealeaf_code
child_start(const struct child *c, const struct signals *s, pid_t *pid,
    struct sealeaf_error *e)
{
	const char *name = c->argv[0];
	char *found = NULL;
	enum sealeaf_code code;

	if (strchr(name, '/') == NULL) {
		struct buf b = { 0 };

		found = proc_find(name, getenv("PATH"));
		if (found != NULL)
			name = found;
		quote_append(&b, span_of(name));
		if (found == NULL)
			(void)err_set(e, SEALEAF_ERR_GENERIC,
			    "exec: %s: "
			    "executable file not found in $PATH",
			    b.p != NULL ? b.p : "");
		buf_fini(&b);
		if (found == NULL)
			return e->code;
	}
	code = start_at(c, name, s, pid, e);
	free(found);
	return code;
}

/* Names as Go prints them: scripts match "signal: killed". */
static const char *
signal_name(int number)
{
	switch (number) {
	case SIGHUP:
		return "hangup";
	case SIGINT:
		return "interrupt";
	case SIGQUIT:
		return "quit";
	case SIGILL:
		return "illegal instruction";
	case SIGTRAP:
		return "trace/breakpoint trap";
	case SIGABRT:
		return "aborted";
	case SIGBUS:
		return "bus error";
	case SIGFPE:
		return "floating point exception";
	case SIGKILL:
		return "killed";
	case SIGUSR1:
		return "user defined signal 1";
	case SIGSEGV:
		return "segmentation fault";
	case SIGUSR2:
		return "user defined signal 2";
	case SIGPIPE:
		return "broken pipe";
	case SIGALRM:
		return "alarm clock";
	case SIGTERM:
		return "terminated";
	case SIGSTOP:
		return "stopped (signal)";
	case SIGCONT:
		return "continued";
	case SIGXCPU:
		return "CPU time limit exceeded";
	case SIGXFSZ:
		return "file size limit exceeded";
	case SIGSYS:
		return "bad system call";
	default:
		return NULL;
	}
}

int
child_outcome(int status, struct buf *text)
{
	const char *name;

	if (WIFEXITED(status)) {
		if (WEXITSTATUS(status) != 0)
			buf_printf(text, "exit status %d", WEXITSTATUS(status));
		return WEXITSTATUS(status);
	}
	name = signal_name(WTERMSIG(status));
	if (name != NULL)
		buf_printf(text, "signal: %s", name);
	else
		buf_printf(text, "signal: signal %d", WTERMSIG(status));
#ifdef WCOREDUMP
	if (WCOREDUMP(status))
		buf_puts(text, " (core dumped)");
#endif
	return 255;
}
