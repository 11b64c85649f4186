/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which AWS's SDK for Go looks for credentials: environment, web
 * identity, profile, container, instance; and the many forms of a profile.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/aws.h"
#include "net/json.h"

void
aws_cred_fini(struct aws_cred *c)
{
	free(c->id);
	secret_fini(&c->secret);
	secret_fini(&c->token);
	memset(c, 0, sizeof *c);
}

enum sealeaf_code
aws_cred_set(struct aws_cred *c, struct span id, struct span secret,
    struct span token, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	int64_t expires = c->expires;

	aws_cred_fini(c);
	c->expires = expires;
	if (id.n == 0 || secret.n == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "an access key without its other half");
	c->id = mem_dup_n(id.p, id.n);
	if (c->id == NULL)
		return err_memory(e);
	code = secret_copy(&c->secret, secret.p, secret.n, e);
	if (code == SEALEAF_OK && token.n > 0)
		code = secret_copy(&c->token, token.p, token.n, e);
	return code;
}

bool
aws_cred_json(struct aws_cred *c, struct span object, const char *id,
    const char *secret, const char *token)
{
	struct buf a = { 0 }, b = { 0 }, t = { 0 };
	bool done;

	(void)jtext_text(&a, jtext_get(object, id));
	(void)jtext_text(&b, jtext_get(object, secret));
	(void)jtext_text(&t, jtext_get(object, token));
	done = aws_cred_set(c, buf_get(&a), buf_get(&b), buf_get(&t), NULL) ==
	    SEALEAF_OK;
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&t);
	return done;
}

static struct span
either(const struct aws *a, const char *name, const char *other)
{
	struct span value = span_of(world_env(a->world, name));

	return value.n > 0 ? value : span_of(world_env(a->world, other));
}

static enum sealeaf_code
nothing(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_NOT_MINE, "no credentials");
}

static enum sealeaf_code
from_environment(struct aws_cred *out, const struct aws *a,
    struct sealeaf_error *e)
{
	struct span id = either(a, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY");
	struct span secret = either(a, "AWS_SECRET_ACCESS_KEY",
	    "AWS_SECRET_KEY");

	if (id.n == 0 || secret.n == 0)
		return nothing(e);
	return aws_cred_set(out, id, secret,
	    span_of(world_env(a->world, "AWS_SESSION_TOKEN")), e);
}

static enum sealeaf_code
from_web_token(struct aws_cred *out, const struct aws *a,
    struct sealeaf_error *e)
{
	const char *file = world_env(a->world, "AWS_WEB_IDENTITY_TOKEN_FILE");
	struct aws_role role = {
		.arn = span_of(world_env(a->world, "AWS_ROLE_ARN")),
		.session = span_of(world_env(a->world, "AWS_ROLE_SESSION_NAME"))
	};

	if (file == NULL || *file == '\0')
		return nothing(e);
	if (role.arn.n == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is "
		    "not");
	return aws_web_identity(out, a, file, &role, e);
}

/* The container's endpoint, then the instance's. */
static enum sealeaf_code
from_machine(struct aws_cred *out, const struct aws *a, struct sealeaf_error *e)
{
	struct sealeaf_error first = { 0 };
	enum sealeaf_code code = aws_container(out, a, &first);

	if (code != SEALEAF_ERR_NOT_MINE) {
		if (code != SEALEAF_OK && e != NULL && e->code == SEALEAF_OK)
			*e = first;
		return code;
	}
	return aws_instance(out, a, e);
}

static enum sealeaf_code
from_named_source(struct aws_cred *out, const struct aws *a, struct span source,
    struct sealeaf_error *e)
{
	if (span_is(source, "Environment"))
		return from_environment(out, a, e);
	if (span_is(source, "Ec2InstanceMetadata"))
		return aws_instance(out, a, e);
	if (span_is(source, "EcsContainer"))
		return aws_container(out, a, e);
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "invalid credential_source \"%.*s\": must be Environment, "
	    "Ec2InstanceMetadata or EcsContainer",
	    (int)source.n, source.p);
}

static struct span
setting(const struct aws *a, const char *profile, const char *key)
{
	return aws_profile_get(a->files, profile, key);
}

static enum sealeaf_code
static_keys(struct aws_cred *out, const struct aws *a, const char *profile,
    struct sealeaf_error *e)
{
	struct span id, secret;

	(void)aws_profile_keys(a->files, profile, &id, &secret);
	return aws_cred_set(out, id, secret,
	    setting(a, profile, "aws_session_token"), e);
}

static bool
uses_sso(const struct aws *a, const char *profile)
{
	return setting(a, profile, "sso_session").n > 0 ||
	    setting(a, profile, "sso_start_url").n > 0 ||
	    setting(a, profile, "sso_region").n > 0 ||
	    setting(a, profile, "sso_role_name").n > 0 ||
	    setting(a, profile, "sso_account_id").n > 0;
}

static void
read_role(struct aws_role *role, const struct aws *a, const char *profile)
{
	role->arn = setting(a, profile, "role_arn");
	role->session = setting(a, profile, "role_session_name");
	role->external_id = setting(a, profile, "external_id");
	role->mfa_serial = setting(a, profile, "mfa_serial");
	role->seconds = setting(a, profile, "duration_seconds");
	if (role->seconds.n == 0)
		role->seconds = span_of("900");
}

static enum sealeaf_code
web_profile(struct aws_cred *out, const struct aws *a, struct span file,
    const struct aws_role *role, struct sealeaf_error *e)
{
	char *path = mem_dup_n(file.p, file.n);
	enum sealeaf_code code;

	if (path == NULL)
		return err_memory(e);
	code = aws_web_identity(out, a, path, role, e);
	free(path);
	return code;
}

/* A profile on the way from the one that is asked for to its source. */
struct step {
	const char *profile;
	const struct step *before; /* the one it is the source of, or NULL */
};

static enum sealeaf_code from_profile(struct aws_cred *out, const struct aws *a,
    const struct step *step, struct sealeaf_error *e);

static bool
seen_before(const struct step *step)
{
	for (const struct step *s = step->before; s != NULL; s = s->before)
		if (strcmp(s->profile, step->profile) == 0)
			return true;
	return false;
}

/*
 * What SDKs refuse to guess at: a source of credentials that is for a role
 * without one, several sources at once, half an access key.
 */
static enum sealeaf_code
check_profile(const struct aws *a, const char *profile, bool again,
    struct sealeaf_error *e)
{
	static const char *const sources[] = { "source_profile",
		"credential_source", "web_identity_token_file",
		"credential_process" };
	struct span id, secret;
	unsigned n = 0;

	if (!aws_profile_keys(a->files, profile, &id, &secret))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "partial credentials found for profile %s", profile);
	for (size_t i = 0; i < 4; i++) {
		if (setting(a, profile, sources[i]).n == 0)
			continue;
		n++;
		if (!again && i < 3 && setting(a, profile, "role_arn").n == 0)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "credential type %s requires role_arn, profile %s",
			    sources[i], profile);
	}
	if (n > 1 && !again)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "only one credential type may be specified per profile: "
		    "source profile, credential source, credential process, "
		    "web identity token (profile %s)",
		    profile);
	return SEALEAF_OK;
}

static bool
has_any(const struct aws *a, const char *profile)
{
	static const char *const settings[] = { "aws_access_key_id",
		"source_profile", "credential_source", "credential_process",
		"web_identity_token_file", "sso_session", "sso_region",
		"sso_account_id", "sso_start_url", "sso_role_name",
		"login_session" };

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (setting(a, profile, settings[i]).n > 0)
			return true;
	return false;
}

/* The profile that a role is assumed from. */
static enum sealeaf_code
source_profile(struct aws_cred *out, const struct aws *a,
    const struct step *step, struct span source, struct sealeaf_error *e)
{
	struct step next = { mem_dup_n(source.p, source.n), step };
	enum sealeaf_code code;

	if (next.profile == NULL)
		return err_memory(e);
	if (!aws_profile_exists(a->files, next.profile))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "source_profile \"%s\" "
		    "of profile \"%s\" is not configured",
		    next.profile, step->profile);
	else if (!has_any(a, next.profile))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "source_profile \"%s\" of profile \"%s\" has no "
		    "credentials",
		    next.profile, step->profile);
	else
		code = from_profile(out, a, &next, e);
	free((char *)(uintptr_t)next.profile);
	return code;
}

/* What a profile has before its role is assumed. */
static enum sealeaf_code
base_of(struct aws_cred *out, const struct aws *a, const char *profile,
    struct sealeaf_error *e)
{
	struct span named = setting(a, profile, "credential_source");
	struct span command = setting(a, profile, "credential_process");

	if (setting(a, profile, "aws_access_key_id").n > 0)
		return static_keys(out, a, profile, e);
	if (named.n > 0)
		return from_named_source(out, a, named, e);
	if (uses_sso(a, profile))
		return aws_sso(out, a, profile, e);
	if (setting(a, profile, "login_session").n > 0)
		return err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "profile \"%s\" uses aws login, which is not supported; "
		    "use credential_process = aws configure "
		    "export-credentials --profile NAME",
		    profile);
	if (command.n > 0)
		return aws_process(out, a, command, e);
	return from_machine(out, a, e);
}

/*
 * The keys of a source profile come before a source of its own; those of the
 * profile that is asked for do not. One that is met again on the way stands
 * for its keys alone.
 */
static enum sealeaf_code
from_profile(struct aws_cred *out, const struct aws *a, const struct step *step,
    struct sealeaf_error *e)
{
	const char *profile = step->profile;
	struct span source = setting(a, profile, "source_profile");
	struct span web = setting(a, profile, "web_identity_token_file");
	bool keys = setting(a, profile, "aws_access_key_id").n > 0;
	bool again = seen_before(step);
	struct aws_cred base = { 0 }, *first;
	struct aws_role role = { 0 };
	enum sealeaf_code code = check_profile(a, profile, again, e);

	if (code != SEALEAF_OK)
		return code;
	if (again && !keys)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "profiles name each other as source_profile in a ring");
	if (!again)
		read_role(&role, a, profile);
	if (again || (keys && step->before != NULL))
		source = span_of("");
	if (web.n > 0 && source.n == 0 && !keys)
		return web_profile(out, a, web, &role, e);
	first = role.arn.n > 0 ? &base : out;
	code = source.n > 0 ? source_profile(first, a, step, source, e)
			    : base_of(first, a, profile, e);
	if (code == SEALEAF_OK && role.arn.n > 0)
		code = aws_assume(out, a, &base, &role, e);
	aws_cred_fini(&base);
	return code;
}

/* Without a profile named by the key. */
static enum sealeaf_code
from_anywhere(struct aws_cred *out, const struct aws *a,
    struct sealeaf_error *e)
{
	struct sealeaf_error none = { 0 };
	struct span named = either(a, "AWS_PROFILE", "AWS_DEFAULT_PROFILE");
	enum sealeaf_code code = from_environment(out, a, &none);

	if (code == SEALEAF_ERR_NOT_MINE) {
		err_clear(&none);
		code = from_web_token(out, a, &none);
	}
	if (code != SEALEAF_ERR_NOT_MINE) {
		if (code != SEALEAF_OK && e != NULL && e->code == SEALEAF_OK)
			*e = none;
		return code;
	}
	if (named.n > 0 && !aws_profile_exists(a->files, a->profile)) {
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "could not load AWS "
		    "config: failed to get shared config profile, %s",
		    a->profile);
		err_hint(e, "AWS_PROFILE names no profile of ~/.aws/config");
		return SEALEAF_ERR_GENERIC;
	}
	return from_profile(out, a, &(struct step){ a->profile, NULL }, e);
}

/* Nothing anywhere: say so, and where it was looked. */
static void
looked(const struct aws *a, const char *profile, struct sealeaf_error *e)
{
	bool named = profile != NULL && *profile != '\0';

	err_prefix(e, "no AWS credentials");
	err_hint(e,
	    "no AWS credentials in %sthe profile %s of ~/.aws, at the container's or the instance's endpoint: %s",
	    named ? "" : "AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, ",
	    named ? profile : a->profile,
	    named
		? "aws configure --profile NAME makes a profile"
		: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

enum sealeaf_code
aws_cred_find(struct aws_cred *out, struct aws *a, const char *profile,
    const char *role, struct sealeaf_error *e)
{
	struct aws_cred base = { 0 };
	struct aws_role assumed = { .arn = span_of(role) };
	struct aws_cred *first = assumed.arn.n > 0 ? &base : out;
	enum sealeaf_code code;

	if (profile != NULL && *profile != '\0')
		code = from_profile(first, a, &(struct step){ profile, NULL },
		    e);
	else
		code = from_anywhere(first, a, e);
	if (code == SEALEAF_ERR_NOT_MINE)
		looked(a, profile, e);
	if (code == SEALEAF_OK && first == &base)
		code = aws_assume(out, a, &base, &assumed, e);
	aws_cred_fini(&base);
	return code;
}
