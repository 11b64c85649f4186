/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identity of the machine. Each of Azure's products has another endpoint
 * for it; which one it is, variables of the product tell.
 */

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "net/azure.h"

enum { KEY_MAX = 4096 };

/* An endpoint, and the query that all of them take. */
static void
url_put(struct buf *url, const struct azure *z, const char *endpoint,
    const char *version, bool with_client)
{
	const char *client = azure_env(z, "AZURE_CLIENT_ID");
	struct buf query = { 0 };

	http_form_put(&query, "api-version", span_of(version));
	http_form_put(&query, "resource", span_of(z->resource));
	if (with_client && *client != '\0')
		http_form_put(&query, "client_id", span_of(client));
	buf_printf(url, "%s?", endpoint);
	buf_span(url, buf_get(&query));
	buf_fini(&query);
}

static enum sealeaf_code
ask(struct oauth_token *t, const struct azure *z, struct http_request *r,
    struct buf *url, struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	enum sealeaf_code code = buf_check(url, e);

	r->url = url->p;
	if (r->method == NULL)
		r->method = "GET";
	if (code == SEALEAF_OK)
		code = http_ask(z->http, r, &a, e);
	if (code == SEALEAF_OK)
		code = oauth_read(t, &a, "access_token", world_now(z->world),
		    e);
	http_answer_fini(&a);
	return code;
}

static enum sealeaf_code
app_service(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	struct http_request r = { .local = true, .tries = 3 };
	struct buf url = { 0 };
	enum sealeaf_code code;

	url_put(&url, z, azure_env(z, "IDENTITY_ENDPOINT"), "2019-08-01", true);
	http_header_put(&r, "X-IDENTITY-HEADER",
	    span_of(azure_env(z, "IDENTITY_HEADER")));
	code = ask(t, z, &r, &url, e);
	http_request_fini(&r);
	buf_fini(&url);
	return code;
}

/* Read the key that Arc names: in its own folder, ending in .key, small. */
static enum sealeaf_code
arc_key(struct buf *key, struct span challenge, struct sealeaf_error *e)
{
	static const char folder[] = "/var/opt/azcmagent/tokens/";
	size_t at = span_search(challenge, span_of("realm="));
	struct span path = span_sub(challenge, at + 6, challenge.n);
	char name[256];
	struct stat info;

	if (path.n > 1 && path.p[0] == '"')
		path = span_sub(path, 1, path.n - 1);
	if (at >= challenge.n || path.n >= sizeof name ||
	    !span_starts(path, folder) || !span_ends(path, ".key") ||
	    span_search(path, span_of("..")) < path.n)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "Azure Arc names no key file of its own");
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	if (stat(name, &info) != 0 || !S_ISREG(info.st_mode) ||
	    info.st_size > KEY_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the key file of Azure Arc cannot be used: %s", name);
	return file_read(name, key, e);
}

static enum sealeaf_code
arc(struct oauth_token *t, const struct azure *z, struct sealeaf_error *e)
{
	struct http_request r = { .method = "GET", .local = true };
	struct http_answer a = { 0 };
	struct buf url = { 0 }, key = { 0 };
	enum sealeaf_code code;

	url_put(&url, z, azure_env(z, "IDENTITY_ENDPOINT"), "2020-06-01",
	    false);
	http_header_put(&r, "Metadata", span_of("true"));
	r.url = url.p;
	code = buf_check(&url, e);
	if (code == SEALEAF_OK)
		code = http_ask(z->http, &r, &a, e);
	if (code == SEALEAF_OK && a.status != 401)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "Azure Arc answered %u instead of a challenge", a.status);
	buf_puts(&key, "Basic ");
	if (code == SEALEAF_OK)
		code = arc_key(&key, http_header(&a, "www-authenticate"), e);
	if (code == SEALEAF_OK) {
		http_header_put(&r, "Authorization", span_trim(buf_get(&key)));
		code = ask(t, z, &r, &url, e);
	}
	http_request_fini(&r);
	http_answer_fini(&a);
	buf_fini(&url);
	buf_fini(&key);
	return code;
}

/* Azure ML has a word of its own for the client, and a default for it. */
static void
ml_client_put(struct buf *url, const struct azure *z)
{
	const char *client = azure_env(z, "AZURE_CLIENT_ID");

	if (*client == '\0')
		client = azure_env(z, "DEFAULT_IDENTITY_CLIENT_ID");
	if (*client != '\0')
		http_form_put(url, "clientid", span_of(client));
}

/* Azure ML with a secret, Cloud Shell without one. */
static enum sealeaf_code
msi(struct oauth_token *t, const struct azure *z, struct sealeaf_error *e)
{
	const char *secret = azure_env(z, "MSI_SECRET");
	struct http_request r = { .local = true };
	struct buf url = { 0 };
	enum sealeaf_code code;

	if (*secret != '\0') {
		url_put(&url, z, azure_env(z, "MSI_ENDPOINT"), "2017-09-01",
		    false);
		ml_client_put(&url, z);
		http_header_put(&r, "secret", span_of(secret));
	} else {
		r.method = "POST";
		buf_puts(&url, azure_env(z, "MSI_ENDPOINT"));
		http_header_put(&r, "Metadata", span_of("true"));
		http_header_put(&r, "Content-Type",
		    span_of("application/x-www-form-urlencoded"));
		http_form_put(&r.body, "resource", span_of(z->resource));
	}
	code = ask(t, z, &r, &url, e);
	http_request_fini(&r);
	buf_fini(&url);
	return code;
}

/* Whoever answers with something else is not Azure. */
static enum sealeaf_code
instance(struct oauth_token *t, const struct azure *z, struct sealeaf_error *e)
{
	const char *host = azure_env(z, "AZURE_POD_IDENTITY_AUTHORITY_HOST");
	struct http_request r = { .local = true, .seconds = 3 };
	struct sealeaf_error why = { 0 };
	struct buf url = { 0 }, endpoint = { 0 };
	enum sealeaf_code code;

	buf_puts(&endpoint, *host != '\0' ? host : "http://169.254.169.254");
	while (endpoint.n > 0 && endpoint.p[endpoint.n - 1] == '/')
		buf_truncate(&endpoint, endpoint.n - 1);
	buf_puts(&endpoint, "/metadata/identity/oauth2/token");
	url_put(&url, z, endpoint.failed ? "" : endpoint.p, "2018-02-01", true);
	http_header_put(&r, "Metadata", span_of("true"));
	code = ask(t, z, &r, &url, &why);
	if (code != SEALEAF_OK)
		code = err_set(e, SEALEAF_ERR_NOT_MINE,
		    "no managed identity "
		    "here: %s",
		    why.text);
	http_request_fini(&r);
	buf_fini(&url);
	buf_fini(&endpoint);
	return code;
}

enum sealeaf_code
azure_managed(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	bool identity = *azure_env(z, "IDENTITY_ENDPOINT") != '\0';

	if (identity && *azure_env(z, "IDENTITY_HEADER") != '\0') {
		if (*azure_env(z, "IDENTITY_SERVER_THUMBPRINT") != '\0')
			return err_set(e, SEALEAF_ERR_UNSUPPORTED,
			    "managed identity of Service Fabric is not "
			    "supported");
		return app_service(t, z, e);
	}
	if (identity && *azure_env(z, "IMDS_ENDPOINT") != '\0')
		return arc(t, z, e);
	if (*azure_env(z, "MSI_ENDPOINT") != '\0')
		return msi(t, z, e);
	return instance(t, z, e);
}
