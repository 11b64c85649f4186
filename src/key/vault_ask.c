/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transit's encrypt and decrypt. A standby server answers with a redirect to
 * the active one, which is followed once, and only to where the token may go.
 */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/number.h"
#include "key/vault.h"
#include "net/json.h"

/* One request. */
struct call {
	struct key_session *s;
	const struct world *w;
	const struct key *k;
	const char *verb; /* "encrypt" or "decrypt" */
	struct vault *v;
	struct http_request r;
	struct http_tls tls;
	struct http_answer answer;
	struct buf url;
};

static const char *
or_null(const char *text)
{
	return *text != '\0' ? text : NULL;
}

static void
set_tls(struct call *c)
{
	bool skip = false;

	c->tls.ca_file = or_null(vault_env(c->w, "CACERT"));
	if (c->tls.ca_file == NULL)
		c->tls.ca_text = or_null(vault_env(c->w, "CACERT_BYTES"));
	if (c->tls.ca_file == NULL && c->tls.ca_text == NULL)
		c->tls.ca_path = or_null(vault_env(c->w, "CAPATH"));
	c->tls.cert = or_null(vault_env(c->w, "CLIENT_CERT"));
	c->tls.key = or_null(vault_env(c->w, "CLIENT_KEY"));
	c->tls.server_name = or_null(vault_env(c->w, "TLS_SERVER_NAME"));
	if (number_bool(span_of(vault_env(c->w, "SKIP_VERIFY")), &skip))
		c->tls.insecure = skip;
	c->r.tls = &c->tls;
}

static bool
again(const struct http_answer *a)
{
	return a->status == 412 || (a->status >= 500 && a->status != 501);
}

/* A number of seconds, with or without "s". */
static unsigned
seconds_of(const char *text)
{
	struct span s = span_of(text);
	int64_t n = 0;

	if (span_ends(s, "s"))
		s.n--;
	if (!number_int(s, &n) || n < 0 || n > 3600)
		return 0;
	return (unsigned)n;
}

static void
set_limits(struct call *c)
{
	const char *retries = vault_env(c->w, "MAX_RETRIES");
	const char *proxy = vault_env(c->w, "PROXY_ADDR");
	int64_t n = 2;

	if (*retries != '\0' &&
	    (!number_int(span_of(retries), &n) || n < 0 || n > 20))
		n = 2;
	c->r.tries = (unsigned)n + 1;
	c->r.again = again;
	c->r.seconds = seconds_of(vault_env(c->w, "CLIENT_TIMEOUT"));
	if (*proxy == '\0')
		proxy = vault_env(c->w, "HTTP_PROXY");
	c->r.proxy = or_null(proxy);
}

static enum sealeaf_code
set_headers(struct call *c, struct sealeaf_error *e)
{
	struct span more = span_of(vault_env(c->w, "HEADERS")), name, value;
	struct span text;
	const char *namespace = vault_env(c->w, "NAMESPACE");
	struct secret *token = &c->v->token;
	enum sealeaf_code code = vault_token(c->v, c->w, e);
	size_t at = 0;

	if (code != SEALEAF_OK)
		return code;
	http_header_put(&c->r, "X-Vault-Request", span_of("true"));
	code = secret_open(token, &text, e);
	if (code != SEALEAF_OK)
		return code;
	if (text.n > 0)
		http_header_put(&c->r, "X-Vault-Token", text);
	secret_close(token);
	if (*namespace != '\0')
		http_header_put(&c->r, "X-Vault-Namespace", span_of(namespace));
	if (more.n > 0 && !jtext_check(more))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "VAULT_HEADERS is no JSON object");
	while (more.n > 0 && jtext_next(more, &at, &name, &value)) {
		struct buf n = { 0 }, v = { 0 };

		if (jtext_text(&n, name) && jtext_text(&v, value) && n.n > 0 &&
		    span_find(buf_get(&n), '\n') == n.n)
			http_header_put(&c->r, n.p, buf_get(&v));
		buf_fini(&n);
		buf_fini(&v);
	}
	return SEALEAF_OK;
}

bool
vault_path_plain(struct span path)
{
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= ' ' ||
		    (unsigned char)path.p[i] >= 0x7f ||
		    memchr("%?#\\", path.p[i], 4) != NULL)
			return false;
	for (size_t at = 0; at <= path.n;) {
		struct span part = span_sub(path, at, path.n);

		part = span_sub(part, 0, span_find(part, '/'));
		at += part.n + 1;
		if (span_is(part, ".") || span_is(part, "..") || part.n == 0)
			return false;
	}
	return true;
}

/* Vault mounts no engine under these, where a request would be of another
 * kind. */
static bool
engine_plain(struct span engine)
{
	static const char *const taken[] = { "sys", "auth", "cubbyhole",
		"identity" };
	struct span first = span_sub(engine, 0, span_find(engine, '/'));

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (span_is(first, taken[i]))
			return false;
	return vault_path_plain(engine);
}

static enum sealeaf_code
set_url(struct call *c, struct sealeaf_error *e)
{
	const char *agent = vault_env(c->w, "AGENT_ADDR");
	const char *engine = key_get(c->k, VAULT_ENGINE);
	const char *key = key_get(c->k, VAULT_KEY);

	if (!engine_plain(span_of(engine)) || !vault_path_plain(span_of(key)) ||
	    strchr(key, '/') != NULL)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not a path of a Vault key: \"%s/keys/%s\"", engine, key);
	if (span_starts(span_of(agent), "unix://")) {
		c->r.socket = agent + strlen("unix://");
		agent = "http://localhost";
	}
	buf_puts(&c->url,
	    *agent != '\0' ? agent : key_get(c->k, VAULT_ADDRESS));
	while (c->url.n > 0 && c->url.p[c->url.n - 1] == '/')
		buf_truncate(&c->url, c->url.n - 1);
	buf_puts(&c->url, "/v1/");
	percent_append(&c->url, span_of(engine), true);
	buf_printf(&c->url, "/%s/", c->verb);
	percent_append(&c->url, span_of(key), false);
	c->r.url = c->url.p;
	return buf_check(&c->url, e);
}

/* The address of a URL: what is before its path. */
static enum sealeaf_code
address_of(struct buf *b, struct span url, struct sealeaf_error *e)
{
	struct http_url u;

	if (!http_url_parse(&u, url))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "Vault redirects to what is no http or https URL");
	buf_span(b, u.scheme);
	buf_puts(b, "://");
	buf_span(b, u.host);
	return buf_check(b, e);
}

static enum sealeaf_code
allowed(struct call *c, const char *address, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	(void)pthread_mutex_lock(&c->v->base.lock);
	code = vault_allowed(c->v, c->w, address, e);
	(void)pthread_mutex_unlock(&c->v->base.lock);
	return code;
}

/* Follow one redirect of a server that is only a standby. */
static enum sealeaf_code
follow(struct call *c, struct sealeaf_error *e)
{
	struct span to = http_header(&c->answer, "location");
	struct buf address = { 0 }, from = { 0 };
	enum sealeaf_code code;
	bool off = false;

	if ((c->answer.status != 301 && c->answer.status != 302 &&
		c->answer.status != 307 && c->answer.status != 308) ||
	    to.n == 0 ||
	    (number_bool(span_of(vault_env(c->w, "DISABLE_REDIRECTS")), &off) &&
		off))
		return SEALEAF_OK;
	code = address_of(&address, to, e);
	if (code == SEALEAF_OK)
		code = address_of(&from, buf_get(&c->url), e);
	if (code == SEALEAF_OK && strncmp(from.p, "https:", 6) == 0 &&
	    strncmp(address.p, "https:", 6) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "Vault redirects from https to %s", address.p);
	if (code == SEALEAF_OK && strcmp(from.p, address.p) != 0)
		code = allowed(c, address.p, e);
	if (code == SEALEAF_OK) {
		struct buf url = { 0 };

		buf_span(&url, to);
		buf_fini(&c->url);
		c->url = url;
		c->r.url = c->url.p;
		http_answer_fini(&c->answer);
		code = http_ask(remote_http(c->s), &c->r, &c->answer, e);
	}
	buf_fini(&address);
	buf_fini(&from);
	return code;
}

static enum sealeaf_code
refused(const struct call *c, struct sealeaf_error *e)
{
	struct span body = buf_get(&c->answer.body), list, item;
	struct buf text = { 0 };

	list = jtext_check(body) ? jtext_get(body, "errors") : span_of(NULL);
	for (size_t i = 0; i < 5 && (item = jtext_item(list, i)).p != NULL;
	     i++) {
		buf_puts(&text, i > 0 ? "; " : "");
		http_text_put(&text, item);
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "Error making API request. URL: "
	    "PUT %s Code: %u. Errors: %s",
	    c->url.p, c->answer.status, text.n > 0 ? text.p : "none given");
	if (c->v->token.n == 0 &&
	    (c->answer.status == 400 || c->answer.status == 401 ||
		c->answer.status == 403))
		err_hint(e,
		    "no Vault token in BAO_TOKEN, VAULT_TOKEN, the token_helper of ~/.vault or ~/.vault-token: vault login, or bao login");
	else if (c->answer.status == 403)
		err_hint(e,
		    "the token needs the capability update on "
		    "%s/%s/%s",
		    key_get(c->k, VAULT_ENGINE), c->verb,
		    key_get(c->k, VAULT_KEY));
	else if (c->answer.status == 404)
		err_hint(e, "a namespace is given by VAULT_NAMESPACE");
	buf_fini(&text);
	return SEALEAF_ERR_GENERIC;
}

static enum sealeaf_code
prepare(struct call *c, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	c->w = remote_world(c->s);
	c->v = remote_state(c->s, KEY_SLOT_VAULT, sizeof *c->v);
	if (c->v == NULL)
		return err_memory(e);
	code = allowed(c, key_get(c->k, VAULT_ADDRESS), e);
	if (code == SEALEAF_OK)
		code = set_url(c, e);
	if (code == SEALEAF_OK) {
		(void)pthread_mutex_lock(&c->v->base.lock);
		code = set_headers(c, e);
		(void)pthread_mutex_unlock(&c->v->base.lock);
	}
	set_tls(c);
	set_limits(c);
	c->r.method = "PUT";
	return code;
}

/* Send the body; *data is the answer's "data". */
static enum sealeaf_code
send(struct call *c, struct span *data, struct sealeaf_error *e)
{
	enum sealeaf_code code = prepare(c, e);

	if (code == SEALEAF_OK)
		code = http_ask(remote_http(c->s), &c->r, &c->answer, e);
	if (code == SEALEAF_OK)
		code = follow(c, e);
	if (code == SEALEAF_OK &&
	    (c->answer.status != 200 || !jtext_check(buf_get(&c->answer.body))))
		code = refused(c, e);
	*data = jtext_get(buf_get(&c->answer.body), "data");
	return code;
}

static void
call_fini(struct call *c)
{
	http_request_fini(&c->r);
	http_answer_fini(&c->answer);
	buf_fini(&c->url);
}

enum sealeaf_code
vault_wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct call c = { .s = s, .k = k, .verb = "encrypt" };
	enum sealeaf_code code = remote_open(s, e);
	struct span data;

	if (code != SEALEAF_OK)
		return code;
	buf_puts(&c.r.body, "{\"plaintext\":\"");
	remote_put(&c.r.body, secret);
	buf_puts(&c.r.body, "\"}");
	code = send(&c, &data, e);
	if (code == SEALEAF_OK)
		code = remote_set_enc(k, jtext_get(data, "ciphertext"), secret,
		    e);
	call_fini(&c);
	if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
		err_prefix(e,
		    "failed to encrypt sops data key to Vault "
		    "transit backend '%s/encrypt/%s'",
		    key_get(k, VAULT_ENGINE), key_get(k, VAULT_KEY));
	return code;
}

static enum sealeaf_code
decrypt(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct call c = { .s = s, .k = k, .verb = "decrypt" };
	enum sealeaf_code code;
	struct span data;

	buf_puts(&c.r.body, "{\"ciphertext\":");
	jtext_put(&c.r.body, remote_enc(k));
	buf_putc(&c.r.body, '}');
	code = send(&c, &data, e);
	if (code == SEALEAF_OK)
		code = remote_get(secret, jtext_get(data, "plaintext"), e);
	call_fini(&c);
	return code;
}

enum sealeaf_code
vault_unwrap(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = remote_unwrap(s, k, decrypt, secret, e);

	if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
		err_prefix(e,
		    "failed to decrypt sops data key from Vault "
		    "transit backend '%s/decrypt/%s'",
		    key_get(k, VAULT_ENGINE), key_get(k, VAULT_KEY));
	return code;
}

void
vault_end(struct key_session *s)
{
	struct vault *v = s->state[KEY_SLOT_VAULT];
	struct vault_agreed *next;

	if (v == NULL)
		return;
	for (struct vault_agreed *a = v->agreed; a != NULL; a = next) {
		next = a->next;
		free(a->address);
		free(a);
	}
	secret_fini(&v->token);
	remote_state_free(s, KEY_SLOT_VAULT);
}
