/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: credentials of STS in exchange for others, or for a web token. */

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/aws.h"

enum { NAME_MAX_STS = 64 };

/*
 * The name a session is logged under: sops@HOST. SOPS takes hyphens out of the
 * host and leaves characters in that STS refuses; here it is the other way
 * round.
 */
static void
session_put(struct buf *form, const struct aws_role *role)
{
	char name[NAME_MAX_STS + 1] = "sops@", host[256] = "";
	size_t n = strlen(name);

	if (role->session.n > 0) {
		http_form_put(form, "RoleSessionName", role->session);
		return;
	}
	(void)gethostname(host, sizeof host - 1);
	for (const char *p = host; *p != '\0' && n < NAME_MAX_STS; p++)
		if (isalnum((unsigned char)*p) || strchr("=,.@-_", *p) != NULL)
			name[n++] = *p;
	http_form_put(form, "RoleSessionName", span_make(name, n));
}

static void
begin(struct buf *form, const char *action, const struct aws_role *role)
{
	http_form_put(form, "Action", span_of(action));
	http_form_put(form, "Version", span_of("2011-06-15"));
	http_form_put(form, "RoleArn", role->arn);
	session_put(form, role);
}

static enum sealeaf_code
read_answer(struct aws_cred *out, const struct http_answer *a,
    const char *operation, struct sealeaf_error *e)
{
	struct buf id = { 0 }, secret = { 0 }, token = { 0 }, end = { 0 };
	struct span xml = buf_get(&a->body);
	enum sealeaf_code code;

	if (a->status != 200)
		return aws_refused(a, "STS", operation, e);
	http_tag_put(&id, xml, "AccessKeyId");
	http_tag_put(&secret, xml, "SecretAccessKey");
	http_tag_put(&token, xml, "SessionToken");
	http_tag_put(&end, xml, "Expiration");
	code = aws_cred_set(out, buf_get(&id), buf_get(&secret),
	    buf_get(&token), e);
	if (!clock_parse(buf_get(&end), &out->expires))
		out->expires = 0;
	buf_fini(&id);
	buf_fini(&secret);
	buf_fini(&token);
	buf_fini(&end);
	return code;
}

static enum sealeaf_code
ask(struct aws_cred *out, const struct aws *a, struct aws_cred *base,
    const char *operation, struct http_request *r, struct sealeaf_error *e)
{
	struct http_answer answer = { 0 };
	enum sealeaf_code code;

	http_header_put(r, "Content-Type",
	    span_of("application/x-www-form-urlencoded"));
	code = aws_call(a, base, "sts", r, &answer, e);
	if (code == SEALEAF_OK)
		code = read_answer(out, &answer, operation, e);
	http_request_fini(r);
	http_answer_fini(&answer);
	return code;
}

/* The code of the device that the role wants to see. */
static enum sealeaf_code
mfa_put(struct buf *form, const struct aws *a, struct span serial,
    struct sealeaf_error *e)
{
	struct secret code = { 0 };
	struct span text;
	enum sealeaf_code result;

	http_form_put(form, "SerialNumber", serial);
	result = a->world->ask(a->world->user,
	    "Assume Role MFA token code: ", false, &code, e);
	if (result == SEALEAF_OK)
		result = secret_open(&code, &text, e);
	if (result == SEALEAF_OK)
		http_form_put(form, "TokenCode", text);
	secret_close(&code);
	secret_fini(&code);
	return result;
}

enum sealeaf_code
aws_assume(struct aws_cred *out, const struct aws *a, struct aws_cred *base,
    const struct aws_role *role, struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	begin(&r.body, "AssumeRole", role);
	if (role->seconds.n > 0)
		http_form_put(&r.body, "DurationSeconds", role->seconds);
	if (role->external_id.n > 0)
		http_form_put(&r.body, "ExternalId", role->external_id);
	if (role->mfa_serial.n > 0)
		code = mfa_put(&r.body, a, role->mfa_serial, e);
	if (code == SEALEAF_OK)
		code = ask(out, a, base, "AssumeRole", &r, e);
	http_request_fini(&r);
	if (code != SEALEAF_OK)
		err_prefix(e, "failed to assume role '%.*s'", (int)role->arn.n,
		    role->arn.p);
	return code;
}

enum sealeaf_code
aws_web_identity(struct aws_cred *out, const struct aws *a,
    const char *token_file, const struct aws_role *role,
    struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	struct buf token = { 0 };
	enum sealeaf_code code = file_read(token_file, &token, e);

	if (code == SEALEAF_OK) {
		begin(&r.body, "AssumeRoleWithWebIdentity", role);
		http_form_put(&r.body, "WebIdentityToken",
		    span_trim(buf_get(&token)));
		code = ask(out, a, NULL, "AssumeRoleWithWebIdentity", &r, e);
	}
	buf_fini(&token);
	return code;
}
