/* SPDX-License-Identifier: Apache-2.0 */
/* Signed requests, and what AWS says when it refuses one. */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/aws.h"
#include "net/aws_sign.h"
#include "net/json.h"

void
aws_failure(const struct http_answer *a, struct buf *code, struct buf *message)
{
	struct span body = buf_get(&a->body), type;
	struct buf raw = { 0 }, text = { 0 };

	type = http_header(a, "x-amzn-errortype");
	buf_span(&raw, span_sub(type, 0, span_find(type, ':')));
	if (jtext_check(body)) {
		if (raw.n == 0)
			(void)jtext_text(&raw, jtext_get(body, "__type"));
		http_text_put(message, jtext_get(body, "message"));
		if (message->n == 0)
			http_text_put(message, jtext_get(body, "Message"));
	} else {
		http_tag_put(&raw, body, "Code");
		http_tag_put(&text, body, "Message");
		http_clean_put(message, buf_get(&text));
	}
	type = buf_get(&raw);
	if (span_find(type, '#') < type.n)
		type = span_sub(type, span_find(type, '#') + 1, type.n);
	http_clean_put(code, type);
	buf_fini(&raw);
	buf_fini(&text);
}

enum sealeaf_code
aws_refused(const struct http_answer *a, const char *service,
    const char *operation, struct sealeaf_error *e)
{
	struct buf code = { 0 }, message = { 0 };

	aws_failure(a, &code, &message);
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "operation error %s: %s, https "
	    "response error StatusCode: %u, %s%s%.600s",
	    service, operation, a->status, code.n > 0 ? code.p : "",
	    code.n > 0 ? ": " : "",
	    message.n > 0 ? message.p : "the answer is not understood");
	buf_fini(&code);
	buf_fini(&message);
	return SEALEAF_ERR_GENERIC;
}

static bool
is_one_of(struct span code, const char *const *list)
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (span_is(code, list[i]))
			return true;
	return false;
}

/* Failures that AWS wants repeated, whatever their status. */
static bool
throttled(const struct http_answer *a)
{
	static const char *const codes[] = { "ThrottlingException",
		"Throttling", "RequestLimitExceeded", "LimitExceededException",
		"TooManyRequestsException", "RequestTimeout", NULL };
	struct buf code = { 0 }, message = { 0 };
	bool again = false;

	if (a->status >= 400) {
		aws_failure(a, &code, &message);
		again = is_one_of(buf_get(&code), codes);
	}
	buf_fini(&code);
	buf_fini(&message);
	return again;
}

/* Seconds of "Tue, 24 Nov 2026 07:59:45 GMT". */
static bool
http_date(struct span text, int64_t *seconds)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char copy[40], month[4], iso[CLOCK_MAX];
	unsigned day, year, h, m, s;
	const char *at;

	if (text.n < 10 || text.n >= sizeof copy)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (sscanf(copy + 4, " %2u %3s %4u %2u:%2u:%2u", &day, month, &year, &h,
		&m, &s) != 6)
		return false;
	at = strstr(months, month);
	if (at == NULL || (at - months) % 3 != 0)
		return false;
	(void)snprintf(iso, sizeof iso, "%04u-%02u-%02uT%02u:%02u:%02uZ", year,
	    (unsigned)(at - months) / 3 + 1, day, h, m, s);
	return clock_parse(span_of(iso), seconds);
}

/* How far the clock of AWS is ahead, when it refused because of that. */
static int64_t
skew(const struct http_answer *a, int64_t now)
{
	struct buf code = { 0 }, message = { 0 };
	struct span text;
	bool late = false;
	int64_t there;

	if (a->status < 400 || a->status >= 500)
		return 0;
	aws_failure(a, &code, &message);
	text = buf_get(&message);
	if (span_is(buf_get(&code), "RequestTimeTooSkewed") ||
	    span_search(text, span_of("Signature expired")) < text.n ||
	    span_search(text, span_of("Signature not yet current")) < text.n)
		late = http_date(http_header(a, "date"), &there);
	buf_fini(&code);
	buf_fini(&message);
	return late ? there - now : 0;
}

/* Put the signature's headers behind those of `plain`. */
static enum sealeaf_code
sign(struct http_request *r, const struct aws *a, struct aws_cred *c,
    const char *service, const struct http_url *u, int64_t now,
    struct sealeaf_error *e)
{
	struct span plain = buf_get(&r->headers);
	struct buf signature = { 0 };
	struct aws_sign s = {
		.method = r->method,
		.host = u->host,
		.path = u->path,
		.query = u->query,
		.headers = plain,
		.body = buf_get(&r->body),
		.service = service,
		.region = a->region,
		.now = now,
		.id = span_of(c->id),
	};
	enum sealeaf_code code;

	code = secret_open(&c->secret, &s.secret, e);
	if (code == SEALEAF_OK)
		code = secret_open(&c->token, &s.token, e);
	if (code == SEALEAF_OK)
		code = aws_sign(&signature, &s, e);
	secret_close(&c->secret);
	secret_close(&c->token);
	buf_span(&r->headers, buf_get(&signature));
	buf_fini(&signature);
	return code;
}

enum sealeaf_code
aws_call(const struct aws *a, struct aws_cred *c, const char *service,
    struct http_request *r, struct http_answer *answer, struct sealeaf_error *e)
{
	struct span bundle = span_of(world_env(a->world, "AWS_CA_BUNDLE"));
	size_t plain = r->headers.n;
	struct http_tls tls = { 0 };
	struct buf url = { 0 };
	struct http_url u;
	enum sealeaf_code code;
	int64_t ahead = 0;

	if (bundle.n == 0)
		bundle = aws_profile_get(a->files, a->profile, "ca_bundle");
	if (bundle.n > 0)
		tls.ca_file = mem_dup_n(bundle.p, bundle.n);
	code = aws_endpoint(&url, a, service, e);
	if (code == SEALEAF_OK && !http_url_parse(&u, buf_get(&url)))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "endpoint of %s is no http or https URL: %.300s", service,
		    url.p);
	r->method = "POST";
	r->url = url.p;
	r->again = throttled;
	r->tls = tls.ca_file != NULL ? &tls : NULL;
	for (unsigned try = 0; try < 2 && code == SEALEAF_OK; try++) {
		int64_t now = world_now(a->world) + ahead;

		if (c != NULL)
			code = sign(r, a, c, service, &u, now, e);
		if (code != SEALEAF_OK)
			break;
		http_answer_fini(answer);
		code = http_ask(a->http, r, answer, e);
		buf_truncate(&r->headers, plain);
		if (code == SEALEAF_OK)
			ahead = skew(answer, now);
		if (ahead == 0)
			break;
	}
	r->url = NULL;
	r->tls = NULL;
	buf_fini(&url);
	mem_wipe_str((char *)(uintptr_t)tls.ca_file);
	return code;
}
