/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call over one connection. The library turns bytes into events and events
 * into bytes; we carry the bytes, and watch the clock and the sizes.
 */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "net/grpc.h"
#include "net/h2.h"
#include "net/socket.h"

enum { BODY_MAX = GRPC_FRAME + GRPC_MESSAGE_MAX };

struct call {
	const struct h2 *h;
	nghttp2_session *session;
	int fd;
	int64_t deadline;
	int32_t stream;
	struct buf request; /* framed */
	size_t sent;
	struct buf answer;    /* framed */
	int64_t http, status; /* -1: not said */
	struct buf text;      /* grpc-message as it came */
	uint32_t reset;       /* why the stream was closed */
	bool closed, big, settled;
};

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t n_name, const uint8_t *value, size_t n_value,
    uint8_t flags, void *user)
{
	struct span key = span_make((const char *)name, n_name);
	struct span text = span_make((const char *)value, n_value);
	struct call *c = user;

	(void)session;
	(void)flags;
	if (frame->hd.stream_id != c->stream)
		return 0;
	if (span_is(key, ":status") && !number_int(text, &c->http))
		c->http = -1;
	if (span_is(key, "grpc-status") &&
	    (!number_int(text, &c->status) || c->status < 0 ||
		c->status > INT32_MAX))
		c->status = GRPC_UNKNOWN;
	if (span_is(key, "grpc-message")) {
		buf_truncate(&c->text, 0);
		buf_span(&c->text, span_sub(text, 0, GRPC_TEXT_MAX));
	}
	return 0;
}

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
    const uint8_t *data, size_t n, void *user)
{
	struct call *c = user;

	(void)session;
	(void)flags;
	if (stream != c->stream)
		return 0;
	c->big = n > BODY_MAX - c->answer.n;
	if (c->big)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	buf_put(&c->answer, data, n);
	return 0;
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct call *c = user;

	(void)session;
	if (frame->hd.type == NGHTTP2_SETTINGS)
		c->settled = true;
	return 0;
}

static int
on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *user)
{
	struct call *c = user;

	(void)session;
	if (stream == c->stream) {
		c->closed = true;
		c->reset = code;
	}
	return 0;
}

static ssize_t
read_request(nghttp2_session *session, int32_t stream, uint8_t *room, size_t n,
    uint32_t *flags, nghttp2_data_source *source, void *user)
{
	struct call *c = user;
	size_t left = c->request.n - c->sent;

	(void)session;
	(void)stream;
	(void)source;
	if (n > left)
		n = left;
	memcpy(room, c->request.p + c->sent, n);
	c->sent += n;
	if (n == left)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static enum sealeaf_code
session_new(struct call *c, struct sealeaf_error *e)
{
	nghttp2_session_callbacks *calls;
	int n;

	if (c->h->callbacks_new(&calls) != 0)
		return err_memory(e);
	c->h->on_header(calls, on_header);
	c->h->on_data(calls, on_data);
	c->h->on_frame(calls, on_frame);
	c->h->on_close(calls, on_close);
	n = c->h->client_new(&c->session, calls, c, NULL, h2_memory());
	c->h->callbacks_del(calls);
	return n == 0 ? SEALEAF_OK : err_memory(e);
}

static enum sealeaf_code
submit(struct call *c, const char *network, const char *address,
    const char *path, struct sealeaf_error *e)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 16 << 10 }
	};
	bool local = strcmp(network, "unix") == 0;
	const nghttp2_nv fields[] = { h2_field(":method", span_of("POST")),
		h2_field(":scheme", span_of("http")),
		h2_field(":path", span_of(path)),
		h2_field(":authority", span_of(local ? "localhost" : address)),
		h2_field("content-type", span_of("application/grpc")),
		h2_field("user-agent", span_of("sealeaf/" SEALEAF_VERSION)),
		h2_field("te", span_of("trailers")) };
	nghttp2_data_provider body = { .read_callback = read_request };

	if (c->h->settings(c->session, NGHTTP2_FLAG_NONE, settings, 2) != 0)
		return err_memory(e);
	c->stream = c->h->request(c->session, NULL, fields,
	    sizeof fields / sizeof *fields, &body, NULL);
	return c->stream > 0 ? SEALEAF_OK : err_memory(e);
}

static enum sealeaf_code
late(struct sealeaf_error *e)
{
	return grpc_error(e, GRPC_DEADLINE_EXCEEDED,
	    "context deadline exceeded");
}

/* Everything that the session wants to say. */
static enum sealeaf_code
write_all(struct call *c, struct sealeaf_error *e)
{
	const uint8_t *data;
	ssize_t n, done;

	while ((n = c->h->send(c->session, &data)) > 0) {
		for (; n > 0; n -= done, data += done) {
			done = send(c->fd, data, (size_t)n, MSG_NOSIGNAL);
			if (done >= 0)
				continue;
			done = 0;
			/* What it said before it went away is still to be
			 * read. */
			if (errno == EPIPE || errno == ECONNRESET)
				return SEALEAF_OK;
			if (errno != EAGAIN && errno != EINTR)
				return grpc_error(e, GRPC_UNAVAILABLE,
				    "error writing to server: errno %d", errno);
			if (!socket_wait(c->fd, POLLOUT, c->deadline))
				return late(e);
		}
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
no_http2(const struct call *c, struct sealeaf_error *e)
{
	return grpc_error(e, GRPC_UNAVAILABLE,
	    "connection error: desc = "
	    "\"%s\"",
	    c->settled ? "the server broke the rules of HTTP/2"
		       : "error reading server preface: this is no "
			 "HTTP/2");
}

/* Some of what the server says. */
static enum sealeaf_code
read_some(struct call *c, struct sealeaf_error *e)
{
	uint8_t room[8192];
	ssize_t n, taken;

	if (c->h->want_read(c->session) == 0)
		return no_http2(c, e);
	if (!socket_wait(c->fd, POLLIN, c->deadline))
		return late(e);
	n = recv(c->fd, room, sizeof room, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return SEALEAF_OK;
	if (n <= 0)
		return grpc_error(e, GRPC_UNAVAILABLE,
		    "error reading from server: %s",
		    n == 0 ? "EOF" : "connection reset by peer");
	taken = c->h->receive(c->session, room, (size_t)n);
	mem_wipe(room, sizeof room);
	if (c->big)
		return grpc_error(e, GRPC_RESOURCE_EXHAUSTED,
		    "received message larger than %d bytes", GRPC_MESSAGE_MAX);
	return taken == n || c->closed ? SEALEAF_OK : no_http2(c, e);
}

static enum grpc_status
status_of_reset(uint32_t code)
{
	switch (code) {
	case NGHTTP2_REFUSED_STREAM:
		return GRPC_UNAVAILABLE;
	case NGHTTP2_CANCEL:
		return GRPC_CANCELLED;
	case NGHTTP2_ENHANCE_YOUR_CALM:
		return GRPC_RESOURCE_EXHAUSTED;
	default:
		return GRPC_INTERNAL;
	}
}

/* What the closed stream comes to. */
static enum sealeaf_code
conclude(struct call *c, struct buf *answer, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	const char *problem;
	struct span message;
	enum sealeaf_code code;
	enum grpc_status status;

	if (c->answer.failed || c->text.failed)
		return err_memory(e);
	if (c->status < 0 && c->http >= 0 && c->http != 200)
		return grpc_error(e, grpc_status_of_http((unsigned)c->http),
		    "unexpected HTTP status code received from server: %d",
		    (int)c->http);
	if (c->status < 0 && c->reset != NGHTTP2_NO_ERROR)
		return grpc_error(e, status_of_reset(c->reset),
		    "stream "
		    "terminated by RST_STREAM with error code %u",
		    (unsigned)c->reset);
	if (c->status < 0)
		return grpc_error(e, GRPC_UNKNOWN,
		    "server closed the stream "
		    "without sending trailers");
	if (c->status != GRPC_OK) {
		grpc_text_get(&text, buf_get(&c->text));
		code = grpc_error(e, (unsigned)c->status, "%s",
		    text.p != NULL ? text.p : "");
		buf_fini(&text);
		return code;
	}
	status = grpc_frame_get(buf_get(&c->answer), &message, &problem);
	if (status != GRPC_OK)
		return grpc_error(e, status, "%s", problem);
	buf_span(answer, message);
	return buf_check(answer, e);
}

static enum sealeaf_code
dial(struct call *c, const char *network, const char *address,
    struct sealeaf_error *e)
{
	struct sealeaf_error cause = { 0 };

	if (socket_dial(network, address, c->deadline, &c->fd, &cause) == 0)
		return SEALEAF_OK;
	return grpc_error(e, GRPC_UNAVAILABLE,
	    "connection error: desc = "
	    "\"transport: Error while dialing: %s\"",
	    cause.text);
}

enum sealeaf_code
grpc_call(const char *network, const char *address, const char *path,
    struct span message, unsigned seconds, struct buf *answer,
    struct sealeaf_error *e)
{
	struct call c = { .fd = -1, .http = -1, .status = -1 };
	enum sealeaf_code code;

	if (message.n > GRPC_MESSAGE_MAX)
		return grpc_error(e, GRPC_RESOURCE_EXHAUSTED,
		    "trying to send message larger than %d bytes",
		    GRPC_MESSAGE_MAX);
	c.h = h2_load(e);
	if (c.h == NULL)
		return SEALEAF_ERR_UNSUPPORTED;
	c.deadline = socket_now() + (int64_t)seconds * 1000;
	grpc_frame_put(&c.request, message);
	code = buf_check(&c.request, e);
	if (code == SEALEAF_OK)
		code = dial(&c, network, address, e);
	if (code == SEALEAF_OK)
		code = session_new(&c, e);
	if (code == SEALEAF_OK)
		code = submit(&c, network, address, path, e);
	while (code == SEALEAF_OK && !c.closed) {
		code = write_all(&c, e);
		if (code == SEALEAF_OK)
			code = read_some(&c, e);
	}
	if (code == SEALEAF_OK)
		code = conclude(&c, answer, e);
	if (c.session != NULL)
		c.h->session_del(c.session);
	if (c.fd >= 0)
		(void)close(c.fd);
	buf_fini(&c.request);
	buf_fini(&c.answer);
	buf_fini(&c.text);
	return code;
}
