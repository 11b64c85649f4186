/* SPDX-License-Identifier: Apache-2.0 */
/* rotate: the same document under a fresh data key, perhaps for other keys. */

#include "cli/action.h"
#include "cli/command.h"
#include "cli/quote.h"

/* In the order in which SOPS adds them. */
static const struct {
	const char *source;
	enum opt_id add, remove;
} changes[] = {
	{ "kms", OPT_ADD_KMS, OPT_RM_KMS },
	{ "pgp", OPT_ADD_PGP, OPT_RM_PGP },
	{ "gcp_kms", OPT_ADD_GCP_KMS, OPT_RM_GCP_KMS },
	{ "hckms", OPT_ADD_HCKMS, OPT_RM_HCKMS },
	{ "azure_kv", OPT_ADD_AZURE_KV, OPT_RM_AZURE_KV },
	{ "hc_vault", OPT_ADD_HC_VAULT, OPT_RM_HC_VAULT },
	{ "age", OPT_ADD_AGE, OPT_RM_AGE },
};
enum { CHANGES = sizeof changes / sizeof changes[0] };

bool
action_changes_keys(const struct cli *c)
{
	for (size_t i = 0; i < CHANGES; i++) {
		if (opts_string(&c->opts, changes[i].add) != NULL ||
		    opts_string(&c->opts, changes[i].remove) != NULL)
			return true;
	}
	return false;
}

static enum sealeaf_code
change_keys(struct sealeaf_doc *doc, const struct cli *c,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < CHANGES; i++) {
		const char *keys = opts_string(&c->opts, changes[i].add);

		if (keys != NULL &&
		    sealeaf_key_add(doc, 0, changes[i].source, keys, e) != 0)
			return e->code;
	}
	for (size_t i = 0; i < CHANGES; i++) {
		const char *keys = opts_string(&c->opts, changes[i].remove);

		if (keys != NULL &&
		    sealeaf_key_remove(doc, changes[i].source, keys, NULL, e) !=
			0)
			return e->code;
	}
	return SEALEAF_OK;
}

enum sealeaf_code
action_rotate(struct target *t, struct cli *c, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	code = target_open(t, c, &doc, e);
	/* The keys that the file has now must open it. */
	if (code == SEALEAF_OK)
		code = sealeaf_unlock(doc, e);
	if (code == SEALEAF_OK)
		code = change_keys(doc, c, e);
	if (code == SEALEAF_OK)
		code = sealeaf_rotate(doc, t->out, out, e);
	sealeaf_doc_free(doc);
	return code;
}

static enum sealeaf_code
check_exists(const struct target *t, const struct cli *c,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };

	if (target_exists(t) || !action_changes_keys(c))
		return SEALEAF_OK;
	quote_append(&b, span_of(t->path));
	(void)err_set(e, SEALEAF_ERR_KEYS_NO_FILE,
	    "Error: cannot add or "
	    "remove keys on non-existent file %s, use the `edit` subcommand "
	    "instead.",
	    b.p != NULL ? b.p : "");
	buf_fini(&b);
	return e->code;
}

enum sealeaf_code
cmd_rotate(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	struct target t = { 0 };
	enum sealeaf_code code;

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	cli_warn_ignored(c);
	code = target_check_output(c, c->opts.args[0], e);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, c->opts.args[0], false, e);
	if (code == SEALEAF_OK)
		code = check_exists(&t, c, e);
	if (code == SEALEAF_OK)
		code = action_rotate(&t, c, &out, e);
	if (code == SEALEAF_OK)
		code = target_write(&t, c, &out, e);
	sealeaf_bytes_free(&out);
	target_fini(&t);
	return code;
}
