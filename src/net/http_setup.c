/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every option that decides where a request goes or whom it trusts is set
 * here, each time: libcurl's own defaults come from its environment.
 */

#include <ctype.h>
#include <string.h>

#include "net/http_proxy.h"
#include "net/http_setup.h"

enum { BODY_MAX = 1 << 20, HEADERS_MAX = 64 << 10 };

static size_t
on_body(char *p, size_t size, size_t n, void *user)
{
	struct http_exchange *x = user;

	(void)size;
	if (n > BODY_MAX - x->a->body.n) {
		x->big = true;
		return 0;
	}
	buf_put(&x->a->body, p, n);
	return x->a->body.failed ? 0 : n;
}

/* A status line starts anew: before it came an interim answer, or a proxy's. */
static size_t
on_header(char *p, size_t size, size_t n, void *user)
{
	struct http_exchange *x = user;
	struct span line = span_trim(span_make(p, n));
	struct buf *b = &x->a->headers;
	size_t colon = span_find(line, ':');

	(void)size;
	if (n > HEADERS_MAX - b->n) {
		x->big = true;
		return 0;
	}
	if (span_starts(line, "HTTP/"))
		buf_truncate(b, 0);
	if (line.n == 0 || colon == line.n)
		return n;
	for (size_t i = 0; i < colon; i++)
		buf_putc(b, (char)tolower((unsigned char)line.p[i]));
	buf_span(b, span_sub(line, colon, line.n));
	buf_putc(b, '\n');
	return b->failed ? 0 : n;
}

static int
on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct http_exchange *x = user;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(x->stop);
}

static void
set_long(struct http_exchange *x, CURLoption option, long value)
{
	if (x->c->easy_setopt(x->curl, option, value) != CURLE_OK)
		x->refused = true;
}

static void
set_text(struct http_exchange *x, CURLoption option, const char *value)
{
	if (x->c->easy_setopt(x->curl, option, value) != CURLE_OK)
		x->refused = true;
}

static void
set_blob(struct http_exchange *x, CURLoption option, struct span pem)
{
	struct curl_blob blob = { (void *)(uintptr_t)pem.p, pem.n,
		CURL_BLOB_COPY };

	if (x->c->easy_setopt(x->curl, option, &blob) != CURLE_OK)
		x->refused = true;
}

static bool
list_add(struct http_exchange *x, struct curl_slist **list, const char *text)
{
	struct curl_slist *more = x->c->slist_append(*list, text);

	if (more == NULL)
		return false;
	*list = more;
	return true;
}

/* libcurl adds a type of its own to bodies, and asks before long ones. */
static bool
set_headers(struct http_exchange *x)
{
	struct span all = buf_get(&x->r->headers);

	for (size_t at = 0; at < all.n;) {
		struct span line = span_sub(all, at, all.n);

		line = span_sub(line, 0, span_find(line, '\n'));
		at += line.n + 1;
		buf_truncate(&x->text, 0);
		buf_span(&x->text, line);
		/* "Name:" would take a header away, "Name;" sends it empty. */
		if (line.n > 2 && span_ends(line, ": ")) {
			buf_truncate(&x->text, line.n - 2);
			buf_putc(&x->text, ';');
		}
		if (x->text.failed || !list_add(x, &x->headers, x->text.p))
			return false;
	}
	if (!list_add(x, &x->headers, "Expect:"))
		return false;
	return x->c->easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->headers) ==
	    CURLE_OK;
}

static void
set_roots(struct http_exchange *x)
{
	const struct http_tls *t = x->r->tls;
	const char *file = world_env(x->world, "SSL_CERT_FILE");
	const char *folder = world_env(x->world, "SSL_CERT_DIR");

	if (t != NULL && t->ca_file != NULL) {
		set_text(x, CURLOPT_CAINFO, t->ca_file);
		set_text(x, CURLOPT_CAPATH, NULL);
	} else if (t != NULL && t->ca_text != NULL) {
		set_blob(x, CURLOPT_CAINFO_BLOB, span_of(t->ca_text));
		set_text(x, CURLOPT_CAPATH, NULL);
	} else if (t != NULL && t->ca_path != NULL) {
		set_text(x, CURLOPT_CAINFO, NULL);
		set_text(x, CURLOPT_CAPATH, t->ca_path);
	} else if (folder != NULL && *folder != '\0') {
		http_roots(x->world, &x->roots);
		set_blob(x, CURLOPT_CAINFO_BLOB, buf_get(&x->roots));
		set_text(x, CURLOPT_CAPATH, NULL);
	} else if (file != NULL && *file != '\0') {
		set_text(x, CURLOPT_CAINFO, file);
	}
}

/* A name on the certificate that is not the host's: ask for that name, and
 * connect to the host all the same. */
static bool
set_server_name(struct http_exchange *x, const struct http_url *u)
{
	const char *name = x->r->tls->server_name;
	unsigned port = http_url_port(u);

	if (port == 0)
		port = span_is(u->scheme, "https") ? 443 : 80;
	buf_printf(&x->url, "%.*s://%s:%u%.*s%s%.*s", (int)u->scheme.n,
	    u->scheme.p, name, port, (int)u->path.n, u->path.p,
	    u->query.n > 0 ? "?" : "", (int)u->query.n, u->query.p);
	buf_truncate(&x->text, 0);
	buf_printf(&x->text, "%s:%u:%.*s", name, port, (int)u->host.n,
	    u->host.p);
	if (http_url_port(u) == 0)
		buf_printf(&x->text, ":%u", port);
	if (x->url.failed || x->text.failed ||
	    !list_add(x, &x->connect, x->text.p))
		return false;
	buf_truncate(&x->text, 0);
	buf_printf(&x->text, "Host: %.*s", (int)u->host.n, u->host.p);
	if (x->text.failed || !list_add(x, &x->headers, x->text.p))
		return false;
	set_text(x, CURLOPT_URL, x->url.p);
	return x->c->easy_setopt(x->curl, CURLOPT_CONNECT_TO, x->connect) ==
	    CURLE_OK;
}

static bool
set_tls(struct http_exchange *x, const struct http_url *u)
{
	const struct http_tls *t = x->r->tls;

	if (!span_is(u->scheme, "https"))
		return true;
	set_roots(x);
	set_long(x, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (t == NULL)
		return true;
	if (t->cert != NULL)
		set_text(x, CURLOPT_SSLCERT, t->cert);
	if (t->key != NULL)
		set_text(x, CURLOPT_SSLKEY, t->key);
	if (t->insecure) {
		set_long(x, CURLOPT_SSL_VERIFYPEER, 0);
		set_long(x, CURLOPT_SSL_VERIFYHOST, 0);
	}
	return t->server_name == NULL || set_server_name(x, u);
}

static void
set_body(struct http_exchange *x)
{
	const struct http_request *r = x->r;

	if (strcmp(r->method, "GET") == 0) {
		set_long(x, CURLOPT_HTTPGET, 1);
		return;
	}
	set_long(x, CURLOPT_POST, 1);
	set_text(x, CURLOPT_CUSTOMREQUEST, r->method);
	if (x->c->easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		(curl_off_t)r->body.n) != CURLE_OK)
		x->refused = true;
	set_text(x, CURLOPT_POSTFIELDS, r->body.n > 0 ? r->body.p : "");
}

static void
set_callbacks(struct http_exchange *x)
{
	const struct http_curl *c = x->c;

	if (c->easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, on_body) ||
	    c->easy_setopt(x->curl, CURLOPT_WRITEDATA, x) ||
	    c->easy_setopt(x->curl, CURLOPT_HEADERFUNCTION, on_header) ||
	    c->easy_setopt(x->curl, CURLOPT_HEADERDATA, x) ||
	    c->easy_setopt(x->curl, CURLOPT_XFERINFOFUNCTION, on_progress) ||
	    c->easy_setopt(x->curl, CURLOPT_XFERINFODATA, x) ||
	    c->easy_setopt(x->curl, CURLOPT_ERRORBUFFER, x->error))
		x->refused = true;
	set_long(x, CURLOPT_NOPROGRESS, 0);
}

bool
http_setup(struct http_exchange *x, const struct http_url *u, long left)
{
	const struct http_request *r = x->r;
	const char *proxy = r->proxy;

	if (r->local || r->socket != NULL)
		proxy = "";
	else if (proxy == NULL)
		proxy = http_proxy(x->world, u);
	set_text(x, CURLOPT_URL, r->url);
	set_text(x, CURLOPT_PROXY, proxy);
	set_text(x, CURLOPT_NOPROXY, *proxy != '\0' ? "" : "*");
	set_text(x, CURLOPT_PROTOCOLS_STR, "http,https");
	set_text(x, CURLOPT_USERAGENT, "sealeaf/" SEALEAF_VERSION);
	set_long(x, CURLOPT_NOSIGNAL, 1);
	set_long(x, CURLOPT_FOLLOWLOCATION, 0);
	set_long(x, CURLOPT_TIMEOUT_MS, left);
	set_long(x, CURLOPT_CONNECTTIMEOUT_MS,
	    r->local && left > 1000 ? 1000 : left);
	if (r->socket != NULL)
		set_text(x, CURLOPT_UNIX_SOCKET_PATH, r->socket);
	set_callbacks(x);
	set_body(x);
	return set_tls(x, u) && set_headers(x);
}
