/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the other provider says: in a file, at a URL of this machine, or what a
 * program prints. The program runs only where the user allowed it, since a
 * credentials file may come from elsewhere.
 */

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/proc.h"
#include "net/gcp.h"
#include "net/json.h"

enum { TOKEN_MAX = 1 << 20, PROGRAM_MS = 30000 };

/* The token in `text`: all of it, or a member when the format is JSON. */
static enum sealeaf_code
take(struct buf *token, struct span source, struct span text,
    struct sealeaf_error *e)
{
	struct span format = jtext_get(source, "format");
	char *name;
	bool found;

	if (!jtext_is(jtext_get(format, "type"), "json")) {
		/* An editor or a command has put a newline behind it. */
		buf_span(token, span_trim(text));
		return buf_check(token, e);
	}
	name = jtext_dup(format, "subject_token_field_name");
	found = name != NULL && jtext_check(text) &&
	    jtext_text(token, jtext_get(text, name));
	free(name);
	return found ? SEALEAF_OK
		     : err_set(e, SEALEAF_ERR_GENERIC,
			   "credential_source has no token under that name");
}

static enum sealeaf_code
by_file(struct buf *token, struct span source, const char *path,
    struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code code = file_read(path, &text, e);

	if (code == SEALEAF_OK)
		code = take(token, source, buf_get(&text), e);
	buf_fini(&text);
	return code;
}

static enum sealeaf_code
by_url(struct buf *token, const struct gcp *g, struct span source,
    const char *url, struct sealeaf_error *e)
{
	struct span headers = jtext_get(source, "headers"), name, value;
	struct http_request r = { .method = "GET", .url = url };
	struct http_answer a = { 0 };
	enum sealeaf_code code;
	size_t at = 0;

	while (headers.p != NULL && jtext_next(headers, &at, &name, &value)) {
		struct buf n = { 0 }, v = { 0 };

		if (jtext_text(&n, name) && jtext_text(&v, value) && n.n > 0 &&
		    span_find(buf_get(&n), '\n') == n.n)
			http_header_put(&r, n.p, buf_get(&v));
		buf_fini(&n);
		buf_fini(&v);
	}
	code = http_ask(g->http, &r, &a, e);
	if (code == SEALEAF_OK && a.status != 200)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "credential_source's URL answered %u", a.status);
	if (code == SEALEAF_OK)
		code = take(token, source, buf_get(&a.body), e);
	http_request_fini(&r);
	http_answer_fini(&a);
	return code;
}

/* {"version": 1, "success": true, "token_type": …, "id_token": …} */
static enum sealeaf_code
read_program(struct buf *token, struct span text, int64_t now,
    struct sealeaf_error *e)
{
	int64_t end;
	struct span said;
	struct buf why = { 0 };

	if (!jtext_check(text) || jtext_int(jtext_get(text, "version")) != 1)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the executable of the credentials printed no answer of "
		    "version 1");
	if (!jtext_is(jtext_get(text, "success"), "true")) {
		http_text_put(&why, jtext_get(text, "message"));
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "the executable of the credentials failed: %s",
		    why.n > 0 ? why.p : "no message");
		buf_fini(&why);
		return SEALEAF_ERR_GENERIC;
	}
	end = jtext_int(jtext_get(text, "expiration_time"));
	said = jtext_get(text,
	    jtext_is(jtext_get(text, "token_type"),
		"urn:ietf:params:oauth:token-type:saml2")
		? "saml_response"
		: "id_token");
	if ((end != 0 && end <= now) || !jtext_text(token, said))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the executable of the credentials gave no token, or one "
		    "that has run out");
	return SEALEAF_OK;
}

static char *
variable(const char *name, struct span json, const char *member)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s=", name);
	(void)jtext_text(&b, jtext_get(json, member));
	return buf_take(&b, NULL);
}

static enum sealeaf_code
run_program(struct buf *token, const struct gcp *g, struct span json,
    struct span program, char **words, struct sealeaf_error *e)
{
	char *audience = variable("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", json,
	    "audience");
	char *type = variable("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", json,
	    "subject_token_type");
	const char *env[] = { "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE=0", audience,
		type, NULL };
	int64_t limit = jtext_int(jtext_get(program, "timeout_millis"));
	struct buf output = { 0 };
	struct proc p = { .argv = (const char *const *)words,
		.env_add = env,
		.output = &output,
		.errors_through = true,
		.limit = TOKEN_MAX };
	enum sealeaf_code code;
	int status = 0;

	if (limit < 5000 || limit > 120000)
		limit = PROGRAM_MS;
	p.seconds = (unsigned)(limit / 1000);
	code = audience != NULL && type != NULL ? proc_run(&p, &status, e)
						: err_memory(e);
	if (code == SEALEAF_OK)
		code = read_program(token, buf_get(&output),
		    world_now(g->world), e);
	buf_fini(&output);
	free(audience);
	free(type);
	return code;
}

static enum sealeaf_code
by_program(struct buf *token, const struct gcp *g, struct span json,
    struct span program, struct sealeaf_error *e)
{
	struct span may = span_of(
	    world_env(g->world, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES"));
	char *command = jtext_dup(program, "command");
	enum sealeaf_code code;
	char **words;

	if (!span_is(may, "1") || command == NULL) {
		free(command);
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the credentials name an executable, which is not "
		    "allowed to run");
		err_hint(e,
		    "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 "
		    "allows it");
		return code;
	}
	words = proc_words(command, false, e);
	free(command);
	if (words == NULL || words[0] == NULL) {
		free(words);
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the executable of the credentials has no name");
	}
	code = run_program(token, g, json, program, words, e);
	free(words);
	return code;
}

enum sealeaf_code
gcp_subject(struct buf *token, const struct gcp *g, struct span json,
    struct sealeaf_error *e)
{
	struct span source = jtext_get(json, "credential_source");
	struct span program = jtext_get(source, "executable");
	char *path = jtext_dup(source, "file");
	char *url = jtext_dup(source, "url");
	enum sealeaf_code code;

	if (jtext_get(source, "environment_id").p != NULL)
		code = gcp_aws_subject(token, g, json, e);
	else if (path != NULL)
		code = by_file(token, source, path, e);
	else if (url != NULL)
		code = by_url(token, g, source, url, e);
	else if (program.p != NULL)
		code = by_program(token, g, json, program, e);
	else if (jtext_get(source, "certificate").p != NULL)
		code = err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "credential_source of the credentials is a certificate "
		    "(X.509 federation), which is not supported");
	else
		code = err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "credential_source of the credentials is of no supported "
		    "kind");
	free(path);
	free(url);
	return code;
}
