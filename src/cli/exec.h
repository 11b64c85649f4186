/* SPDX-License-Identifier: Apache-2.0 */
/* Running a command for exec-env and exec-file. */
#ifndef CLI_EXEC_H
#define CLI_EXEC_H

#include "cli/cli.h"
#include "cli/environment.h"
#include "cli/signals.h"

/*
 * FILE COMMAND is a line for the shell, as in SOPS (with "--" anywhere);
 * FILE -- COMMAND ARGUMENT ... are words, which no shell reads.
 */
struct exec_command {
	const char *const *words; /* one where it is a line */
	size_t n;
	bool line;
};

struct exec_job {
	struct exec_command command;
	const char *path; /* what {} becomes; NULL: nothing */
	struct environment *env;
	bool background; /* streams to /dev/null, not waited for */
};

/* What the arguments ask for, and the warning about --background. */
SEALEAF_USED enum sealeaf_code exec_check(const struct cli *c,
    struct exec_command *command, struct sealeaf_error *e);

/* How often {} stands in the command. */
size_t exec_holes(const struct exec_command *command);

/*
 * Run and wait, handing signals on (`s` holds them, forwarding). *status is
 * the child's exit status, or 255 for a signal; a failure is said on standard
 * error as SOPS does ("exit status 3"). Words whose program is not there or
 * cannot be run end with 127 and 126, as they would in a shell; it is looked
 * up on our $PATH.
 */
SEALEAF_USED enum sealeaf_code exec_run(const struct exec_job *job,
    struct signals *s, int *status, struct sealeaf_error *e);

/* Become the command; returns only when that failed, as exec_run() does. */
SEALEAF_USED enum sealeaf_code exec_become(const struct exec_job *job,
    int *status, struct sealeaf_error *e);

#endif
