/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials that the machine gives: a program of the user's, the container's
 * endpoint, the instance's metadata. Outside of a cloud nobody answers at the
 * latter two, so they get little time.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/proc.h"
#include "net/aws.h"
#include "net/json.h"

enum { PROCESS_SECONDS = 60, OUTPUT_MAX = 1 << 20 };

static int64_t
expiration(struct span object)
{
	struct buf text = { 0 };
	int64_t seconds = 0;

	if (!jtext_text(&text, jtext_get(object, "Expiration")) ||
	    !clock_parse(buf_get(&text), &seconds))
		seconds = 0;
	buf_fini(&text);
	return seconds;
}

static enum sealeaf_code
take(struct aws_cred *out, struct span json, const char *token,
    const char *from, struct sealeaf_error *e)
{
	struct buf why = { 0 };

	if (!jtext_check(json) ||
	    !aws_cred_json(out, json, "AccessKeyId", "SecretAccessKey",
		token)) {
		if (jtext_check(json))
			http_text_put(&why, jtext_get(json, "message"));
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "%s gave no credentials%s%s", from, why.n > 0 ? ": " : "",
		    why.n > 0 ? why.p : "");
		buf_fini(&why);
		return SEALEAF_ERR_GENERIC;
	}
	out->expires = expiration(json);
	return SEALEAF_OK;
}

enum sealeaf_code
aws_process(struct aws_cred *out, const struct aws *a, struct span command,
    struct sealeaf_error *e)
{
	char *line = mem_dup_n(command.p, command.n);
	const char *argv[] = { "sh", "-c", line, NULL };
	struct buf output = { 0 };
	struct proc p = { .argv = argv,
		.output = &output,
		.errors_through = true,
		.limit = OUTPUT_MAX,
		.seconds = PROCESS_SECONDS };
	enum sealeaf_code code;
	int status = 0;

	(void)a;
	if (line == NULL)
		return err_memory(e);
	code = proc_run(&p, &status, e);
	if (code == SEALEAF_OK && status != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "credential_process failed with exit status %d", status);
	if (code == SEALEAF_OK && jtext_check(buf_get(&output)) &&
	    jtext_int(jtext_get(buf_get(&output), "Version")) != 1)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "credential_process "
		    "answered in a version other than 1");
	if (code == SEALEAF_OK)
		code = take(out, buf_get(&output), "SessionToken",
		    "credential_process", e);
	buf_fini(&output);
	free(line);
	return code;
}

/* Clear text goes to this machine and to the addresses of containers only. */
static bool
container_allowed(const struct http_url *u)
{
	struct span name = http_url_name(u);

	return span_is(u->scheme, "https") || http_is_loopback(name) ||
	    span_is(name, "169.254.170.2") || span_is(name, "169.254.170.23") ||
	    span_is(name, "fd00:ec2::23");
}

static enum sealeaf_code
container_url(struct buf *url, const struct aws *a, struct sealeaf_error *e)
{
	const char *relative = world_env(a->world,
	    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = world_env(a->world,
	    "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct http_url u;

	if (relative != NULL && *relative != '\0')
		buf_printf(url, "http://169.254.170.2%s%s",
		    *relative == '/' ? "" : "/", relative);
	else if (full != NULL && *full != '\0')
		buf_puts(url, full);
	else
		return err_set(e, SEALEAF_ERR_NOT_MINE, "no container");
	if (!http_url_parse(&u, buf_get(url)) || !container_allowed(&u))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI names neither https "
		    "nor an address of this machine: %.200s",
		    url->p);
	return SEALEAF_OK;
}

static enum sealeaf_code
container_token(struct buf *token, const struct aws *a, struct sealeaf_error *e)
{
	const char *file = world_env(a->world,
	    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *text = world_env(a->world,
	    "AWS_CONTAINER_AUTHORIZATION_TOKEN");

	if (file != NULL && *file != '\0')
		return file_read(file, token, e);
	buf_puts(token, text != NULL ? text : "");
	return SEALEAF_OK;
}

enum sealeaf_code
aws_container(struct aws_cred *out, const struct aws *a,
    struct sealeaf_error *e)
{
	struct http_request r = { .method = "GET", .local = true, .tries = 3 };
	struct http_answer answer = { 0 };
	struct buf url = { 0 }, token = { 0 };
	enum sealeaf_code code = container_url(&url, a, e);

	if (code == SEALEAF_OK)
		code = container_token(&token, a, e);
	if (code == SEALEAF_OK) {
		if (token.n > 0)
			http_header_put(&r, "Authorization",
			    span_trim(buf_get(&token)));
		r.url = url.p;
		r.local = span_starts(buf_get(&url), "http:");
		code = http_ask(a->http, &r, &answer, e);
	}
	if (code == SEALEAF_OK && answer.status != 200)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the container's credentials endpoint answered %u",
		    answer.status);
	if (code == SEALEAF_OK)
		code = take(out, buf_get(&answer.body), "Token",
		    "the container's credentials endpoint", e);
	buf_fini(&url);
	buf_fini(&token);
	http_request_fini(&r);
	http_answer_fini(&answer);
	return code;
}

/* A variable, or the setting of the profile. */
static struct span
metadata_setting(const struct aws *a, const char *variable, const char *name)
{
	struct span set = span_of(world_env(a->world, variable));

	return set.n > 0 ? set : aws_profile_get(a->files, a->profile, name);
}

static bool
same_word(struct span s, const char *lower)
{
	if (s.n != strlen(lower))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (tolower((unsigned char)s.p[i]) != lower[i])
			return false;
	return true;
}

/* Where the metadata service is; closed with '/'. */
static enum sealeaf_code
instance_base(struct buf *url, const struct aws *a, struct sealeaf_error *e)
{
	struct span set = metadata_setting(a,
	    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
	    "ec2_metadata_service_endpoint");
	struct span mode = metadata_setting(a,
	    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
	    "ec2_metadata_service_endpoint_mode");

	if (mode.n > 0 && !same_word(mode, "ipv4") && !same_word(mode, "ipv6"))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "unknown EC2 IMDS endpoint mode, must be either IPv4 or "
		    "IPv6: \"%.*s\"",
		    (int)(mode.n < 100 ? mode.n : 100), mode.p);
	if (set.n > 0)
		buf_span(url, set);
	else if (same_word(mode, "ipv6"))
		buf_puts(url, "http://[fd00:ec2::254]");
	else
		buf_puts(url, "http://169.254.169.254");
	while (url->n > 0 && url->p[url->n - 1] == '/')
		buf_truncate(url, url->n - 1);
	buf_putc(url, '/');
	return buf_check(url, e);
}

/* Ask for base + path, with the token once there is one. */
static enum sealeaf_code
instance_ask(const struct aws *a, const char *method, struct span base,
    const char *path, struct span role, struct span token,
    struct http_answer *answer, struct sealeaf_error *e)
{
	struct http_request r = { .method = method,
		.local = true,
		.seconds = 2 };
	struct buf url = { 0 };
	enum sealeaf_code code;

	buf_span(&url, base);
	buf_puts(&url, path);
	percent_append(&url, role, true);
	if (token.n > 0)
		http_header_put(&r, "X-aws-ec2-metadata-token", token);
	else
		http_header_put(&r, "X-aws-ec2-metadata-token-ttl-seconds",
		    span_of("21600"));
	http_answer_fini(answer);
	r.url = url.p;
	code = buf_check(&url, e);
	if (code == SEALEAF_OK)
		code = http_ask(a->http, &r, answer, e);
	if (code == SEALEAF_OK && answer->status != 200)
		code = err_set(e, SEALEAF_ERR_NOT_MINE,
		    "the instance's metadata service answered %u",
		    answer->status);
	buf_fini(&url);
	http_request_fini(&r);
	return code;
}

enum sealeaf_code
aws_instance(struct aws_cred *out, const struct aws *a, struct sealeaf_error *e)
{
	static const char path[] = "latest/meta-data/iam/security-credentials/";
	struct span off = span_of(
	    world_env(a->world, "AWS_EC2_METADATA_DISABLED"));
	struct span none = span_of("");
	struct http_answer answer = { 0 };
	struct buf base = { 0 }, token = { 0 }, role = { 0 };
	enum sealeaf_code code;

	if (same_word(off, "true"))
		return err_set(e, SEALEAF_ERR_NOT_MINE,
		    "AWS_EC2_METADATA_DISABLED is set");
	code = instance_base(&base, a, e);
	if (code != SEALEAF_OK) {
		buf_fini(&base);
		return code;
	}
	code = instance_ask(a, "PUT", buf_get(&base), "latest/api/token", none,
	    none, &answer, e);
	if (code == SEALEAF_OK) {
		buf_span(&token, span_trim(buf_get(&answer.body)));
		code = instance_ask(a, "GET", buf_get(&base), path, none,
		    buf_get(&token), &answer, e);
	}
	if (code == SEALEAF_OK) {
		struct span text = span_trim(buf_get(&answer.body));

		buf_span(&role, span_sub(text, 0, span_find(text, '\n')));
		code = instance_ask(a, "GET", buf_get(&base), path,
		    buf_get(&role), buf_get(&token), &answer, e);
	}
	if (code == SEALEAF_OK)
		code = take(out, buf_get(&answer.body), "Token",
		    "the instance's metadata service", e);
	else if (code == SEALEAF_ERR_GENERIC && e != NULL)
		e->code = code = SEALEAF_ERR_NOT_MINE;
	buf_fini(&base);
	buf_fini(&token);
	buf_fini(&role);
	http_answer_fini(&answer);
	return code;
}
