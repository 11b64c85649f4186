/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token of another identity provider is exchanged for one of HuaweiCloud's,
 * and that for keys of fifteen minutes or more.
 */

#include "base/clock.h"
#include "base/file.h"
#include "net/huawei.h"
#include "net/json.h"

enum { LIFE = 21600 };

static enum sealeaf_code
post(struct http_answer *a, const struct huawei *h, const struct huawei_cred *c,
    const char *path, struct http_request *r, struct sealeaf_error *e)
{
	struct buf url = { 0 };
	enum sealeaf_code code = huawei_iam(&url, h, c, e);

	buf_puts(&url, path);
	r->method = "POST";
	r->url = url.p;
	http_header_put(r, "Content-Type",
	    span_of("application/json;charset=UTF-8"));
	if (code == SEALEAF_OK)
		code = buf_check(&url, e);
	if (code == SEALEAF_OK)
		code = http_ask(h->http, r, a, e);
	if (code == SEALEAF_OK && a->status != 200 && a->status != 201)
		code = huawei_refused(a, e);
	http_request_fini(r);
	buf_fini(&url);
	return code;
}

static enum sealeaf_code
read_keys(struct huawei_cred *c, struct span answer, struct sealeaf_error *e)
{
	struct span given;
	struct buf end = { 0 };

	if (!jtext_check(answer))
		answer = span_of(NULL);
	given = jtext_get(answer, "credential");
	if (!aws_cred_json(&c->keys, given, "access", "secret",
		"securitytoken"))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the identity service gave no keys");
	(void)jtext_text(&end, jtext_get(given, "expires_at"));
	if (!clock_parse(buf_get(&end), &c->keys.expires))
		c->keys.expires = 0;
	buf_fini(&end);
	return SEALEAF_OK;
}

enum sealeaf_code
huawei_federated(struct huawei_cred *c, const struct huawei *h,
    const char *provider, const char *token_file, struct sealeaf_error *e)
{
	struct http_request first = { 0 }, second = { 0 };
	struct http_answer a = { 0 };
	struct buf token = { 0 };
	enum sealeaf_code code = file_read(token_file, &token, e);

	if (code == SEALEAF_OK) {
		http_header_put(&first, "X-Idp-Id", span_of(provider));
		buf_puts(&first.body, "{\"auth\":{\"id_token\":{\"id\":");
		jtext_put(&first.body, span_trim(buf_get(&token)));
		buf_puts(&first.body, "}}}");
		code = post(&a, h, c, "/v3.0/OS-AUTH/id-token/tokens", &first,
		    e);
	}
	if (code == SEALEAF_OK) {
		buf_puts(&second.body,
		    "{\"auth\":{\"identity\":{\"methods\":"
		    "[\"token\"],\"token\":{\"id\":");
		jtext_put(&second.body, http_header(&a, "x-subject-token"));
		buf_printf(&second.body, ",\"duration_seconds\":%d}}}}", LIFE);
		http_answer_fini(&a);
		code = post(&a, h, c, "/v3.0/OS-CREDENTIAL/securitytokens",
		    &second, e);
	}
	if (code == SEALEAF_OK)
		code = read_keys(c, buf_get(&a.body), e);
	http_answer_fini(&a);
	buf_fini(&token);
	return code;
}
