/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that the environment describes: with a secret, a certificate, a
 * user's password, or the token that the cluster projects into a file.
 */

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/azure.h"
#include "net/jwt.h"

enum { TEN_MINUTES = 600 };

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* {authority}/{tenant}/oauth2/v2.0/token; a tenant is letters, digits, dots and
 * hyphens. */
static enum sealeaf_code
endpoint(struct buf *url, const struct azure *z, struct sealeaf_error *e)
{
	const char *authority = azure_env(z, "AZURE_AUTHORITY_HOST");
	const char *tenant = azure_env(z, "AZURE_TENANT_ID");
	struct http_url u;

	if (*authority == '\0')
		authority = "https://login.microsoftonline.com";
	for (const char *p = tenant; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			   "XYZ0123456789.-",
			*p) == NULL)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "AZURE_TENANT_ID is no tenant: \"%.100s\"", tenant);
	buf_puts(url, authority);
	while (url->n > 0 && url->p[url->n - 1] == '/')
		buf_truncate(url, url->n - 1);
	if (strstr(authority, "://") == NULL) {
		buf_truncate(url, 0);
		buf_printf(url, "https://%s", authority);
	}
	buf_printf(url, "/%s/oauth2/v2.0/token", tenant);
	if (!http_url_parse(&u, buf_get(url)) ||
	    (!span_is(u.scheme, "https") &&
		!http_is_loopback(http_url_name(&u))))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "AZURE_AUTHORITY_HOST is no https URL: \"%.200s\"",
		    authority);
	return SEALEAF_OK;
}

static void
begin(struct buf *form, const struct azure *z, const char *grant)
{
	struct buf scope = { 0 };

	buf_printf(&scope, "%s/.default", z->resource);
	http_form_put(form, "client_id",
	    span_of(azure_env(z, "AZURE_CLIENT_ID")));
	http_form_put(form, "scope", buf_get(&scope));
	http_form_put(form, "grant_type", span_of(grant));
	buf_fini(&scope);
}

static void
assertion_put(struct buf *form, struct span assertion)
{
	http_form_put(form, "client_assertion_type", span_of(ASSERTION_TYPE));
	http_form_put(form, "client_assertion", assertion);
}

static void
uuid_put(struct buf *b, const struct world *w)
{
	uint8_t r[16];

	world_random(w, r, sizeof r);
	r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
	r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof r; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_putc(b, '-');
		hex_append(b, r + i, 1, false);
	}
}

static void
claims_put(struct buf *b, const struct azure *z, struct span audience)
{
	const char *client = azure_env(z, "AZURE_CLIENT_ID");
	long long now = (long long)world_now(z->world);

	buf_puts(b, "{\"aud\":\"");
	buf_span(b, audience);
	buf_printf(b, "\",\"iss\":\"%s\",\"sub\":\"%s\",\"jti\":\"", client,
	    client);
	uuid_put(b, z->world);
	buf_printf(b, "\",\"nbf\":%lld,\"exp\":%lld}", now, now + TEN_MINUTES);
}

/* Sign a token with the certificate's key. */
static enum sealeaf_code
certificate_put(struct buf *form, const struct azure *z, const char *path,
    struct span audience, struct sealeaf_error *e)
{
	const char *send = azure_env(z, "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN");
	struct buf file = { 0 }, key = { 0 }, print = { 0 }, chain = { 0 };
	struct buf header = { 0 }, claims = { 0 }, token = { 0 };
	enum sealeaf_code code = file_read(path, &file, e);

	if (code == SEALEAF_OK)
		code = jwt_certificate(buf_get(&file),
		    azure_env(z, "AZURE_CLIENT_CERTIFICATE_PASSWORD"), &key,
		    &print, &chain, e);
	if (code == SEALEAF_OK) {
		buf_printf(&header,
		    "{\"alg\":\"PS256\",\"typ\":\"JWT\","
		    "\"x5t#S256\":\"%s\"",
		    print.p);
		if (strcmp(send, "1") == 0 || strcmp(send, "true") == 0)
			buf_printf(&header, ",\"x5c\":[%s]", chain.p);
		buf_putc(&header, '}');
		claims_put(&claims, z, audience);
		code = jwt_sign(&token, buf_get(&header), buf_get(&claims),
		    buf_get(&key), JWT_PS256, e);
	}
	if (code == SEALEAF_OK)
		assertion_put(form, buf_get(&token));
	buf_fini(&file);
	buf_fini(&key);
	buf_fini(&print);
	buf_fini(&chain);
	buf_fini(&header);
	buf_fini(&claims);
	buf_fini(&token);
	return code;
}

/* Fill the form with what the environment proves the client by. */
static enum sealeaf_code
proof_put(struct buf *form, const struct azure *z, struct span audience,
    struct sealeaf_error *e)
{
	const char *secret = azure_env(z, "AZURE_CLIENT_SECRET");
	const char *path = azure_env(z, "AZURE_CLIENT_CERTIFICATE_PATH");
	const char *user = azure_env(z, "AZURE_USERNAME");
	const char *password = azure_env(z, "AZURE_PASSWORD");

	if (*secret != '\0') {
		begin(form, z, "client_credentials");
		http_form_put(form, "client_secret", span_of(secret));
		return SEALEAF_OK;
	}
	if (*path != '\0') {
		begin(form, z, "client_credentials");
		return certificate_put(form, z, path, audience, e);
	}
	if (*user != '\0' && *password != '\0') {
		begin(form, z, "password");
		http_form_put(form, "username", span_of(user));
		http_form_put(form, "password", span_of(password));
		return SEALEAF_OK;
	}
	return err_set(e, SEALEAF_ERR_NOT_MINE,
	    "incomplete environment "
	    "variable configuration: no AZURE_CLIENT_SECRET, "
	    "AZURE_CLIENT_CERTIFICATE_PATH, or AZURE_USERNAME and "
	    "AZURE_PASSWORD");
}

static enum sealeaf_code
identified(const struct azure *z, struct sealeaf_error *e)
{
	static const char *const names[] = { "AZURE_TENANT_ID",
		"AZURE_CLIENT_ID" };

	for (size_t i = 0; i < 2; i++)
		if (*azure_env(z, names[i]) == '\0')
			return err_set(e, SEALEAF_ERR_NOT_MINE,
			    "missing environment variable %s", names[i]);
	return SEALEAF_OK;
}

static enum sealeaf_code
send(struct oauth_token *t, const struct azure *z, struct http_request *r,
    struct buf *url, struct sealeaf_error *e)
{
	r->url = url->p;
	return oauth_ask(t, z->http, r, "access_token", world_now(z->world), e);
}

enum sealeaf_code
azure_environment(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	struct buf url = { 0 };
	enum sealeaf_code code = identified(z, e);

	if (code == SEALEAF_OK)
		code = endpoint(&url, z, e);
	if (code == SEALEAF_OK)
		code = proof_put(&r.body, z, buf_get(&url), e);
	if (code == SEALEAF_OK)
		code = send(t, z, &r, &url, e);
	http_request_fini(&r);
	buf_fini(&url);
	return code;
}

enum sealeaf_code
azure_workload(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	const char *path = azure_env(z, "AZURE_FEDERATED_TOKEN_FILE");
	struct http_request r = { 0 };
	struct buf url = { 0 }, token = { 0 };
	enum sealeaf_code code = identified(z, e);

	if (code == SEALEAF_OK && *path == '\0')
		code = err_set(e, SEALEAF_ERR_NOT_MINE,
		    "no token file "
		    "specified: AZURE_FEDERATED_TOKEN_FILE is not set");
	if (code == SEALEAF_OK)
		code = endpoint(&url, z, e);
	if (code == SEALEAF_OK)
		code = file_read(path, &token, e);
	if (code == SEALEAF_OK) {
		begin(&r.body, z, "client_credentials");
		assertion_put(&r.body, span_trim(buf_get(&token)));
		code = send(t, z, &r, &url, e);
	}
	http_request_fini(&r);
	buf_fini(&url);
	buf_fini(&token);
	return code;
}
