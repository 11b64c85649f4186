/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypt and Decrypt of AWS KMS. Credentials are found once for each pair of
 * profile and role; requests go out without a lock, so a region that hangs
 * does not hold up the others.
 */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/aws_kms.h"
#include "key/remote.h"
#include "net/aws.h"
#include "net/json.h"

enum { EARLY = 60 };

/* Credentials found for a profile and a role, or why there are none. */
struct found {
	char *profile, *role;
	struct aws_cred cred;
	struct sealeaf_error *why; /* NULL: there are */
	struct found *next;
};

struct state {
	struct remote_state base;
	struct aws_files files;
	bool loaded;
	struct found *list;
};

static void
found_free(struct found *f)
{
	free(f->profile);
	free(f->role);
	aws_cred_fini(&f->cred);
	free(f->why);
	free(f);
}

void
aws_kms_end(struct key_session *s)
{
	struct state *state = s->state[KEY_SLOT_AWS];
	struct found *next;

	if (state == NULL)
		return;
	for (struct found *f = state->list; f != NULL; f = next) {
		next = f->next;
		found_free(f);
	}
	aws_files_fini(&state->files);
	remote_state_free(s, KEY_SLOT_AWS);
}

static enum sealeaf_code
cred_copy(struct aws_cred *to, struct aws_cred *from, struct sealeaf_error *e)
{
	struct span secret, token = { NULL, 0 };
	enum sealeaf_code code = secret_open(&from->secret, &secret, e);

	if (code == SEALEAF_OK)
		code = secret_open(&from->token, &token, e);
	if (code == SEALEAF_OK)
		code = aws_cred_set(to, span_of(from->id), secret, token, e);
	secret_close(&from->secret);
	secret_close(&from->token);
	return code;
}

static bool
usable(const struct found *f, int64_t now)
{
	return f->why != NULL || f->cred.expires == 0 ||
	    f->cred.expires - EARLY > now;
}

/* Take what is known for the pair out of the list when it is no longer good,
 * or when `fresh` asks for new ones. */
static struct found *
recall(struct state *state, const char *profile, const char *role, bool fresh,
    int64_t now)
{
	struct found **at = &state->list;

	while (*at != NULL &&
	    (strcmp((*at)->profile, profile) != 0 ||
		strcmp((*at)->role, role) != 0))
		at = &(*at)->next;
	if (*at != NULL && (fresh || !usable(*at, now))) {
		struct found *old = *at;

		*at = old->next;
		found_free(old);
		return NULL;
	}
	return *at;
}

static struct found *
look(struct state *state, struct aws *a, const char *profile, const char *role)
{
	struct found *f = mem_zero(sizeof *f);
	struct sealeaf_error why = { 0 };

	if (f == NULL)
		return NULL;
	f->profile = mem_dup(profile);
	f->role = mem_dup(role);
	if (f->profile != NULL && f->role != NULL &&
	    aws_cred_find(&f->cred, a, profile, role, &why) != SEALEAF_OK) {
		f->why = mem_zero(sizeof *f->why);
		if (f->why != NULL)
			*f->why = why;
	}
	if (f->profile == NULL || f->role == NULL ||
	    (f->cred.id == NULL && f->why == NULL)) {
		found_free(f);
		return NULL;
	}
	f->next = state->list;
	state->list = f;
	return f;
}

/* The profile that a key names, unless it is one of somebody else's. */
static const char *
known_profile(const struct state *state, const struct aws *a,
    const struct key *k)
{
	const char *profile = key_get(k, AWS_KMS_PROFILE);

	if (*profile == '\0' || aws_profile_exists(&state->files, profile))
		return profile;
	world_log(a->world, LOG_WARNING, "KMS",
	    "profile %s of %s is not in "
	    "~/.aws: using the credentials of this environment",
	    profile, key_get(k, AWS_KMS_ARN));
	return "";
}

/* A copy of the credentials for a key; a->profile is completed too. */
static enum sealeaf_code
credentials(struct aws_cred *out, struct key_session *s, struct aws *a,
    const struct key *k, bool fresh, struct sealeaf_error *e)
{
	struct state *state = remote_state(s, KEY_SLOT_AWS, sizeof *state);
	enum sealeaf_code code;
	const char *profile;
	struct found *f;

	if (state == NULL)
		return err_memory(e);
	(void)pthread_mutex_lock(&state->base.lock);
	if (!state->loaded)
		aws_files_load(&state->files, a->world);
	state->loaded = true;
	a->files = &state->files;
	profile = known_profile(state, a, k);
	if (*profile != '\0')
		a->profile = profile;
	f = recall(state, profile, key_get(k, AWS_KMS_ROLE), fresh,
	    world_now(a->world));
	if (f == NULL)
		f = look(state, a, profile, key_get(k, AWS_KMS_ROLE));
	if (f == NULL)
		code = err_memory(e);
	else if (f->why == NULL)
		code = cred_copy(out, &f->cred, e);
	else {
		code = err_set(e, f->why->code, "%s", f->why->text);
		err_hint(e, "%s", f->why->hint);
	}
	(void)pthread_mutex_unlock(&state->base.lock);
	return code;
}

/* The region of a checked ARN. */
static char *
region_of(const char *arn)
{
	struct span rest = span_of(arn);

	for (unsigned i = 0; i < 3; i++)
		rest = span_sub(rest, span_find(rest, ':') + 1, rest.n);
	return mem_dup_n(rest.p, span_find(rest, ':'));
}

static const char *
usual_profile(const struct world *w)
{
	const char *name = world_env(w, "AWS_PROFILE");

	if (name == NULL || *name == '\0')
		name = world_env(w, "AWS_DEFAULT_PROFILE");
	return name != NULL && *name != '\0' ? name : "default";
}

static void
context_put(struct buf *b, const struct key *k)
{
	buf_puts(b, ",\"EncryptionContext\":{");
	for (const struct key_context *c = k->context; c != NULL; c = c->next) {
		if (c != k->context)
			buf_putc(b, ',');
		jtext_put(b, span_of(c->name));
		buf_putc(b, ':');
		jtext_put(b, span_of(c->value));
	}
	buf_putc(b, '}');
}

static enum sealeaf_code
send(struct aws *a, struct aws_cred *cred, const char *operation,
    struct span body, struct http_answer *answer, struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	enum sealeaf_code code;
	struct buf target = { 0 };

	buf_printf(&target, "TrentService.%s", operation);
	http_header_put(&r, "Content-Type",
	    span_of("application/x-amz-json-1.1"));
	http_header_put(&r, "X-Amz-Target", buf_get(&target));
	buf_span(&r.body, body);
	code = aws_call(a, cred, "kms", &r, answer, e);
	http_request_fini(&r);
	buf_fini(&target);
	return code;
}

static bool
failed_with(const struct http_answer *a, const char *name)
{
	struct buf code = { 0 }, message = { 0 };
	bool same = false;

	if (a->status >= 400) {
		aws_failure(a, &code, &message);
		same = span_starts(buf_get(&code), name);
	}
	buf_fini(&code);
	buf_fini(&message);
	return same;
}

/* Say what the usual refusals mean. */
static enum sealeaf_code
refused(const struct http_answer *a, const struct key *k, const char *operation,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = aws_refused(a, "KMS", operation, e);

	if (failed_with(a, "InvalidCiphertext"))
		err_hint(e,
		    "the encryption context is another than at encryption%s, or the wrapped key is damaged",
		    k->context == NULL ? " (the file has none)" : "");
	else if (failed_with(a, "AccessDenied"))
		err_hint(e, "the credentials need kms:%s for %s", operation,
		    key_get(k, AWS_KMS_ARN));
	return code;
}

/* Send `body`, with new credentials when those at hand have run out. */
static enum sealeaf_code
ask(struct key_session *s, const struct key *k, const char *operation,
    struct span body, struct http_answer *answer, struct sealeaf_error *e)
{
	struct aws a = { .world = remote_world(s),
		.http = remote_http(s),
		.profile = usual_profile(remote_world(s)) };
	struct aws_cred cred = { 0 };
	char *region = region_of(key_get(k, AWS_KMS_ARN));
	enum sealeaf_code code = SEALEAF_OK;

	a.region = region;
	if (region == NULL)
		return err_memory(e);
	for (unsigned try = 0; try < 2 && code == SEALEAF_OK; try++) {
		if (try > 0 && !failed_with(answer, "ExpiredToken"))
			break;
		code = credentials(&cred, s, &a, k, try > 0, e);
		if (code == SEALEAF_OK)
			code = send(&a, &cred, operation, body, answer, e);
		aws_cred_fini(&cred);
	}
	free(region);
	return code;
}

static enum sealeaf_code
check_arn(const struct key *k, struct sealeaf_error *e)
{
	if (!aws_kms_role_valid(key_get(k, AWS_KMS_ROLE)))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not the ARN of a role: '%.300s'",
		    key_get(k, AWS_KMS_ROLE));
	return aws_kms_arn_check(key_get(k, AWS_KMS_ARN), e);
}

static void
failure_prefix(struct sealeaf_error *e, const char *what)
{
	if (e != NULL && e->code != SEALEAF_ERR_MEMORY)
		err_prefix(e, "failed to %s sops data key with AWS KMS", what);
}

enum sealeaf_code
aws_kms_wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_answer answer = { 0 };
	struct buf body = { 0 };
	enum sealeaf_code code = check_arn(k, e);

	if (code == SEALEAF_OK)
		code = remote_open(s, e);
	if (code == SEALEAF_OK) {
		buf_puts(&body, "{\"KeyId\":");
		jtext_put(&body, span_of(key_get(k, AWS_KMS_ARN)));
		buf_puts(&body, ",\"Plaintext\":\"");
		remote_put(&body, secret);
		buf_putc(&body, '"');
		context_put(&body, k);
		buf_putc(&body, '}');
		code = ask(s, k, "Encrypt", buf_get(&body), &answer, e);
	}
	if (code == SEALEAF_OK &&
	    (answer.status != 200 || !jtext_check(buf_get(&answer.body))))
		code = refused(&answer, k, "Encrypt", e);
	if (code == SEALEAF_OK)
		code = remote_set_enc(k,
		    jtext_get(buf_get(&answer.body), "CiphertextBlob"), secret,
		    e);
	if (code != SEALEAF_OK)
		failure_prefix(e, "encrypt");
	buf_fini(&body);
	http_answer_fini(&answer);
	return code;
}

static void
decrypt_body(struct buf *b, const struct key *k, bool named)
{
	buf_puts(b, "{\"CiphertextBlob\":");
	jtext_put(b, remote_enc(k));
	if (named) {
		buf_puts(b, ",\"KeyId\":");
		jtext_put(b, span_of(key_get(k, AWS_KMS_ARN)));
	}
	context_put(b, k);
	buf_putc(b, '}');
}

/* An alias may point at another key by now; the blob knows its own. */
static enum sealeaf_code
decrypt(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	bool alias = strstr(key_get(k, AWS_KMS_ARN), ":alias/") != NULL;
	struct http_answer answer = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	for (unsigned try = 0; try < 2 && code == SEALEAF_OK; try++) {
		struct buf body = { 0 };

		if (try > 0 &&
		    (!alias || !failed_with(&answer, "IncorrectKey")))
			break;
		decrypt_body(&body, k, try == 0);
		http_answer_fini(&answer);
		code = ask(s, k, "Decrypt", buf_get(&body), &answer, e);
		buf_fini(&body);
	}
	if (code == SEALEAF_OK &&
	    (answer.status != 200 || !jtext_check(buf_get(&answer.body))))
		code = refused(&answer, k, "Decrypt", e);
	if (code == SEALEAF_OK)
		code = remote_get(secret,
		    jtext_get(buf_get(&answer.body), "Plaintext"), e);
	http_answer_fini(&answer);
	return code;
}

enum sealeaf_code
aws_kms_unwrap(struct key_session *s, const struct key *k,
    struct secret *secret, struct sealeaf_error *e)
{
	enum sealeaf_code code = check_arn(k, e);

	if (code != SEALEAF_OK)
		return code;
	if (!key_base64(remote_enc(k), base64_get, 0, AWS_KMS_BLOB_MAX))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "error base64-decoding "
		    "encrypted data key: illegal base64 data");
	code = remote_unwrap(s, k, decrypt, secret, e);
	if (code != SEALEAF_OK)
		failure_prefix(e, "decrypt");
	return code;
}
