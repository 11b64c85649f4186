/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SOPS searches from the working directory upwards, wherever the document
 * lies. Where that finds nothing, the document's own folder is searched: what
 * was an error before then works.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "sops/conflict.h"
#include "sops/config.h"

enum { LEVELS = 100 };

static bool
exists(const char *directory, const char *up, const char *name)
{
	struct buf path = { 0 };
	struct stat st;
	bool found;

	if (directory[0] != '\0')
		buf_printf(&path, "%s/", directory);
	buf_puts(&path, up);
	buf_puts(&path, name);
	found = !path.failed && stat(path.p, &st) == 0;
	buf_fini(&path);
	return found;
}

/* The folder of an absolute path, `levels` further up; "" is the root. */
static char *
folder(const char *absolute, size_t levels)
{
	char *copy = mem_dup(absolute);

	for (size_t i = 0; copy != NULL && i < levels; i++) {
		char *slash = strrchr(copy, '/');

		if (slash == NULL)
			break;
		*slash = '\0';
	}
	return copy;
}

static char *
working_directory(const struct sealeaf_ctx *ctx)
{
	return file_absolute(".", ctx_option(ctx, SEALEAF_OPT_DIRECTORY));
}

static void
warn_yml(const struct sealeaf_ctx *ctx, const char *yml, const char *used)
{
	if (used != NULL)
		world_log(&ctx->world, LOG_WARNING, "CMD",
		    "ignoring \"%s\" "
		    "when searching for config file; the config file must be "
		    "called \".sops.yaml\"; using \"%s\" instead",
		    yml, used);
	else
		world_log(&ctx->world, LOG_WARNING, "CMD",
		    "ignoring \"%s\" "
		    "when searching for config file; the config file must be "
		    "called \".sops.yaml\"",
		    yml);
}

/*
 * Search upwards from `start` (absolute). The paths shown are relative to it
 * when `relative`, else they are absolute.
 */
static enum sealeaf_code
search(struct config *c, const struct sealeaf_ctx *ctx, const char *start,
    bool relative, bool warn, struct sealeaf_error *e)
{
	struct buf up = { 0 }, yml = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < LEVELS && !c->found && !up.failed; i++) {
		const char *base = relative ? "" : start;

		if (exists(base, up.n > 0 ? up.p : "", ".sops.yaml")) {
			struct buf shown = { 0 };

			if (!relative)
				buf_printf(&shown, "%s/", start);
			buf_printf(&shown, "%s.sops.yaml",
			    up.n > 0 ? up.p : "");
			c->shown = buf_take(&shown, NULL);
			c->directory = folder(start, i);
			c->found = true;
		} else if (yml.n == 0 &&
		    exists(base, up.n > 0 ? up.p : "", ".sops.yml")) {
			buf_printf(&yml, "%s.sops.yml", up.n > 0 ? up.p : "");
		}
		buf_puts(&up, "../");
	}
	if (warn && yml.n > 0)
		warn_yml(ctx, yml.p, c->found ? c->shown : NULL);
	if (up.failed ||
	    (c->found && (c->shown == NULL || c->directory == NULL)))
		code = err_memory(e);
	buf_fini(&up);
	buf_fini(&yml);
	return code;
}

static enum sealeaf_code
find_named(struct config *c, const struct sealeaf_ctx *ctx, const char *name,
    struct sealeaf_error *e)
{
	char *absolute = file_absolute(name,
	    ctx_option(ctx, SEALEAF_OPT_DIRECTORY));

	c->shown = mem_dup(name);
	if (absolute != NULL)
		c->directory = folder(absolute, 1);
	free(absolute);
	c->found = true;
	return c->shown != NULL && c->directory != NULL ? SEALEAF_OK
							: err_memory(e);
}

static enum sealeaf_code
find(struct config *c, const struct sealeaf_ctx *ctx, const char *path,
    bool warn, struct sealeaf_error *e)
{
	const char *name = ctx_option(ctx, SEALEAF_OPT_CONFIG);
	char *start, *beside;
	enum sealeaf_code code;

	if (name != NULL)
		return find_named(c, ctx, name, e);
	start = working_directory(ctx);
	if (start == NULL)
		return err_memory(e);
	code = search(c, ctx, start, true, warn, e);
	free(start);
	if (code != SEALEAF_OK || c->found || path == NULL || path[0] != '/')
		return code;
	beside = folder(path, 1);
	if (beside == NULL)
		return err_memory(e);
	code = search(c, ctx, beside, false, false, e);
	free(beside);
	return code;
}

static enum sealeaf_code
read_config(struct config *c, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code = file_read(c->shown, &c->text, &why);

	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code != SEALEAF_OK)
		return err_set(e, SEALEAF_ERR_CONFIG,
		    "could not read config file: %s", why.text);
	/* SOPS never looks at what follows the first document. */
	c->doc.format = &format_yaml;
	c->doc.settings = true;
	c->doc.source = buf_get(&c->text);
	if (c->doc.source.p == NULL)
		c->doc.source = span_make("", 0);
	code = format_yaml.scan(&c->doc, &why);
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code == SEALEAF_OK)
		return SEALEAF_OK;
	conflict_explain(&c->doc, &why);
	err_at(e, SEALEAF_ERR_CONFIG, why.line, why.column,
	    "error loading "
	    "config: Could not unmarshal config file: %s",
	    why.text);
	err_source(e, c->shown);
	return SEALEAF_ERR_CONFIG;
}

enum sealeaf_code
config_load(struct config *c, const struct sealeaf_ctx *ctx, const char *path,
    bool warn, struct sealeaf_error *e)
{
	enum sealeaf_code code = find(c, ctx, path, warn, e);

	if (code == SEALEAF_OK && c->found)
		code = read_config(c, e);
	return code;
}

enum sealeaf_code
config_check(const struct sealeaf_ctx *ctx, struct sealeaf_error *e)
{
	struct config c = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (ctx_option(ctx, SEALEAF_OPT_CONFIG) != NULL)
		code = config_load(&c, ctx, NULL, false, e);
	config_fini(&c);
	return code;
}

void
config_fini(struct config *c)
{
	free(c->shown);
	free(c->directory);
	doc_fini(&c->doc);
	buf_fini(&c->text);
	memset(c, 0, sizeof *c);
}
