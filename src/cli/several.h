/* SPDX-License-Identifier: Apache-2.0 */
/* One command on several files at once. */
#ifndef CLI_SEVERAL_H
#define CLI_SEVERAL_H

#include "cli/cli.h"

/*
 * Call `work` for every positional argument, once for each file, from several
 * threads, with a copy of `c` that has a context of its own. Failures are
 * printed in the order of the arguments behind their file's name, and c->status
 * becomes that of the first. The error returned is one of use: nothing was
 * done then.
 */
SEALEAF_USED enum sealeaf_code several_run(struct cli *c,
    enum sealeaf_code (
	*work)(struct cli *c, const char *file, struct sealeaf_error *e),
    struct sealeaf_error *e);

#endif
