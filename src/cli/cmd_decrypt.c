/* SPDX-License-Identifier: Apache-2.0 */
/* decrypt: the plaintext of a document, or a part of it. */

#include "cli/action.h"
#include "cli/command.h"
#include "cli/several.h"

enum sealeaf_code
action_decrypt(struct target *t, struct cli *c, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	const char *path = opts_string(&c->opts, OPT_EXTRACT);
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	code = target_open(t, c, &doc, e);
	if (code == SEALEAF_OK && path != NULL)
		code = sealeaf_extract(doc, path, t->out, out, e);
	else if (code == SEALEAF_OK)
		code = sealeaf_decrypt(doc, t->out, out, e);
	sealeaf_doc_free(doc);
	return code;
}

static enum sealeaf_code
decrypt_file(struct cli *c, const char *file, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	struct target t = { 0 };
	enum sealeaf_code code;

	cli_warn_ignored(c);
	code = target_check_output(c, file, e);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, file, false, e);
	if (code == SEALEAF_OK)
		code = target_demand(&t, e);
	if (code == SEALEAF_OK)
		code = action_decrypt(&t, c, &out, e);
	if (code == SEALEAF_OK)
		code = target_write(&t, c, &out, e);
	sealeaf_bytes_free(&out);
	target_fini(&t);
	return code;
}

enum sealeaf_code
cmd_decrypt(struct cli *c, struct sealeaf_error *e)
{
	if (opts_bool(&c->opts, OPT_ALL))
		return several_run(c, decrypt_file, e);
	return decrypt_file(c, c->opts.n > 0 ? c->opts.args[0] : NULL, e);
}
