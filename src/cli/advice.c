/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library knows neither the program's name nor what was typed, so hints
 * with a command in them are made here. SOPS's words stay what they are: the
 * help stands in the hint below them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

#include "cli/command.h"
#include "cli/quote.h"
#include "cli/advice.h"

const char *
advice_file(const struct cli *c)
{
	const char *named = opts_string(&c->opts, OPT_FILE);

	if (named != NULL)
		return named;
	return c->opts.n > 0 ? c->opts.args[0] : NULL;
}

static void
name_source(const char *file, struct sealeaf_error *e)
{
	char *absolute;

	if (file == NULL || e->source[0] != '/')
		return;
	absolute = file_absolute(file, getenv("PWD"));
	if (absolute != NULL && strcmp(absolute, e->source) == 0)
		(void)snprintf(e->source, sizeof e->source, "%s", file);
	free(absolute);
}

static void
not_encrypted(const struct cli *c, const char *file, struct sealeaf_error *e)
{
	struct buf b = { 0 };

	if (file == NULL) {
		err_hint(e,
		    "standard input is not encrypted, or not of the type that was assumed: --input-type says which it is");
		return;
	}
	quote_shell(&b, file);
	if (!b.failed)
		err_hint(e,
		    "%s is not encrypted; to encrypt it: %s encrypt -i %s",
		    file, c->program, b.p);
	buf_fini(&b);
}

/* The library says which path was tried. */
static void
no_rule(const struct cli *c, const char *file, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	size_t n = strlen(e->hint);

	if (file == NULL ||
	    (c->command != NULL && c->command->run == cmd_explain))
		return;
	quote_shell(&b, file);
	if (!b.failed)
		(void)snprintf(e->hint + n, sizeof e->hint - n,
		    "; to see every rule: %s explain %s", c->program, b.p);
	buf_fini(&b);
}

/* Whether there is no configuration, or one without rules. */
static void
no_keys(struct cli *c, const char *file, struct sealeaf_error *e)
{
	const char *name = opts_string(&c->opts, OPT_FILENAME_OVERRIDE);
	struct sealeaf_error ignored = { 0 };
	struct sealeaf_bytes config = { NULL, 0 };
	char *absolute = NULL;
	struct buf b = { 0 };

	if (name == NULL)
		name = file;
	if (name != NULL)
		absolute = file_absolute(name, getenv("PWD"));
	if (c->ctx != NULL)
		(void)!sealeaf_config_path(c->ctx, absolute, &config, &ignored);
	quote_shell(&b, file != NULL ? file : "FILE");
	if (b.failed)
		goto out;
	if (config.p != NULL)
		err_hint(e,
		    "%s has no creation_rules: add one, or name a key for %s: %s encrypt --age RECIPIENT -i %s",
		    config.p, name != NULL ? name : "the file", c->program,
		    b.p);
	else
		err_hint(e,
		    "there is no .sops.yaml in this folder or above it: write one with creation_rules, or name a key for %s: %s encrypt --age RECIPIENT -i %s",
		    name != NULL ? name : "the file", c->program, b.p);
out:
	buf_fini(&b);
	free(absolute);
	sealeaf_bytes_free(&config);
}

static void
replace(char *text, size_t size, const char *old, const char *new)
{
	char *at = strstr(text, old);
	struct buf rest = { 0 };

	if (at == NULL)
		return;
	buf_puts(&rest, at + strlen(old));
	if (!rest.failed)
		(void)snprintf(at, size - (size_t)(at - text), "%s%s", new,
		    rest.p != NULL ? rest.p : "");
	buf_fini(&rest);
}

/* SOPS's paragraph speaks of itself, and ends in a command of its own. */
static void
encrypted(const struct cli *c, const char *file, struct sealeaf_error *e)
{
	struct buf b = { 0 };

	if (c->as_sops || file == NULL)
		return;
	buf_printf(&b, "`%s edit ", c->program);
	quote_shell(&b, file);
	buf_putc(&b, '`');
	if (!b.failed) {
		replace(e->text, sizeof e->text, "SOPS can not encrypt",
		    "sealeaf can not encrypt");
		replace(e->text, sizeof e->text, "`sops edit my_file.yaml`",
		    b.p);
	}
	buf_fini(&b);
}

/* Without a name, standard input is taken for a binary file's JSON. */
static void
unreadable(const struct cli *c, const char *file, struct sealeaf_error *e)
{
	if (file != NULL && strcmp(file, "/dev/stdin") != 0)
		return;
	if (opts_string(&c->opts, OPT_INPUT_TYPE) == NULL &&
	    opts_string(&c->opts, OPT_FILENAME_OVERRIDE) == NULL)
		err_hint(e,
		    "standard input was taken for a binary file: name its type, as in --input-type yaml");
}

void
advice_add(struct cli *c, const char *file, struct sealeaf_error *e)
{
	name_source(file, e);
	if (e->code == SEALEAF_ERR_NOT_ENCRYPTED)
		not_encrypted(c, file, e);
	else if (e->code == SEALEAF_ERR_NO_RULE)
		no_rule(c, file, e);
	else if (e->code == SEALEAF_ERR_NO_KEYS)
		no_keys(c, file, e);
	else if (e->code == SEALEAF_ERR_ENCRYPTED)
		encrypted(c, file, e);
	else if (e->code == SEALEAF_ERR_METADATA)
		unreadable(c, file, e);
}
