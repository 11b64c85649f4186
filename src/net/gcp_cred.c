/* SPDX-License-Identifier: Apache-2.0 */
/* Where SOPS looks for Google's credentials, in its order. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "net/gcp.h"
#include "net/json.h"

enum { DEPTH_MAX = 4 };

bool
gcp_url_safe(const char *url)
{
	struct http_url u;

	return url != NULL && http_url_parse(&u, span_of(url)) &&
	    (span_is(u.scheme, "https") || http_is_loopback(http_url_name(&u)));
}

/* A nested account, then the one that it may act as. */
static enum sealeaf_code
impersonated(struct oauth_token *t, const struct gcp *g, struct span json,
    unsigned depth, struct sealeaf_error *e)
{
	char *url = jtext_dup(json, "service_account_impersonation_url");
	enum sealeaf_code code;

	if (depth >= DEPTH_MAX)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "credentials are nested too deep");
	else
		code = gcp_token_by(t, g, jtext_get(json, "source_credentials"),
		    depth + 1, e);
	if (code == SEALEAF_OK)
		code = gcp_impersonate(t, g, url, jtext_get(json, "delegates"),
		    e);
	mem_wipe_str(url);
	return code;
}

enum sealeaf_code
gcp_token_by(struct oauth_token *t, const struct gcp *g, struct span json,
    unsigned depth, struct sealeaf_error *e)
{
	struct span type = jtext_get(json, "type");
	struct buf text = { 0 };

	if (jtext_is(type, "service_account"))
		return gcp_service_account(t, g, json, e);
	if (jtext_is(type, "authorized_user") ||
	    jtext_is(type, "external_account_authorized_user"))
		return gcp_authorized_user(t, g, json, e);
	if (jtext_is(type, "external_account"))
		return gcp_external(t, g, json, e);
	if (jtext_is(type, "impersonated_service_account"))
		return impersonated(t, g, json, depth, e);
	http_text_put(&text, type);
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "credentials of type \"%s\" are not supported",
	    text.n > 0 ? text.p : "");
	buf_fini(&text);
	return SEALEAF_ERR_GENERIC;
}

/* Credentials are good in their own universe only, and go to no other. */
static enum sealeaf_code
check_universe(const struct gcp *g, struct span json, struct sealeaf_error *e)
{
	static const char name[] = "SOPS_GCP_KMS_UNIVERSE_DOMAIN";
	static const char usual[] = "googleapis.com";
	const char *asked = world_env(g->world, name);
	struct buf own = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	(void)jtext_text(&own, jtext_get(json, "universe_domain"));
	if (own.n == 0)
		buf_puts(&own, usual);
	if (asked == NULL || *asked == '\0')
		asked = usual;
	if (buf_check(&own, e) != SEALEAF_OK) {
		code = SEALEAF_ERR_MEMORY;
	} else if (!span_is(buf_get(&own), asked)) {
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the configured universe domain (\"%.200s\") does not match "
		    "the universe domain found in the credentials (\"%.200s\")",
		    asked, own.p);
		err_hint(e, "%s names the universe of the keys", name);
	}
	buf_fini(&own);
	return code;
}

static enum sealeaf_code
by_json(struct oauth_token *t, struct buf *quota, const struct gcp *g,
    struct span json, struct sealeaf_error *e)
{
	if (!jtext_check(json))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the credentials are no JSON");
	(void)jtext_text(quota, jtext_get(json, "quota_project_id"));
	if (check_universe(g, json, e) != SEALEAF_OK)
		return SEALEAF_ERR_GENERIC;
	return gcp_token_by(t, g, json, 0, e);
}

static enum sealeaf_code
by_file(struct oauth_token *t, struct buf *quota, const struct gcp *g,
    const char *path, struct sealeaf_error *e)
{
	struct buf json = { 0 };
	enum sealeaf_code code = file_read(path, &json, e);

	if (code == SEALEAF_OK)
		code = by_json(t, quota, g, buf_get(&json), e);
	buf_fini(&json);
	return code;
}

/* A file when there is one of that name, else the JSON itself. */
static enum sealeaf_code
by_variable(struct oauth_token *t, struct buf *quota, const struct gcp *g,
    const char *value, struct sealeaf_error *e)
{
	struct span text = span_trim(span_of(value));
	enum sealeaf_code code;

	if (span_starts(text, "{"))
		code = by_json(t, quota, g, text, e);
	else
		code = by_file(t, quota, g, value, e);
	if (code != SEALEAF_OK)
		err_prefix(e,
		    "credentials: failed to obtain credentials from "
		    "\"GOOGLE_CREDENTIALS\"");
	return code;
}

/* The file that `gcloud auth application-default login` writes. */
static enum sealeaf_code
by_default(struct oauth_token *t, struct buf *quota, const struct gcp *g,
    struct sealeaf_error *e)
{
	const char *named = world_env(g->world,
	    "GOOGLE_APPLICATION_CREDENTIALS");
	const char *folder = world_env(g->world, "CLOUDSDK_CONFIG");
	const char *home = world_env(g->world, "HOME");
	struct buf path = { 0 };
	enum sealeaf_code code;

	if (named != NULL && *named != '\0')
		return by_file(t, quota, g, named, e);
	if (folder != NULL && *folder != '\0')
		buf_puts(&path, folder);
	else
		buf_printf(&path, "%s/.config/gcloud",
		    home != NULL ? home : "");
	buf_puts(&path, "/application_default_credentials.json");
	code = buf_check(&path, e);
	if (code == SEALEAF_OK && access(path.p, F_OK) == 0)
		code = by_file(t, quota, g, path.p, e);
	else if (code == SEALEAF_OK)
		code = gcp_machine(t, g, e);
	if (code == SEALEAF_ERR_NOT_MINE) {
		err_prefix(e, "could not find default credentials");
		err_hint(e,
		    "no GCP credentials in GOOGLE_CREDENTIALS, GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_APPLICATION_CREDENTIALS, %s or the metadata server: gcloud auth application-default login",
		    path.p);
	}
	buf_fini(&path);
	return code;
}

enum sealeaf_code
gcp_token(struct oauth_token *t, struct buf *quota, const struct gcp *g,
    struct sealeaf_error *e)
{
	const char *credentials = world_env(g->world, "GOOGLE_CREDENTIALS");
	const char *token = world_env(g->world, "GOOGLE_OAUTH_ACCESS_TOKEN");
	const char *project = world_env(g->world, "GOOGLE_CLOUD_QUOTA_PROJECT");
	enum sealeaf_code code;

	buf_truncate(quota, 0);
	if (credentials != NULL && *credentials != '\0')
		code = by_variable(t, quota, g, credentials, e);
	else if (token != NULL && *token != '\0')
		code = oauth_set(t, span_of(token), 0, e);
	else
		code = by_default(t, quota, g, e);
	if (project != NULL && *project != '\0') {
		buf_truncate(quota, 0);
		buf_puts(quota, project);
	}
	return code;
}
