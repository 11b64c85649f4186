/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests with limits: time, size, no redirects. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"

struct http; /* a pool of connections, for any number of threads */

/* How to trust a server, where it is not the usual way. */
struct http_tls {
	const char *ca_file, *ca_path; /* instead of the usual roots */
	const char *ca_text;           /* PEM; the same */
	const char *cert, *key;        /* the client's, PEM files */
	const char *server_name; /* on the certificate, instead of the host */
	bool insecure;           /* check nothing */
};

struct http_answer {
	unsigned status;
	struct buf headers; /* "name: value\n", names in lower case */
	struct buf body;
};

/* Zeroed with method and url is ready. */
struct http_request {
	const char *method, *url;
	struct buf headers; /* http_header_put() */
	struct buf body;
	const struct http_tls *tls; /* NULL: the usual roots */
	const char *proxy;  /* "": none; NULL: as the environment says */
	const char *socket; /* a Unix socket, or NULL */
	bool local;     /* a service of this machine: never through a proxy, up
		     * to 1 s to connect, one try */
	unsigned tries; /* 0: three */
	unsigned seconds; /* for the whole request; 0: as http_new() */
	/* Whether this answer is worth another try, besides 429, 500, 502, 503
	 * and 504; may be NULL. */
	bool (*again)(const struct http_answer *a);
};

/* `w` must outlive it; `seconds` is the limit for a request with all its
 * tries. NULL when out of memory. http_free(NULL) does nothing. */
struct http *http_new(const struct world *w, unsigned seconds);
void http_free(struct http *h);

/* Make all requests under way and to come fail soon, until it is undone. */
void http_stop(struct http *h, bool stopped);

/*
 * Make a request. Any answer is a success, whatever its status; an error is
 * an answer that did not come in time, or of more than 1 MiB. Redirects are
 * answers. `a` is zeroed first; http_answer_fini() wipes it.
 */
SEALEAF_USED enum sealeaf_code http_ask(struct http *h,
    const struct http_request *r, struct http_answer *a,
    struct sealeaf_error *e);

void http_answer_fini(struct http_answer *a);
void http_request_fini(struct http_request *r);

/* Add a header; a value with a line break in it makes the request fail. */
void http_header_put(struct http_request *r, const char *name,
    struct span value);

/* The first header of that (lower-case) name; p NULL without one. */
struct span http_header(const struct http_answer *a, const char *name);

/* Append text of a service without control characters, at most 600 bytes. */
void http_clean_put(struct buf *b, struct span text);

/* The same of a JSON value. */
void http_text_put(struct buf *b, struct span json);

/* Append all of the text of the first XML element <tag>. */
void http_tag_put(struct buf *b, struct span xml, const char *tag);

/* Append "&name=value" (without '&' at the start), percent-encoded. */
void http_form_put(struct buf *b, const char *name, struct span value);

/* The parts of "scheme://host:port/path?query"; false when it is no http or
 * https URL, or has user information or a blank in it. */
struct http_url {
	struct span scheme, host, path, query; /* host with its port */
};
bool http_url_parse(struct http_url *u, struct span text);

/* The same, and false when there is more than scheme, host and port (and a
 * '/'). */
bool http_url_origin(struct http_url *u, struct span text);

/* The host without its port and brackets, and the port (0: the usual). */
struct span http_url_name(const struct http_url *u);
unsigned http_url_port(const struct http_url *u);

/* Whether a host name (without port) is this machine: localhost, 127.x.x.x,
 * ::1. */
bool http_is_loopback(struct span name);

#endif
