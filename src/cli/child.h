/* SPDX-License-Identifier: Apache-2.0 */
/* Starting programs that share our terminal and standard streams. */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

#include "cli/signals.h"

struct child {
	const char *const *argv; /* argv[0] is looked up on $PATH */
	char *const *env;        /* NULL: ours */
	bool detached;           /* standard streams from and to /dev/null */
};

/*
 * Start it, with signals as they were before signals_hold(). Errors as Go's
 * os/exec has them: `exec: "x": executable file not found in $PATH`,
 * "fork/exec PATH: no such file or directory".
 */
SEALEAF_USED enum sealeaf_code child_start(const struct child *c,
    const struct signals *s, pid_t *pid, struct sealeaf_error *e);

/*
 * Append how it ended, from waitpid()'s status: "exit status 3",
 * "signal: killed"; nothing for success. Returns the exit status that SOPS
 * ends with: the child's, or 255 for a signal.
 */
int child_outcome(int status, struct buf *text);

#endif
