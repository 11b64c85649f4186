/* SPDX-License-Identifier: Apache-2.0 */
/* set and unset: one value of an encrypted document, written in place. */

#include <string.h>
#include <unistd.h>

#include "base/file.h"

#include "cli/action.h"
#include "cli/command.h"

enum sealeaf_code
action_set(struct target *t, struct cli *c, const char *index,
    const char *value, struct sealeaf_bytes *out, bool *changed,
    struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	code = target_open(t, c, &doc, e);
	if (code == SEALEAF_OK)
		code = sealeaf_put(doc, index, value, t->out, out, changed, e);
	sealeaf_doc_free(doc);
	return code;
}

/* The value's JSON text: the argument, a file's content or standard input. */
static enum sealeaf_code
read_value(const struct cli *c, struct buf *value, struct sealeaf_error *e)
{
	if (opts_bool(&c->opts, OPT_VALUE_STDIN)) {
		if (file_read_fd(STDIN_FILENO, "/dev/stdin", value, e) != 0)
			return e->code;
	} else if (opts_bool(&c->opts, OPT_VALUE_FILE)) {
		if (file_read(c->opts.args[2], value, e) != 0)
			return e->code;
	} else {
		buf_puts(value, c->opts.args[2]);
	}
	/* As a C string it would end at a NUL byte, unseen. */
	if (value->n > 0 && memchr(value->p, '\0', value->n) != NULL)
		return err_set(e, SEALEAF_ERR_INDEX,
		    "Value for --set is not valid JSON");
	buf_put(value, "", 0);
	return buf_check(value, e);
}

static enum sealeaf_code
check_set(const struct cli *c, struct sealeaf_error *e)
{
	bool by_stdin = opts_bool(&c->opts, OPT_VALUE_STDIN);

	if (by_stdin && opts_bool(&c->opts, OPT_VALUE_FILE))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "Error: cannot use "
		    "both --value-file and --value-stdin");
	if (by_stdin && c->opts.n != 2)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file "
		    "specified, or index is missing. Need precisely 2 "
		    "positional arguments since --value-stdin is used.");
	if (!by_stdin && c->opts.n != 3)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file "
		    "specified, or index and value are missing. Need "
		    "precisely 3 positional arguments.");
	return SEALEAF_OK;
}

enum sealeaf_code
cmd_set(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	struct target t = { 0 };
	struct buf value = { 0 };
	bool changed = true;
	enum sealeaf_code code;

	code = check_set(c, e);
	if (code == SEALEAF_OK)
		code = target_init(&t, c, c->opts.args[0], false, e);
	/* Standard input may come from a command that has the file. */
	if (code == SEALEAF_OK)
		code = read_value(c, &value, e);
	t.claim = true;
	if (code == SEALEAF_OK)
		code = action_set(&t, c, c->opts.args[1], value.p, &out,
		    &changed, e);
	if (code == SEALEAF_OK &&
	    (changed || !opts_bool(&c->opts, OPT_IDEMPOTENT)))
		code = target_replace(&t, c, &out, e);
	buf_fini(&value);
	sealeaf_bytes_free(&out);
	target_fini(&t);
	return code;
}

enum sealeaf_code
cmd_unset(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	enum sealeaf_code code;

	if (c->opts.n != 2)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified, or index is missing");
	code = target_init(&t, c, c->opts.args[0], false, e);
	t.claim = true;
	if (code == SEALEAF_OK)
		code = target_open(&t, c, &doc, e);
	if (code == SEALEAF_OK)
		code = sealeaf_remove(doc, c->opts.args[1], t.out, &out, e);
	if (code == SEALEAF_OK)
		code = target_replace(&t, c, &out, e);
	if (code == SEALEAF_ERR_NOT_FOUND &&
	    opts_bool(&c->opts, OPT_IDEMPOTENT)) {
		err_clear(e);
		code = SEALEAF_OK;
	}
	sealeaf_bytes_free(&out);
	sealeaf_doc_free(doc);
	target_fini(&t);
	return code;
}
