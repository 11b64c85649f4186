/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server of a key service. The person is asked before a key is used:
 * afterwards the smartcard has blinked and the log is written. Identities stay
 * loaded while they open what comes; a key that failed is looked for anew the
 * next time, as SOPS does at every request.
 */

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
};

/* What a request asks for. */
struct job {
	bool encrypt;
	struct key *key;
	struct span text; /* in the request */
};

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
	if (!text.failed)
		answer = s->allow(s->allow_user,
		    j->encrypt ? "encrypt" : "decrypt", text.p);
	buf_fini(&text);
	if (answer == 0)
		refuse(a, GRPC_PERMISSION_DENIED, "Request rejected by user");
	else if (answer != 1)
		refuse(a, GRPC_UNKNOWN, "EOF");
	return answer == 1;
}

static enum sealeaf_code
do_encrypt(struct sealeaf_server *s, const struct job *j, struct grpc_answer *a,
    struct sealeaf_error *e)
{
	struct key_session *session = &s->ctx->session;
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
do_decrypt(struct sealeaf_server *s, const struct job *j, struct grpc_answer *a,
    struct sealeaf_error *e)
{
	struct secret plain = { 0 };
	enum sealeaf_code code;

	if (!message_is_wrapped(j->text))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the ciphertext is no wrapped key");
	j->key->enc = mem_dup_n(j->text.p, j->text.n);
	if (j->key->enc == NULL)
		return err_memory(e);
	code = j->key->source->unwrap(&s->ctx->session, j->key, &plain, e);
	if (code != SEALEAF_OK)
		return code;
	message_put_response(&a->message,
	    span_make((const char *)secret_open(&plain), plain.n));
	secret_fini(&plain);
	return SEALEAF_OK;
}

static void
forget(struct sealeaf_ctx *ctx)
{
	unsigned seconds = ctx->session.seconds;

	key_session_fini(&ctx->session);
	key_session_init(&ctx->session, &ctx->world);
	ctx->session.seconds = seconds;
}

static void
answer(void *user, struct span path, struct span message, struct grpc_answer *a)
{
	struct sealeaf_server *s = user;
	struct sealeaf_error e = { 0 };
	struct job j = { 0 };
	enum sealeaf_code code;

	if (read_job(&j, path, message, a) && allowed(s, &j, a)) {
		code = j.encrypt ? do_encrypt(s, &j, a, &e)
				 : do_decrypt(s, &j, a, &e);
		if (code != SEALEAF_OK)
			refuse(a, GRPC_UNKNOWN, e.text);
		/* Sources behind a network remember what they unwrapped. */
		if (code != SEALEAF_OK || !j.key->source->offline)
			forget(s->ctx);
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

	return grpc_serve(server->fd, stop, &service, e);
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
	free(server);
}
