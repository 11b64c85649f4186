/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encrypt and decrypt of Cloud KMS over REST, with the checksums that Google
 * asks its users to send and to verify.
 */

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/gcp_kms.h"
#include "key/remote.h"
#include "net/digest.h"
#include "net/gcp.h"
#include "net/json.h"

struct state {
	struct remote_state base;
	struct oauth_token token;
	struct buf quota;
};

void
gcp_kms_end(struct key_session *s)
{
	struct state *state = s->state[KEY_SLOT_GCP];

	if (state == NULL)
		return;
	oauth_fini(&state->token);
	buf_fini(&state->quota);
	remote_state_free(s, KEY_SLOT_GCP);
}

/* Add the headers that say who asks. */
static enum sealeaf_code
authorize(struct key_session *s, struct http_request *r, bool fresh,
    struct sealeaf_error *e)
{
	struct state *state = remote_state(s, KEY_SLOT_GCP, sizeof *state);
	struct gcp g = { .world = remote_world(s), .http = remote_http(s) };
	enum sealeaf_code code = SEALEAF_OK;

	if (state == NULL)
		return err_memory(e);
	(void)pthread_mutex_lock(&state->base.lock);
	if (fresh || !oauth_usable(&state->token, world_now(g.world))) {
		oauth_fini(&state->token);
		code = gcp_token(&state->token, &state->quota, &g, e);
	}
	if (code == SEALEAF_OK) {
		oauth_header_put(r, &state->token);
		if (state->quota.n > 0)
			http_header_put(r, "x-goog-user-project",
			    buf_get(&state->quota));
	} else if (code != SEALEAF_ERR_MEMORY) {
		err_prefix(e, "cannot create GCP KMS service");
	}
	(void)pthread_mutex_unlock(&state->base.lock);
	return code;
}

/* Append where the service is, without a '/' at the end. */
static enum sealeaf_code
endpoint_put(struct buf *url, const struct world *w, struct sealeaf_error *e)
{
	const char *set = world_env(w, "SOPS_GCP_KMS_ENDPOINT");
	const char *domain = world_env(w, "SOPS_GCP_KMS_UNIVERSE_DOMAIN");

	if (set != NULL && *set != '\0')
		buf_printf(url, "%s%s",
		    strstr(set, "://") != NULL ? "" : "https://", set);
	else
		buf_printf(url, "https://cloudkms.%s",
		    domain != NULL && *domain != '\0' ? domain
						      : "googleapis.com");
	while (url->n > 0 && url->p[url->n - 1] == '/')
		buf_truncate(url, url->n - 1);
	if (buf_check(url, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	if (gcp_url_safe(url->p))
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "endpoint of GCP KMS is not https: %.200s", url->p);
}

static enum sealeaf_code
refused(const struct http_answer *a, const struct key *k, const char *verb,
    struct sealeaf_error *e)
{
	struct span body = buf_get(&a->body);
	struct buf text = { 0 }, status = { 0 };

	if (jtext_check(body)) {
		http_text_put(&text, jtext_get2(body, "error", "message"));
		http_text_put(&status, jtext_get2(body, "error", "status"));
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC, "googleapi: Error %u: %s%s%s",
	    a->status, text.n > 0 ? text.p : "the answer is not understood",
	    status.n > 0 ? ", " : "", status.n > 0 ? status.p : "");
	if (a->status == 403)
		err_hint(e,
		    "the account needs "
		    "cloudkms.cryptoKeyVersions.useTo%c%s on %s",
		    verb[0] - 'a' + 'A', verb + 1,
		    key_get(k, GCP_KMS_RESOURCE));
	buf_fini(&text);
	buf_fini(&status);
	return SEALEAF_ERR_GENERIC;
}

/* Send the body, with another token when the first is refused. */
static enum sealeaf_code
ask(struct key_session *s, const struct key *k, const char *verb,
    struct http_request *r, struct http_answer *a, struct sealeaf_error *e)
{
	struct buf url = { 0 };
	enum sealeaf_code code = gcp_kms_resource_check(
	    key_get(k, GCP_KMS_RESOURCE), e);

	if (code != SEALEAF_OK) {
		err_prefix(e, "cannot create GCP KMS service");
		return code;
	}
	code = endpoint_put(&url, remote_world(s), e);
	buf_printf(&url, "/v1/%s:%s", key_get(k, GCP_KMS_RESOURCE), verb);
	if (code == SEALEAF_OK)
		code = buf_check(&url, e);
	r->method = "POST";
	r->url = url.p;
	for (unsigned try = 0; try < 2 && code == SEALEAF_OK; try++) {
		if (try > 0 && a->status != 401)
			break;
		buf_truncate(&r->headers, 0);
		http_answer_fini(a);
		http_header_put(r, "Content-Type", span_of("application/json"));
		code = authorize(s, r, try > 0, e);
		if (code == SEALEAF_OK)
			code = http_ask(remote_http(s), r, a, e);
	}
	buf_fini(&url);
	if (code == SEALEAF_OK &&
	    (a->status != 200 || !jtext_check(buf_get(&a->body))))
		code = refused(a, k, verb, e);
	return code;
}

/* Whether the checksum that the service gave, if it did, is that of `s`. */
static bool
crc_matches(struct span answer, const char *name, struct span s)
{
	struct span given = jtext_get(answer, name);

	return given.p == NULL ||
	    (uint64_t)jtext_int(given) == digest_crc32c(s);
}

static enum sealeaf_code
damaged(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "the answer or the request was damaged on its way");
}

static void
failure_prefix(struct sealeaf_error *e, const char *what)
{
	if (e != NULL && e->code != SEALEAF_ERR_MEMORY &&
	    !span_starts(span_of(e->text), "cannot create"))
		err_prefix(e, "failed to %s sops data key with GCP KMS key",
		    what);
}

static void
encrypt_body(struct buf *b, struct secret *secret)
{
	struct span bytes;

	if (secret_open(secret, &bytes, NULL) != SEALEAF_OK)
		b->failed = true;
	buf_puts(b, "{\"plaintext\":\"");
	base64_append(b, bytes.p, bytes.n);
	buf_printf(b, "\",\"plaintextCrc32c\":\"%u\"}",
	    (unsigned)digest_crc32c(bytes));
	secret_close(secret);
}

/* Check what came back, by the service's own sums. */
static bool
sealed_well(struct span answer)
{
	struct span verified = jtext_get(answer, "verifiedPlaintextCrc32c");
	uint8_t blob[GCP_KMS_BLOB_MAX];
	struct buf text = { 0 };
	size_t n = 0;
	bool fine;

	fine = jtext_string(&text, jtext_get(answer, "ciphertext")) &&
	    base64_get(buf_get(&text), blob, sizeof blob, &n) &&
	    crc_matches(answer, "ciphertextCrc32c",
		span_make((const char *)blob, n)) &&
	    (verified.p == NULL || jtext_is(verified, "true"));
	buf_fini(&text);
	return fine;
}

enum sealeaf_code
gcp_kms_wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	struct http_answer a = { 0 };
	enum sealeaf_code code = remote_open(s, e);
	struct span answer;

	if (code != SEALEAF_OK)
		return code;
	encrypt_body(&r.body, secret);
	code = ask(s, k, "encrypt", &r, &a, e);
	answer = buf_get(&a.body);
	if (code == SEALEAF_OK && !sealed_well(answer))
		code = damaged(e);
	if (code == SEALEAF_OK)
		code = remote_set_enc(k, jtext_get(answer, "ciphertext"),
		    secret, e);
	http_request_fini(&r);
	http_answer_fini(&a);
	if (code != SEALEAF_OK)
		failure_prefix(e, "encrypt");
	return code;
}

static enum sealeaf_code
decrypt(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	uint8_t blob[GCP_KMS_BLOB_MAX];
	struct http_request r = { 0 };
	struct http_answer a = { 0 };
	enum sealeaf_code code;
	struct span text;
	size_t n;

	if (!base64_get(remote_enc(k), blob, sizeof blob, &n))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the encrypted data key is no base64");
	buf_puts(&r.body, "{\"ciphertext\":");
	jtext_put(&r.body, remote_enc(k));
	buf_printf(&r.body, ",\"ciphertextCrc32c\":\"%u\"}",
	    (unsigned)digest_crc32c(span_make((const char *)blob, n)));
	code = ask(s, k, "decrypt", &r, &a, e);
	if (code == SEALEAF_OK)
		code = remote_get(secret,
		    jtext_get(buf_get(&a.body), "plaintext"), e);
	if (code == SEALEAF_OK) {
		code = secret_open(secret, &text, e);
		if (code == SEALEAF_OK &&
		    !crc_matches(buf_get(&a.body), "plaintextCrc32c", text))
			code = damaged(e);
		secret_close(secret);
		if (code != SEALEAF_OK)
			secret_fini(secret);
	}
	http_request_fini(&r);
	http_answer_fini(&a);
	return code;
}

enum sealeaf_code
gcp_kms_unwrap(struct key_session *s, const struct key *k,
    struct secret *secret, struct sealeaf_error *e)
{
	enum sealeaf_code code = remote_unwrap(s, k, decrypt, secret, e);

	if (code != SEALEAF_OK)
		failure_prefix(e, "decrypt");
	return code;
}
