/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plugins are programs named age-plugin-NAME that speak in stanzas on their
 * standard streams. They may talk to the user through us; what they say is
 * shown even when little is logged, for it is often "touch your key".
 */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/proc.h"
#include "key/age_talk.h"

enum { LIMIT = 1 << 20, COLUMNS = 64, OPTION = 128, TRIES = 3 };

/* Text of a plugin without what could play tricks with a terminal. */
static void
put_clean(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		buf_putc(b, c < ' ' || c == 0x7f ? ' ' : text.p[i]);
	}
}

static void
say(struct buf *reply, const char *type, const void *body, size_t n)
{
	buf_printf(reply, "-> %s\n", type);
	age_body_append(reply, body, n);
}

static void
show(struct age_talk *t, struct span text)
{
	struct buf b = { 0 };

	put_clean(&b, text);
	if (!b.failed && b.n > 0)
		world_log(t->world, LOG_WARNING, "AGE", "age: %s plugin: %s",
		    t->name, b.p);
	buf_fini(&b);
}

enum way { IN_SIGHT, HIDDEN, ONE_KEY };

/* Put a question of the plugin's to the user, a blank before the answer. */
static bool
ask(struct age_talk *t, struct span prompt, enum way way, struct secret *answer)
{
	struct buf b = { 0 };
	bool answered = false;

	put_clean(&b, prompt);
	if (b.n == 0 || b.p[b.n - 1] != ' ')
		buf_putc(&b, ' ');
	if (buf_check(&b, NULL) != SEALEAF_OK)
		answered = false;
	else if (way == ONE_KEY)
		answered = world_ask_key(t->world, b.p, answer, NULL) ==
		    SEALEAF_OK;
	else
		answered = t->world->ask(t->world->user, b.p, way == HIDDEN,
			       answer, NULL) == SEALEAF_OK;
	buf_fini(&b);
	return answered;
}

static void
request(struct age_talk *t, const struct age_stanza *s, struct buf *reply)
{
	struct secret answer = { 0 };
	struct span text;

	bool secret = span_is(s->args[0], "request-secret");

	if (!ask(t, s->body, secret ? HIDDEN : IN_SIGHT, &answer) ||
	    secret_open(&answer, &text, NULL) != SEALEAF_OK) {
		say(reply, "fail", NULL, 0);
	} else {
		say(reply, "ok", text.p, text.n);
		secret_close(&answer);
	}
	secret_fini(&answer);
}

/* Decode an option of "confirm" behind `front`, closed by a quote. */
static bool
put_option(struct buf *b, const char *front, struct span base64)
{
	char text[OPTION];
	size_t n;

	if (!base64_get_raw(base64, text, sizeof text, &n))
		return false;
	buf_printf(b, "%s\"", front);
	buf_put(b, text, n);
	buf_putc(b, '"');
	return true;
}

/* Ask until one of the two options is chosen. */
static const char *
choose(struct age_talk *t, struct span prompt, bool two)
{
	const char *chosen = NULL;

	for (int i = 0; i < TRIES && chosen == NULL; i++) {
		struct secret answer = { 0 };
		struct span text;

		if (!ask(t, prompt, two ? ONE_KEY : HIDDEN, &answer) ||
		    secret_open(&answer, &text, NULL) != SEALEAF_OK) {
			secret_fini(&answer);
			break;
		}
		if (!two || span_is(text, "1"))
			chosen = "ok yes";
		else if (span_is(text, "2"))
			chosen = "ok no";
		secret_close(&answer);
		secret_fini(&answer);
	}
	return chosen;
}

static enum age_heard
confirm(struct age_talk *t, const struct age_stanza *s, struct buf *reply,
    struct sealeaf_error *e)
{
	bool two = s->n == 3;
	struct buf b = { 0 };
	const char *chosen;
	bool good = s->n == 2 || two;

	buf_span(&b, s->body);
	good = good &&
	    put_option(&b, two ? " (press [1] for " : " (press enter for ",
		s->args[1]);
	if (good && two)
		good = put_option(&b, " or [2] for ", s->args[2]);
	buf_putc(&b, ')');
	if (!good || buf_check(&b, e) != SEALEAF_OK) {
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "malformed confirm stanza");
		buf_fini(&b);
		return AGE_BAD;
	}
	chosen = choose(t, buf_get(&b), two);
	say(reply, chosen != NULL ? chosen : "fail", NULL, 0);
	buf_fini(&b);
	return AGE_TAKEN;
}

/* Answer one stanza; false ends the conversation. */
static bool
hear(struct age_talk *t, const struct age_stanza *s, struct buf *reply)
{
	struct span type = s->args[0];
	struct buf text = { 0 };
	enum age_heard heard;

	if (span_is(type, "done")) {
		t->done = true;
		return false;
	}
	if (span_is(type, "msg")) {
		show(t, s->body);
		say(reply, "ok", NULL, 0);
		return true;
	}
	if (span_is(type, "request-secret") ||
	    span_is(type, "request-public")) {
		request(t, s, reply);
		return true;
	}
	if (span_is(type, "confirm"))
		return confirm(t, s, reply, &t->error) != AGE_BAD;
	if (span_is(type, "error")) {
		put_clean(&text, s->body);
		(void)err_set(&t->error, SEALEAF_ERR_GENERIC, "%s",
		    text.n > 0 ? text.p : "error without text");
		buf_fini(&text);
		return false;
	}
	heard = t->take(t, s, &t->error);
	if (heard != AGE_BAD)
		say(reply, heard == AGE_TAKEN ? "ok" : "unsupported", NULL, 0);
	return heard != AGE_BAD;
}

/* Whether a stanza is there to its end: a line that is not full. */
static bool
is_whole(struct span text)
{
	size_t at = span_find(text, '\n');

	while (at < text.n) {
		struct span rest = span_sub(text, at + 1, text.n);
		size_t n = span_find(rest, '\n');

		if (n == rest.n)
			return false;
		if (n != COLUMNS)
			return true;
		at += 1 + n;
	}
	return false;
}

static bool
answer(void *user, struct buf *output, struct buf *reply)
{
	struct age_talk *t = user;
	bool more = true;

	while (
	    more && is_whole(span_sub(buf_get(output), t->read, output->n))) {
		struct span rest = span_sub(buf_get(output), t->read,
		    output->n);
		struct age_stanza s;

		if (age_stanza_get(&s, &t->arena, &rest, &t->error) !=
		    SEALEAF_OK)
			return false;
		t->read = output->n - rest.n;
		more = hear(t, &s, reply);
	}
	return more;
}

static void
idle(void *user)
{
	struct age_talk *t = user;

	world_log(t->world, LOG_WARNING, "AGE", "age: waiting on %s plugin...",
	    t->name);
}

/* Plugins must not depend on our working directory. */
static const char *
temporary(const struct world *w)
{
	const char *folder = world_env(w, "TMPDIR");

	return folder != NULL && folder[0] == '/' ? folder : "/tmp";
}

static enum sealeaf_code
run(struct age_talk *t, const char *program, struct sealeaf_error *e)
{
	const char *debug = world_env(t->world, "AGEDEBUG");
	struct buf option = { 0 }, output = { 0 };
	const char *argv[3] = { program, NULL, NULL };
	struct proc p = { 0 };
	enum sealeaf_code code;
	int status;

	buf_printf(&option, "--age-plugin=%s", t->protocol);
	code = buf_check(&option, e);
	if (code != SEALEAF_OK)
		return code;
	argv[1] = option.p;
	p.argv = argv;
	p.directory = temporary(t->world);
	p.input = t->opening;
	p.output = &output;
	p.errors_through = debug != NULL && strcmp(debug, "plugin") == 0;
	p.limit = LIMIT;
	p.answer = answer;
	p.idle = idle;
	p.user = t;
	code = proc_run(&p, &status, e);
	if (code == SEALEAF_OK && t->error.code != SEALEAF_OK)
		code = err_set(e, t->error.code, "%s", t->error.text);
	if (code == SEALEAF_OK && !t->done)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "it ended without an "
		    "answer (exit status %d)",
		    status);
	buf_fini(&option);
	buf_fini(&output);
	return code;
}

enum sealeaf_code
age_talk_run(struct age_talk *t, struct sealeaf_error *e)
{
	struct buf program = { 0 };
	enum sealeaf_code code;
	char *path;

	buf_printf(&program, "age-plugin-%s", t->name);
	code = buf_check(&program, e);
	if (code != SEALEAF_OK)
		return code;
	path = proc_find(program.p, getenv("PATH"));
	if (path == NULL) {
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "couldn't start "
		    "plugin: \"%s\" plugin not found: exec: \"%s\": "
		    "executable file not found in $PATH",
		    t->name, program.p);
		err_hint(e, "install %s, or put its folder on the PATH",
		    program.p);
	} else {
		world_log(t->world, LOG_INFO, "AGE", "running %s", path);
		code = run(t, path, e);
	}
	if (code != SEALEAF_OK)
		err_prefix(e, "%s plugin", t->name);
	arena_fini(&t->arena);
	buf_fini(&program);
	free(path);
	return code;
}
