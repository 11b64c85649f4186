/* SPDX-License-Identifier: Apache-2.0 */
/* From the flags of a command to a context of the library. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/tty.h"
#include "cli/cli.h"

/* Messages of the library; a tab separates the text from one field, as
 * "text\tkey=value". */
static void
on_log(void *user, enum sealeaf_level level, const char *logger,
    const char *text)
{
	static const enum log_severity severities[] = {
		[SEALEAF_DEBUG] = SEVERITY_DEBUG,
		[SEALEAF_INFO] = SEVERITY_INFO,
		[SEALEAF_WARNING] = SEVERITY_WARNING,
		[SEALEAF_ERROR] = SEVERITY_ERROR,
	};
	const struct cli *c = user;
	char copy[2048];
	char *key, *value;

	if (c->quiet)
		return;
	(void)snprintf(copy, sizeof copy, "%s", text);
	key = strchr(copy, '\t');
	value = key != NULL ? strchr(key, '=') : NULL;
	if (value != NULL) {
		*key++ = '\0';
		*value++ = '\0';
	} else {
		key = NULL;
	}
	log_line(&c->log, severities[level], logger, copy, key, span_of(value));
}

/* Hand over one flag, if the command takes it. */
static enum sealeaf_code
set_option(struct cli *c, enum opt_id id, struct sealeaf_error *e)
{
	const struct opt *row = &opt_table[id];
	const struct opt_value *v = &c->opts.of[id];
	enum sealeaf_option option = (enum sealeaf_option)row->option;

	if (row->option < 0 || v->n == 0 ||
	    ((row->levels | row->more) & command_level(c->command)) == 0)
		return SEALEAF_OK;
	if (row->type == OPT_BOOL)
		return sealeaf_set(c->ctx, option,
		    opts_bool(&c->opts, id) ? "true" : "false", e);
	for (size_t i = row->type == OPT_LIST ? 0 : v->n - 1; i < v->n; i++) {
		if (row->type != OPT_LIST && v->v[i][0] == '\0')
			continue;
		if (sealeaf_set(c->ctx, option, v->v[i], e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

enum sealeaf_code
cli_context(struct cli *c, struct sealeaf_error *e)
{
	const char *pwd = getenv("PWD");

	if (c->ctx != NULL)
		return SEALEAF_OK;
	c->ctx = sealeaf_new();
	if (c->ctx == NULL)
		return err_memory(e);
	sealeaf_on_log(c->ctx, on_log, c);
	sealeaf_on_ask(c->ctx, tty_ask, NULL);
	if (pwd != NULL &&
	    sealeaf_set(c->ctx, SEALEAF_OPT_DIRECTORY, pwd, e) != 0)
		return e->code;
	for (enum opt_id id = 0; id < OPT_COUNT; id++) {
		if (set_option(c, id, e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

void
cli_warn_ignored(const struct cli *c)
{
	const char *flag = NULL;
	char text[512];

	if (c->opts.n < 2 || opts_bool(&c->opts, OPT_ALL))
		return;
	log_warning(&c->log,
	    !c->as_sops && c->command != NULL &&
		    (opt_table[OPT_ALL].more & c->command->level) != 0
		? "More than one positional argument provided. Only the first one will be used! (--all takes every one as a file)"
		: "More than one positional argument provided. Only the first one will be used!");
	for (size_t i = 1; i < c->opts.n; i++) {
		if (c->opts.args[i][0] == '-')
			flag = c->opts.args[i];
	}
	if (flag == NULL)
		return;
	(void)snprintf(text, sizeof text,
	    "Note that one of the ignored "
	    "positional argument is \"%.300s\", which looks like a flag. "
	    "Flags must always be provided before the first positional "
	    "argument!",
	    flag);
	log_warning(&c->log, text);
}

bool
cli_config_path(const struct cli *c, char *path, size_t size)
{
	static const char name[] = ".sops.yaml";
	const char *chosen = opts_string(&c->opts, OPT_CONFIG);
	struct stat st;
	size_t n = 0;

	if (chosen != NULL)
		return snprintf(path, size, "%s", chosen) < (int)size;
	/* SOPS looks through a hundred folders. */
	for (int i = 0; i < 100 && n + sizeof name + 3 < size; i++) {
		memcpy(path + n, name, sizeof name);
		if (stat(path, &st) == 0)
			return true;
		memcpy(path + n, "../", 3);
		n += 3;
	}
	return false;
}

bool
cli_no_rule(const struct sealeaf_error *e)
{
	return e->code == SEALEAF_ERR_NO_KEYS;
}
