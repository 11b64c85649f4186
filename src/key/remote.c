/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pool of connections for all sources, and the data keys already
 * unwrapped: files of one repository often hold the same wrapped key, which
 * then costs one request. They are found by a digest, so what is remembered
 * beside them says nothing about the files.
 */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/remote.h"
#include "net/digest.h"
#include "net/json.h"

enum { SECRET_MAX = 4096 };

struct known {
	uint8_t digest[DIGEST_SIZE];
	struct secret secret;
	struct known *next;
};

struct remote {
	pthread_mutex_t lock; /* guards known, and session->state */
	pthread_mutex_t talk; /* held while the outer world is spoken to */
	const struct world *outer;
	struct world world;
	struct http *http;
	struct known *known;
};

static struct remote *
remote(const struct key_session *s)
{
	return s->state[KEY_SLOT_REMOTE];
}

static const char *
world_variable(void *user, const char *name)
{
	const struct remote *r = user;

	return world_env(r->outer, name);
}

static int64_t
world_time(void *user)
{
	const struct remote *r = user;

	return world_now(r->outer);
}

static void
world_dice(void *user, void *p, size_t n)
{
	const struct remote *r = user;

	world_random(r->outer, p, n);
}

static enum sealeaf_code
world_question(void *user, const char *prompt, bool hidden,
    struct secret *answer, struct sealeaf_error *e)
{
	struct remote *r = user;
	enum sealeaf_code code;

	(void)pthread_mutex_lock(&r->talk);
	code = r->outer->ask(r->outer->user, prompt, hidden, answer, e);
	(void)pthread_mutex_unlock(&r->talk);
	return code;
}

static enum sealeaf_code
world_one_key(void *user, const char *prompt, struct secret *answer,
    struct sealeaf_error *e)
{
	struct remote *r = user;
	enum sealeaf_code code;

	(void)pthread_mutex_lock(&r->talk);
	code = world_ask_key(r->outer, prompt, answer, e);
	(void)pthread_mutex_unlock(&r->talk);
	return code;
}

static void
world_line(void *user, enum log_level level, const char *logger,
    const char *text)
{
	struct remote *r = user;

	(void)pthread_mutex_lock(&r->talk);
	r->outer->log(r->outer->user, level, logger, text);
	(void)pthread_mutex_unlock(&r->talk);
}

enum sealeaf_code
remote_open(struct key_session *s, struct sealeaf_error *e)
{
	struct remote *r;

	if (remote(s) != NULL)
		return SEALEAF_OK;
	r = mem_zero(sizeof *r);
	if (r == NULL)
		return err_memory(e);
	r->outer = s->world;
	r->world.user = r;
	r->world.env = world_variable;
	r->world.now = world_time;
	r->world.random = world_dice;
	r->world.ask = world_question;
	r->world.key = world_one_key;
	r->world.log = world_line;
	r->http = http_new(&r->world, s->seconds);
	if (r->http == NULL || pthread_mutex_init(&r->lock, NULL) != 0) {
		http_free(r->http);
		free(r);
		return err_memory(e);
	}
	(void)pthread_mutex_init(&r->talk, NULL);
	s->state[KEY_SLOT_REMOTE] = r;
	return SEALEAF_OK;
}

void
remote_stop(struct key_session *s, bool stopped)
{
	if (remote(s) != NULL)
		http_stop(remote(s)->http, stopped);
}

void
remote_close(struct key_session *s)
{
	struct remote *r = remote(s);
	struct known *next;

	if (r == NULL)
		return;
	for (struct known *k = r->known; k != NULL; k = next) {
		next = k->next;
		secret_fini(&k->secret);
		free(k);
	}
	http_free(r->http);
	(void)pthread_mutex_destroy(&r->lock);
	(void)pthread_mutex_destroy(&r->talk);
	free(r);
	s->state[KEY_SLOT_REMOTE] = NULL;
}

struct http *
remote_http(const struct key_session *s)
{
	return remote(s)->http;
}

const struct world *
remote_world(const struct key_session *s)
{
	return &remote(s)->world;
}

void *
remote_state(struct key_session *s, unsigned slot, size_t size)
{
	struct remote *r = remote(s);
	struct remote_state *state;

	(void)pthread_mutex_lock(&r->lock);
	state = s->state[slot];
	if (state == NULL) {
		state = mem_zero(size);
		if (state != NULL &&
		    pthread_mutex_init(&state->lock, NULL) != 0) {
			free(state);
			state = NULL;
		}
		s->state[slot] = state;
	}
	(void)pthread_mutex_unlock(&r->lock);
	return state;
}

void
remote_state_free(struct key_session *s, unsigned slot)
{
	struct remote_state *state = s->state[slot];

	if (state != NULL)
		(void)pthread_mutex_destroy(&state->lock);
	free(state);
	s->state[slot] = NULL;
}

static bool
digest_key(uint8_t digest[DIGEST_SIZE], const struct key *k)
{
	struct buf b = { 0 };
	bool done;

	buf_puts(&b, k->source->name);
	buf_putc(&b, '\n');
	k->source->show(&b, k);
	buf_putc(&b, '\n');
	buf_puts(&b, k->enc != NULL ? k->enc : "");
	done = !b.failed && digest_sha256(digest, buf_get(&b));
	buf_fini(&b);
	return done;
}

static enum sealeaf_code
copy(struct secret *to, struct secret *from, struct sealeaf_error *e)
{
	struct span text;
	enum sealeaf_code code = secret_open(from, &text, e);

	if (code == SEALEAF_OK)
		code = secret_copy(to, text.p, text.n, e);
	secret_close(from);
	return code;
}

/* Whether the data key is known; it is then in *secret. */
static bool
recall(struct remote *r, const uint8_t digest[DIGEST_SIZE],
    struct secret *secret)
{
	bool found = false;

	(void)pthread_mutex_lock(&r->lock);
	for (struct known *k = r->known; k != NULL && !found; k = k->next)
		found = memcmp(k->digest, digest, DIGEST_SIZE) == 0 &&
		    copy(secret, &k->secret, NULL) == SEALEAF_OK;
	(void)pthread_mutex_unlock(&r->lock);
	return found;
}

static void
remember(struct remote *r, const uint8_t digest[DIGEST_SIZE],
    struct secret *secret)
{
	struct known *k = mem_zero(sizeof *k);

	if (k == NULL || copy(&k->secret, secret, NULL) != SEALEAF_OK) {
		free(k);
		return;
	}
	memcpy(k->digest, digest, DIGEST_SIZE);
	(void)pthread_mutex_lock(&r->lock);
	k->next = r->known;
	r->known = k;
	(void)pthread_mutex_unlock(&r->lock);
}

enum sealeaf_code
remote_unwrap(struct key_session *s, const struct key *k,
    enum sealeaf_code (*ask)(struct key_session *s, const struct key *k,
	struct secret *secret, struct sealeaf_error *e),
    struct secret *secret, struct sealeaf_error *e)
{
	uint8_t digest[DIGEST_SIZE];
	enum sealeaf_code code = remote_open(s, e);
	bool known;

	if (code != SEALEAF_OK)
		return code;
	known = digest_key(digest, k);
	if (known && recall(remote(s), digest, secret))
		return SEALEAF_OK;
	code = ask(s, k, secret, e);
	if (code == SEALEAF_OK && known)
		remember(remote(s), digest, secret);
	return code;
}

void
remote_put(struct buf *b, struct secret *secret)
{
	struct span text;

	if (secret_open(secret, &text, NULL) != SEALEAF_OK)
		b->failed = true;
	base64_append(b, text.p, text.n);
	secret_close(secret);
}

enum sealeaf_code
remote_get(struct secret *secret, struct span text, struct sealeaf_error *e)
{
	struct buf base64 = { 0 };
	uint8_t bytes[SECRET_MAX];
	enum sealeaf_code code;
	size_t n = 0;

	if (jtext_string(&base64, text) &&
	    base64_get(buf_get(&base64), bytes, sizeof bytes, &n) && n > 0)
		code = secret_copy(secret, bytes, n, e);
	else
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the service's answer holds no data key");
	mem_wipe(bytes, sizeof bytes);
	buf_fini(&base64);
	return code;
}

struct span
remote_enc(const struct key *k)
{
	return span_trim(span_of(k->enc != NULL ? k->enc : ""));
}

enum sealeaf_code
remote_set_enc(struct key *k, struct span text, const struct secret *secret,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;
	struct buf b = { 0 };

	if (!jtext_string(&b, text) || b.n == 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the service's answer holds no encrypted data key");
	else
		code = key_set_enc(k, buf_get(&b), secret->n, e);
	buf_fini(&b);
	return code;
}
