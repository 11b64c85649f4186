/* SPDX-License-Identifier: Apache-2.0 */
/* encrypt: a new document from plaintext. */

#include "cli/action.h"
#include "cli/command.h"
#include "cli/several.h"

enum sealeaf_code
action_encrypt(struct target *t, struct cli *c, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	/* Rules and keys come before the file is read. */
	code = sealeaf_create(c->ctx, t->name, t->in, &doc, e);
	if (code == SEALEAF_OK)
		code = target_read(t, e);
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(doc, t->data.p != NULL ? t->data.p : "",
		    t->data.n, t->in, t->out, out, e);
	sealeaf_doc_free(doc);
	return code;
}

static enum sealeaf_code
encrypt_file(struct cli *c, const char *file, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	struct target t = { 0 };
	enum sealeaf_code code;

	code = target_check_output(c, file, e);
	if (code == SEALEAF_OK && file == NULL &&
	    opts_string(&c->opts, OPT_FILENAME_OVERRIDE) == NULL)
		return err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: must specify "
		    "--filename-override when reading from stdin");
	cli_warn_ignored(c);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, file, false, e);
	if (code == SEALEAF_OK)
		code = target_demand(&t, e);
	if (code == SEALEAF_OK)
		code = action_encrypt(&t, c, &out, e);
	if (code == SEALEAF_OK)
		code = target_write(&t, c, &out, e);
	sealeaf_bytes_free(&out);
	target_fini(&t);
	return code;
}

enum sealeaf_code
cmd_encrypt(struct cli *c, struct sealeaf_error *e)
{
	if (opts_bool(&c->opts, OPT_ALL))
		return several_run(c, encrypt_file, e);
	return encrypt_file(c, c->opts.n > 0 ? c->opts.args[0] : NULL, e);
}
