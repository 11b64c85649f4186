/* SPDX-License-Identifier: Apache-2.0 */
/* filestatus: whether a file is encrypted, as JSON for scripts. */

#include "cli/action.h"
#include "cli/command.h"
#include "cli/say.h"

enum sealeaf_code
cmd_filestatus(struct cli *c, struct sealeaf_error *e)
{
	struct target t = { 0 };
	enum sealeaf_code code;
	bool encrypted = false;

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	code = target_init(&t, c, c->opts.args[0], true, e);
	if (code == SEALEAF_OK) {
		code = target_read(&t, e);
		if (code == SEALEAF_OK)
			code = sealeaf_status(c->ctx, t.in,
			    t.data.p != NULL ? t.data.p : "", t.data.n,
			    &encrypted, e);
		c->fatal = "CMD";
		err_prefix(e,
		    "cannot check file status: cannot load "
		    "encrypted file");
	}
	if (code == SEALEAF_OK)
		say("{\"encrypted\":%s}\n", encrypted ? "true" : "false");
	target_fini(&t);
	return code;
}
