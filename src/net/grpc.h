/* SPDX-License-Identifier: Apache-2.0 */
/* gRPC: calls with one message each way, over HTTP/2 without TLS. */
#ifndef NET_GRPC_H
#define NET_GRPC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	GRPC_MESSAGE_MAX = 64 << 10, /* a key and what it wraps are small */
	GRPC_TEXT_MAX = 4096,
	GRPC_FRAME = 5 /* bytes before a message */
};

enum grpc_status {
	GRPC_OK = 0,
	GRPC_CANCELLED = 1,
	GRPC_UNKNOWN = 2,
	GRPC_INVALID_ARGUMENT = 3,
	GRPC_DEADLINE_EXCEEDED = 4,
	GRPC_NOT_FOUND = 5,
	GRPC_PERMISSION_DENIED = 7,
	GRPC_RESOURCE_EXHAUSTED = 8,
	GRPC_UNIMPLEMENTED = 12,
	GRPC_INTERNAL = 13,
	GRPC_UNAVAILABLE = 14,
	GRPC_UNAUTHENTICATED = 16
};

/* ---- framing ---- */

/* Append `message` with the frame in front. */
void grpc_frame_put(struct buf *b, struct span message);

/* The one message that `body` holds. GRPC_OK, or the status that says what is
 * wrong, and *problem. */
enum grpc_status grpc_frame_get(struct span body, struct span *message,
    const char **problem);

/* "Unavailable" for 14, as Go writes it; "Code(99)" goes into `room`. */
const char *grpc_status_name(unsigned status, char room[static 24]);

/* The status that stands for an HTTP status without one. */
enum grpc_status grpc_status_of_http(unsigned http);

/* Append `text` as a grpc-message field has it; and the reverse, where what no
 * terminal should see becomes '?'. */
void grpc_text_put(struct buf *b, struct span text);
void grpc_text_get(struct buf *b, struct span field);

/* Append `text` with '?' for control characters but newlines, and for bytes
 * that are no UTF-8. */
void grpc_text_clean(struct buf *b, struct span text);

/* Fill `e` with SOPS's form: "rpc error: code = NAME desc = …". */
enum sealeaf_code grpc_error(struct sealeaf_error *e, unsigned status,
    const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- a call ---- */

/*
 * Send `message` to the method `path` ("/Service/Method") at network and
 * address (socket_dial()), and append the answer's message to `answer`. All
 * takes at most `seconds`. A refusal is SEALEAF_ERR_GENERIC with the text of
 * grpc_error(). One connection a call.
 */
SEALEAF_USED enum sealeaf_code grpc_call(const char *network,
    const char *address, const char *path, struct span message,
    unsigned seconds, struct buf *answer, struct sealeaf_error *e);

/* ---- a server ---- */

/* What a request is answered with. */
struct grpc_answer {
	enum grpc_status status;
	struct buf message; /* with GRPC_OK */
	struct buf text;    /* else; may be empty */
};

struct grpc_service {
	/* Fill `a` (zeroed) for the method `path`. Called from several threads
	 * at once. */
	void (*answer)(void *user, struct span path, struct span message,
	    struct grpc_answer *a);
	void *user;
	unsigned seconds;     /* a connection may idle; 0: 60 */
	unsigned connections; /* at a time; 0: 32 */
};

/*
 * Serve on the listening socket until the descriptor `stop` can be read, and
 * the requests that are being answered are. Both stay open. An error is one of the socket, or a missing library.
 */
SEALEAF_USED enum sealeaf_code grpc_serve(int listener, int stop,
    const struct grpc_service *service, struct sealeaf_error *e);

#endif
