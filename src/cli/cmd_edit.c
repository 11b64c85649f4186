/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit: plaintext goes to a private file, the user's editor changes it, what
 * comes back is encrypted under the same data key. The private file is removed
 * on every way out, which is why signals are held back meanwhile.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/show.h"

#include "cli/action.h"
#include "cli/command.h"
#include "cli/editor.h"
#include "cli/keep.h"
#include "cli/quote.h"
#include "cli/say.h"
#include "cli/scratch.h"
#include "cli/tty.h"

enum { LINE_MAX_SHOWN = 200 };

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
	struct place at; /* where the editor opens */
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

	/* Before anything is typed that cannot be written. */
	if (load(s, e) != 0 || target_check_place(s->t, e) != 0 || !s->keys)
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

/* The line that is wrong, for the terminal alone: logs keep no plaintext. */
static void
show_line(const struct session *s, struct span text)
{
	struct buf b = { 0 };
	size_t line = 1;

	if (s->at.line == 0 || !s->c->log.terminal)
		return;
	for (; line < s->at.line && text.n > 0; line++)
		text = span_sub(text, span_find(text, '\n') + 1, text.n);
	buf_printf(&b, "%6u | ", (unsigned)s->at.line);
	text = span_sub(text, 0, span_find(text, '\n'));
	show_span(&b, span_sub(text, 0, LINE_MAX_SHOWN));
	if (!b.failed)
		say_error("%s\n", b.p);
	buf_fini(&b);
}

/* "12:3: reason", without what SOPS's front says already. */
static void
put_reason(struct buf *b, const struct sealeaf_error *cause)
{
	struct span reason = span_of(cause->text);
	static const char front[] = "Error unmarshalling file: ";

	if (span_starts(reason, front))
		reason = span_sub(reason, sizeof front - 1, reason.n);
	if (cause->line > 0)
		buf_printf(b, "%u:%u: ", (unsigned)cause->line,
		    cause->column > 0 ? (unsigned)cause->column : 1);
	buf_span(b, reason);
}

/* Say what is wrong with `edited` and wait for enter. */
static enum sealeaf_code
wait_for_user(struct session *s, const char *problem, struct span edited,
    const struct sealeaf_error *cause, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	char text[256];

	s->at.line = cause->line;
	s->at.column = cause->column;
	put_reason(&b, cause);
	(void)snprintf(text, sizeof text, "%s %s", problem, press);
	log_line(&s->c->log, SEVERITY_ERROR, "CMD", text, "error", buf_get(&b));
	show_line(s, edited);
	if (signals_wait_input(&s->signals, STDIN_FILENO) != 0)
		(void)cancelled(e);
	else if (!tty_skip_line())
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "the edited text is "
		    "not valid, and there is nobody at standard input to "
		    "correct it: %s",
		    b.p != NULL ? b.p : "");
	buf_fini(&b);
	return e->code;
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

static enum sealeaf_code
encrypt(struct session *s, struct span text, struct sealeaf_error *e)
{
	struct sealeaf_bytes rest = { NULL, 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (s->keys) {
		code = sealeaf_conceal(s->doc, text.p, text.n, s->t->in, &rest,
		    e);
		/* Whatever is wrong with the keys, the user can mend it. */
		if (code != SEALEAF_OK && code != SEALEAF_ERR_READ &&
		    code != SEALEAF_ERR_MEMORY)
			code = SEALEAF_ERR_METADATA;
		text = span_make(rest.p, rest.n);
	}
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(s->doc, text.p != NULL ? text.p : "",
		    text.n, s->t->in, s->t->out, &s->out, e);
	sealeaf_bytes_free(&rest);
	return code;
}

/* Encrypt what the editor left. *again when the user is to correct it. */
static enum sealeaf_code
accept_text(struct session *s, struct span text, bool *again,
    struct sealeaf_error *e)
{
	struct sealeaf_error cause = { 0 };
	enum sealeaf_code code = encrypt(s, text, &cause);
	const char *problem = correctable(code);

	*again = problem != NULL;
	if (*again)
		return wait_for_user(s, problem, text, &cause, e);
	*e = cause;
	return code;
}

/* Whether an editor that came back now was not used. */
static bool
is_quick(const struct session *s, const struct timespec *begin)
{
	struct timespec now;

	/* Scripts know what they do. */
	return s->c->log.terminal &&
	    clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
	    now.tv_sec - begin->tv_sec < 2;
}

static enum sealeaf_code
edit_once(struct session *s, bool *again, struct sealeaf_error *e)
{
	struct timespec begin = { 0, 0 };
	struct buf text = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	if (editor_run(s->scratch.path, s->at, &s->signals, e) != 0)
		return e->code;
	if (file_read(s->scratch.path, &text, e) != 0) {
		err_prefix(e, "Could not read edited file");
	} else if (span_equal(buf_get(&text), s->before)) {
		(void)err_set(e, SEALEAF_ERR_UNCHANGED,
		    "File has not changed, exiting.");
		editor_hint(is_quick(s, &begin), e);
	} else {
		(void)accept_text(s, buf_get(&text), again, e);
	}
	buf_fini(&text);
	return e->code;
}

/* Encrypted, whatever it is: text that is not valid as that of a file of no
 * format. */
static void
keep_text(struct session *s, struct span text, struct sealeaf_error *e)
{
	struct sealeaf_error ignored = { 0 };
	enum sealeaf_format format = s->t->out;

	if (s->out.p == NULL && encrypt(s, text, &ignored) != 0) {
		err_clear(&ignored);
		format = SEALEAF_BINARY;
		if (sealeaf_encrypt(s->doc, text.p, text.n, format, format,
			&s->out, &ignored) != 0) {
			err_hint(e, "your version could not be kept: %s",
			    ignored.text);
			return;
		}
	}
	keep_result(s->c, s->t->path, span_make(s->out.p, s->out.n), format, e);
}

/* After a failure: nothing that was typed is lost, nothing stays in clear. */
static void
keep(struct session *s, struct sealeaf_error *e)
{
	struct sealeaf_error ignored = { 0 };
	struct buf text = { 0 };

	if (s->out.p != NULL)
		keep_text(s, span_of(NULL), e);
	else if (s->scratch.path != NULL &&
	    file_read(s->scratch.path, &text, &ignored) == 0 && text.n > 0 &&
	    !span_equal(buf_get(&text), s->before))
		keep_text(s, buf_get(&text), e);
	buf_fini(&text);
}

static enum sealeaf_code
work(struct session *s, struct sealeaf_error *e)
{
	const char *name = base_name(s->t->path);
	bool given, again = true;
	enum sealeaf_code code;

	signals_hold(&s->signals, false);
	s->t->signals = &s->signals;
	code = scratch_new(&s->scratch, "sealeaf", name, e);
	if (code == SEALEAF_OK)
		code = scratch_write(&s->scratch, s->before, e);
	given = code == SEALEAF_OK;
	while (again && code == SEALEAF_OK)
		code = edit_once(s, &again, e);
	if (code == SEALEAF_OK && signals_pending(&s->signals) != 0)
		code = cancelled(e);
	if (code == SEALEAF_OK)
		code = target_replace(s->t, s->c, &s->out, e);
	if (given && code != SEALEAF_OK && code != SEALEAF_ERR_UNCHANGED)
		keep(s, e);
	scratch_remove(&s->scratch, &s->c->log);
	signals_release(&s->signals);
	s->t->signals = NULL;
	return code;
}

/* SOPS answers two signals with a message; others have their effect. */
static void
end_by_signal(const struct session *s, const struct sealeaf_error *e)
{
	if (s->signals.ended_by == SIGINT || s->signals.ended_by == SIGTERM)
		return;
	if (s->signals.ended_by != 0 && e->hint[0] != '\0')
		say_error("hint: %s\n", e->hint);
	signals_end(&s->signals);
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
	sealeaf_bytes_free(&s.out);
	sealeaf_bytes_free(&s.plain);
	sealeaf_doc_free(s.doc);
	end_by_signal(&s, e);
	return code;
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
