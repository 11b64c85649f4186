/* SPDX-License-Identifier: Apache-2.0 */
/* exec-env: a command with the decrypted values in its environment. */

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
run(struct cli *c, const struct exec_command *command, struct environment *env,
    struct sealeaf_error *e)
{
	struct exec_job job = { .command = *command, .env = env };
	struct signals signals;
	enum sealeaf_code code;

	c->fatal = NULL;
	if (opts_bool(&c->opts, OPT_SAME_PROCESS))
		return exec_become(&job, &c->status, e);
	job.background = opts_bool(&c->opts, OPT_BACKGROUND);
	signals_hold(&signals, true);
	code = exec_run(&job, &signals, &c->status, e);
	signals_release(&signals);
	signals_end(&signals);
	return code;
}

enum sealeaf_code
cmd_exec_env(struct cli *c, struct sealeaf_error *e)
{
	struct exec_command command = { NULL, 0, false };
	struct environment env = { 0 };
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	enum sealeaf_code code;

	code = exec_check(c, &command, e);
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
		code = run(c, &command, &env, e);
	environment_fini(&env);
	return code;
}
