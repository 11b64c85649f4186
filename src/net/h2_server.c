/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread: between two requests all connections are read and written, so a
 * slow peer keeps nobody waiting; requests are answered one after another, so
 * there is one question to the person at a time, and a client that went away
 * is noticed before its request is begun.
 */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/h2_conn.h"
#include "net/socket.h"

enum { STOP, LISTENER, FIXED };

struct server {
	const struct h2 *h;
	const struct grpc_service *service;
	int64_t idle;     /* milliseconds */
	unsigned n, most; /* connections */
	struct h2_conn *list;
	struct pollfd *poll; /* STOP, LISTENER, then the list in order */
	int listener, stop;
};

static void
drop(struct server *s, struct h2_conn **at)
{
	struct h2_conn *c = *at;

	*at = c->next;
	h2_conn_free(c);
	s->n--;
}

/* New ones go to the front; a full house leaves them to the kernel. */
static void
accept_all(struct server *s)
{
	while (s->n < s->most) {
		int fd = accept(s->listener, NULL, NULL);
		struct h2_conn *c;

		if (fd < 0) {
			/* Out of descriptors: it will be tried again, but not
			 * without a pause. */
			if (errno == EMFILE || errno == ENFILE)
				(void)poll(NULL, 0, 100);
			return;
		}
		if (!socket_ready(fd)) {
			(void)close(fd);
			continue;
		}
		c = h2_conn_new(s->h, fd);
		if (c == NULL)
			continue;
		c->until = socket_now() + s->idle;
		c->next = s->list;
		s->list = c;
		s->n++;
	}
}

/* How long nothing has to be done, in milliseconds. */
static int
leisure(const struct server *s)
{
	int64_t now = socket_now(), least = 60000;

	for (struct h2_conn *c = s->list; c != NULL; c = c->next) {
		if (h2_conn_request(c) != NULL)
			return 0;
		if (c->until - now < least)
			least = c->until - now;
	}
	return least > 0 ? (int)least : 0;
}

/* Wait, then read and write what can be. False when it is time to stop. */
static bool
carry(struct server *s)
{
	size_t n = FIXED;

	s->poll[STOP] = (struct pollfd){ .fd = s->stop, .events = POLLIN };
	s->poll[LISTENER] = (struct pollfd){ .events = POLLIN,
		.fd = s->n < s->most ? s->listener : -1 };
	for (struct h2_conn *c = s->list; c != NULL; c = c->next)
		s->poll[n++] = (struct pollfd){ .fd = c->fd,
			.events = c->n_out > 0 ? POLLIN | POLLOUT : POLLIN };
	if (poll(s->poll, (nfds_t)n, leisure(s)) < 0)
		return errno == EINTR || errno == EAGAIN || errno == ENOMEM;
	if (s->poll[STOP].revents != 0)
		return false;
	n = FIXED;
	for (struct h2_conn **at = &s->list; *at != NULL;) {
		bool in = s->poll[n++].revents != 0;

		if ((!in || h2_conn_read(*at)) && h2_conn_write(*at))
			at = &(*at)->next;
		else
			drop(s, at);
	}
	if (s->poll[LISTENER].revents != 0)
		accept_all(s);
	return true;
}

static bool
answer(const struct server *s, struct h2_conn *c, struct h2_stream *r)
{
	struct grpc_answer a = { .status = GRPC_OK };
	const char *problem = "the message is too large";
	struct span message;
	bool ok;

	if (!r->post)
		return h2_conn_refuse(c, r, "405");
	if (!r->grpc)
		return h2_conn_refuse(c, r, "415");
	a.status = r->big
	    ? GRPC_RESOURCE_EXHAUSTED
	    : grpc_frame_get(buf_get(&r->body), &message, &problem);
	if (r->path.failed || r->body.failed) {
		a.status = GRPC_RESOURCE_EXHAUSTED;
		problem = "out of memory";
	}
	if (a.status == GRPC_OK)
		s->service->answer(s->service->user, buf_get(&r->path), message,
		    &a);
	else
		buf_puts(&a.text, problem);
	buf_fini(&r->body);
	ok = !a.message.failed && !a.text.failed && h2_conn_answer(c, r, &a) &&
	    h2_conn_write(c);
	buf_fini(&a.message);
	buf_fini(&a.text);
	return ok;
}

/* Answer one request, of the connection that has waited longest. While we are
 * at it, nobody's time runs. */
static void
answer_one(struct server *s)
{
	struct h2_conn **oldest = NULL;
	int64_t start = socket_now(), took;
	struct h2_conn *c;

	for (struct h2_conn **at = &s->list; *at != NULL; at = &(*at)->next) {
		if (h2_conn_request(*at) != NULL &&
		    (oldest == NULL || (*at)->until < (*oldest)->until))
			oldest = at;
	}
	if (oldest == NULL)
		return;
	c = *oldest;
	if (!answer(s, c, h2_conn_request(c))) {
		drop(s, oldest);
		c = NULL;
	}
	took = socket_now() - start;
	for (struct h2_conn *o = s->list; o != NULL; o = o->next)
		o->until += took;
	if (c != NULL)
		c->until = socket_now() + s->idle;
}

static void
drop_idle(struct server *s)
{
	int64_t now = socket_now();

	for (struct h2_conn **at = &s->list; *at != NULL;) {
		struct h2_conn *c = *at;

		if (c->until > now || h2_conn_request(c) != NULL) {
			at = &c->next;
			continue;
		}
		/* A client that means to go on connects anew after this. */
		(void)c->h->terminate(c->session, NGHTTP2_NO_ERROR);
		(void)h2_conn_write(c);
		drop(s, at);
	}
}

enum sealeaf_code
grpc_serve(int listener, int stop, const struct grpc_service *service,
    struct sealeaf_error *e)
{
	struct server s = { .service = service,
		.listener = listener,
		.stop = stop };

	s.h = h2_load(e);
	if (s.h == NULL)
		return SEALEAF_ERR_UNSUPPORTED;
	s.idle = (service->seconds != 0 ? service->seconds : 60) *
	    INT64_C(1000);
	s.most = service->connections != 0 ? service->connections : 32;
	s.poll = mem_array(s.most + FIXED, sizeof *s.poll);
	if (s.poll == NULL)
		return err_memory(e);
	while (carry(&s)) {
		answer_one(&s);
		drop_idle(&s);
	}
	while (s.list != NULL)
		drop(&s, &s.list);
	free(s.poll);
	return SEALEAF_OK;
}
