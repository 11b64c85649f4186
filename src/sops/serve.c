/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server of a key service. The person is asked before a key is used:
 * afterwards the smartcard has blinked and the log is written. Identities stay
 * loaded while they open what comes; a key that failed is looked for anew the
 * next time, as SOPS does at every request. Keys of this machine are used by
 * one request at a time; keys behind a network, in a session of the request's
 * own, which nobody has to wait for.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "key/message.h"
#include "net/grpc.h"
#include "net/socket.h"
#include "sops/ctx.h"

struct sealeaf_server {
	struct sealeaf_ctx *ctx;
	int fd;
	char *path; /* of a Unix socket, or NULL */
	dev_t device;
	ino_t inode;
	int (*allow)(void *, const char *, const char *);
	void *allow_user;
	pthread_mutex_t talk; /* held while the person is spoken to */
	pthread_mutex_t own;  /* held while ctx->session is used */
	struct world world;   /* the context's, for several threads */
};

/* What a request asks for. */
struct job {
	bool encrypt;
	struct key *key;
	struct span text; /* in the request */
};

static const char *
world_variable(void *user, const char *name)
{
	const struct sealeaf_server *s = user;

	return world_env(&s->ctx->world, name);
}

static int64_t
world_time(void *user)
{
	const struct sealeaf_server *s = user;

	return world_now(&s->ctx->world);
}

static void
world_dice(void *user, void *p, size_t n)
{
	const struct sealeaf_server *s = user;

	world_random(&s->ctx->world, p, n);
}

static enum sealeaf_code
world_question(void *user, const char *prompt, bool hidden,
    struct secret *answer, struct sealeaf_error *e)
{
	struct sealeaf_server *s = user;
	const struct world *w = &s->ctx->world;
	enum sealeaf_code code;

	(void)pthread_mutex_lock(&s->talk);
	code = w->ask(w->user, prompt, hidden, answer, e);
	(void)pthread_mutex_unlock(&s->talk);
	return code;
}

static enum sealeaf_code
world_one_key(void *user, const char *prompt, struct secret *answer,
    struct sealeaf_error *e)
{
	struct sealeaf_server *s = user;
	enum sealeaf_code code;

	(void)pthread_mutex_lock(&s->talk);
	code = world_ask_key(&s->ctx->world, prompt, answer, e);
	(void)pthread_mutex_unlock(&s->talk);
	return code;
}

static void
world_line(void *user, enum log_level level, const char *logger,
    const char *text)
{
	struct sealeaf_server *s = user;
	const struct world *w = &s->ctx->world;

	(void)pthread_mutex_lock(&s->talk);
	w->log(w->user, level, logger, text);
	(void)pthread_mutex_unlock(&s->talk);
}

static void
refuse(struct grpc_answer *a, enum grpc_status status, const char *text)
{
	a->status = status;
	buf_truncate(&a->text, 0);
	grpc_text_clean(&a->text, span_of(text));
}

/* False when the request is answered already. */
static bool
read_job(struct job *j, struct span path, struct span message,
    struct grpc_answer *a)
{
	struct sealeaf_error e = { 0 };
	struct span key;

	j->encrypt = span_is(path, MESSAGE_ENCRYPT);
	if (!j->encrypt && !span_is(path, MESSAGE_DECRYPT)) {
		refuse(a, GRPC_UNIMPLEMENTED, "unknown method");
	} else if (message_get_request(message, &key, &j->text, &e) != 0 ||
	    message_get_key(&j->key, key, &e) != 0) {
		refuse(a, GRPC_INVALID_ARGUMENT, e.text);
	} else if (j->key == NULL) {
		refuse(a, GRPC_NOT_FOUND, "Must provide a key");
	} else {
		return true;
	}
	return false;
}

static bool
allowed(struct sealeaf_server *s, const struct job *j, struct grpc_answer *a)
{
	struct buf text = { 0 };
	int answer = -1;

	if (s->allow == NULL)
		return true;
	message_describe(&text, j->key);
	(void)pthread_mutex_lock(&s->talk);
	if (!text.failed)
		answer = s->allow(s->allow_user,
		    j->encrypt ? "encrypt" : "decrypt", text.p);
	(void)pthread_mutex_unlock(&s->talk);
	buf_fini(&text);
	if (answer == 0)
		refuse(a, GRPC_PERMISSION_DENIED, "Request rejected by user");
	else if (answer != 1)
		refuse(a, GRPC_UNKNOWN, "EOF");
	return answer == 1;
}

static enum sealeaf_code
do_encrypt(struct key_session *session, const struct job *j,
    struct grpc_answer *a, struct sealeaf_error *e)
{
	struct key *k = j->key;
	struct secret plain = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (j->text.n == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "there is nothing to encrypt");
	if (k->source->ready != NULL)
		code = k->source->ready(session, k, e);
	if (code == SEALEAF_OK)
		code = secret_copy(&plain, j->text.p, j->text.n, e);
	if (code == SEALEAF_OK)
		code = k->source->wrap(session, k, &plain, e);
	secret_fini(&plain);
	if (code == SEALEAF_OK)
		message_put_response(&a->message, span_of(k->enc));
	return code;
}

static enum sealeaf_code
do_decrypt(struct key_session *session, const struct job *j,
    struct grpc_answer *a, struct sealeaf_error *e)
{
	struct secret plain = { 0 };
	struct span text;
	enum sealeaf_code code;

	if (!message_is_wrapped(j->text))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the ciphertext is no wrapped key");
	j->key->enc = mem_dup_n(j->text.p, j->text.n);
	if (j->key->enc == NULL)
		return err_memory(e);
	code = j->key->source->unwrap(session, j->key, &plain, e);
	if (code != SEALEAF_OK)
		return code;
	code = secret_open(&plain, &text, e);
	if (code == SEALEAF_OK)
		message_put_response(&a->message, text);
	secret_fini(&plain);
	return code;
}

static enum sealeaf_code
do_job(struct key_session *session, const struct job *j, struct grpc_answer *a)
{
	struct sealeaf_error e = { 0 };
	enum sealeaf_code code;

	code = j->encrypt ? do_encrypt(session, j, a, &e)
			  : do_decrypt(session, j, a, &e);
	if (code != SEALEAF_OK)
		refuse(a, GRPC_UNKNOWN, e.text);
	return code;
}

/* What a session remembers of failures would be wrong the next time. */
static void
renew(struct key_session *session, const struct world *w)
{
	unsigned seconds = session->seconds;

	key_session_fini(session);
	key_session_init(session, w);
	session->seconds = seconds;
}

static void
do_here(struct sealeaf_server *s, const struct job *j, struct grpc_answer *a)
{
	(void)pthread_mutex_lock(&s->own);
	if (s->ctx->session.world != &s->world)
		renew(&s->ctx->session, &s->world);
	if (do_job(&s->ctx->session, j, a) != SEALEAF_OK)
		renew(&s->ctx->session, &s->world);
	(void)pthread_mutex_unlock(&s->own);
}

static void
do_there(struct sealeaf_server *s, const struct job *j, struct grpc_answer *a)
{
	struct key_session session;

	key_session_init(&session, &s->world);
	session.seconds = s->ctx->session.seconds;
	(void)do_job(&session, j, a);
	key_session_fini(&session);
}

static void
answer(void *user, struct span path, struct span message, struct grpc_answer *a)
{
	struct sealeaf_server *s = user;
	struct job j = { 0 };

	if (read_job(&j, path, message, a) && allowed(s, &j, a)) {
		if (j.key->source->offline)
			do_here(s, &j, a);
		else
			do_there(s, &j, a);
	}
	key_free(j.key);
}

enum sealeaf_code
sealeaf_listen(struct sealeaf_ctx *ctx, const char *network,
    const char *address, struct sealeaf_server **server,
    struct sealeaf_error *e)
{
	struct sealeaf_server *s = mem_zero(sizeof *s);
	enum sealeaf_code code;
	struct stat st;

	*server = NULL;
	if (s == NULL)
		return err_memory(e);
	s->ctx = ctx;
	s->world = (struct world){ s, world_variable, world_time, world_dice,
		world_question, world_one_key, world_line };
	(void)pthread_mutex_init(&s->talk, NULL);
	(void)pthread_mutex_init(&s->own, NULL);
	code = socket_listen(network, address, &s->fd, e);
	if (code == SEALEAF_OK && strcmp(network, "unix") == 0) {
		s->path = mem_dup(address);
		if (s->path == NULL || lstat(address, &st) < 0) {
			code = err_memory(e);
		} else {
			s->device = st.st_dev;
			s->inode = st.st_ino;
		}
	}
	if (code != SEALEAF_OK) {
		sealeaf_server_free(s);
		return code;
	}
	if (!socket_is_local(network, address))
		world_log(&ctx->world, LOG_WARNING, "KEYSERVICE",
		    "Other "
		    "machines can use the keys, and nothing is encrypted on "
		    "the way\taddress=%s",
		    address);
	*server = s;
	return SEALEAF_OK;
}

void
sealeaf_server_on_request(struct sealeaf_server *server,
    int (*allow)(void *user, const char *action, const char *key), void *user)
{
	server->allow = allow;
	server->allow_user = user;
}

enum sealeaf_code
sealeaf_server_run(struct sealeaf_server *server, int stop,
    struct sealeaf_error *e)
{
	struct grpc_service service = { .answer = answer, .user = server };
	enum sealeaf_code code = grpc_serve(server->fd, stop, &service, e);

	/* The context outlives the server, and its session with it. */
	renew(&server->ctx->session, &server->ctx->world);
	return code;
}

void
sealeaf_server_free(struct sealeaf_server *server)
{
	struct stat st;

	if (server == NULL)
		return;
	if (server->fd >= 0)
		(void)close(server->fd);
	/* Another server may have taken the place. */
	if (server->path != NULL && lstat(server->path, &st) == 0 &&
	    st.st_dev == server->device && st.st_ino == server->inode)
		(void)unlink(server->path);
	free(server->path);
	(void)pthread_mutex_destroy(&server->talk);
	(void)pthread_mutex_destroy(&server->own);
	free(server);
}
