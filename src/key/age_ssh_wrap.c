/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrapping a file key for an SSH key. Ed25519 keys become X25519 keys; a tweak
 * made of the public key keeps such a use apart from others of the same key.
 */

#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age.h"
#include "key/age_ssh.h"
#include "key/ssh_rsa.h"

enum { POINT = 32 };

static const char ed25519_label[] = "age-encryption.org/v1/ssh-ed25519";
static const char rsa_label[] = "age-encryption.org/v1/ssh-rsa";

enum sealeaf_code
age_ssh_check(struct span text, struct sealeaf_error *e)
{
	struct ssh_public k = { 0 };
	uint8_t point[POINT];
	char quoted[AGE_QUOTED];
	enum sealeaf_code code = ssh_public_line(&k, text, e);

	if (code == SEALEAF_OK && k.type == SSH_ED25519 &&
	    crypto_sign_ed25519_pk_to_curve25519(point, k.point) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid Ed25519 public key");
	if (code != SEALEAF_OK) {
		age_quote(quoted, text);
		err_prefix(e, "malformed SSH recipient: %s", quoted);
	}
	ssh_public_fini(&k);
	return code;
}

/* secret = tweak * secret, the tweak being made of the public key. */
static enum sealeaf_code
tweak(uint8_t shared[POINT], const struct ssh_public *k,
    struct sealeaf_error *e)
{
	uint8_t scalar[POINT], out[POINT];
	enum sealeaf_code code = kdf_hkdf(scalar, sizeof scalar,
	    span_make(NULL, 0), buf_get(&k->blob), span_of(ed25519_label), e);

	if (code == SEALEAF_OK && crypto_scalarmult(out, scalar, shared) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid X25519 "
		    "recipient: low order point");
	if (code == SEALEAF_OK)
		memcpy(shared, out, POINT);
	mem_wipe(out, sizeof out);
	return code;
}

static enum sealeaf_code
derive(uint8_t key[32], const uint8_t shared[POINT],
    const uint8_t ephemeral[POINT], const uint8_t point[POINT],
    struct sealeaf_error *e)
{
	char salt[2 * POINT];

	memcpy(salt, ephemeral, POINT);
	memcpy(salt + POINT, point, POINT);
	return kdf_hkdf(key, 32, span_make((const char *)shared, POINT),
	    span_make(salt, sizeof salt), span_of(ed25519_label), e);
}

static void
put_line(struct buf *b, const struct ssh_public *k)
{
	uint8_t tag[SSH_TAG];

	ssh_public_tag(tag, k);
	buf_printf(b, "-> %s ", ssh_type_name(k->type));
	base64_append_raw(b, tag, sizeof tag);
}

static enum sealeaf_code
wrap_ed25519(struct buf *stanzas, const struct ssh_public *k,
    const uint8_t file_key[AGE_FILE_KEY], const struct world *w,
    struct sealeaf_error *e)
{
	uint8_t point[POINT], secret[POINT], ephemeral[POINT], shared[POINT];
	uint8_t key[32], body[AGE_WRAPPED];
	enum sealeaf_code code;

	if (crypto_sign_ed25519_pk_to_curve25519(point, k->point) != 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid Ed25519 public key");
	world_random(w, secret, sizeof secret);
	(void)crypto_scalarmult_base(ephemeral, secret);
	if (crypto_scalarmult(shared, secret, point) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid Ed25519 public key");
	else
		code = tweak(shared, k, e);
	if (code == SEALEAF_OK)
		code = derive(key, shared, ephemeral, point, e);
	if (code == SEALEAF_OK) {
		age_wrap(body, key, file_key);
		put_line(stanzas, k);
		buf_putc(stanzas, ' ');
		base64_append_raw(stanzas, ephemeral, sizeof ephemeral);
		buf_putc(stanzas, '\n');
		age_body_append(stanzas, body, sizeof body);
		code = buf_check(stanzas, e);
	}
	mem_wipe(secret, sizeof secret);
	mem_wipe(shared, sizeof shared);
	mem_wipe(key, sizeof key);
	return code;
}

/* OAEP with SHA-256 twice and age's label; OpenSSL owns the label. */
static bool
set_oaep(EVP_PKEY_CTX *ctx)
{
	void *label = OPENSSL_memdup(rsa_label, sizeof rsa_label - 1);

	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
	    label != NULL &&
	    EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label,
		sizeof rsa_label - 1) == 1)
		return true;
	OPENSSL_free(label);
	return false;
}

static enum sealeaf_code
wrap_rsa(struct buf *stanzas, const struct ssh_public *k,
    const uint8_t file_key[AGE_FILE_KEY], struct sealeaf_error *e)
{
	EVP_PKEY *pkey = ssh_rsa_public(k);
	EVP_PKEY_CTX *ctx = pkey != NULL ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	enum sealeaf_code code = SEALEAF_OK;
	uint8_t body[2048];
	size_t n = sizeof body;

	if (ctx == NULL || EVP_PKEY_encrypt_init(ctx) != 1 || !set_oaep(ctx) ||
	    EVP_PKEY_encrypt(ctx, body, &n, file_key, AGE_FILE_KEY) != 1) {
		code = err_set(e, SEALEAF_ERR_GENERIC, "RSA encryption failed");
	} else {
		put_line(stanzas, k);
		buf_putc(stanzas, '\n');
		age_body_append(stanzas, body, n);
		code = buf_check(stanzas, e);
	}
	ERR_clear_error();
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return code;
}

enum sealeaf_code
age_ssh_wrap(struct buf *stanzas, struct span text,
    const uint8_t file_key[static AGE_FILE_KEY], const struct world *w,
    struct sealeaf_error *e)
{
	struct ssh_public k = { 0 };
	enum sealeaf_code code = ssh_public_line(&k, text, e);

	if (code == SEALEAF_OK)
		code = k.type == SSH_RSA
		    ? wrap_rsa(stanzas, &k, file_key, e)
		    : wrap_ed25519(stanzas, &k, file_key, w, e);
	ssh_public_fini(&k);
	return code;
}

bool
age_ssh_tagged(const struct age_stanza *s, const struct ssh_public *k)
{
	uint8_t want[SSH_TAG], tag[SSH_TAG];
	size_t n;

	if (s->n < 2 || !span_is(s->args[0], ssh_type_name(k->type)))
		return false;
	ssh_public_tag(want, k);
	return base64_get_raw(s->args[1], tag, sizeof tag, &n) &&
	    n == sizeof tag && memcmp(tag, want, n) == 0;
}

/* A tag of four bytes may fit by chance, so this is no mismatch for sure. */
static enum sealeaf_code
failed(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "failed to decrypt file key");
}

static enum sealeaf_code
unwrap_ed25519(uint8_t file_key[AGE_FILE_KEY], const struct age_stanza *s,
    const struct ssh_public *k, const uint8_t seed[POINT],
    struct sealeaf_error *e)
{
	uint8_t ephemeral[POINT], point[POINT], scalar[64], shared[POINT];
	uint8_t key[32];
	enum sealeaf_code code = SEALEAF_OK;
	size_t n;

	if (s->n != 3 ||
	    !base64_get_raw(s->args[2], ephemeral, sizeof ephemeral, &n) ||
	    n != sizeof ephemeral || s->body.n != AGE_WRAPPED)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid ssh-ed25519 recipient block");
	/* The scalar of the signing key; X25519 clamps it itself. */
	(void)crypto_hash_sha512(scalar, seed, POINT);
	(void)crypto_scalarmult_base(point, scalar);
	if (crypto_scalarmult(shared, scalar, ephemeral) != 0)
		code = failed(e);
	else
		code = tweak(shared, k, e);
	if (code == SEALEAF_OK)
		code = derive(key, shared, ephemeral, point, e);
	if (code == SEALEAF_OK && !age_unwrap(file_key, key, s->body))
		code = failed(e);
	mem_wipe(scalar, sizeof scalar);
	mem_wipe(shared, sizeof shared);
	mem_wipe(key, sizeof key);
	return code;
}

static enum sealeaf_code
unwrap_rsa(uint8_t file_key[AGE_FILE_KEY], const struct age_stanza *s,
    const uint8_t *der, size_t der_n, struct sealeaf_error *e)
{
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *ctx;
	uint8_t out[2048];
	size_t n = sizeof out;
	enum sealeaf_code code = SEALEAF_OK;

	if (s->n != 2)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid ssh-rsa recipient block");
	pkey = d2i_AutoPrivateKey(NULL, &der, (long)der_n);
	ctx = pkey != NULL ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1 || !set_oaep(ctx) ||
	    EVP_PKEY_decrypt(ctx, out, &n, (const unsigned char *)s->body.p,
		s->body.n) != 1 ||
	    n != AGE_FILE_KEY)
		code = failed(e);
	else
		memcpy(file_key, out, AGE_FILE_KEY);
	ERR_clear_error();
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	mem_wipe(out, sizeof out);
	return code;
}

enum sealeaf_code
age_ssh_unwrap(uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct ssh_public *public,
    struct secret *key, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	struct span text;
	const uint8_t *p;

	if (secret_open(key, &text, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	p = (const uint8_t *)text.p;
	for (size_t i = 0; i < h->n && code != SEALEAF_OK; i++) {
		const struct age_stanza *s = h->stanzas + i;

		if (!age_ssh_tagged(s, public))
			continue;
		if (public->type == SSH_RSA)
			code = unwrap_rsa(file_key, s, p, key->n, e);
		else
			code = unwrap_ed25519(file_key, s, public, p, e);
	}
	secret_close(key);
	return code;
}
