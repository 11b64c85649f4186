/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs come out of encrypted files, so they are refused rather than guessed
 * at: what is read here is what libcurl will read.
 */

#include <ctype.h>
#include <string.h>

#include "base/encode.h"
#include "base/number.h"
#include "net/http.h"

/* Where the port's colon is, or the end of the host. */
static size_t
port_at(struct span host)
{
	size_t n = host.n;

	while (n > 0 && isdigit((unsigned char)host.p[n - 1]))
		n--;
	if (n > 0 && host.p[n - 1] == ':')
		return n - 1;
	return host.n;
}

static bool
port_valid(struct span port)
{
	int64_t n = 0;

	return port.n <= 5 && number_int(port, &n) && n > 0 && n <= 65535;
}

/* A name, an IPv4 address, or an IPv6 address in brackets, and perhaps a port:
 * nothing that two readers of a URL could understand differently. */
static bool
host_valid(struct span host)
{
	size_t colon = port_at(host);
	struct span name = span_sub(host, 0, colon);
	bool six = name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']';

	if (colon < host.n && !port_valid(span_sub(host, colon + 1, host.n)))
		return false;
	if (six)
		name = span_sub(name, 1, name.n - 1);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (six ? !isxdigit(c) && c != ':' && c != '.'
			: !isalnum(c) && memchr(".-_", c, 3) == NULL)
			return false;
	}
	return name.n > 0 && name.p[0] != '.' && name.p[0] != '-' &&
	    span_search(name, span_of("..")) == name.n;
}

bool
http_url_parse(struct http_url *u, struct span text)
{
	size_t n = span_search(text, span_of("://"));
	struct span rest;

	memset(u, 0, sizeof *u);
	u->scheme = span_sub(text, 0, n);
	if (!span_is(u->scheme, "https") && !span_is(u->scheme, "http"))
		return false;
	rest = span_sub(text, n + 3, text.n);
	for (size_t i = 0; i < rest.n; i++)
		if ((unsigned char)rest.p[i] <= ' ' || rest.p[i] == 0x7f ||
		    rest.p[i] == '\\' || rest.p[i] == '#')
			return false;
	for (n = 0; n < rest.n && rest.p[n] != '/' && rest.p[n] != '?';)
		n++;
	u->host = span_sub(rest, 0, n);
	rest = span_sub(rest, n, rest.n);
	n = span_find(rest, '?');
	u->path = span_sub(rest, 0, n);
	u->query = span_sub(rest, n + 1, rest.n);
	return host_valid(u->host);
}

bool
http_url_origin(struct http_url *u, struct span text)
{
	size_t n;

	if (!http_url_parse(u, text))
		return false;
	n = u->scheme.n + 3 + u->host.n;
	return text.n == n || (text.n == n + 1 && text.p[n] == '/');
}

struct span
http_url_name(const struct http_url *u)
{
	struct span name = span_sub(u->host, 0, port_at(u->host));

	if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = span_sub(name, 1, name.n - 1);
	return name;
}

unsigned
http_url_port(const struct http_url *u)
{
	int64_t port = 0;

	if (!number_int(span_sub(u->host, port_at(u->host) + 1, u->host.n),
		&port) ||
	    port < 0 || port > 65535)
		return 0;
	return (unsigned)port;
}

bool
http_is_loopback(struct span name)
{
	if (span_is(name, "localhost") || span_is(name, "::1"))
		return true;
	if (!span_starts(name, "127."))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!isdigit((unsigned char)name.p[i]) && name.p[i] != '.')
			return false;
	return true;
}

void
http_form_put(struct buf *b, const char *name, struct span value)
{
	if (b->n > 0)
		buf_putc(b, '&');
	buf_puts(b, name);
	buf_putc(b, '=');
	percent_append(b, value, false);
}
