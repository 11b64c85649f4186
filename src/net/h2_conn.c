/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection is read as it comes; whole requests wait in its list until they
 * are answered. What a peer can make us keep is limited: requests at a time
 * and bytes of each.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/h2_conn.h"

enum { BODY_MAX = GRPC_FRAME + GRPC_MESSAGE_MAX };

static void
stream_free(struct h2_stream *s)
{
	buf_fini(&s->path);
	buf_fini(&s->body);
	buf_fini(&s->answer);
	buf_fini(&s->text);
	free(s);
}

static int
on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct h2_conn *c = user;
	struct h2_stream *s, **to = &c->streams;
	size_t n = 0;

	if (frame->hd.type != NGHTTP2_HEADERS ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	for (; *to != NULL; to = &(*to)->next)
		n++;
	s = n < H2_STREAMS ? mem_zero(sizeof *s) : NULL;
	if (s == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	s->id = frame->hd.stream_id;
	*to = s;
	(void)c->h->set_user(session, s->id, s);
	return 0;
}

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t n_name, const uint8_t *value, size_t n_value,
    uint8_t flags, void *user)
{
	struct span key = span_make((const char *)name, n_name);
	struct span text = span_make((const char *)value, n_value);
	struct h2_conn *c = user;
	struct h2_stream *s = c->h->get_user(session, frame->hd.stream_id);

	(void)flags;
	if (s == NULL)
		return 0;
	if (span_is(key, ":method"))
		s->post = span_is(text, "POST");
	else if (span_is(key, ":path") && s->path.n == 0)
		buf_span(&s->path, span_sub(text, 0, H2_PATH_MAX));
	else if (span_is(key, "content-type"))
		s->grpc = span_is(text, "application/grpc") ||
		    span_starts(text, "application/grpc+") ||
		    span_starts(text, "application/grpc;");
	return 0;
}

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
    const uint8_t *data, size_t n, void *user)
{
	struct h2_conn *c = user;
	struct h2_stream *s = c->h->get_user(session, stream);

	(void)flags;
	if (s == NULL || s->big)
		return 0;
	if (n > BODY_MAX - s->body.n) {
		s->big = s->whole = true;
		buf_fini(&s->body);
		return 0;
	}
	buf_put(&s->body, data, n);
	return 0;
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct h2_conn *c = user;
	struct h2_stream *s;

	if ((frame->hd.type != NGHTTP2_DATA &&
		frame->hd.type != NGHTTP2_HEADERS) ||
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
		return 0;
	s = c->h->get_user(session, frame->hd.stream_id);
	if (s != NULL)
		s->whole = true;
	return 0;
}

static int
on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *user)
{
	struct h2_conn *c = user;

	(void)session;
	(void)code;
	for (struct h2_stream **at = &c->streams; *at != NULL;
	     at = &(*at)->next) {
		struct h2_stream *s = *at;

		if (s->id != stream)
			continue;
		*at = s->next;
		stream_free(s);
		break;
	}
	return 0;
}

static bool
session_new(struct h2_conn *c)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, H2_STREAMS },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 16 << 10 }
	};
	nghttp2_session_callbacks *calls;
	int n;

	if (c->h->callbacks_new(&calls) != 0)
		return false;
	c->h->on_begin_headers(calls, on_begin);
	c->h->on_header(calls, on_header);
	c->h->on_data(calls, on_data);
	c->h->on_frame(calls, on_frame);
	c->h->on_close(calls, on_close);
	n = c->h->server_new(&c->session, calls, c, NULL, h2_memory());
	c->h->callbacks_del(calls);
	return n == 0 &&
	    c->h->settings(c->session, NGHTTP2_FLAG_NONE, settings, 2) == 0;
}

struct h2_conn *
h2_conn_new(const struct h2 *h, int fd)
{
	struct h2_conn *c = mem_zero(sizeof *c);

	if (c == NULL) {
		(void)close(fd);
		return NULL;
	}
	c->h = h;
	c->fd = fd;
	if (session_new(c))
		return c;
	h2_conn_free(c);
	return NULL;
}

void
h2_conn_free(struct h2_conn *c)
{
	struct h2_stream *next;

	if (c == NULL)
		return;
	if (c->session != NULL)
		c->h->session_del(c->session);
	for (struct h2_stream *s = c->streams; s != NULL; s = next) {
		next = s->next;
		stream_free(s);
	}
	(void)close(c->fd);
	free(c);
}

bool
h2_conn_read(struct h2_conn *c)
{
	uint8_t room[16384];
	ssize_t n = recv(c->fd, room, sizeof room, 0), taken;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	taken = c->h->receive(c->session, room, (size_t)n);
	mem_wipe(room, sizeof room);
	return taken == n;
}

bool
h2_conn_write(struct h2_conn *c)
{
	for (;;) {
		ssize_t n;

		if (c->n_out == 0) {
			n = c->h->send(c->session, &c->out);
			if (n < 0)
				return false;
			if (n == 0)
				break;
			c->n_out = (size_t)n;
		}
		n = send(c->fd, c->out, c->n_out, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		c->out += n;
		c->n_out -= (size_t)n;
	}
	return c->h->want_read(c->session) != 0 ||
	    c->h->want_write(c->session) != 0;
}

struct h2_stream *
h2_conn_request(struct h2_conn *c)
{
	struct h2_stream *s = c->streams;

	while (s != NULL && (!s->whole || s->taken || s->answered))
		s = s->next;
	return s;
}

struct h2_stream *
h2_conn_stream(struct h2_conn *c, int32_t id)
{
	struct h2_stream *s = c->streams;

	while (s != NULL && s->id != id)
		s = s->next;
	return s;
}

/* The body of an answer; behind it come status and text. */
static ssize_t
read_answer(nghttp2_session *session, int32_t stream, uint8_t *room, size_t n,
    uint32_t *flags, nghttp2_data_source *source, void *user)
{
	struct h2_stream *s = source->ptr;
	struct h2_conn *c = user;
	size_t left = s->answer.n - s->sent;
	nghttp2_nv status;

	if (n > left)
		n = left;
	memcpy(room, s->answer.p + s->sent, n);
	s->sent += n;
	if (n < left)
		return (ssize_t)n;
	*flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
	status = h2_field("grpc-status", span_of("0"));
	if (c->h->trailer(session, stream, &status, 1) != 0)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	return (ssize_t)n;
}

bool
h2_conn_answer(struct h2_conn *c, struct h2_stream *s,
    const struct grpc_answer *a)
{
	nghttp2_data_provider body = { { .ptr = s }, read_answer };
	nghttp2_nv fields[4];
	char status[16];
	size_t n = 2;

	s->answered = true;
	fields[0] = h2_field(":status", span_of("200"));
	fields[1] = h2_field("content-type", span_of("application/grpc"));
	if (a->status == GRPC_OK) {
		grpc_frame_put(&s->answer, buf_get(&a->message));
		return !s->answer.failed &&
		    c->h->response(c->session, s->id, fields, n, &body) == 0;
	}
	(void)snprintf(status, sizeof status, "%u", (unsigned)a->status);
	grpc_text_put(&s->text, span_sub(buf_get(&a->text), 0, GRPC_TEXT_MAX));
	fields[n++] = h2_field("grpc-status", span_of(status));
	if (s->text.n > 0)
		fields[n++] = h2_field("grpc-message", buf_get(&s->text));
	return !s->text.failed &&
	    c->h->response(c->session, s->id, fields, n, NULL) == 0;
}

bool
h2_conn_refuse(struct h2_conn *c, struct h2_stream *s, const char *http)
{
	nghttp2_nv status = h2_field(":status", span_of(http));

	s->answered = true;
	return c->h->response(c->session, s->id, &status, 1, NULL) == 0;
}
