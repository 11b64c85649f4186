/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client of a key service. What SOPS's reader of URIs takes is taken; what
 * it takes for an address without a host fails when it is used, as there.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/message.h"
#include "key/service.h"
#include "net/grpc.h"

enum { PART_MAX = 64 }; /* a share has 33 bytes */

/* The length of the scheme, 0 without one. */
static size_t
scheme_size(struct span uri)
{
	size_t n = 0;

	if (uri.n == 0 || !isalpha((unsigned char)uri.p[0]))
		return 0;
	while (n < uri.n &&
	    (isalnum((unsigned char)uri.p[n]) ||
		strchr("+-.", uri.p[n]) != NULL))
		n++;
	return n < uri.n && uri.p[n] == ':' ? n : 0;
}

/* Cut off what begins with one of `marks`. */
static struct span
until(struct span s, const char *marks)
{
	size_t n = 0;

	while (n < s.n && strchr(marks, s.p[n]) == NULL)
		n++;
	return span_sub(s, 0, n);
}

/* Whether what follows the host's colon can be a port. */
static bool
port_is_number(struct span host)
{
	size_t at = span_starts(host, "[") ? span_find(host, ']') : 0;

	at += span_find(span_sub(host, at, host.n), ':');
	for (at++; at < host.n; at++) {
		if (!isdigit((unsigned char)host.p[at]))
			return false;
	}
	return true;
}

static bool
set(struct service *r, struct span network, struct span address,
    const char *problem)
{
	r->network = mem_dup_n(network.n > 0 ? network.p : "", network.n);
	r->address = mem_dup_n(address.n > 0 ? address.p : "", address.n);
	r->problem = problem;
	for (char *p = r->network; p != NULL && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (r->network != NULL && r->address != NULL)
		return true;
	service_fini(r);
	return false;
}

static bool
parse_unix(struct service *r, struct span scheme, struct span rest)
{
	struct span path = until(rest, "?#");

	if (!span_starts(path, "//"))
		return set(r, scheme, path,
		    path.n > 0 ? NULL : "received empty target in Build()");
	path = span_sub(path, 2, path.n);
	return set(r, scheme, path,
	    path.n > 0 && path.p[0] == '/' ? NULL
					   : "invalid (non-empty) authority");
}

bool
service_parse(struct service *r, const char *uri)
{
	struct span s = span_of(uri), scheme, host;
	size_t n = scheme_size(s);

	memset(r, 0, sizeof *r);
	for (size_t i = 0; i < s.n; i++) {
		if (iscntrl((unsigned char)s.p[i]))
			return false;
	}
	scheme = span_sub(s, 0, n);
	if (n == 0 && span_find(until(s, "/?#"), ':') < until(s, "/?#").n)
		return false;
	s = span_sub(s, n > 0 ? n + 1 : 0, s.n);
	if (n == 4 && tolower((unsigned char)scheme.p[0]) == 'u' &&
	    span_is(span_sub(scheme, 1, 4), "nix"))
		return parse_unix(r, scheme, s);
	host = span_make(NULL, 0);
	if (span_starts(s, "//"))
		host = until(span_sub(s, 2, s.n), "/?#");
	if (span_find(host, '@') < host.n)
		host = span_sub(host, span_find(host, '@') + 1, host.n);
	if (until(host, " <>\"").n < host.n || !port_is_number(host))
		return false;
	return set(r, scheme, host,
	    host.n > 0 ? NULL : "name resolver error: produced zero addresses");
}

void
service_fini(struct service *r)
{
	free(r->network);
	free(r->address);
	memset(r, 0, sizeof *r);
}

/* The text of the response goes into `room`, which the caller wipes. */
static enum sealeaf_code
ask(const struct service *r, const struct key_session *s, const char *method,
    const struct key *k, struct span text, struct buf *room,
    struct span *result, struct sealeaf_error *e)
{
	unsigned seconds = s->seconds != 0 ? s->seconds : SERVICE_SECONDS;
	struct buf request = { 0 };
	enum sealeaf_code code;

	if (r->problem != NULL)
		return grpc_error(e, GRPC_UNAVAILABLE, "%s", r->problem);
	message_put_request(&request, k, text);
	code = buf_check(&request, e);
	if (code == SEALEAF_OK)
		code = grpc_call(r->network, r->address, method,
		    buf_get(&request), seconds, room, e);
	if (code == SEALEAF_OK)
		code = message_get_response(buf_get(room), result, e);
	buf_fini(&request);
	return code;
}

enum sealeaf_code
service_wrap(const struct service *r, const struct key_session *s,
    struct key *k, struct secret *secret, struct sealeaf_error *e)
{
	struct buf room = { 0 };
	struct span text, enc;
	enum sealeaf_code code;

	code = secret_open(secret, &text, e);
	if (code == SEALEAF_OK)
		code = ask(r, s, MESSAGE_ENCRYPT, k, text, &room, &enc, e);
	secret_close(secret);
	if (code == SEALEAF_OK) {
		code = key_set_enc(k, enc, secret->n, e);
		if (code == SEALEAF_ERR_GENERIC)
			err_prefix(e, "key service");
	}
	buf_fini(&room);
	return code;
}

enum sealeaf_code
service_unwrap(const struct service *r, const struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e)
{
	struct buf room = { 0 };
	struct span plain;
	enum sealeaf_code code;

	code = ask(r, s, MESSAGE_DECRYPT, k, span_of(k->enc), &room, &plain, e);
	if (code == SEALEAF_OK && (plain.n == 0 || plain.n > PART_MAX))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the key service "
		    "answered with %zu bytes, which is no data key",
		    plain.n);
	if (code == SEALEAF_OK)
		code = secret_copy(secret, plain.p, plain.n, e);
	buf_fini(&room);
	return code;
}
