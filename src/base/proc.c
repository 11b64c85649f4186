/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One child at a time, fed and drained by a poll loop so that neither side
 * waits for the other. Between fork and exec only what POSIX allows in a
 * process with threads. Another thread's child that inherited the end of a pipe
 * would keep ours from ending, so all descriptors are close-on-exec.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"

extern char **environ;

enum { LIMIT = 16 << 20, CHUNK = 16384, IDLE = 5000, END = 5 };

/* A running child: our ends of its pipes (-1: closed), indices as in it. */
struct child {
	pid_t pid;
	int ends[3];
	struct span input; /* not written yet: of the caller's, or of reply */
	struct buf reply;  /* of a conversation */
	bool silent;       /* the wait was told */
	bool over;         /* a conversation has ended: do not wait long */
	struct timespec deadline;
};

/* What the child needs, prepared before the fork. */
struct launch {
	char *file;
	char **env;
	int ends[3]; /* its standard streams; -1: inherited */
	int report;  /* where it writes why it could not start */
	sigset_t mask;
};

/* Why a child did not start. */
struct failure {
	int number;
	bool in_folder; /* the working directory was the reason */
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Standard streams that were closed when we started must not be mistaken for
 * ends of pipes: those all lie above them. */
static int
above_standard(int fd)
{
	int high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	(void)close(fd);
	return high;
}

static bool
open_pipe(int *reading, int *writing)
{
	int fds[2];

	if (!fd_pipe(fds))
		return false;
	*reading = above_standard(fds[0]);
	*writing = above_standard(fds[1]);
	return *reading >= 0 && *writing >= 0;
}

static bool
open_null(int *fd, int flags)
{
	*fd = above_standard(open("/dev/null", flags | O_CLOEXEC));
	return *fd >= 0;
}

static bool
open_ends(const struct proc *p, struct child *c, struct launch *l)
{
	bool talks = p->input.n > 0 || p->answer != NULL;
	bool ok = talks ? open_pipe(&l->ends[0], &c->ends[0])
			: open_null(&l->ends[0], O_RDONLY);

	ok = ok &&
	    (p->output != NULL ? open_pipe(&c->ends[1], &l->ends[1])
			       : open_null(&l->ends[1], O_WRONLY));
	if (ok && !p->errors_through)
		ok = p->errors != NULL ? open_pipe(&c->ends[2], &l->ends[2])
				       : open_null(&l->ends[2], O_WRONLY);
	for (int i = 0; ok && i < 3; i++) {
		if (c->ends[i] >= 0 &&
		    fcntl(c->ends[i], F_SETFL, O_NONBLOCK) != 0)
			ok = false;
	}
	return ok;
}

/* Whether `set` names the variable that `entry` sets. */
static bool
is_replaced(const char *entry, const char *const *set)
{
	size_t n = strcspn(entry, "=") + 1;

	for (; set != NULL && *set != NULL; set++) {
		if (strncmp(entry, *set, n) == 0)
			return true;
	}
	return false;
}

/* Our environment with `add` on top; the strings are shared. */
static char **
make_env(const char *const *add)
{
	size_t n = 0, m = 0;
	char **env;

	while (environ != NULL && environ[n] != NULL)
		n++;
	while (add != NULL && add[m] != NULL)
		m++;
	env = mem_array(n + m + 1, sizeof *env);
	if (env == NULL)
		return NULL;
	m = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_replaced(environ[i], add))
			env[m++] = environ[i];
	}
	/* execve() promises not to change the strings. */
	for (size_t i = 0; add != NULL && add[i] != NULL; i++)
		memcpy(&env[m++], &add[i], sizeof *env);
	return env;
}

/* In the child: become the program, or say why not. */
static void
become(const struct proc *p, const struct launch *l)
{
	struct failure f = { 0, false };
	struct sigaction usual;
	char *const *argv;

	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	(void)sigaction(SIGPIPE, &usual, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &l->mask, NULL);
	for (int i = 0; i < 3; i++) {
		if (l->ends[i] >= 0 && dup2(l->ends[i], i) < 0)
			f.number = errno;
	}
	if (f.number == 0 && p->directory != NULL && chdir(p->directory) != 0) {
		f.number = errno;
		f.in_folder = true;
	}
	if (f.number == 0) {
		memcpy(&argv, &p->argv, sizeof argv);
		(void)execve(l->file, argv, l->env);
		f.number = errno;
	}
	while (write(l->report, &f, sizeof f) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* Wait for exec to close the pipe; false when the child wrote a reason. */
static bool
has_started(int reading, struct failure *f)
{
	ssize_t n;

	do
		n = read(reading, f, sizeof *f);
	while (n < 0 && errno == EINTR);
	return n == 0;
}

static pid_t
reap(pid_t pid, int *status, int flags)
{
	pid_t got;

	do
		got = waitpid(pid, status, flags);
	while (got < 0 && errno == EINTR);
	return got;
}

static enum sealeaf_code
fork_child(const struct proc *p, struct child *c, struct launch *l,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct failure f = { 0, false };
	int reading = -1, ignored;
	bool piped = open_pipe(&reading, &l->report);

	if (piped)
		c->pid = fork();
	if (c->pid == 0)
		become(p, l);
	if (c->pid < 0)
		code = err_errno(e, SEALEAF_ERR_GENERIC, errno, "cannot run %s",
		    p->argv[0]);
	close_fd(&l->report);
	if (code == SEALEAF_OK && !has_started(reading, &f)) {
		code = f.in_folder ? err_errno(e, SEALEAF_ERR_GENERIC, f.number,
					 "chdir %s", p->directory)
				   : err_errno(e, SEALEAF_ERR_GENERIC, f.number,
					 "fork/exec %s", l->file);
		(void)reap(c->pid, &ignored, 0);
		c->pid = -1;
	}
	close_fd(&reading);
	return code;
}

static enum sealeaf_code
start(const struct proc *p, struct child *c, struct sealeaf_error *e)
{
	struct launch l = { .ends = { -1, -1, -1 }, .report = -1 };
	enum sealeaf_code code = SEALEAF_OK;

	l.file = strchr(p->argv[0], '/') != NULL
	    ? mem_dup(p->argv[0])
	    : proc_find(p->argv[0], getenv("PATH"));
	l.env = make_env(p->env_add);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &l.mask);
	if (l.file == NULL)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "exec: \"%s\": executable file not found in $PATH",
		    p->argv[0]);
	else if (l.env == NULL)
		code = err_memory(e);
	else if (!open_ends(p, c, &l))
		code = err_errno(e, SEALEAF_ERR_GENERIC, errno, "cannot run %s",
		    p->argv[0]);
	else
		code = fork_child(p, c, &l, e);
	for (int i = 0; i < 3; i++)
		close_fd(&l.ends[i]);
	free(l.file);
	free(l.env);
	return code;
}

/* Write what the pipe takes. A child that closed its input early is no error.
 * SIGPIPE is held back for this thread and taken if it is ours. The pipe stays
 * open when there may be `more`. */
static void
feed(struct child *c, bool more)
{
	const struct timespec now = { 0, 0 };
	sigset_t pipe_only, before, pending;
	ssize_t n;

	(void)sigemptyset(&pipe_only);
	(void)sigaddset(&pipe_only, SIGPIPE);
	(void)sigemptyset(&pending);
	(void)sigpending(&pending);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
	n = write(c->ends[0], c->input.p, c->input.n);
	if (n < 0 && errno == EPIPE) {
		if (!sigismember(&pending, SIGPIPE))
			(void)sigtimedwait(&pipe_only, NULL, &now);
		c->input.n = 0;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->input.n = 0;
	} else if (n > 0) {
		c->input = span_sub(c->input, (size_t)n, c->input.n);
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (c->input.n == 0 && !more)
		close_fd(&c->ends[0]);
}

/* Take what is there from one of the child's outputs. */
static enum sealeaf_code
drain(const struct proc *p, int *fd, struct buf *b, size_t limit,
    struct sealeaf_error *e)
{
	size_t before = b->n;
	char *q = buf_extend(b, CHUNK);
	ssize_t n;

	if (q == NULL)
		return err_memory(e);
	n = read(*fd, q, CHUNK);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(fd);
	buf_truncate(b, before + (n > 0 ? (size_t)n : 0));
	if (b->n > limit)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "%s: output is longer than %lu bytes", p->argv[0],
		    (unsigned long)limit);
	return SEALEAF_OK;
}

/* Milliseconds that are left, at least 0; -1: no limit. */
static int
time_left(const struct proc *p, const struct child *c)
{
	struct timespec now;
	int64_t left;

	if (p->seconds == 0 && !c->over)
		return -1;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	left = ((int64_t)c->deadline.tv_sec - now.tv_sec) * 1000 +
	    (c->deadline.tv_nsec - now.tv_nsec) / 1000000;
	if (left > INT32_MAX)
		return INT32_MAX;
	return left > 0 ? (int)left : 0;
}

static enum sealeaf_code
too_slow(const struct proc *p, struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "%s: no answer within %u seconds", p->argv[0], p->seconds);
}

/* Let the caller answer what has come in; the end of a conversation closes the
 * pipes. What is left of the last reply is put in front of the next. */
static enum sealeaf_code
reply(const struct proc *p, struct child *c, struct sealeaf_error *e)
{
	struct buf next = { 0 };
	bool more;

	buf_span(&next, c->input);
	more = p->answer(p->user, p->output, &next);
	if (buf_check(&next, e) != SEALEAF_OK) {
		buf_fini(&next);
		return err_memory(e);
	}
	buf_fini(&c->reply);
	c->reply = next;
	c->input = buf_get(&c->reply);
	c->silent = false;
	if (!more) {
		for (int i = 0; i < 3; i++)
			close_fd(&c->ends[i]);
		c->over = true;
		(void)clock_gettime(CLOCK_MONOTONIC, &c->deadline);
		c->deadline.tv_sec += END;
	}
	return SEALEAF_OK;
}

/* Wait until a pipe is ready. */
static enum sealeaf_code
wait_ready(const struct proc *p, struct child *c, struct pollfd fds[3],
    struct sealeaf_error *e)
{
	int left = time_left(p, c), n;

	if (left == 0)
		return too_slow(p, e);
	if (p->idle != NULL && !c->silent && (left < 0 || left > IDLE))
		left = IDLE;
	for (int i = 0; i < 3; i++) {
		fds[i].fd = i == 0 && c->input.n == 0 ? -1 : c->ends[i];
		fds[i].events = i == 0 ? POLLOUT : POLLIN;
		fds[i].revents = 0;
	}
	n = poll(fds, 3, left);
	if (n < 0 && errno != EINTR)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "poll");
	if (n == 0 && left == IDLE && p->idle != NULL) {
		c->silent = true;
		p->idle(p->user);
	}
	for (int i = 0; n <= 0 && i < 3; i++)
		fds[i].revents = 0;
	return SEALEAF_OK;
}

/* Whether the child still has something to say, or to be told. In a
 * conversation, one that has closed its output has ended it. */
static bool
is_talking(const struct proc *p, const struct child *c)
{
	if (p->answer != NULL)
		return c->ends[1] >= 0;
	return c->ends[0] >= 0 || c->ends[1] >= 0 || c->ends[2] >= 0;
}

/* Feed and drain until all pipes are closed. */
static enum sealeaf_code
converse(const struct proc *p, struct child *c, struct sealeaf_error *e)
{
	size_t limit = p->limit != 0 ? p->limit : LIMIT;
	struct buf *const into[3] = { NULL, p->output, p->errors };
	size_t limits[3] = { 0, 0, 0 };
	enum sealeaf_code code = SEALEAF_OK;
	struct pollfd fds[3];

	/* What the buffers hold already is not the child's. */
	for (int i = 1; i < 3; i++)
		limits[i] = limit + (into[i] != NULL ? into[i]->n : 0);
	while (code == SEALEAF_OK && is_talking(p, c)) {
		code = wait_ready(p, c, fds, e);
		if (code == SEALEAF_OK && fds[0].revents != 0)
			feed(c, p->answer != NULL);
		for (int i = 1; i < 3; i++) {
			if (code == SEALEAF_OK && fds[i].revents != 0)
				code = drain(p, &c->ends[i], into[i], limits[i],
				    e);
		}
		if (code == SEALEAF_OK && p->answer != NULL &&
		    fds[1].revents != 0)
			code = reply(p, c, e);
	}
	return code;
}

/* Wait for the end; with a deadline by looking again and again. */
static enum sealeaf_code
finish(const struct proc *p, struct child *c, int *status,
    struct sealeaf_error *e)
{
	int raw = 0, left;
	pid_t got;

	for (;;) {
		left = time_left(p, c);
		got = reap(c->pid, &raw, left < 0 ? 0 : WNOHANG);
		if (got != 0)
			break;
		if (left == 0 && c->over) {
			(void)kill(c->pid, SIGKILL);
			(void)reap(c->pid, &raw, 0);
			break;
		}
		if (left == 0)
			return too_slow(p, e);
		(void)poll(NULL, 0, left < 10 ? left : 10);
	}
	c->pid = -1;
	if (got < 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno,
		    "cannot learn how %s ended", p->argv[0]);
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return SEALEAF_OK;
}

enum sealeaf_code
proc_run(const struct proc *p, int *status, struct sealeaf_error *e)
{
	struct child c = { .pid = -1, .ends = { -1, -1, -1 } };
	enum sealeaf_code code;
	int ignored;

	(void)clock_gettime(CLOCK_MONOTONIC, &c.deadline);
	c.deadline.tv_sec += (time_t)p->seconds;
	c.input = p->input;
	code = start(p, &c, e);
	if (code == SEALEAF_OK)
		code = converse(p, &c, e);
	if (code == SEALEAF_OK)
		code = finish(p, &c, status, e);
	for (int i = 0; i < 3; i++)
		close_fd(&c.ends[i]);
	if (c.pid > 0) {
		(void)kill(c.pid, SIGKILL);
		(void)reap(c.pid, &ignored, 0);
	}
	buf_fini(&c.reply);
	return code;
}
