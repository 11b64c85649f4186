/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handler only notes the number; all work is done outside it. Signals are
 * blocked but inside pselect(), so there is no gap between looking at the note
 * and going to sleep. The note is a global because a handler has no argument.
 */

#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>

#include "cli/signals.h"

static const int harmless[] = { SIGCHLD, SIGCONT, SIGURG, SIGTSTP, SIGTTIN,
	SIGTTOU,
#ifdef SIGWINCH
	SIGWINCH,
#endif
	/* Ignored by the command, and not to be caught. */
	SIGPIPE, SIGKILL, SIGSTOP };

static volatile sig_atomic_t caught;     /* number, 0 for none */
static volatile sig_atomic_t by_process; /* sent with kill() */

static void
note(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (number == SIGCHLD)
		return;
	caught = number;
	by_process = info->si_code <= 0;
}

/*
 * Whether it ends a process that does nothing about it. A fault of our own
 * ends it though held back: the kernel does not wait then.
 */
static bool
ends(int number)
{
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		if (number == harmless[i])
			return false;
	}
	/* Those below SIGRTMIN belong to the C library. */
	return number < 32 || (number >= SIGRTMIN && number <= SIGRTMAX);
}

static bool
takes_part(int number)
{
	return number == SIGCHLD || ends(number);
}

void
signals_hold(struct signals *s, bool forward)
{
	struct sigaction action;
	sigset_t mask;

	memset(s, 0, sizeof *s);
	s->forward = forward;
	caught = 0;
	memset(&action, 0, sizeof action);
	action.sa_sigaction = note;
	action.sa_flags = SA_SIGINFO;
	sigfillset(&action.sa_mask);
	sigemptyset(&mask);
	for (int i = 1; i < SIGNALS; i++) {
		if (takes_part(i))
			sigaddset(&mask, i);
	}
	(void)sigprocmask(SIG_BLOCK, &mask, &s->old_mask);
	for (int i = 1; i < SIGNALS; i++) {
		if (!takes_part(i))
			continue;
		(void)sigaction(i, NULL, &s->old[i]);
		/* What was ignored (nohup) stays so. */
		if (s->old[i].sa_handler != SIG_IGN || i == SIGCHLD)
			(void)sigaction(i, &action, NULL);
	}
}

static void
restore(const struct signals *s)
{
	for (int i = 1; i < SIGNALS; i++) {
		if (takes_part(i))
			(void)sigaction(i, &s->old[i], NULL);
	}
}

/* A file that grew too large was said by write() already. */
static void
forget_size_limit(struct signals *s)
{
	const struct timespec now = { 0, 0 };
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, SIGXFSZ);
	if (sigtimedwait(&set, &info, &now) == SIGXFSZ && info.si_code <= 0)
		s->ended_by = SIGXFSZ;
}

void
signals_release(struct signals *s)
{
	forget_size_limit(s);
	restore(s);
	(void)sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
}

void
signals_end(const struct signals *s)
{
	struct sigaction usual;

	if (s->ended_by == 0)
		return;
	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	(void)sigaction(s->ended_by, &usual, NULL);
	(void)raise(s->ended_by);
}

void
signals_child(const struct signals *s)
{
	struct sigaction usual;

	restore(s);
	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	/* The command ignores SIGPIPE, its children do not. */
	(void)sigaction(SIGPIPE, &usual, NULL);
	(void)sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
}

static int
take_caught(struct signals *s)
{
	int number = (int)caught;

	caught = 0;
	if (number == SIGXFSZ && !by_process)
		number = 0;
	if (number != 0) {
		s->last = number;
		if (!s->forward)
			s->ended_by = number;
	}
	return number;
}

int
signals_pending(struct signals *s)
{
	struct timespec none = { 0, 0 };

	(void)pselect(0, NULL, NULL, NULL, &none, &s->old_mask);
	return take_caught(s);
}

/* Whether the terminal sent it to the child as well. */
static bool
from_terminal(int number)
{
	return !by_process &&
	    (number == SIGHUP || number == SIGINT || number == SIGQUIT);
}

/* Ask an editor to end: it may have a terminal to put back. */
static void
dismiss(pid_t child, int number)
{
	const struct timespec pause = { 0, 10000000 };
	int status;

	(void)kill(child, number == SIGHUP ? SIGHUP : SIGTERM);
	for (int i = 0; i < 100 && waitpid(child, &status, WNOHANG) == 0; i++)
		(void)nanosleep(&pause, NULL);
}

int
signals_wait_child(struct signals *s, pid_t child, int *status)
{
	for (;;) {
		pid_t done = waitpid(child, status, WNOHANG);
		int number;

		if (done == child) {
			if (WIFSIGNALED(*status) &&
			    WTERMSIG(*status) == s->last)
				s->ended_by = s->last;
			return 0;
		}
		if (done < 0 && errno != EINTR) {
			*status = 0xff00;
			return 0;
		}
		(void)pselect(0, NULL, NULL, NULL, NULL, &s->old_mask);
		number = take_caught(s);
		if (number == 0)
			continue;
		if (!s->forward) {
			dismiss(child, number);
			return number;
		}
		if (!from_terminal(number))
			(void)kill(child, number);
	}
}

int
signals_wait_input(struct signals *s, int fd)
{
	for (;;) {
		fd_set set;
		int number;

		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (pselect(fd + 1, &set, NULL, NULL, NULL, &s->old_mask) > 0)
			return 0;
		number = take_caught(s);
		if (number != 0)
			return number;
		if (errno != EINTR)
			return 0; /* let read() say what is wrong */
	}
}
