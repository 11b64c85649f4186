/* SPDX-License-Identifier: Apache-2.0 */
/* Workload identity federation: another provider's token for one of Google's. */

#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "net/gcp.h"
#include "net/json.h"

static void
member_put(struct buf *form, const char *name, struct span json,
    const char *member)
{
	struct buf value = { 0 };

	if (jtext_text(&value, jtext_get(json, member)))
		http_form_put(form, name, buf_get(&value));
	buf_fini(&value);
}

static void
client_put(struct http_request *r, struct span json)
{
	struct buf pair = { 0 }, value = { 0 };

	if (jtext_text(&pair, jtext_get(json, "client_id")) && pair.n > 0) {
		buf_putc(&pair, ':');
		(void)jtext_text(&pair, jtext_get(json, "client_secret"));
		buf_puts(&value, "Basic ");
		base64_append(&value, pair.p, pair.n);
		http_header_put(r, "Authorization", buf_get(&value));
	}
	buf_fini(&pair);
	buf_fini(&value);
}

/* Workforce pools count requests for a project of the user's. */
static void
options_put(struct buf *form, struct span json)
{
	struct span project = jtext_get(json, "workforce_pool_user_project");
	struct buf options = { 0 };

	if (project.p == NULL || jtext_get(json, "client_id").p != NULL)
		return;
	buf_puts(&options, "{\"userProject\":");
	buf_span(&options, project);
	buf_putc(&options, '}');
	http_form_put(form, "options", buf_get(&options));
	buf_fini(&options);
}

static enum sealeaf_code
exchange(struct oauth_token *t, const struct gcp *g, struct span json,
    struct span subject, struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	char *url = jtext_dup(json, "token_url");
	enum sealeaf_code code;

	r.url = url;
	http_form_put(&r.body, "grant_type",
	    span_of("urn:ietf:params:oauth:grant-type:token-exchange"));
	http_form_put(&r.body, "requested_token_type",
	    span_of("urn:ietf:params:oauth:token-type:access_token"));
	http_form_put(&r.body, "scope", span_of(GCP_SCOPE));
	http_form_put(&r.body, "subject_token", subject);
	member_put(&r.body, "subject_token_type", json, "subject_token_type");
	member_put(&r.body, "audience", json, "audience");
	options_put(&r.body, json);
	client_put(&r, json);
	if (gcp_url_safe(url))
		code = oauth_ask(t, g->http, &r, "access_token",
		    world_now(g->world), e);
	else
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "token_url of the credentials is not https");
	http_request_fini(&r);
	mem_wipe_str(url);
	return code;
}

enum sealeaf_code
gcp_external(struct oauth_token *t, const struct gcp *g, struct span json,
    struct sealeaf_error *e)
{
	char *as = jtext_dup(json, "service_account_impersonation_url");
	struct buf subject = { 0 };
	enum sealeaf_code code = gcp_subject(&subject, g, json, e);

	if (code == SEALEAF_OK)
		code = exchange(t, g, json, buf_get(&subject), e);
	if (code == SEALEAF_OK && as != NULL && *as != '\0')
		code = gcp_impersonate(t, g, as, span_of(NULL), e);
	buf_fini(&subject);
	mem_wipe_str(as);
	return code;
}
