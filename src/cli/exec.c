/* SPDX-License-Identifier: Apache-2.0 */
/* The shell that exec-env and exec-file run. It is ours to end with: signals
 * go on to it, and its status becomes ours. */

#include <stdio.h>
#include <string.h>

#include "cli/child.h"
#include "cli/command.h"
#include "cli/exec.h"

enum sealeaf_code
exec_check(const struct cli *c, struct sealeaf_error *e)
{
	char text[128];

	if (c->opts.n != 2)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "error: missing file to decrypt");
	if (opts_bool(&c->opts, OPT_BACKGROUND)) {
		(void)snprintf(text, sizeof text,
		    "%s's --background option "
		    "is deprecated and will be removed in a future version of "
		    "sops",
		    c->command->name);
		log_warning(&c->log, text);
	}
	return SEALEAF_OK;
}

void
exec_reset_signals(void)
{
	struct sigaction usual;

	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	(void)sigaction(SIGPIPE, &usual, NULL);
}

static void
conclude(int waited, int *status)
{
	struct buf text = { 0 };

	*status = child_outcome(waited, &text);
	if (text.n > 0)
		fprintf(stderr, "%s\n", text.p);
	buf_fini(&text);
}

enum sealeaf_code
exec_run(const struct exec_job *job, struct signals *s, int *status,
    struct sealeaf_error *e)
{
	const char *argv[] = { "/bin/sh", "-c", job->command, NULL };
	char *none[] = { NULL };
	struct child child = { argv, job->env->v, job->background };
	enum sealeaf_code code;
	int waited = 0;
	pid_t pid;

	if (child.env == NULL)
		child.env = none;
	code = child_start(&child, s, &pid, e);
	if (code == SEALEAF_OK && !job->background) {
		(void)signals_wait_child(s, pid, &waited);
		conclude(waited, status);
	}
	return code;
}
