/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a child or for input without missing a signal. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <signal.h>
#include <sys/types.h>

enum { SIGNALS = 65 }; /* numbers, as far as there are any */

/*
 * All signals that would end the process are held back from signals_hold() to
 * signals_release(), but while one of the waiting functions runs: so nothing
 * is interrupted half done, and plaintext on disk is removed before the
 * process ends.
 */
struct signals {
	sigset_t old_mask;
	struct sigaction old[SIGNALS];
	bool forward; /* pass signals on to the child instead of stopping */
	int last;     /* the last one that came, or 0 */
	int ended_by; /* the one that the process is to end by, or 0 */
};

/* Not nested. */
void signals_hold(struct signals *s, bool forward);
void signals_release(struct signals *s);

/* After signals_release(), when all is cleaned up: end by that signal as if it
 * had not been held, if there was one. */
void signals_end(const struct signals *s);

/* What a child must do before exec: the old mask and dispositions. */
void signals_child(const struct signals *s);

/*
 * Wait until `child` ends; *status is then waitpid()'s. With `forward`,
 * signals go to the child (but those of the terminal, which reach it anyway);
 * one that ends it is ours as well. Without, the first signal ends the wait:
 * its number is returned, and the child was told and had a second to end.
 * 0 when it ended.
 */
int signals_wait_child(struct signals *s, pid_t child, int *status);

/* Wait until `fd` can be read: 0, or the number of a signal. */
int signals_wait_input(struct signals *s, int fd);

/* A signal that arrived since the hold and was not reported, or 0. */
int signals_pending(struct signals *s);

#endif
