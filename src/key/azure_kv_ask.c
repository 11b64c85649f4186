/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encrypt and decrypt of Azure Key Vault with RSA-OAEP-256, and the newest
 * version of a key, which a file must name.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/azure_kv.h"
#include "key/remote.h"
#include "net/json.h"

enum { SECRET_MAX = 4096 };

/* Windows line ends and blanks got into versions of old files. */
static struct span
clean(const struct key *k, size_t field)
{
	return span_trim(span_of(key_get(k, field)));
}

static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0;
}

/* {vault}/keys/{name}/{version}{verb}?api-version=7.4 */
static enum sealeaf_code
url_put(struct buf *url, const struct key *k, const char *verb,
    struct sealeaf_error *e)
{
	struct span vault = clean(k, AZURE_KV_VAULT);
	struct span name = clean(k, AZURE_KV_NAME);
	struct span version = clean(k, AZURE_KV_VERSION);
	struct http_url u;

	if (!http_url_origin(&u, vault) || !span_is(u.scheme, "https"))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not an https URL of a vault: \"%.200s\"",
		    key_get(k, AZURE_KV_VAULT));
	if (!is_name(name) || (version.n > 0 && !is_name(version)))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not a name and version of a key: \"%.200s/%.200s\"",
		    key_get(k, AZURE_KV_NAME), key_get(k, AZURE_KV_VERSION));
	buf_puts(url, "https://");
	buf_span(url, u.host);
	buf_puts(url, "/keys/");
	buf_span(url, name);
	buf_putc(url, '/');
	buf_span(url, version);
	buf_printf(url, "%s?api-version=7.4", verb);
	return buf_check(url, e);
}

static enum sealeaf_code
refused(const struct http_answer *a, const char *permission,
    struct sealeaf_error *e)
{
	struct span body = buf_get(&a->body), error;
	struct buf code = { 0 }, text = { 0 };

	error = jtext_check(body) ? jtext_get(body, "error") : span_of(NULL);
	http_text_put(&code, jtext_get(error, "code"));
	http_text_put(&text, jtext_get(error, "message"));
	(void)err_set(e, SEALEAF_ERR_GENERIC, "RESPONSE %u: %s%s%s", a->status,
	    code.n > 0 ? code.p : "no error code", text.n > 0 ? ": " : "",
	    text.n > 0 ? text.p : "");
	if (a->status == 403)
		err_hint(e,
		    "the identity needs the permission %s for keys of "
		    "this vault",
		    permission);
	buf_fini(&code);
	buf_fini(&text);
	return SEALEAF_ERR_GENERIC;
}

/* Make one request; the answer is checked JSON. */
static enum sealeaf_code
ask(struct key_session *s, const struct key *k, const char *verb,
    struct span body, struct http_answer *a, struct sealeaf_error *e)
{
	bool get = *verb == '\0';
	struct http_request r = { .method = get ? "GET" : "POST" };
	struct buf url = { 0 };
	enum sealeaf_code code = url_put(&url, k, verb, e);

	r.url = url.p;
	if (!get) {
		http_header_put(&r, "Content-Type",
		    span_of("application/json"));
		buf_span(&r.body, body);
	}
	if (code == SEALEAF_OK)
		code = azure_kv_send(s, &r, a, e);
	if (code == SEALEAF_OK &&
	    (a->status != 200 || !jtext_check(buf_get(&a->body))))
		code = refused(a, get ? "get" : verb + 1, e);
	http_request_fini(&r);
	buf_fini(&url);
	return code;
}

enum sealeaf_code
azure_kv_ready(struct key_session *s, struct key *k, struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	struct buf kid = { 0 };
	enum sealeaf_code code;
	struct span id;
	size_t at;

	if (clean(k, AZURE_KV_VERSION).n > 0)
		return SEALEAF_OK;
	code = remote_open(s, e);
	if (code == SEALEAF_OK)
		code = ask(s, k, "", span_of(""), &a, e);
	if (code == SEALEAF_OK) {
		(void)jtext_text(&kid,
		    jtext_get2(buf_get(&a.body), "key", "kid"));
		id = buf_get(&kid);
		for (at = id.n; at > 0 && id.p[at - 1] != '/';)
			at--;
		id = span_sub(id, at, id.n);
		code = is_name(id) ? key_set(k, AZURE_KV_VERSION, id, e)
				   : err_set(e, SEALEAF_ERR_GENERIC,
					 "the answer names no version");
	}
	if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
		err_prefix(e,
		    "failed to get the version of Azure Key Vault "
		    "key '%s/keys/%s'",
		    key_get(k, AZURE_KV_VAULT), key_get(k, AZURE_KV_NAME));
	http_answer_fini(&a);
	buf_fini(&kid);
	return code;
}

static void
failure_prefix(const struct key *k, const char *what, struct sealeaf_error *e)
{
	char *shown = key_show(k);

	if (e != NULL && e->code != SEALEAF_ERR_MEMORY)
		err_prefix(e,
		    "failed to %s sops data key with Azure Key Vault "
		    "key '%s'",
		    what, shown != NULL ? shown : "");
	free(shown);
}

enum sealeaf_code
azure_kv_wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	struct buf body = { 0 };
	struct span text;
	enum sealeaf_code code = azure_kv_ready(s, k, e);

	if (code == SEALEAF_OK)
		code = remote_open(s, e);
	if (code == SEALEAF_OK)
		code = secret_open(secret, &text, e);
	if (code == SEALEAF_OK) {
		buf_puts(&body, "{\"alg\":\"RSA-OAEP-256\",\"value\":\"");
		base64url_append_raw(&body, text.p, text.n);
		secret_close(secret);
		buf_puts(&body, "\"}");
		code = ask(s, k, "/encrypt", buf_get(&body), &a, e);
	}
	if (code == SEALEAF_OK)
		code = remote_set_enc(k, jtext_get(buf_get(&a.body), "value"),
		    secret, e);
	if (code != SEALEAF_OK)
		failure_prefix(k, "encrypt", e);
	buf_fini(&body);
	http_answer_fini(&a);
	return code;
}

static enum sealeaf_code
take(struct secret *secret, struct span value, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	uint8_t bytes[SECRET_MAX];
	enum sealeaf_code code;
	size_t n = 0;

	if (jtext_string(&text, value) &&
	    base64url_get_raw(buf_get(&text), bytes, sizeof bytes, &n) && n > 0)
		code = secret_copy(secret, bytes, n, e);
	else
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the service's answer holds no data key");
	mem_wipe(bytes, sizeof bytes);
	buf_fini(&text);
	return code;
}

static enum sealeaf_code
decrypt(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct http_answer a = { 0 };
	struct buf body = { 0 };
	enum sealeaf_code code;

	buf_puts(&body, "{\"alg\":\"RSA-OAEP-256\",\"value\":");
	jtext_put(&body, remote_enc(k));
	buf_putc(&body, '}');
	code = ask(s, k, "/decrypt", buf_get(&body), &a, e);
	if (code == SEALEAF_OK)
		code = take(secret, jtext_get(buf_get(&a.body), "value"), e);
	buf_fini(&body);
	http_answer_fini(&a);
	return code;
}

enum sealeaf_code
azure_kv_unwrap(struct key_session *s, const struct key *k,
    struct secret *secret, struct sealeaf_error *e)
{
	uint8_t blob[SECRET_MAX];
	size_t n;
	enum sealeaf_code code;

	if (!base64url_get_raw(remote_enc(k), blob, sizeof blob, &n))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the encrypted data key is no base64");
	else if (clean(k, AZURE_KV_VERSION).n == 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the file names no version of the key");
	else
		code = remote_unwrap(s, k, decrypt, secret, e);
	if (code != SEALEAF_OK)
		failure_prefix(k, "decrypt", e);
	return code;
}
