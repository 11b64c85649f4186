/* SPDX-License-Identifier: Apache-2.0 */
/* updatekeys: give files the keys of their creation rule. The data key, and
 * with it every value, stays. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/action.h"
#include "cli/advice.h"
#include "cli/command.h"
#include "cli/quote.h"
#include "cli/report.h"
#include "cli/say.h"
#include "cli/tty.h"

struct update {
	struct cli *c;
	const char *config;
	const char *file; /* as typed */
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
		say_ready(span_make(diff.p, diff.n));
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

static bool
has_key(const struct sealeaf_doc *doc, const struct sealeaf_key *wanted)
{
	struct sealeaf_key key;

	for (size_t g = 0; g < sealeaf_group_count(doc); g++) {
		for (size_t i = 0; sealeaf_key_get(doc, g, i, &key); i++) {
			if (strcmp(key.source, wanted->source) == 0 &&
			    strcmp(key.text, wanted->text) == 0)
				return true;
		}
	}
	return false;
}

/* Whether a key goes that opens the file today. */
static bool
removes(const struct update *u)
{
	struct sealeaf_key key;

	for (size_t g = 0; g < sealeaf_group_count(u->doc); g++) {
		for (size_t i = 0; sealeaf_key_get(u->doc, g, i, &key); i++) {
			if (!has_key(u->rule, &key))
				return true;
		}
	}
	return false;
}

static enum sealeaf_code
apply(struct update *u, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	bool gone = removes(u);
	struct buf file = { 0 };
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
	quote_shell(&file, u->file);
	if (code == SEALEAF_OK && gone && !file.failed)
		say_error(
		    "hint: whoever was removed may still know the data key of %s; to change it: %s rotate -i %s\n",
		    u->file, u->c->program, file.p);
	buf_fini(&file);
	sealeaf_bytes_free(&out);
	return code;
}

static enum sealeaf_code
update(struct cli *c, const char *config, const char *file, unsigned *threshold,
    struct sealeaf_error *e)
{
	struct update u = { .c = c, .config = config, .file = file };
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
	if (code == SEALEAF_ERR_NO_KEY)
		*threshold = sealeaf_threshold(u.doc);
	sealeaf_doc_free(u.doc);
	sealeaf_doc_free(u.rule);
	target_fini(&u.t);
	return code;
}

/* SOPS's line, which has no room for a report, and the report below it. */
static void
report_one(struct cli *c, const char *file, unsigned threshold,
    struct sealeaf_error *e)
{
	struct sealeaf_error whole = *e;

	if (e->code == SEALEAF_ERR_NO_KEY)
		report_shorten(e, threshold);
	log_line(&c->log, SEVERITY_ERROR, "CMD", e->text, NULL, span_of(NULL));
	advice_add(c, file, &whole);
	if (whole.line == 0 || whole.source[0] == '\0')
		err_prefix(&whole, "%s", file);
	(void)report_error(c, &whole);
}

enum sealeaf_code
cmd_updatekeys(struct cli *c, struct sealeaf_error *e)
{
	unsigned threshold = 0;
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
		return update(c, config, c->opts.args[0], &threshold, e);
	for (size_t i = 0; i < c->opts.n; i++) {
		struct sealeaf_error problem = { 0 };

		if (update(c, config, c->opts.args[i], &threshold, &problem) ==
		    0)
			continue;
		failed++;
		report_one(c, c->opts.args[i], threshold, &problem);
	}
	if (failed == 0)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC, "failed updating %zu key(s)",
	    failed);
}
