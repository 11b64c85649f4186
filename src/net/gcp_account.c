/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of accounts: a service account signs its own, a user's refresh token
 * is exchanged, the machine's metadata server gives one.
 */

#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/mem.h"
#include "net/gcp.h"
#include "net/json.h"
#include "net/jwt.h"

enum { HOUR = 3600 };

/* A member as JSON, or "" when it is missing. */
static void
member_put(struct buf *b, struct span json, const char *name)
{
	struct span value = jtext_get(json, name);

	if (value.p != NULL)
		buf_span(b, value);
	else
		buf_puts(b, "\"\"");
}

/* Google takes the token that the account signs itself, without an exchange;
 * the scope in it makes it good for every service. */
enum sealeaf_code
gcp_service_account(struct oauth_token *t, const struct gcp *g,
    struct span json, struct sealeaf_error *e)
{
	struct buf header = { 0 }, claims = { 0 }, key = { 0 }, token = { 0 };
	int64_t now = world_now(g->world);
	enum sealeaf_code code;

	buf_puts(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":");
	member_put(&header, json, "private_key_id");
	buf_putc(&header, '}');
	buf_puts(&claims, "{\"iss\":");
	member_put(&claims, json, "client_email");
	buf_puts(&claims, ",\"sub\":");
	member_put(&claims, json, "client_email");
	buf_printf(&claims,
	    ",\"scope\":\"" GCP_SCOPE "\",\"iat\":%lld,"
	    "\"exp\":%lld}",
	    (long long)now - 10, (long long)now + HOUR - 10);
	(void)jtext_text(&key, jtext_get(json, "private_key"));
	if (jtext_get(json, "client_email").p == NULL)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the service account's file has no client_email");
	else
		code = jwt_sign(&token, buf_get(&header), buf_get(&claims),
		    buf_get(&key), JWT_RS256, e);
	if (code == SEALEAF_OK)
		code = oauth_set(t, buf_get(&token), now + HOUR - 10, e);
	buf_fini(&header);
	buf_fini(&claims);
	buf_fini(&key);
	buf_fini(&token);
	return code;
}

static void
field_put(struct buf *form, struct span json, const char *name)
{
	struct buf value = { 0 };

	(void)jtext_text(&value, jtext_get(json, name));
	http_form_put(form, name, buf_get(&value));
	buf_fini(&value);
}

/* "Authorization: Basic …" of the members client_id and client_secret. */
static void
basic_put(struct http_request *r, struct span json)
{
	struct buf pair = { 0 }, value = { 0 };

	(void)jtext_text(&pair, jtext_get(json, "client_id"));
	buf_putc(&pair, ':');
	(void)jtext_text(&pair, jtext_get(json, "client_secret"));
	buf_puts(&value, "Basic ");
	base64_append(&value, pair.p, pair.n);
	http_header_put(r, "Authorization", buf_get(&value));
	buf_fini(&pair);
	buf_fini(&value);
}

enum sealeaf_code
gcp_authorized_user(struct oauth_token *t, const struct gcp *g,
    struct span json, struct sealeaf_error *e)
{
	struct http_request r = {
		.url = "https://oauth2.googleapis.com/token"
	};
	bool external = jtext_is(jtext_get(json, "type"),
	    "external_account_authorized_user");
	char *url = jtext_dup(json, external ? "token_url" : "token_uri");
	enum sealeaf_code code;

	http_form_put(&r.body, "grant_type", span_of("refresh_token"));
	field_put(&r.body, json, "refresh_token");
	if (external) {
		basic_put(&r, json);
	} else {
		field_put(&r.body, json, "client_id");
		field_put(&r.body, json, "client_secret");
	}
	if (url != NULL)
		r.url = url;
	if (gcp_url_safe(r.url))
		code = oauth_ask(t, g->http, &r, "access_token",
		    world_now(g->world), e);
	else
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the token endpoint of the credentials is not https");
	if (code != SEALEAF_OK)
		err_hint(e,
		    "sign in again: gcloud auth application-default "
		    "login");
	http_request_fini(&r);
	mem_wipe_str(url);
	return code;
}

enum sealeaf_code
gcp_machine(struct oauth_token *t, const struct gcp *g, struct sealeaf_error *e)
{
	const char *host = world_env(g->world, "GCE_METADATA_HOST");
	struct http_request r = { .method = "GET",
		.local = true,
		.seconds = 3 };
	struct http_answer a = { 0 };
	struct sealeaf_error why = { 0 };
	struct buf url = { 0 };
	enum sealeaf_code code;

	buf_printf(&url,
	    "http://%s/computeMetadata/v1/instance/"
	    "service-accounts/default/token?scopes=",
	    host != NULL && *host != '\0' ? host : "169.254.169.254");
	percent_append(&url, span_of(GCP_SCOPE), false);
	r.url = url.p;
	http_header_put(&r, "Metadata-Flavor", span_of("Google"));
	code = buf_check(&url, e);
	if (code == SEALEAF_OK)
		code = http_ask(g->http, &r, &a, &why);
	if (code != SEALEAF_OK ||
	    !span_is(http_header(&a, "metadata-flavor"), "Google"))
		code = err_set(e, SEALEAF_ERR_NOT_MINE,
		    "no metadata server of Google's answers here");
	else
		code = oauth_read(t, &a, "access_token", world_now(g->world),
		    e);
	buf_fini(&url);
	http_request_fini(&r);
	http_answer_fini(&a);
	return code;
}

/* The answer is {"accessToken": …, "expireTime": RFC 3339}. */
static enum sealeaf_code
read_impersonated(struct oauth_token *t, const struct http_answer *a,
    int64_t now, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code code = oauth_read(t, a, "accessToken", now, e);

	if (code == SEALEAF_OK) {
		(void)jtext_text(&text,
		    jtext_get(buf_get(&a->body), "expireTime"));
		if (!clock_parse(buf_get(&text), &t->expires))
			t->expires = now + HOUR;
	}
	buf_fini(&text);
	return code;
}

enum sealeaf_code
gcp_impersonate(struct oauth_token *t, const struct gcp *g, const char *url,
    struct span delegates, struct sealeaf_error *e)
{
	struct http_request r = { .method = "POST", .url = url };
	struct http_answer a = { 0 };
	enum sealeaf_code code;

	if (!gcp_url_safe(url))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "service_account_impersonation_url is not https");
	oauth_header_put(&r, t);
	http_header_put(&r, "Content-Type", span_of("application/json"));
	buf_puts(&r.body, "{\"delegates\":");
	buf_span(&r.body, delegates.p != NULL ? delegates : span_of("[]"));
	buf_puts(&r.body,
	    ",\"lifetime\":\"3600s\",\"scope\":[\"" GCP_SCOPE "\"]}");
	code = http_ask(g->http, &r, &a, e);
	if (code == SEALEAF_OK)
		code = read_impersonated(t, &a, world_now(g->world), e);
	if (code != SEALEAF_OK)
		err_prefix(e, "cannot act as the service account");
	http_request_fini(&r);
	http_answer_fini(&a);
	return code;
}
