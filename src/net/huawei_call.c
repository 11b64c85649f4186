/* SPDX-License-Identifier: Apache-2.0 */
/* Where HuaweiCloud's services are, and signed requests to them. */

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "net/huawei.h"
#include "net/json.h"

/* The domain of a region; one of them is in Europe's own. */
static const char *
domain(const char *region)
{
	return strcmp(region, "eu-west-101") == 0 ? "myhuaweicloud.eu"
						  : "myhuaweicloud.com";
}

static void
host_put(struct buf *url, const char *set)
{
	if (strstr(set, "://") == NULL)
		buf_puts(url, "https://");
	buf_puts(url, set);
	while (url->n > 0 && url->p[url->n - 1] == '/')
		buf_truncate(url, url->n - 1);
}

/* Append an endpoint, checked to be https or this machine. */
static enum sealeaf_code
checked(struct buf *url, struct sealeaf_error *e)
{
	struct http_url u;

	if (buf_check(url, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	if (http_url_parse(&u, buf_get(url)) &&
	    (span_is(u.scheme, "https") || http_is_loopback(http_url_name(&u))))
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "an endpoint of HuaweiCloud is not https: %.200s", url->p);
}

enum sealeaf_code
huawei_endpoint(struct buf *url, const struct huawei *h,
    struct sealeaf_error *e)
{
	struct buf name = { 0 };
	const char *set;

	buf_puts(&name, "HUAWEICLOUD_SDK_REGION_KMS_");
	for (const char *p = h->region; *p != '\0'; p++)
		buf_putc(&name,
		    *p == '-' ? '_' : (char)toupper((unsigned char)*p));
	set = name.failed ? NULL : world_env(h->world, name.p);
	if (set != NULL && *set != '\0')
		host_put(url, set);
	else
		buf_printf(url, "https://kms.%s.%s", h->region,
		    domain(h->region));
	buf_fini(&name);
	return checked(url, e);
}

enum sealeaf_code
huawei_iam(struct buf *url, const struct huawei *h, const struct huawei_cred *c,
    struct sealeaf_error *e)
{
	const char *set = world_env(h->world, "HUAWEICLOUD_SDK_IAM_ENDPOINT");

	if (set == NULL || *set == '\0')
		set = c->iam;
	if (set != NULL && *set != '\0')
		host_put(url, set);
	else
		buf_printf(url, "https://iam.%s.%s", h->region,
		    domain(h->region));
	return checked(url, e);
}

static enum sealeaf_code
sign(struct http_request *r, const struct huawei *h, struct huawei_cred *c,
    const struct http_url *u, struct sealeaf_error *e)
{
	struct huawei_sign s = { .method = r->method,
		.path = u->path,
		.query = u->query,
		.body = buf_get(&r->body),
		.now = world_now(h->world),
		.id = span_of(c->keys.id) };
	struct buf lines = { 0 }, signature = { 0 };
	enum sealeaf_code code;

	buf_span(&lines, buf_get(&r->headers));
	buf_puts(&lines, "Host: ");
	buf_span(&lines, u->host);
	buf_putc(&lines, '\n');
	s.headers = buf_get(&lines);
	code = secret_open(&c->keys.secret, &s.secret, e);
	if (code == SEALEAF_OK)
		code = huawei_sign(&signature, &s, e);
	secret_close(&c->keys.secret);
	buf_span(&r->headers, buf_get(&signature));
	buf_fini(&lines);
	buf_fini(&signature);
	return code;
}

enum sealeaf_code
huawei_authorize(const struct huawei *h, struct huawei_cred *c,
    const char *project, struct http_request *r, struct sealeaf_error *e)
{
	struct http_url u;
	struct span token;
	enum sealeaf_code code;

	if (!http_url_parse(&u, span_of(r->url)))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not a URL of HuaweiCloud: %.200s", r->url);
	if (project != NULL)
		http_header_put(r, "X-Project-Id", span_of(project));
	code = secret_open(&c->keys.token, &token, e);
	if (code != SEALEAF_OK)
		return code;
	if (token.n > 0)
		http_header_put(r, "X-Security-Token", token);
	secret_close(&c->keys.token);
	code = sign(r, h, c, &u, e);
	if (r->body.n > 0)
		http_header_put(r, "Content-Type",
		    span_of("application/json;charset=UTF-8"));
	return code;
}

enum sealeaf_code
huawei_refused(const struct http_answer *a, struct sealeaf_error *e)
{
	static const char *const names[][2] = { { "error_code", "error_msg" },
		{ "code", "message" } };
	struct span body = buf_get(&a->body);
	struct buf code = { 0 }, text = { 0 };

	if (jtext_check(body) && jtext_get2(body, "error", "code").p != NULL)
		body = jtext_get(body, "error");
	for (size_t i = 0; i < 4 && jtext_check(body); i++) {
		struct span from = i < 2 ? body : jtext_get(body, "error");

		if (code.n == 0)
			http_text_put(&code, jtext_get(from, names[i % 2][0]));
		if (text.n == 0)
			http_text_put(&text, jtext_get(from, names[i % 2][1]));
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC, "status code %u: %s: %s",
	    a->status, code.n > 0 ? code.p : "no error code",
	    text.n > 0 ? text.p : "no message");
	buf_fini(&code);
	buf_fini(&text);
	return SEALEAF_ERR_GENERIC;
}
