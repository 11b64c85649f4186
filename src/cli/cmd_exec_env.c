/* SPDX-License-Identifier: Apache-2.0 */
/* exec-env: a command with the decrypted values in its environment. */

#include <errno.h>
#include <unistd.h>

#include "cli/action.h"
#include "cli/command.h"
#include "cli/exec.h"
#include "cli/user.h"

struct entry {
	struct environment *env;
	struct sealeaf_error *e;
};

static enum sealeaf_code
put(void *user, const char *name, const char *value)
{
	struct entry *entry = user;

	return environment_put(entry->env, name, value, entry->e);
}

static enum sealeaf_code
become_shell(const char *command, const struct environment *env,
    struct sealeaf_error *e)
{
	const char *argv[] = { "/bin/sh", "-c", command, NULL };
	char *none[] = { NULL };

	exec_reset_signals();
	(void)execve(argv[0], (char *const *)argv,
	    env->v != NULL ? env->v : none);
	return err_errno(e, SEALEAF_ERR_GENERIC, errno, "exec %s", argv[0]);
}

/* Decrypt; the values go behind what is in `env` already, and win. */
static enum sealeaf_code
fill(struct cli *c, struct sealeaf_doc *doc, struct environment *env,
    struct sealeaf_error *e)
{
	const char *user = opts_string(&c->opts, OPT_USER);
	struct environment values = { 0 };
	struct entry entry = { &values, e };
	enum sealeaf_code code;

	/* Everything is decrypted before rights are given up. */
	code = sealeaf_environment(doc, put, &entry, e);
	if (code == SEALEAF_OK && !opts_bool(&c->opts, OPT_PRISTINE))
		code = environment_inherit(env, e);
	if (code == SEALEAF_OK && user != NULL) {
		c->fatal = "EXEC";
		code = user_become(user, env, e);
	}
	for (size_t i = 0; i < values.n && code == SEALEAF_OK; i++)
		code = environment_copy(env, values.v[i], e);
	environment_fini(&values);
	return code;
}

static enum sealeaf_code
run(struct cli *c, struct environment *env, struct sealeaf_error *e)
{
	const char *command = c->opts.args[1];
	struct exec_job job = { 0 };
	struct signals signals;
	enum sealeaf_code code;

	c->fatal = NULL;
	if (opts_bool(&c->opts, OPT_SAME_PROCESS))
		return become_shell(command, env, e);
	job.command = command;
	job.env = env;
	job.background = opts_bool(&c->opts, OPT_BACKGROUND);
	signals_hold(&signals, true);
	code = exec_run(&job, &signals, &c->status, e);
	signals_release(&signals);
	return code;
}

enum sealeaf_code
cmd_exec_env(struct cli *c, struct sealeaf_error *e)
{
	struct environment env = { 0 };
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	enum sealeaf_code code;

	code = exec_check(c, e);
	if (code == SEALEAF_OK && opts_bool(&c->opts, OPT_BACKGROUND) &&
	    opts_bool(&c->opts, OPT_SAME_PROCESS))
		code = err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: The "
		    "--same-process flag cannot be used with --background");
	if (code == SEALEAF_OK)
		code = target_init(&t, c, c->opts.args[0], true, e);
	if (code == SEALEAF_OK)
		code = target_open(&t, c, &doc, e);
	if (code == SEALEAF_OK)
		code = fill(c, doc, &env, e);
	sealeaf_doc_free(doc);
	target_fini(&t);
	if (code == SEALEAF_OK)
		code = run(c, &env, e);
	environment_fini(&env);
	return code;
}
