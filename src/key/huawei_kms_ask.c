/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encrypt-data and decrypt-data of HuaweiCloud KMS. The service seals text, so
 * the data key goes in as base64, and comes out so.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/huawei_kms.h"
#include "key/remote.h"
#include "net/huawei.h"
#include "net/json.h"

enum { EARLY = 60 };

/* The project of a region, once looked up. */
struct project {
	char *region, *id;
	struct project *next;
};

struct state {
	struct remote_state base;
	struct huawei_cred cred;
	struct project *list;
};

void
huawei_kms_end(struct key_session *s)
{
	struct state *state = s->state[KEY_SLOT_HUAWEI];
	struct project *next;

	if (state == NULL)
		return;
	for (struct project *p = state->list; p != NULL; p = next) {
		next = p->next;
		free(p->region);
		free(p->id);
		free(p);
	}
	huawei_cred_fini(&state->cred);
	remote_state_free(s, KEY_SLOT_HUAWEI);
}

static const char *
project_known(const struct state *state, const char *region)
{
	if (state->cred.project != NULL)
		return state->cred.project;
	for (const struct project *p = state->list; p != NULL; p = p->next)
		if (strcmp(p->region, region) == 0)
			return p->id;
	return NULL;
}

/* The project's id; the lock is held. */
static enum sealeaf_code
project_find(const char **id, struct state *state, const struct huawei *h,
    struct sealeaf_error *e)
{
	struct project *p;
	enum sealeaf_code code;

	*id = project_known(state, h->region);
	if (*id != NULL)
		return SEALEAF_OK;
	p = mem_zero(sizeof *p);
	if (p == NULL)
		return err_memory(e);
	code = huawei_project(&p->id, h, &state->cred, e);
	if (code == SEALEAF_OK) {
		p->region = mem_dup(h->region);
		if (p->region == NULL)
			code = err_memory(e);
	}
	if (code != SEALEAF_OK) {
		free(p->id);
		free(p);
		return code;
	}
	p->next = state->list;
	state->list = p;
	*id = p->id;
	return SEALEAF_OK;
}

/* Ids of keys, and of projects, which become a part of the path. */
static bool
is_id(struct span id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!isalnum((unsigned char)id.p[i]) && id.p[i] != '-' &&
		    id.p[i] != '_')
			return false;
	return id.n > 0;
}

/* Send r->body to an action. The lock is for the credentials, not for the
 * request. */
static enum sealeaf_code
send(struct key_session *s, const struct huawei *h, const char *action,
    struct http_request *r, struct http_answer *a, struct sealeaf_error *e)
{
	struct state *state = remote_state(s, KEY_SLOT_HUAWEI, sizeof *state);
	struct buf url = { 0 };
	const char *project = NULL;
	int64_t end;
	enum sealeaf_code code;

	if (state == NULL)
		return err_memory(e);
	code = huawei_endpoint(&url, h, e);
	(void)pthread_mutex_lock(&state->base.lock);
	end = state->cred.keys.expires;
	if (code == SEALEAF_OK &&
	    (state->cred.keys.id == NULL ||
		(end != 0 && end - EARLY < world_now(h->world)))) {
		huawei_cred_fini(&state->cred);
		code = huawei_cred_find(&state->cred, h, e);
	}
	if (code == SEALEAF_OK)
		code = project_find(&project, state, h, e);
	if (code == SEALEAF_OK && !is_id(span_of(project)))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "not a project id: \"%.100s\"", project);
	if (code == SEALEAF_OK) {
		buf_printf(&url, "/v1.0/%s/kms/%s", project, action);
		code = buf_check(&url, e);
	}
	r->method = "POST";
	r->url = url.p;
	if (code == SEALEAF_OK)
		code = huawei_authorize(h, &state->cred, project, r, e);
	(void)pthread_mutex_unlock(&state->base.lock);
	if (code == SEALEAF_OK)
		code = http_ask(h->http, r, a, e);
	if (code == SEALEAF_OK &&
	    (a->status != 200 || !jtext_check(buf_get(&a->body))))
		code = huawei_refused(a, e);
	buf_fini(&url);
	return code;
}

/* Take "region:uuid" apart. */
static enum sealeaf_code
take_apart(const struct key *k, char **region, char **uuid,
    struct sealeaf_error *e)
{
	struct span id = span_of(key_get(k, HUAWEI_KMS_ID)), part;
	size_t colon = span_find(id, ':');

	part = span_trim(span_sub(id, 0, colon));
	if (colon == id.n || !aws_region_valid(part))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "failed to create "
		    "HuaweiCloud KMS client: invalid region \"%.*s\"",
		    (int)(part.n < 100 ? part.n : 100), part.p);
	*region = mem_dup_n(part.p, part.n);
	part = span_trim(span_sub(id, colon + 1, id.n));
	if (!is_id(part))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not the id of a key: \"%.*s\"",
		    (int)(part.n < 100 ? part.n : 100), part.p);
	*uuid = mem_dup_n(part.p, part.n);
	return *region != NULL && *uuid != NULL ? SEALEAF_OK : err_memory(e);
}

static enum sealeaf_code
ask(struct key_session *s, const struct key *k, const char *action,
    struct http_request *r, struct http_answer *a, struct sealeaf_error *e)
{
	struct huawei h = { .world = remote_world(s), .http = remote_http(s) };
	char *region = NULL, *uuid = NULL;
	enum sealeaf_code code = take_apart(k, &region, &uuid, e);

	if (code == SEALEAF_OK) {
		buf_puts(&r->body,
		    ",\"encryption_algorithm\":\"SYMMETRIC_DEFAULT\","
		    "\"key_id\":");
		jtext_put(&r->body, span_of(uuid));
		buf_putc(&r->body, '}');
		h.region = region;
		code = send(s, &h, action, r, a, e);
	}
	free(region);
	free(uuid);
	return code;
}

static enum sealeaf_code
failed(struct sealeaf_error *e, const char *what, enum sealeaf_code code)
{
	if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
		err_prefix(e, "failed to %s sops data key with HuaweiCloud KMS",
		    what);
	return code;
}

enum sealeaf_code
huawei_kms_wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	struct http_answer a = { 0 };
	enum sealeaf_code code = remote_open(s, e);
	struct span text;

	if (code != SEALEAF_OK)
		return code;
	buf_puts(&r.body, "{\"plain_text\":\"");
	remote_put(&r.body, secret);
	buf_putc(&r.body, '"');
	code = ask(s, k, "encrypt-data", &r, &a, e);
	text = jtext_get(buf_get(&a.body), "cipher_text");
	if (code == SEALEAF_OK && text.p == NULL)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "encryption response missing ciphertext");
	if (code == SEALEAF_OK)
		code = remote_set_enc(k, text, secret, e);
	http_request_fini(&r);
	http_answer_fini(&a);
	return failed(e, "encrypt", code);
}

static enum sealeaf_code
decrypt(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_request r = { 0 };
	struct http_answer a = { 0 };
	enum sealeaf_code code;

	buf_puts(&r.body, "{\"cipher_text\":");
	jtext_put(&r.body, remote_enc(k));
	code = ask(s, k, "decrypt-data", &r, &a, e);
	if (code == SEALEAF_OK)
		code = remote_get(secret,
		    jtext_get(buf_get(&a.body), "plain_text"), e);
	http_request_fini(&r);
	http_answer_fini(&a);
	return code;
}

enum sealeaf_code
huawei_kms_unwrap(struct key_session *s, const struct key *k,
    struct secret *secret, struct sealeaf_error *e)
{
	return failed(e, "decrypt", remote_unwrap(s, k, decrypt, secret, e));
}
