/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People have their proxies and roots set up for SOPS, which is a Go program.
 * libcurl reads other variables, in another order, and sends what is meant
 * for this machine through a proxy as well.
 */

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "net/http_proxy.h"

enum { ROOTS_MAX = 8 << 20 };

static const char *
either(const struct world *w, const char *upper, const char *lower)
{
	const char *value = world_env(w, upper);

	if (value == NULL || *value == '\0')
		value = world_env(w, lower);
	return value != NULL ? value : "";
}

/* The bytes of an address, 4 or 16 of them; 0 for a name. */
static size_t
address(struct span text, unsigned char out[16])
{
	char copy[64];

	if (text.n >= sizeof copy)
		return 0;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, out) == 1)
		return 4;
	return inet_pton(AF_INET6, copy, out) == 1 ? 16 : 0;
}

/* Whether `name` is an address in the block "a.b.c.d/n". */
static bool
in_block(struct span block, struct span name)
{
	size_t slash = span_find(block, '/'), n;
	unsigned char net[16], host[16];
	int64_t bits;

	n = address(span_sub(block, 0, slash), net);
	if (n == 0 || address(name, host) != n ||
	    !number_int(span_sub(block, slash + 1, block.n), &bits) ||
	    bits < 0 || bits > (int64_t)n * 8)
		return false;
	for (size_t i = 0; i < (size_t)bits; i++)
		if (((net[i / 8] ^ host[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static bool
same_name(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (tolower((unsigned char)a.p[i]) !=
		    tolower((unsigned char)b.p[i]))
			return false;
	return true;
}

/* Whether `name` is below the domain `suffix` (which begins with a dot). */
static bool
below(struct span name, struct span suffix)
{
	return name.n > suffix.n &&
	    same_name(span_sub(name, name.n - suffix.n, name.n), suffix);
}

/* One entry of NO_PROXY: *, an address, a block, a domain, with a port. */
static bool
entry_matches(struct span entry, const struct http_url *u)
{
	struct http_url as_host = { .host = entry };
	struct span name = http_url_name(u), wanted;
	unsigned port = http_url_port(u), only;

	if (span_is(entry, "*"))
		return true;
	if (span_find(entry, '/') < entry.n)
		return in_block(entry, name);
	only = http_url_port(&as_host);
	wanted = http_url_name(&as_host);
	if (port == 0)
		port = span_is(u->scheme, "https") ? 443 : 80;
	if (only != 0 && only != port)
		return false;
	if (span_starts(wanted, "*."))
		wanted = span_sub(wanted, 1, wanted.n);
	if (span_starts(wanted, "."))
		return below(name, wanted);
	if (wanted.n == 0)
		return false;
	return same_name(name, wanted) ||
	    (below(name, wanted) && name.p[name.n - wanted.n - 1] == '.');
}

static bool
excepted(struct span list, const struct http_url *u)
{
	for (size_t at = 0; at < list.n;) {
		struct span entry = span_sub(list, at, list.n);

		entry = span_sub(entry, 0, span_find(entry, ','));
		at += entry.n + 1;
		if (entry_matches(span_trim(entry), u))
			return true;
	}
	return false;
}

const char *
http_proxy(const struct world *w, const struct http_url *u)
{
	const char *cgi = world_env(w, "REQUEST_METHOD"), *proxy;

	if (span_is(u->scheme, "https"))
		proxy = either(w, "HTTPS_PROXY", "https_proxy");
	else if (cgi != NULL && *cgi != '\0')
		proxy = ""; /* HTTP_PROXY is then a header of the visitor's */
	else
		proxy = either(w, "HTTP_PROXY", "http_proxy");
	if (*proxy == '\0' || http_is_loopback(http_url_name(u)) ||
	    excepted(span_of(either(w, "NO_PROXY", "no_proxy")), u))
		return "";
	return proxy;
}

static void
put_file(struct buf *pem, const char *path)
{
	struct buf file = { 0 };

	if (file_read(path, &file, NULL) == SEALEAF_OK &&
	    file.n + pem->n < ROOTS_MAX &&
	    span_search(buf_get(&file), span_of("-----BEGIN CERTIFICATE")) <
		file.n) {
		buf_span(pem, buf_get(&file));
		buf_putc(pem, '\n');
	}
	buf_fini(&file);
}

static void
put_folder(struct buf *pem, struct span folder)
{
	struct buf path = { 0 };
	struct dirent *entry;
	DIR *d = NULL;

	buf_span(&path, folder);
	if (path.n > 0 && !path.failed)
		d = opendir(path.p);
	buf_putc(&path, '/');
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		buf_puts(&path, entry->d_name);
		if (!path.failed)
			put_file(pem, path.p);
		buf_truncate(&path, folder.n + 1);
	}
	if (d != NULL)
		(void)closedir(d);
	buf_fini(&path);
}

void
http_roots(const struct world *w, struct buf *pem)
{
	const char *file = world_env(w, "SSL_CERT_FILE");
	struct span list = span_of(world_env(w, "SSL_CERT_DIR"));

	put_file(pem,
	    file != NULL && *file != '\0'
		? file
		: "/etc/ssl/certs/ca-certificates.crt");
	for (size_t at = 0; at < list.n;) {
		struct span folder = span_sub(list, at, list.n);

		folder = span_sub(folder, 0, span_find(folder, ':'));
		put_folder(pem, folder);
		at += folder.n + 1;
	}
}
