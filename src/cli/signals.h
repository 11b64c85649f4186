/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a child or for input without missing a signal. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <signal.h>
#include <sys/types.h>

/*
 * Signals are held back from signals_hold() to signals_release(), but while
 * one of the waiting functions runs: so nothing is interrupted half done, and
 * plaintext on disk is removed before the process ends.
 */
struct signals {
	sigset_t old_mask;
	struct sigaction old[8];
	bool forward; /* pass signals on to the child instead of stopping */
};

/* Hold HUP, INT, TERM, QUIT; with `forward`, also USR1 and USR2. Not nested. */
void signals_hold(struct signals *s, bool forward);
void signals_release(struct signals *s);

/* What a child must do before exec: the old mask and dispositions. */
void signals_child(const struct signals *s);

/*
 * Wait until `child` ends; *status is then waitpid()'s. With `forward`,
 * signals that a process sent go to the child (those of the terminal reach it
 * anyway). Without, the first signal ends the wait: its number is returned,
 * the child was told if it would not know (HUP, TERM). 0 when it ended.
 */
int signals_wait_child(struct signals *s, pid_t child, int *status);

/* Wait until `fd` can be read: 0, or the number of a signal. */
int signals_wait_input(struct signals *s, int fd);

/* A signal that arrived since the hold and was not reported, or 0. */
int signals_pending(struct signals *s);

#endif
