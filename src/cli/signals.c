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

#include "cli/signals.h"

static const int numbers[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGCHLD,
	SIGUSR1, SIGUSR2 };
enum { COUNT = sizeof numbers / sizeof numbers[0], STOPPING = 4 };

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

/* How many of `numbers` take part. */
static size_t
held(const struct signals *s)
{
	return s->forward ? COUNT : STOPPING + 1;
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
	for (size_t i = 0; i < held(s); i++)
		sigaddset(&mask, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &mask, &s->old_mask);
	for (size_t i = 0; i < held(s); i++) {
		(void)sigaction(numbers[i], NULL, &s->old[i]);
		/* What was ignored (nohup) stays so. */
		if (s->old[i].sa_handler != SIG_IGN || numbers[i] == SIGCHLD)
			(void)sigaction(numbers[i], &action, NULL);
	}
}

void
signals_release(struct signals *s)
{
	for (size_t i = 0; i < held(s); i++)
		(void)sigaction(numbers[i], &s->old[i], NULL);
	(void)sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
}

void
signals_child(const struct signals *s)
{
	struct sigaction usual;

	for (size_t i = 0; i < held(s); i++)
		(void)sigaction(numbers[i], &s->old[i], NULL);
	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	/* The command ignores SIGPIPE, its children do not. */
	(void)sigaction(SIGPIPE, &usual, NULL);
	(void)sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
}

static int
take_caught(void)
{
	int number = (int)caught;

	caught = 0;
	return number;
}

int
signals_pending(struct signals *s)
{
	struct timespec none = { 0, 0 };

	(void)pselect(0, NULL, NULL, NULL, &none, &s->old_mask);
	return take_caught();
}

int
signals_wait_child(struct signals *s, pid_t child, int *status)
{
	for (;;) {
		pid_t done = waitpid(child, status, WNOHANG);
		int number;

		if (done == child)
			return 0;
		if (done < 0 && errno != EINTR) {
			*status = 0xff00;
			return 0;
		}
		(void)pselect(0, NULL, NULL, NULL, NULL, &s->old_mask);
		number = take_caught();
		if (number == 0)
			continue;
		if (s->forward ? by_process != 0
			       : number == SIGHUP || number == SIGTERM)
			(void)kill(child, number);
		if (!s->forward)
			return number;
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
		number = take_caught();
		if (number != 0)
			return number;
		if (errno != EINTR)
			return 0; /* let read() say what is wrong */
	}
}
