/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form without a command, which most scripts use: -e, -d, -r and --set say
 * what is done, nothing means edit. Several of them are run one after the
 * other on the same file, and the last one's result counts; SOPS's order and
 * its treatment of errors are kept.
 */

#include <string.h>

#include "base/mem.h"

#include "cli/action.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/quote.h"

struct modes {
	bool encrypt, decrypt, rotate, set, edit;
};

static struct modes
find_modes(const struct cli *c)
{
	struct modes m;

	m.encrypt = opts_bool(&c->opts, OPT_ENCRYPT);
	m.decrypt = opts_bool(&c->opts, OPT_DECRYPT);
	m.rotate = opts_bool(&c->opts, OPT_ROTATE);
	m.set = opts_string(&c->opts, OPT_SET) != NULL;
	m.edit = !m.encrypt && !m.decrypt && !m.rotate && !m.set;
	return m;
}

static enum sealeaf_code
check_exists(const struct target *t, const struct cli *c, struct modes m,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };

	if (target_exists(t))
		return SEALEAF_OK;
	if (!action_changes_keys(c))
		return m.encrypt || m.decrypt || m.rotate ? target_demand(t, e)
							  : SEALEAF_OK;
	quote_append(&b, span_of(t->path));
	(void)err_set(e, SEALEAF_ERR_KEYS_NO_FILE,
	    "Error: cannot add or "
	    "remove keys on non-existent file %s, use `--kms` and `--pgp` "
	    "instead.",
	    b.p != NULL ? b.p : "");
	buf_fini(&b);
	return e->code;
}

/* All modes but decryption demand a creation rule that fits, when there are
 * rules at all, even if nothing of it is used. */
static enum sealeaf_code
check_rule(const struct target *t, struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_error problem = { 0 };
	struct sealeaf_doc *doc = NULL;

	(void)!sealeaf_create(c->ctx, t->name, t->in, &doc, &problem);
	sealeaf_doc_free(doc);
	if (problem.code != SEALEAF_ERR_CONFIG &&
	    problem.code != SEALEAF_ERR_NO_RULE &&
	    problem.code != SEALEAF_ERR_UNSUPPORTED)
		return SEALEAF_OK;
	*e = problem;
	return e->code;
}

/* "INDEX VALUE", divided at the first "] ". */
static enum sealeaf_code
set_mode(struct target *t, struct cli *c, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	const char *text = opts_string(&c->opts, OPT_SET);
	const char *gap = strstr(text, "] ");
	char *index;

	if (gap == NULL)
		return err_set(e, SEALEAF_ERR_INDEX, "Invalid --set format");
	index = mem_dup_n(text, (size_t)(gap - text) + 1);
	if (index == NULL)
		return err_memory(e);
	(void)!action_set(t, c, index, gap + 2, out, NULL, e);
	mem_wipe_str(index);
	return e->code;
}

static enum sealeaf_code
encrypt_mode(struct target *t, struct cli *c, bool alone,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	struct sealeaf_error ignored = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	if (alone)
		return action_encrypt(t, c, out, e);
	/* Rules and keys must be right, though the result is not used. */
	code = sealeaf_create(c->ctx, t->name, t->in, &doc, e);
	sealeaf_doc_free(doc);
	if (code == SEALEAF_OK)
		(void)!action_encrypt(t, c, out, &ignored);
	return code;
}

/* Make ready for the next mode. */
static void
again(struct target *t, struct sealeaf_bytes *out)
{
	target_release(t);
	sealeaf_bytes_free(out);
}

static enum sealeaf_code
run_modes(struct target *t, struct cli *c, struct modes m,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	struct sealeaf_error decrypted = { 0 };
	bool alone = !m.decrypt && !m.rotate && !m.set;

	if (m.encrypt && encrypt_mode(t, c, alone, out, e) != 0)
		return e->code;
	if (m.decrypt) {
		again(t, out);
		(void)!action_decrypt(t, c, out, &decrypted);
	}
	if (m.rotate) {
		again(t, out);
		if (action_rotate(t, c, out, e) != 0)
			return e->code;
	}
	if (m.set) {
		again(t, out);
		return set_mode(t, c, out, e);
	}
	if (m.edit)
		return action_edit(t, c, e);
	/* A failed decryption counts even when a rotation followed. */
	*e = decrypted;
	return e->code;
}

static enum sealeaf_code
check(struct cli *c, struct sealeaf_error *e)
{
	if (c->opts.n == 0) {
		if (!c->as_sops && find_modes(c).edit)
			help_short(stdout, c);
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	}
	cli_warn_ignored(c);
	return target_check_output(c, c->opts.args[0], e);
}

/* The command that `word` may be meant for, or NULL. */
static const char *
meant(const char *word)
{
	const struct command *near = command_near(word);

	if (strcmp(word, "version") == 0)
		return "--version";
	return near != NULL ? near->name : NULL;
}

/*
 * SOPS takes every word for a file, and so do we where there is one, or a new
 * one can be meant. One that is nearly a command is answered before an editor
 * starts; without keys that is the error that SOPS ends in.
 */
static enum sealeaf_code
check_word(const struct target *t, const struct cli *c, struct sealeaf_error *e)
{
	const char *word = c->opts.args[0];
	struct sealeaf_doc *doc = NULL;
	const char *name;

	if (strpbrk(word, "./") != NULL || target_exists(t))
		return SEALEAF_OK;
	name = meant(word);
	if (name == NULL)
		return SEALEAF_OK;
	if (sealeaf_create(c->ctx, t->name, t->in, &doc, e) == SEALEAF_OK)
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "\"%s\" is no command, and no file of that name is here",
		    word);
	err_hint(e,
	    "\"%s\" was taken for a file; there is a command %s (to make the file: %s edit %s)",
	    word, name, c->program, word);
	sealeaf_doc_free(doc);
	return e->code;
}

enum sealeaf_code
legacy(struct cli *c, struct sealeaf_error *e)
{
	struct modes m = find_modes(c);
	struct sealeaf_bytes out = { NULL, 0 };
	struct target t = { 0 };
	enum sealeaf_code code;

	code = check(c, e);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, c->opts.args[0], false, e);
	t.claim = t.claim || m.set;
	if (code == SEALEAF_OK)
		code = check_exists(&t, c, m, e);
	if (code == SEALEAF_OK && m.encrypt + m.decrypt + m.rotate + m.set > 1)
		log_warning(&c->log,
		    "More than one command (--encrypt, "
		    "--decrypt, --rotate, --set) has been specified. Only the "
		    "changes made by the last one will be visible. Note that "
		    "this behavior is deprecated and will cause an error "
		    "eventually.");
	if (code == SEALEAF_OK && (m.encrypt || m.rotate || m.set || m.edit))
		code = check_rule(&t, c, e);
	if (code == SEALEAF_OK && m.edit)
		code = check_word(&t, c, e);
	if (code == SEALEAF_OK)
		code = run_modes(&t, c, m, &out, e);
	if (code == SEALEAF_OK && !m.edit)
		code = m.set ? target_replace(&t, c, &out, e)
			     : target_write(&t, c, &out, e);
	sealeaf_bytes_free(&out);
	target_fini(&t);
	return code;
}
