/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread reads and writes all connections, so a slow peer keeps nobody
 * waiting; each request is answered in a thread of its own, so neither does a
 * key that takes its time. Only the first thread touches connections: a
 * request is copied for its thread, and whoever asked may be gone when the
 * answer is there.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "net/h2_conn.h"
#include "net/socket.h"

enum { STOP, LISTENER, DONE, FIXED };
enum { JOBS_MAX = 64 };

/* A request that is being answered. */
struct job {
	struct server *s;
	uint64_t connection;
	int32_t stream;
	struct buf path, body;
	struct span message; /* in body */
	struct grpc_answer a;
	pthread_t thread;
	bool threaded, done; /* done: guarded by the server's lock */
	struct job *next;
};

struct server {
	const struct h2 *h;
	const struct grpc_service *service;
	int64_t idle;     /* milliseconds */
	unsigned n, most; /* connections */
	struct h2_conn *list;
	struct pollfd *poll; /* the fixed ones, then the list in order */
	int listener, stop;
	int done[2]; /* a pipe: a byte for each job that is done */
	uint64_t number;
	pthread_mutex_t lock;
	struct job *jobs;
	unsigned n_jobs;
};

static void
drop(struct server *s, struct h2_conn **at)
{
	struct h2_conn *c = *at;

	*at = c->next;
	h2_conn_free(c);
	s->n--;
}

/* The connection that has had nothing to do for longest, or NULL; newer ones
 * are in front. */
static struct h2_conn **
idlest(struct server *s)
{
	struct h2_conn **found = NULL;

	for (struct h2_conn **at = &s->list; *at != NULL; at = &(*at)->next) {
		struct h2_conn *c = *at;

		if (c->busy == 0 && h2_conn_request(c) == NULL &&
		    (found == NULL || c->until <= (*found)->until))
			found = at;
	}
	return found;
}

/* Tell a client that means to go on to connect anew. */
static void
dismiss(struct server *s, struct h2_conn **at)
{
	(void)(*at)->h->terminate((*at)->session, NGHTTP2_NO_ERROR);
	(void)h2_conn_write(*at);
	drop(s, at);
}

/* Take one more connection: where the house is full, the idlest goes. New
 * ones go to the front. False when there is none, or no room. */
static bool
accept_one(struct server *s)
{
	struct h2_conn **idle = s->n < s->most ? NULL : idlest(s);
	struct h2_conn *c;
	int fd;

	if (s->n >= s->most && idle == NULL)
		return false;
	fd = fd_accept(s->listener);
	if (fd < 0) {
		/* Out of descriptors: it will be tried again, but not
		 * without a pause. */
		if (errno == EMFILE || errno == ENFILE)
			(void)poll(NULL, 0, 100);
		return false;
	}
	if (!socket_ready(fd)) {
		(void)close(fd);
		return true;
	}
	c = h2_conn_new(s->h, fd);
	if (c == NULL)
		return true;
	if (idle != NULL)
		dismiss(s, idle);
	c->until = socket_now() + s->idle;
	c->number = ++s->number;
	c->next = s->list;
	s->list = c;
	s->n++;
	return true;
}

/* How long nothing has to be done, in milliseconds. */
static int
leisure(const struct server *s)
{
	int64_t now = socket_now(), least = 60000;

	for (struct h2_conn *c = s->list; c != NULL; c = c->next) {
		if (h2_conn_request(c) != NULL && s->n_jobs < JOBS_MAX)
			return 0;
		if (c->busy == 0 && c->until - now < least)
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
		.fd = s->n < s->most || idlest(s) != NULL ? s->listener : -1 };
	s->poll[DONE] = (struct pollfd){ .fd = s->done[0], .events = POLLIN };
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
	/* No more than there is room for: what has come is read first. */
	for (unsigned i = 0; s->poll[LISTENER].revents != 0 && i < s->most; i++)
		if (!accept_one(s))
			break;
	return true;
}

static void
job_free(struct job *j)
{
	buf_fini(&j->path);
	buf_fini(&j->body);
	buf_fini(&j->a.message);
	buf_fini(&j->a.text);
	free(j);
}

static void *
work(void *user)
{
	struct job *j = user;
	struct server *s = j->s;

	if (j->a.status == GRPC_OK)
		s->service->answer(s->service->user, buf_get(&j->path),
		    j->message, &j->a);
	(void)pthread_mutex_lock(&s->lock);
	j->done = true;
	(void)pthread_mutex_unlock(&s->lock);
	/* Full means that there are bytes in it already. */
	if (write(s->done[1], "", 1) < 0 && errno != EAGAIN)
		return NULL;
	return NULL;
}

/* Take a request out of its stream. */
static struct job *
job_new(struct server *s, struct h2_conn *c, struct h2_stream *r)
{
	struct job *j = mem_zero(sizeof *j);
	const char *problem = "the message is too large";

	if (j == NULL)
		return NULL;
	j->s = s;
	j->connection = c->number;
	j->stream = r->id;
	j->path = r->path;
	j->body = r->body;
	memset(&r->path, 0, sizeof r->path); /* transferred */
	memset(&r->body, 0, sizeof r->body); /* transferred */
	j->a.status = r->big
	    ? GRPC_RESOURCE_EXHAUSTED
	    : grpc_frame_get(buf_get(&j->body), &j->message, &problem);
	if (j->path.failed || j->body.failed) {
		j->a.status = GRPC_RESOURCE_EXHAUSTED;
		problem = "out of memory";
	}
	if (j->a.status != GRPC_OK)
		buf_puts(&j->a.text, problem);
	return j;
}

/* Begin with a request; false: its connection is over. */
static bool
begin(struct server *s, struct h2_conn *c, struct h2_stream *r)
{
	struct job *j;

	if (!r->post)
		return h2_conn_refuse(c, r, "405") && h2_conn_write(c);
	if (!r->grpc)
		return h2_conn_refuse(c, r, "415") && h2_conn_write(c);
	j = job_new(s, c, r);
	if (j == NULL)
		return false;
	r->taken = true;
	c->busy++;
	j->next = s->jobs;
	s->jobs = j;
	s->n_jobs++;
	j->threaded = pthread_create(&j->thread, NULL, work, j) == 0;
	if (!j->threaded)
		(void)work(j);
	return true;
}

/* Begin with what has come, the connection first that has waited longest. */
static void
begin_all(struct server *s)
{
	while (s->n_jobs < JOBS_MAX) {
		struct h2_conn **oldest = NULL;

		for (struct h2_conn **at = &s->list; *at != NULL;
		     at = &(*at)->next)
			if (h2_conn_request(*at) != NULL &&
			    (oldest == NULL || (*at)->until < (*oldest)->until))
				oldest = at;
		if (oldest == NULL)
			return;
		if (!begin(s, *oldest, h2_conn_request(*oldest)))
			drop(s, oldest);
	}
}

/* Send the answer of a job, if somebody still waits for it. */
static void
deliver(struct server *s, struct job *j)
{
	struct h2_conn **at = &s->list;
	struct h2_stream *r;

	while (*at != NULL && (*at)->number != j->connection)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	(*at)->busy--;
	(*at)->until = socket_now() + s->idle;
	r = h2_conn_stream(*at, j->stream);
	if (j->a.message.failed || j->a.text.failed ||
	    (r != NULL && !h2_conn_answer(*at, r, &j->a)) ||
	    !h2_conn_write(*at))
		drop(s, at);
}

/* Take leave of the jobs that are done, or of `all`. */
static void
end_jobs(struct server *s, bool all)
{
	char room[JOBS_MAX];

	while (read(s->done[0], room, sizeof room) == sizeof room)
		continue;
	for (struct job **at = &s->jobs; *at != NULL;) {
		struct job *j = *at;
		bool done;

		(void)pthread_mutex_lock(&s->lock);
		done = j->done;
		(void)pthread_mutex_unlock(&s->lock);
		if (!done && !all) {
			at = &j->next;
			continue;
		}
		if (j->threaded)
			(void)pthread_join(j->thread, NULL);
		*at = j->next;
		s->n_jobs--;
		deliver(s, j);
		job_free(j);
	}
}

static void
drop_idle(struct server *s)
{
	int64_t now = socket_now();

	for (struct h2_conn **at = &s->list; *at != NULL;) {
		struct h2_conn *c = *at;

		if (c->until > now || c->busy > 0 || h2_conn_request(c) != NULL)
			at = &c->next;
		else
			dismiss(s, at);
	}
}

static bool
pipe_open(int ends[2])
{
	if (!fd_pipe(ends))
		return false;
	for (size_t i = 0; i < 2; i++)
		(void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
	return true;
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
	if (!pipe_open(s.done)) {
		free(s.poll);
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "pipe");
	}
	(void)pthread_mutex_init(&s.lock, NULL);
	while (carry(&s)) {
		end_jobs(&s, false);
		begin_all(&s);
		drop_idle(&s);
	}
	end_jobs(&s, true);
	while (s.list != NULL)
		drop(&s, &s.list);
	(void)pthread_mutex_destroy(&s.lock);
	(void)close(s.done[0]);
	(void)close(s.done[1]);
	free(s.poll);
	return SEALEAF_OK;
}
