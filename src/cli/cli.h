/* SPDX-License-Identifier: Apache-2.0 */
/* What every command is given. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <pthread.h>

#include "base/err.h"

#include "cli/log.h"
#include "cli/opt.h"

struct command;

struct cli {
	const char *program; /* "sealeaf", or "sops" run as that */
	bool as_sops;
	const struct command *command; /* NULL: the form without a command */
	struct log log;
	struct opts opts;
	struct sealeaf_ctx *ctx; /* made by cli_context() */
	const char *fatal; /* logger that reports an error; NULL: plainly */
	int status;        /* exit status of a command that did not fail */
	bool quiet;        /* what the context logs was logged before */
	pthread_rwlock_t *writing; /* read-locked while a file is replaced, or
				    * NULL */
};

/* Make c->ctx, with the options that belong to the command, once. */
SEALEAF_USED enum sealeaf_code cli_context(struct cli *c,
    struct sealeaf_error *e);

/* Log the warnings about positional arguments that are not looked at. */
void cli_warn_ignored(const struct cli *c);

/* The configuration file that applies: from the flag or the variable, else
 * the nearest .sops.yaml upwards, as searched ("../.sops.yaml"). False when
 * there is none. */
bool cli_config_path(const struct cli *c, char *path, size_t size);

/* Whether `e` says that no creation rule and no key was found. */
bool cli_no_rule(const struct sealeaf_error *e);

#endif
