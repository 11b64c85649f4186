/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for bearer tokens, which is the same everywhere but for the form. */

#include "net/json.h"
#include "net/oauth.h"

enum { EARLY = 60 };

void
oauth_fini(struct oauth_token *t)
{
	secret_fini(&t->text);
	t->expires = 0;
}

bool
oauth_usable(const struct oauth_token *t, int64_t now)
{
	return t->text.n > 0 && (t->expires == 0 || t->expires - EARLY > now);
}

enum sealeaf_code
oauth_set(struct oauth_token *t, struct span text, int64_t expires,
    struct sealeaf_error *e)
{
	oauth_fini(t);
	t->expires = expires;
	return secret_copy(&t->text, text.p, text.n, e);
}

void
oauth_header_put(struct http_request *r, struct oauth_token *t)
{
	struct buf value = { 0 };
	struct span text;

	/* Without the header the server refuses. */
	if (secret_open(&t->text, &text, NULL) != SEALEAF_OK)
		return;
	buf_puts(&value, "Bearer ");
	buf_span(&value, text);
	secret_close(&t->text);
	http_header_put(r, "Authorization", buf_get(&value));
	buf_fini(&value);
}

/* Errors are {"error": "code", "error_description": "text"}, or Google's and
 * Azure's {"error": {"message": "text"}}. */
static enum sealeaf_code
refused(const struct http_answer *a, struct sealeaf_error *e)
{
	struct span body = buf_get(&a->body);
	struct buf text = { 0 }, more = { 0 };

	if (jtext_check(body)) {
		http_text_put(&text, jtext_get(body, "error"));
		http_text_put(&more, jtext_get(body, "error_description"));
		if (more.n == 0)
			http_text_put(&more,
			    jtext_get2(body, "error", "message"));
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "the token endpoint answered %u: %s%s%s", a->status,
	    text.n > 0 ? text.p : "", text.n > 0 && more.n > 0 ? ": " : "",
	    more.n > 0 ? more.p : "");
	buf_fini(&text);
	buf_fini(&more);
	return SEALEAF_ERR_GENERIC;
}

enum sealeaf_code
oauth_read(struct oauth_token *t, const struct http_answer *a, const char *name,
    int64_t now, struct sealeaf_error *e)
{
	struct span body = buf_get(&a->body);
	int64_t left;

	if (a->status != 200 || !jtext_check(body))
		return refused(a, e);
	oauth_fini(t);
	if (!jtext_secret(&t->text, jtext_get(body, name)))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the token endpoint's answer holds no token");
	left = jtext_int(jtext_get(body, "expires_in"));
	t->expires = jtext_int(jtext_get(body, "expires_on"));
	if (left > 0 && left < INT32_MAX)
		t->expires = now + left;
	return SEALEAF_OK;
}

enum sealeaf_code
oauth_ask(struct oauth_token *t, struct http *h, struct http_request *r,
    const char *name, int64_t now, struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	enum sealeaf_code code;

	http_header_put(r, "Content-Type",
	    span_of("application/x-www-form-urlencoded"));
	r->method = "POST";
	code = http_ask(h, r, &a, e);
	if (code == SEALEAF_OK)
		code = oauth_read(t, &a, name, now, e);
	http_answer_fini(&a);
	return code;
}
