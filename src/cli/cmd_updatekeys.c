/* SPDX-License-Identifier: Apache-2.0 */
/* updatekeys: give files the keys of their creation rule. The data key, and
 * with it every value, stays. */

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/action.h"
#include "cli/command.h"
#include "cli/report.h"
#include "cli/tty.h"

struct update {
	struct cli *c;
	const char *config;
	struct target t;
	struct sealeaf_doc *doc;  /* the file */
	struct sealeaf_doc *rule; /* what its creation rule says */
};

static void
progress(const char *before, const char *path, const char *after)
{
	struct buf b = { 0 };

	buf_puts(&b, before);
	buf_puts(&b, path);
	buf_puts(&b, after);
	if (!b.failed)
		log_progress(b.p);
	buf_fini(&b);
}

static enum sealeaf_code
check_file(const char *path, struct sealeaf_error *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "stat %s",
		    path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "can't operate on a directory");
	return SEALEAF_OK;
}

static enum sealeaf_code
load(struct update *u, struct sealeaf_error *e)
{
	struct target *t = &u->t;

	progress("Syncing keys for file ", t->path, "");
	if (target_open(t, u->c, &u->doc, e) != 0)
		return e->code;
	if (sealeaf_create(u->c->ctx, t->name, t->in, &u->rule, e) == 0)
		return SEALEAF_OK;
	if (!cli_no_rule(e))
		return e->code;
	err_clear(e);
	return err_set(e, SEALEAF_ERR_CONFIG,
	    "The config file %s does not "
	    "contain any creation rule",
	    u->config);
}

/* Show what would change and ask; *go says whether to do it. */
static enum sealeaf_code
propose(struct update *u, bool *go, struct sealeaf_error *e)
{
	struct sealeaf_bytes diff = { NULL, 0 };
	enum sealeaf_code code;
	bool differ;

	*go = false;
	code = sealeaf_keys_diff(u->doc, u->rule, u->c->log.color, &differ,
	    &diff, e);
	if (code == SEALEAF_OK && !differ)
		progress("File ", u->t.path, " already up to date");
	else if (code == SEALEAF_OK)
		code = target_print(span_make(diff.p, diff.n), e);
	sealeaf_bytes_free(&diff);
	if (code != SEALEAF_OK || !differ)
		return code;
	*go = true;
	if (!opts_bool(&u->c->opts, OPT_YES))
		code = tty_confirm("Is this okay? (y/n):", go, e);
	if (code == SEALEAF_OK && !*go)
		progress("File ", u->t.path, " left unchanged");
	return code;
}

static enum sealeaf_code
apply(struct update *u, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	enum sealeaf_code code;

	code = sealeaf_unlock(u->doc, e);
	if (code == SEALEAF_OK) {
		sealeaf_keys_take(u->doc, u->rule);
		code = sealeaf_rewrap(u->doc, &out, e);
	}
	if (code == SEALEAF_OK)
		code = target_replace(&u->t, u->c, &out, e);
	if (code == SEALEAF_OK)
		progress("File ", u->t.path, " synced with new keys");
	sealeaf_bytes_free(&out);
	return code;
}

static enum sealeaf_code
update(struct cli *c, const char *config, const char *file, bool many,
    struct sealeaf_error *e)
{
	struct update u = { .c = c, .config = config };
	enum sealeaf_code code;
	bool go = false;

	code = target_init(&u.t, c, file, false, e);
	/* Nobody waits for somebody's answer: then it is compared at the end. */
	u.t.claim = opts_bool(&c->opts, OPT_YES);
	if (code == SEALEAF_OK)
		code = check_file(u.t.path, e);
	if (code == SEALEAF_OK)
		code = load(&u, e);
	if (code == SEALEAF_OK)
		code = propose(&u, &go, e);
	if (code == SEALEAF_OK && go)
		code = apply(&u, e);
	if (code == SEALEAF_ERR_NO_KEY && many)
		report_shorten(e, sealeaf_threshold(u.doc));
	sealeaf_doc_free(u.doc);
	sealeaf_doc_free(u.rule);
	target_fini(&u.t);
	return code;
}

enum sealeaf_code
cmd_updatekeys(struct cli *c, struct sealeaf_error *e)
{
	size_t failed = 0;
	char config[4096];

	if (!cli_config_path(c, config, sizeof config)) {
		(void)err_set(e, SEALEAF_ERR_CONFIG, "config file not found");
		err_hint(e,
		    "updatekeys gives files the keys of .sops.yaml, and there is none in this folder or above it");
		return e->code;
	}
	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	if (c->opts.n == 1)
		return update(c, config, c->opts.args[0], false, e);
	for (size_t i = 0; i < c->opts.n; i++) {
		struct sealeaf_error problem = { 0 };

		if (update(c, config, c->opts.args[i], true, &problem) == 0)
			continue;
		failed++;
		log_line(&c->log, SEVERITY_ERROR, "CMD", problem.text, NULL,
		    span_of(NULL));
	}
	if (failed == 0)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC, "failed updating %zu key(s)",
	    failed);
}
