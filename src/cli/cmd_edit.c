/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit: plaintext goes to a private file, the user's editor changes it, what
 * comes back is encrypted under the same data key. The private file is removed
 * on every way out, which is why signals are held back meanwhile.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#include "cli/action.h"
#include "cli/command.h"
#include "cli/editor.h"
#include "cli/scratch.h"
#include "cli/tty.h"

static const char press[] =
    "Press enter to return to the editor, or Ctrl+C to exit.";

struct session {
	struct cli *c;
	struct target *t;
	struct sealeaf_doc *doc;
	struct signals signals;
	struct scratch scratch;
	bool keys; /* are edited too */
	struct sealeaf_bytes plain;
	struct span before; /* what the editor was given */
	struct sealeaf_bytes out;
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The document and its plaintext; a new one has its data key wrapped now, so
 * that a key that refuses costs no work. */
static enum sealeaf_code
load(struct session *s, struct sealeaf_error *e)
{
	struct target *t = s->t;

	if (!target_exists(t)) {
		s->before = span_of(sealeaf_format_example(t->out));
		if (sealeaf_create(s->c->ctx, t->name, t->in, &s->doc, e) != 0)
			return e->code;
		return sealeaf_unlock_new(s->doc, e);
	}
	if (target_open(t, s->c, &s->doc, e) != 0 ||
	    sealeaf_decrypt(s->doc, t->out, &s->plain, e) != 0)
		return e->code;
	s->before = span_make(s->plain.p, s->plain.n);
	return SEALEAF_OK;
}

/* What the editor is given. */
static enum sealeaf_code
begin(struct session *s, struct sealeaf_error *e)
{
	struct sealeaf_bytes shown;

	if (load(s, e) != 0 || !s->keys)
		return e->code;
	if (sealeaf_reveal(s->doc, s->before.p, s->before.n, s->t->out, &shown,
		e) != 0)
		return e->code;
	sealeaf_bytes_free(&s->plain);
	s->plain = shown;
	s->before = span_make(shown.p, shown.n);
	return SEALEAF_OK;
}

static enum sealeaf_code
cancelled(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_CANCELLED, "User canceled operation");
}

/* Say what is wrong and wait for enter. */
static enum sealeaf_code
wait_for_user(struct session *s, const char *problem,
    const struct sealeaf_error *cause, struct sealeaf_error *e)
{
	struct span reason = span_of(cause->text);
	static const char front[] = "Error unmarshalling file: ";
	char text[256];

	if (span_starts(reason, front))
		reason = span_sub(reason, sizeof front - 1, reason.n);
	(void)snprintf(text, sizeof text, "%s %s", problem, press);
	log_line(&s->c->log, SEVERITY_ERROR, "CMD", text, "error", reason);
	if (signals_wait_input(&s->signals, STDIN_FILENO) != 0)
		return cancelled(e);
	if (!tty_skip_line())
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the edited text is "
		    "not valid, and there is nobody at standard input to "
		    "correct it: %.*s",
		    (int)reason.n, reason.p);
	return SEALEAF_OK;
}

/* What SOPS says when the user can mend it; NULL for other failures. */
static const char *
correctable(enum sealeaf_code code)
{
	switch (code) {
	case SEALEAF_ERR_READ:
		return "Could not load tree, probably due to invalid syntax.";
	case SEALEAF_ERR_METADATA:
		return "SOPS metadata is invalid.";
	case SEALEAF_ERR_NO_DOCUMENT:
	case SEALEAF_ERR_ENCRYPTED:
		return "Tree not valid for encryption.";
	default:
		return NULL;
	}
}

/* Encrypt what the editor left. *again when the user is to correct it. */
static enum sealeaf_code
accept_text(struct session *s, struct span text, bool *again,
    struct sealeaf_error *e)
{
	struct sealeaf_bytes rest = { NULL, 0 };
	struct sealeaf_error cause = { 0 };
	const char *problem;
	enum sealeaf_code code = SEALEAF_OK;

	if (s->keys) {
		code = sealeaf_conceal(s->doc, text.p, text.n, s->t->in, &rest,
		    &cause);
		/* Whatever is wrong with the keys, the user can mend it. */
		if (code != SEALEAF_OK && code != SEALEAF_ERR_READ &&
		    code != SEALEAF_ERR_MEMORY)
			code = SEALEAF_ERR_METADATA;
		text = span_make(rest.p, rest.n);
	}
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(s->doc, text.p != NULL ? text.p : "",
		    text.n, s->t->in, s->t->out, &s->out, &cause);
	sealeaf_bytes_free(&rest);
	problem = correctable(code);
	*again = problem != NULL;
	if (*again)
		return wait_for_user(s, problem, &cause, e);
	*e = cause;
	return code;
}

static enum sealeaf_code
edit_once(struct session *s, bool *again, struct sealeaf_error *e)
{
	struct buf text = { 0 };

	if (editor_run(s->scratch.path, &s->signals, e) != 0)
		return e->code;
	if (file_read(s->scratch.path, &text, e) != 0)
		err_prefix(e, "Could not read edited file");
	else if (span_equal(buf_get(&text), s->before))
		(void)err_set(e, SEALEAF_ERR_UNCHANGED,
		    "File has not changed, exiting.");
	else
		(void)accept_text(s, buf_get(&text), again, e);
	buf_fini(&text);
	return e->code;
}

static enum sealeaf_code
work(struct session *s, struct sealeaf_error *e)
{
	const char *name = base_name(s->t->path);
	enum sealeaf_code code;
	bool again = true;

	signals_hold(&s->signals, false);
	code = scratch_new(&s->scratch, "sealeaf", name, e);
	if (code == SEALEAF_OK)
		code = scratch_write(&s->scratch, s->before, e);
	while (again && code == SEALEAF_OK)
		code = edit_once(s, &again, e);
	if (code == SEALEAF_OK && signals_pending(&s->signals) != 0)
		code = cancelled(e);
	scratch_remove(&s->scratch, &s->c->log);
	signals_release(&s->signals);
	return code;
}

/* The result beside the target, for the user to merge: nothing is lost, and
 * nothing is in clear. */
static void
keep_beside(const struct session *s, struct sealeaf_error *e)
{
	struct sealeaf_error ignored = { 0 };
	struct buf b = { 0 };

	buf_printf(&b, "%s.edited", s->t->path);
	if (!b.failed && access(b.p, F_OK) != 0 &&
	    file_replace(b.p, span_make(s->out.p, s->out.n), 0600, &ignored) ==
		0)
		err_hint(e, "your version is kept, encrypted, in %s", b.p);
	buf_fini(&b);
}

enum sealeaf_code
action_edit(struct target *t, struct cli *c, struct sealeaf_error *e)
{
	struct session s = { .c = c,
		.t = t,
		.keys = opts_bool(&c->opts, OPT_SHOW_MASTER_KEYS) };
	enum sealeaf_code code;

	/* Nobody waits for an editor. */
	t->claim = false;
	/* Keys may be asked for here: signals still end the process. */
	code = begin(&s, e);
	if (code == SEALEAF_OK)
		code = work(&s, e);
	if (code == SEALEAF_OK && target_replace(t, c, &s.out, e) != 0)
		keep_beside(&s, e);
	sealeaf_bytes_free(&s.out);
	sealeaf_bytes_free(&s.plain);
	sealeaf_doc_free(s.doc);
	/* SOPS answers these two with a message. */
	if (s.signals.ended_by != SIGINT && s.signals.ended_by != SIGTERM)
		signals_end(&s.signals);
	return e->code;
}

enum sealeaf_code
cmd_edit(struct cli *c, struct sealeaf_error *e)
{
	struct target t = { 0 };
	enum sealeaf_code code;

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	cli_warn_ignored(c);
	code = target_init(&t, c, c->opts.args[0], false, e);
	if (code == SEALEAF_OK)
		code = action_edit(&t, c, e);
	target_fini(&t);
	return code;
}
