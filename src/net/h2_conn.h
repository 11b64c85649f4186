/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of grpc_serve(): one connection. */
#ifndef NET_H2_CONN_H
#define NET_H2_CONN_H

#include <stdint.h>

#include "net/grpc.h"
#include "net/h2.h"

enum { H2_STREAMS = 8, H2_PATH_MAX = 128 };

/* A request and its answer. */
struct h2_stream {
	int32_t id;
	struct buf path; /* of no more than H2_PATH_MAX bytes */
	bool post, grpc;
	struct buf body; /* framed */
	bool big;        /* more than we take */
	bool whole;      /* all is here, or too much */
	bool taken;      /* somebody is at it */
	bool answered;
	struct buf answer; /* framed */
	size_t sent;
	unsigned status;
	struct buf text; /* grpc-message */
	struct h2_stream *next;
};

struct h2_conn {
	const struct h2 *h;
	nghttp2_session *session;
	int fd;
	int64_t until;      /* closed then, if no request is under way */
	uint64_t number;    /* no other connection of the server has it */
	unsigned busy;      /* requests that are taken */
	const uint8_t *out; /* waits to be sent */
	size_t n_out;
	struct h2_stream *streams; /* in order of arrival */
	struct h2_conn *next;
};

/* A connection on `fd`, which is its own then; NULL when out of memory. */
struct h2_conn *h2_conn_new(const struct h2 *h, int fd);
void h2_conn_free(struct h2_conn *c);

/* Read what there is, and write what goes; false: it is over. */
bool h2_conn_read(struct h2_conn *c);
bool h2_conn_write(struct h2_conn *c);

/* The first request that is whole and not taken or answered, or NULL. */
struct h2_stream *h2_conn_request(struct h2_conn *c);

/* The request of that number, if it is still there. */
struct h2_stream *h2_conn_stream(struct h2_conn *c, int32_t id);

/* Put the answer of `s` on its way; false: the connection is over. */
bool h2_conn_answer(struct h2_conn *c, struct h2_stream *s,
    const struct grpc_answer *a);

/* The same with an HTTP status alone, for what is no gRPC. */
bool h2_conn_refuse(struct h2_conn *c, struct h2_stream *s, const char *http);

#endif
