/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of gRPC that are bytes and texts only. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "net/grpc.h"

static const char *const names[] = { "OK", "Canceled", "Unknown",
	"InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
	"PermissionDenied", "ResourceExhausted", "FailedPrecondition",
	"Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable",
	"DataLoss", "Unauthenticated" };

void
grpc_frame_put(struct buf *b, struct span message)
{
	buf_putc(b, 0); /* not compressed */
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_putc(b, (char)(message.n >> shift));
	buf_span(b, message);
}

enum grpc_status
grpc_frame_get(struct span body, struct span *message, const char **problem)
{
	size_t n = 0;

	*message = span_make(NULL, 0);
	*problem = "the body holds no whole message";
	if (body.n < GRPC_FRAME)
		return GRPC_INTERNAL;
	for (size_t i = 1; i < GRPC_FRAME; i++)
		n = n << 8 | (uint8_t)body.p[i];
	if (body.p[0] != 0) {
		*problem = "compressed messages are not supported";
		return GRPC_UNIMPLEMENTED;
	}
	if (n > GRPC_MESSAGE_MAX) {
		*problem = "the message is too large";
		return GRPC_RESOURCE_EXHAUSTED;
	}
	if (n > body.n - GRPC_FRAME)
		return GRPC_INTERNAL;
	if (n < body.n - GRPC_FRAME) {
		*problem = "the body holds more than one message";
		return GRPC_INTERNAL;
	}
	*message = span_sub(body, GRPC_FRAME, body.n);
	return GRPC_OK;
}

const char *
grpc_status_name(unsigned status, char room[static 24])
{
	if (status < sizeof names / sizeof *names)
		return names[status];
	(void)snprintf(room, 24, "Code(%u)", status);
	return room;
}

enum grpc_status
grpc_status_of_http(unsigned http)
{
	switch (http) {
	case 400:
		return GRPC_INTERNAL;
	case 401:
		return GRPC_UNAUTHENTICATED;
	case 403:
		return GRPC_PERMISSION_DENIED;
	case 404:
		return GRPC_UNIMPLEMENTED;
	case 429:
	case 502:
	case 503:
	case 504:
		return GRPC_UNAVAILABLE;
	default:
		return GRPC_UNKNOWN;
	}
}

void
grpc_text_put(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= ' ' && c <= '~' && c != '%') {
			buf_putc(b, c);
		} else {
			buf_putc(b, '%');
			hex_append(b, &c, 1, true);
		}
	}
}

void
grpc_text_clean(struct buf *b, struct span text)
{
	for (size_t i = 0, n; i < text.n; i += n) {
		uint32_t c = utf8_get(text, i, &n);

		if (c == '\n' || (c >= ' ' && c < 0x7f) ||
		    (c >= 0xa0 && c != 0xfffd))
			buf_put(b, text.p + i, n);
		else
			buf_putc(b, c == '\t' ? ' ' : '?');
	}
}

void
grpc_text_get(struct buf *b, struct span field)
{
	struct buf plain = { 0 };
	size_t n;
	char c;

	/* What is not well encoded stays as it is. */
	for (size_t i = 0; i < field.n; i++) {
		c = field.p[i];
		if (c == '%' && i + 2 < field.n &&
		    hex_get(span_sub(field, i + 1, i + 3), &c, 1, &n))
			i += 2;
		buf_putc(&plain, c);
	}
	grpc_text_clean(b, buf_get(&plain));
	buf_fini(&plain);
}

enum sealeaf_code
grpc_error(struct sealeaf_error *e, unsigned status, const char *format, ...)
{
	char text[GRPC_TEXT_MAX + 512], room[24];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return err_set(e, SEALEAF_ERR_GENERIC, "rpc error: code = %s desc = %s",
	    grpc_status_name(status, room), text);
}
