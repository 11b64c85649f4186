/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sign-on through the browser: `aws sso login` leaves a token in a cache, with
 * which the portal gives out credentials. A token that ran out is renewed in
 * the same file, as the AWS command does.
 */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/aws.h"
#include "net/digest.h"
#include "net/json.h"

struct sso {
	const struct aws *a;
	struct aws there; /* the same in the region of the sign-on */
	struct span session, start, region, account, role;
	char region_text[64];
	struct buf path, token; /* of the cache; token: its JSON */
};

static void
login_hint(const char *profile, struct sealeaf_error *e)
{
	err_hint(e, "sign in: aws sso login --profile %s", profile);
}

static enum sealeaf_code
read_profile(struct sso *s, const char *profile, struct sealeaf_error *e)
{
	const struct aws_files *f = s->a->files;

	s->session = aws_profile_get(f, profile, "sso_session");
	s->account = aws_profile_get(f, profile, "sso_account_id");
	s->role = aws_profile_get(f, profile, "sso_role_name");
	if (s->session.n > 0) {
		s->start = aws_section_get(f, "sso-session", s->session, NULL,
		    "sso_start_url");
		s->region = aws_section_get(f, "sso-session", s->session, NULL,
		    "sso_region");
	} else {
		s->start = aws_profile_get(f, profile, "sso_start_url");
		s->region = aws_profile_get(f, profile, "sso_region");
	}
	if (s->start.n == 0 || s->account.n == 0 || s->role.n == 0 ||
	    !aws_region_valid(s->region))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "profile \"%s\" is "
		    "configured to use SSO but is missing required "
		    "configuration: sso_region, sso_start_url, "
		    "sso_account_id or sso_role_name",
		    profile);
	(void)snprintf(s->region_text, sizeof s->region_text, "%.*s",
	    (int)s->region.n, s->region.p);
	s->there = *s->a;
	s->there.region = s->region_text;
	return SEALEAF_OK;
}

static enum sealeaf_code
read_cache(struct sso *s, const char *profile, struct sealeaf_error *e)
{
	const char *home = world_env(s->a->world, "HOME");
	enum sealeaf_code code;

	buf_printf(&s->path, "%s/.aws/sso/cache/", home != NULL ? home : "");
	if (!digest_sha1_hex(&s->path,
		s->session.n > 0 ? s->session : s->start))
		return err_memory(e);
	buf_puts(&s->path, ".json");
	if (buf_check(&s->path, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	code = file_read(s->path.p, &s->token, e);
	if (code == SEALEAF_OK && !jtext_check(buf_get(&s->token)))
		code = err_set(e, SEALEAF_ERR_GENERIC, "%s is no JSON",
		    s->path.p);
	if (code != SEALEAF_OK)
		login_hint(profile, e);
	return code;
}

/* A time of the cache; 0 when it is missing or unreadable. */
static int64_t
time_of(struct span object, const char *name)
{
	struct buf text = { 0 };
	int64_t seconds = 0;

	if (!jtext_text(&text, jtext_get(object, name)) ||
	    !clock_parse(buf_get(&text), &seconds))
		seconds = 0;
	buf_fini(&text);
	return seconds;
}

static void
member_put(struct buf *b, struct span object, const char *name)
{
	struct span value = jtext_get(object, name);

	buf_printf(b, ",\"%s\":", name);
	if (value.p != NULL)
		buf_span(b, value);
	else
		buf_puts(b, "\"\"");
}

/* The cache's JSON with what the answer gave anew. */
static void
renewed_put(struct buf *b, struct span old, struct span fresh, int64_t now)
{
	char when[CLOCK_MAX];
	struct span name, value;
	size_t at = 0;

	(void)clock_format(when,
	    now + jtext_int(jtext_get(fresh, "expiresIn")));
	buf_printf(b, "{\"expiresAt\":\"%s\"", when);
	member_put(b, fresh, "accessToken");
	member_put(b, jtext_get(fresh, "refreshToken").p != NULL ? fresh : old,
	    "refreshToken");
	while (jtext_next(old, &at, &name, &value)) {
		if (jtext_is(name, "expiresAt") ||
		    jtext_is(name, "accessToken") ||
		    jtext_is(name, "refreshToken"))
			continue;
		buf_putc(b, ',');
		buf_span(b, name);
		buf_putc(b, ':');
		buf_span(b, value);
	}
	buf_putc(b, '}');
}

/* Exchange the refresh token; false when that cannot be done or fails. */
static bool
renew(struct sso *s)
{
	struct span old = buf_get(&s->token);
	int64_t now = world_now(s->a->world);
	struct http_request r = { 0 };
	struct http_answer answer = { 0 };
	struct buf url = { 0 }, fresh = { 0 };
	bool done = false;

	if (jtext_get(old, "refreshToken").p == NULL ||
	    jtext_get(old, "clientId").p == NULL ||
	    jtext_get(old, "clientSecret").p == NULL ||
	    time_of(old, "registrationExpiresAt") <= now ||
	    aws_endpoint(&url, &s->there, "oidc", NULL) != SEALEAF_OK)
		goto out;
	buf_puts(&url, "token");
	buf_puts(&r.body, "{\"grantType\":\"refresh_token\"");
	member_put(&r.body, old, "clientId");
	member_put(&r.body, old, "clientSecret");
	member_put(&r.body, old, "refreshToken");
	buf_putc(&r.body, '}');
	http_header_put(&r, "Content-Type", span_of("application/json"));
	r.method = "POST";
	r.url = url.p;
	if (http_ask(s->a->http, &r, &answer, NULL) != SEALEAF_OK ||
	    answer.status != 200 || !jtext_check(buf_get(&answer.body)) ||
	    jtext_get(buf_get(&answer.body), "accessToken").p == NULL)
		goto out;
	renewed_put(&fresh, old, buf_get(&answer.body), now);
	if (fresh.failed)
		goto out;
	if (file_replace(s->path.p, buf_get(&fresh), 0600, NULL) != SEALEAF_OK)
		world_log(s->a->world, LOG_WARNING, "KMS",
		    "cannot write the renewed sign-on to %s", s->path.p);
	buf_fini(&s->token);
	s->token = fresh;
	memset(&fresh, 0, sizeof fresh); /* transferred */
	done = true;
out:
	buf_fini(&url);
	buf_fini(&fresh);
	http_request_fini(&r);
	http_answer_fini(&answer);
	return done;
}

static enum sealeaf_code
ask_portal(struct aws_cred *out, struct sso *s, const char *profile,
    struct sealeaf_error *e)
{
	struct http_request r = { .method = "GET" };
	struct http_answer answer = { 0 };
	struct buf url = { 0 }, query = { 0 }, token = { 0 };
	struct span given;
	enum sealeaf_code code = aws_endpoint(&url, &s->there, "sso", e);

	if (code != SEALEAF_OK)
		goto out;
	http_form_put(&query, "role_name", s->role);
	http_form_put(&query, "account_id", s->account);
	buf_puts(&url, "federation/credentials?");
	buf_span(&url, buf_get(&query));
	(void)jtext_text(&token, jtext_get(buf_get(&s->token), "accessToken"));
	http_header_put(&r, "x-amz-sso_bearer_token", buf_get(&token));
	r.url = url.p;
	code = http_ask(s->a->http, &r, &answer, e);
	if (code != SEALEAF_OK)
		goto out;
	given = buf_get(&answer.body);
	if (answer.status != 200 || !jtext_check(given)) {
		code = aws_refused(&answer, "SSO", "GetRoleCredentials", e);
		if (answer.status == 401)
			login_hint(profile, e);
		goto out;
	}
	given = jtext_get(given, "roleCredentials");
	out->expires = jtext_int(jtext_get(given, "expiration")) / 1000;
	if (!aws_cred_json(out, given, "accessKeyId", "secretAccessKey",
		"sessionToken"))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the sign-on portal gave no credentials");
out:
	buf_fini(&url);
	buf_fini(&query);
	buf_fini(&token);
	http_request_fini(&r);
	http_answer_fini(&answer);
	return code;
}

enum sealeaf_code
aws_sso(struct aws_cred *out, const struct aws *a, const char *profile,
    struct sealeaf_error *e)
{
	struct sso s = { .a = a };
	enum sealeaf_code code = read_profile(&s, profile, e);

	if (code == SEALEAF_OK)
		code = read_cache(&s, profile, e);
	if (code == SEALEAF_OK &&
	    time_of(buf_get(&s.token), "expiresAt") <= world_now(a->world) &&
	    !renew(&s)) {
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the sign-on of profile \"%s\" has expired", profile);
		login_hint(profile, e);
	}
	if (code == SEALEAF_OK)
		code = ask_portal(out, &s, profile, e);
	buf_fini(&s.path);
	buf_fini(&s.token);
	return code;
}
