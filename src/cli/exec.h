/* SPDX-License-Identifier: Apache-2.0 */
/* Running a shell command for exec-env and exec-file. */
#ifndef CLI_EXEC_H
#define CLI_EXEC_H

#include "cli/cli.h"
#include "cli/environment.h"
#include "cli/signals.h"

struct exec_job {
	const char *command;
	struct environment *env;
	bool background; /* streams to /dev/null, not waited for */
};

/* Two arguments, and the warning about --background. */
SEALEAF_USED enum sealeaf_code exec_check(const struct cli *c,
    struct sealeaf_error *e);

/*
 * Run /bin/sh -c and wait, handing signals on (`s` holds them, forwarding).
 * *status is the child's exit status, or 255 for a signal; a failure is said
 * on standard error as SOPS does ("exit status 3").
 */
SEALEAF_USED enum sealeaf_code exec_run(const struct exec_job *job,
    struct signals *s, int *status, struct sealeaf_error *e);

/* Signals as a program expects to find them. */
void exec_reset_signals(void);

#endif
