/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On AWS, the proof of who one is is a signed request for one's own identity
 * that Google sends to AWS in our name.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "net/aws.h"
#include "net/aws_sign.h"
#include "net/gcp.h"
#include "net/json.h"

static enum sealeaf_code
credentials(struct aws_cred *out, const struct aws *a, struct sealeaf_error *e)
{
	struct span id = span_of(world_env(a->world, "AWS_ACCESS_KEY_ID"));
	struct span secret = span_of(
	    world_env(a->world, "AWS_SECRET_ACCESS_KEY"));

	if (id.n > 0 && secret.n > 0)
		return aws_cred_set(out, id, secret,
		    span_of(world_env(a->world, "AWS_SESSION_TOKEN")), e);
	return aws_instance(out, a, e);
}

/* From the environment, else the zone at region_url less its letter. */
static enum sealeaf_code
region_of(char region[64], const struct gcp *g, struct span source,
    struct sealeaf_error *e)
{
	const char *set = world_env(g->world, "AWS_REGION");
	char *url = jtext_dup(source, "region_url");
	struct http_request r = { .method = "GET", .url = url, .local = true };
	struct http_answer a = { 0 };
	struct span zone;

	if (set == NULL || *set == '\0')
		set = world_env(g->world, "AWS_DEFAULT_REGION");
	if (set != NULL && *set != '\0')
		(void)snprintf(region, 64, "%s", set);
	else if (url != NULL && http_ask(g->http, &r, &a, NULL) == SEALEAF_OK &&
	    a.status == 200) {
		zone = span_trim(buf_get(&a.body));
		(void)snprintf(region, 64, "%.*s",
		    (int)(zone.n > 0 && zone.n < 64 ? zone.n - 1 : 0), zone.p);
	}
	http_answer_fini(&a);
	free(url);
	if (aws_region_valid(span_of(region)))
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "the AWS region is not known: set AWS_REGION");
}

/* The URL with {region} filled in. */
static void
url_put(struct buf *b, const char *template, const char *region)
{
	struct span text = span_of(template), mark = SPAN_LIT("{region}");
	size_t at = span_search(text, mark);

	buf_span(b, span_sub(text, 0, at));
	if (at < text.n) {
		buf_puts(b, region);
		buf_span(b, span_sub(text, at + mark.n, text.n));
	}
}

/* Header lines as [{"key": …, "value": …}, …]. */
static void
headers_put(struct buf *b, struct span lines)
{
	buf_putc(b, '[');
	for (size_t at = 0; at < lines.n;) {
		struct span line = span_sub(lines, at, lines.n);
		size_t colon;

		line = span_sub(line, 0, span_find(line, '\n'));
		colon = span_find(line, ':');
		if (at > 0)
			buf_putc(b, ',');
		buf_puts(b, "{\"key\":");
		jtext_put(b, span_sub(line, 0, colon));
		buf_puts(b, ",\"value\":");
		jtext_put(b, span_trim(span_sub(line, colon + 1, line.n)));
		buf_putc(b, '}');
		at += line.n + 1;
	}
	buf_putc(b, ']');
}

static enum sealeaf_code
sign(struct buf *token, const struct gcp *g, struct aws_cred *cred,
    const char *region, struct span url, struct span json,
    struct sealeaf_error *e)
{
	struct buf lines = { 0 }, signature = { 0 }, text = { 0 };
	struct aws_sign s = { .method = "POST",
		.service = "sts",
		.region = region,
		.now = world_now(g->world) };
	struct http_url u;
	enum sealeaf_code code;

	if (!http_url_parse(&u, url))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "regional_cred_verification_url is no URL");
	buf_puts(&lines, "x-goog-cloud-target-resource: ");
	(void)jtext_text(&lines, jtext_get(json, "audience"));
	buf_putc(&lines, '\n');
	s.host = u.host;
	s.path = u.path;
	s.query = u.query;
	s.headers = buf_get(&lines);
	s.id = span_of(cred->id);
	code = secret_open(&cred->secret, &s.secret, e);
	if (code == SEALEAF_OK)
		code = secret_open(&cred->token, &s.token, e);
	if (code == SEALEAF_OK)
		code = aws_sign(&signature, &s, e);
	secret_close(&cred->secret);
	secret_close(&cred->token);
	buf_puts(&lines, "host: ");
	buf_span(&lines, u.host);
	buf_putc(&lines, '\n');
	buf_span(&lines, buf_get(&signature));
	buf_puts(&text, "{\"url\":");
	jtext_put(&text, url);
	buf_puts(&text, ",\"method\":\"POST\",\"headers\":");
	headers_put(&text, buf_get(&lines));
	buf_putc(&text, '}');
	percent_append(token, buf_get(&text), false);
	buf_fini(&lines);
	buf_fini(&signature);
	buf_fini(&text);
	return code != SEALEAF_OK ? code : buf_check(token, e);
}

enum sealeaf_code
gcp_aws_subject(struct buf *token, const struct gcp *g, struct span json,
    struct sealeaf_error *e)
{
	struct span source = jtext_get(json, "credential_source");
	char *template = jtext_dup(source, "regional_cred_verification_url");
	struct aws_files none = { 0 };
	struct aws a = { .world = g->world,
		.http = g->http,
		.files = &none,
		.profile = "default" };
	struct aws_cred cred = { 0 };
	struct buf url = { 0 };
	char region[64] = "";
	enum sealeaf_code code = region_of(region, g, source, e);

	if (code == SEALEAF_OK &&
	    (template == NULL ||
		!jtext_is(jtext_get(source, "environment_id"), "aws1")))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "credential_source is not of the kind aws1");
	if (code == SEALEAF_OK)
		code = credentials(&cred, &a, e);
	if (code == SEALEAF_OK) {
		url_put(&url, template, region);
		code = sign(token, g, &cred, region, buf_get(&url), json, e);
	}
	aws_cred_fini(&cred);
	buf_fini(&url);
	free(template);
	return code;
}
