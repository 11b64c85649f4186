/* SPDX-License-Identifier: Apache-2.0 */
/* Where HuaweiCloud's SDK looks for credentials, in its order. */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/huawei.h"
#include "net/json.h"

static const char metadata[] = "http://169.254.169.254";

void
huawei_cred_fini(struct huawei_cred *c)
{
	aws_cred_fini(&c->keys);
	free(c->project);
	free(c->iam);
	memset(c, 0, sizeof *c);
}

static const char *
env(const struct huawei *h, const char *name)
{
	const char *value = world_env(h->world, name);

	return value != NULL ? value : "";
}

static char *
dup_or_null(struct span s)
{
	return s.n > 0 ? mem_dup_n(s.p, s.n) : NULL;
}

static enum sealeaf_code
by_environment(struct huawei_cred *c, const struct huawei *h,
    struct sealeaf_error *e)
{
	const char *provider = env(h, "HUAWEICLOUD_SDK_IDP_ID");
	const char *file = env(h, "HUAWEICLOUD_SDK_ID_TOKEN_FILE");
	struct span id = span_of(env(h, "HUAWEICLOUD_SDK_AK"));
	struct span secret = span_of(env(h, "HUAWEICLOUD_SDK_SK"));

	c->project = dup_or_null(span_of(env(h, "HUAWEICLOUD_SDK_PROJECT_ID")));
	if (id.n > 0 && secret.n > 0)
		return aws_cred_set(&c->keys, id, secret,
		    span_of(env(h, "HUAWEICLOUD_SDK_SECURITY_TOKEN")), e);
	if (*provider != '\0' && *file != '\0')
		return huawei_federated(c, h, provider, file, e);
	return err_set(e, SEALEAF_ERR_NOT_MINE, "no credentials");
}

/* The file is an INI file like AWS's; its section is [basic]. */
static enum sealeaf_code
by_text(struct huawei_cred *c, const struct huawei *h,
    const struct aws_files *f, struct sealeaf_error *e)
{
	struct span id = aws_profile_get(f, "basic", "ak");
	struct span secret = aws_profile_get(f, "basic", "sk");
	char *provider, *file;
	enum sealeaf_code code;

	if (c->project == NULL)
		c->project = dup_or_null(
		    aws_profile_get(f, "basic", "project_id"));
	c->iam = dup_or_null(aws_profile_get(f, "basic", "iam_endpoint"));
	if (id.n > 0 && secret.n > 0)
		return aws_cred_set(&c->keys, id, secret,
		    aws_profile_get(f, "basic", "security_token"), e);
	provider = dup_or_null(aws_profile_get(f, "basic", "idp_id"));
	file = dup_or_null(aws_profile_get(f, "basic", "id_token_file"));
	if (provider != NULL && file != NULL)
		code = huawei_federated(c, h, provider, file, e);
	else
		code = err_set(e, SEALEAF_ERR_NOT_MINE,
		    "no ak and sk under [basic]");
	free(provider);
	free(file);
	return code;
}

static enum sealeaf_code
by_file(struct huawei_cred *c, const struct huawei *h, struct sealeaf_error *e)
{
	const char *path = env(h, "HUAWEICLOUD_SDK_CREDENTIALS_FILE");
	struct aws_files f = { 0 };
	struct buf usual = { 0 };
	enum sealeaf_code code;

	if (*path == '\0') {
		buf_printf(&usual, "%s/.huaweicloud/credentials",
		    env(h, "HOME"));
		path = usual.p;
	}
	if (path != NULL && file_read(path, &f.credentials, NULL) == SEALEAF_OK)
		code = by_text(c, h, &f, e);
	else
		code = err_set(e, SEALEAF_ERR_NOT_MINE, "no credentials");
	aws_files_fini(&f);
	buf_fini(&usual);
	return code;
}

static enum sealeaf_code
ask_machine(struct http_answer *a, const struct huawei *h, const char *method,
    const char *path, const char *name, struct span value,
    struct sealeaf_error *e)
{
	struct http_request r = { .method = method,
		.local = true,
		.seconds = 3 };
	struct buf url = { 0 };
	enum sealeaf_code code;

	buf_printf(&url, "%s%s", metadata, path);
	http_header_put(&r, name, value);
	http_answer_fini(a);
	r.url = url.p;
	code = buf_check(&url, e);
	if (code == SEALEAF_OK)
		code = http_ask(h->http, &r, a, e);
	if (code == SEALEAF_OK && a->status != 200)
		code = err_set(e, SEALEAF_ERR_GENERIC, "status %u", a->status);
	http_request_fini(&r);
	buf_fini(&url);
	return code;
}

static enum sealeaf_code
by_machine(struct huawei_cred *c, const struct huawei *h,
    struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	struct sealeaf_error why = { 0 };
	struct buf token = { 0 }, end = { 0 };
	const char *file = env(h, "HUAWEICLOUD_SDK_CREDENTIALS_FILE");
	struct span given;
	enum sealeaf_code code;

	code = ask_machine(&a, h, "PUT", "/meta-data/latest/api/token",
	    "X-Metadata-Token-Ttl-Seconds", span_of("21600"), &why);
	if (code == SEALEAF_OK) {
		buf_span(&token, span_trim(buf_get(&a.body)));
		code = ask_machine(&a, h, "GET",
		    "/openstack/latest/securitykey", "X-Metadata-Token",
		    buf_get(&token), &why);
	}
	given = buf_get(&a.body);
	if (code == SEALEAF_OK && jtext_check(given)) {
		given = jtext_get(given, "credential");
		if (!aws_cred_json(&c->keys, given, "access", "secret",
			"securitytoken"))
			code = SEALEAF_ERR_GENERIC;
		(void)jtext_text(&end, jtext_get(given, "expires_at"));
		if (!clock_parse(buf_get(&end), &c->keys.expires))
			c->keys.expires = 0;
	}
	http_answer_fini(&a);
	buf_fini(&token);
	buf_fini(&end);
	if (code == SEALEAF_OK && c->keys.id != NULL)
		return SEALEAF_OK;
	if (*env(h, "HC_CONTAINER_CREDENTIALS_FULL_URI") != '\0')
		return err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "failed to get HuaweiCloud credentials: pod identity "
		    "(HC_CONTAINER_CREDENTIALS_FULL_URI) is not supported");
	(void)err_set(e, SEALEAF_ERR_NOT_MINE,
	    "failed to get HuaweiCloud credentials: instance metadata: %s",
	    code != SEALEAF_OK && why.text[0] != '\0' ? why.text
						      : "no credentials");
	err_hint(e,
	    "no HuaweiCloud credentials in HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_IDP_ID, [basic] of %s or the instance's metadata",
	    *file != '\0' ? file : "~/.huaweicloud/credentials");
	return SEALEAF_ERR_NOT_MINE;
}

enum sealeaf_code
huawei_cred_find(struct huawei_cred *c, const struct huawei *h,
    struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code = by_environment(c, h, &why);

	if (code == SEALEAF_ERR_NOT_MINE) {
		err_clear(&why);
		code = by_file(c, h, &why);
	}
	if (code == SEALEAF_ERR_NOT_MINE)
		return by_machine(c, h, e);
	if (code != SEALEAF_OK && e != NULL && e->code == SEALEAF_OK) {
		*e = why;
		err_prefix(e, "failed to get HuaweiCloud credentials");
	}
	return code;
}

enum sealeaf_code
huawei_project(char **project, const struct huawei *h, struct huawei_cred *c,
    struct sealeaf_error *e)
{
	struct http_request r = { .method = "GET" };
	struct http_answer a = { 0 };
	struct buf url = { 0 };
	struct span list;
	enum sealeaf_code code = huawei_iam(&url, h, c, e);

	*project = NULL;
	buf_puts(&url, "/v3/projects?name=");
	percent_append(&url, span_of(h->region), false);
	if (code == SEALEAF_OK)
		code = buf_check(&url, e);
	r.url = url.p;
	if (code == SEALEAF_OK)
		code = huawei_authorize(h, c, NULL, &r, e);
	if (code == SEALEAF_OK)
		code = http_ask(h->http, &r, &a, e);
	if (code == SEALEAF_OK &&
	    (a.status != 200 || !jtext_check(buf_get(&a.body))))
		code = huawei_refused(&a, e);
	if (code == SEALEAF_OK) {
		list = jtext_get(buf_get(&a.body), "projects");
		if (jtext_item(list, 1).p == NULL)
			*project = jtext_dup(jtext_item(list, 0), "id");
		if (*project == NULL) {
			code = err_set(e, SEALEAF_ERR_GENERIC,
			    "region %s has no project, or several", h->region);
			err_hint(e, "set HUAWEICLOUD_SDK_PROJECT_ID");
		}
	}
	http_request_fini(&r);
	http_answer_fini(&a);
	buf_fini(&url);
	return code;
}
