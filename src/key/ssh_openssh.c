/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSH's own format of private keys, which no library at hand reads:
 * cipher, key derivation, the public key in the clear, the private one sealed.
 */

#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "base/mem.h"
#include "crypt/bcrypt_pbkdf.h"
#include "key/ssh_key.h"
#include "key/ssh_rsa.h"

enum { KEY = 32, IV = 16, BLOCK_NONE = 8, BLOCK_AES = 16 };

static const char magic[] = "openssh-key-v1"; /* its NUL belongs to it */

/* The parts of a file. */
struct parts {
	struct span cipher, kdf, options, public, private;
};

static enum sealeaf_code
bad(struct sealeaf_error *e, const char *why)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "ssh: %s", why);
}

static enum sealeaf_code
split(struct parts *p, struct span blob, struct sealeaf_error *e)
{
	uint32_t count;

	if (blob.n < sizeof magic || memcmp(blob.p, magic, sizeof magic) != 0)
		return bad(e, "invalid openssh private key format");
	blob = span_sub(blob, sizeof magic, blob.n);
	if (!ssh_get_string(&blob, &p->cipher) ||
	    !ssh_get_string(&blob, &p->kdf) ||
	    !ssh_get_string(&blob, &p->options) || !ssh_get_u32(&blob, &count))
		return bad(e, "invalid openssh private key format");
	if (count != 1)
		return bad(e, "multi-key files are not supported");
	if (!ssh_get_string(&blob, &p->public) ||
	    !ssh_get_string(&blob, &p->private))
		return bad(e, "invalid openssh private key format");
	return SEALEAF_OK;
}

/* Key and IV from the passphrase. */
static enum sealeaf_code
derive(uint8_t out[KEY + IV], const struct parts *p, struct span passphrase,
    struct sealeaf_error *e)
{
	struct span rest = p->options, salt;
	uint32_t rounds;

	if (!span_is(p->kdf, "bcrypt"))
		return bad(e, "unknown KDF, only supports \"bcrypt\"");
	if (!ssh_get_string(&rest, &salt) || !ssh_get_u32(&rest, &rounds))
		return bad(e, "invalid KDF options");
	if (rounds > BCRYPT_ROUNDS_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "ssh: bcrypt KDF "
		    "rounds %lu exceed maximum %d",
		    (unsigned long)rounds, BCRYPT_ROUNDS_MAX);
	return bcrypt_pbkdf(out, KEY + IV, passphrase, salt, rounds, e);
}

/* Decrypt the private part to `out`, which is as long. */
static enum sealeaf_code
decrypt(uint8_t *out, const struct parts *p, struct span passphrase,
    struct sealeaf_error *e)
{
	const EVP_CIPHER *cipher = EVP_aes_256_ctr();
	EVP_CIPHER_CTX *ctx = NULL;
	uint8_t key[KEY + IV];
	enum sealeaf_code code;
	int n, last;

	if (span_is(p->cipher, "aes256-cbc"))
		cipher = EVP_aes_256_cbc();
	else if (!span_is(p->cipher, "aes256-ctr"))
		return bad(e,
		    "unknown cipher, only supports \"aes256-ctr\" "
		    "or \"aes256-cbc\"");
	code = derive(key, p, passphrase, e);
	if (code != SEALEAF_OK)
		goto out;
	ctx = EVP_CIPHER_CTX_new();
	if (ctx == NULL ||
	    EVP_DecryptInit_ex(ctx, cipher, NULL, key, key + KEY) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
	    EVP_DecryptUpdate(ctx, out, &n, (const uint8_t *)p->private.p,
		(int)p->private.n) != 1 ||
	    EVP_DecryptFinal_ex(ctx, out + n, &last) != 1)
		code = bad(e, "cannot decrypt the private key");
out:
	EVP_CIPHER_CTX_free(ctx);
	mem_wipe(key, sizeof key);
	return code;
}

static enum sealeaf_code
get_ed25519(struct ssh_private *out, struct span *rest, struct sealeaf_error *e)
{
	uint8_t point[SSH_ED25519_SIZE], secret[crypto_sign_SECRETKEYBYTES];
	struct span public, pair;
	enum sealeaf_code code;

	if (!ssh_get_string(rest, &public) || !ssh_get_string(rest, &pair) ||
	    public.n != SSH_ED25519_SIZE || pair.n != 2 * SSH_ED25519_SIZE)
		return bad(e, "private key unexpected length");
	(void)crypto_sign_seed_keypair(point, secret, (const uint8_t *)pair.p);
	if (memcmp(point, public.p, sizeof point) != 0 ||
	    memcmp(point, pair.p + SSH_ED25519_SIZE, sizeof point) != 0 ||
	    memcmp(point, out->public.point, sizeof point) != 0)
		code = bad(e, "mismatched private and public SSH key");
	else
		code = secret_copy(&out->key, pair.p, SSH_ED25519_SIZE, e);
	mem_wipe(secret, sizeof secret);
	return code;
}

static enum sealeaf_code
get_rsa(struct ssh_private *out, struct span *rest, struct sealeaf_error *e)
{
	struct span part[SSH_RSA_PARTS];

	for (size_t i = 0; i < SSH_RSA_PARTS; i++)
		if (!ssh_get_string(rest, part + i))
			return bad(e, "malformed OpenSSH key");
	return ssh_rsa_build(&out->key, &out->public, part, e);
}

/* What follows the fields: a comment, then 1, 2, 3, … up to a block. */
static bool
is_padded(struct span rest)
{
	struct span comment;

	if (!ssh_get_string(&rest, &comment))
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if ((uint8_t)rest.p[i] != (uint8_t)(i + 1))
			return false;
	return rest.n < BLOCK_AES;
}

/* Read the private part, now in the clear. Unequal check values are a sign of
 * a wrong passphrase. */
static enum sealeaf_code
get_private(struct ssh_private *out, struct span rest, bool sealed,
    struct sealeaf_error *e)
{
	uint32_t check[2];
	struct span type;
	enum sealeaf_code code;

	if (!ssh_get_u32(&rest, check) || !ssh_get_u32(&rest, check + 1))
		return bad(e, "malformed OpenSSH key");
	if (check[0] != check[1])
		return sealed ? SEALEAF_ERR_NOT_MINE
			      : bad(e, "malformed OpenSSH key");
	if (!ssh_get_string(&rest, &type) ||
	    !span_is(type, ssh_type_name(out->public.type)))
		return bad(e, "mismatched private and public SSH key");
	code = out->public.type == SSH_RSA ? get_rsa(out, &rest, e)
					   : get_ed25519(out, &rest, e);
	if (code == SEALEAF_OK && !is_padded(rest))
		code = bad(e, "malformed OpenSSH key");
	return code;
}

enum sealeaf_code
ssh_openssh_parse(struct ssh_private *out, struct span blob,
    struct span passphrase, struct sealeaf_error *e)
{
	struct parts p = { 0 };
	struct secret clear = { 0 };
	enum sealeaf_code code = split(&p, blob, e);
	bool sealed = !span_is(p.cipher, "none");

	if (code == SEALEAF_OK)
		code = ssh_public_wire(&out->public, p.public, e);
	if (code != SEALEAF_OK)
		return code;
	if (sealed && passphrase.p == NULL) {
		out->locked = true;
		return SEALEAF_OK;
	}
	if (p.private.n > SSH_FILE_MAX ||
	    p.private.n % (sealed ? BLOCK_AES : BLOCK_NONE) != 0)
		return bad(e,
		    "invalid private key length, not a multiple of "
		    "the block size");
	if (!sealed)
		return get_private(out, p.private, false, e);
	code = secret_new(&clear, p.private.n, e);
	if (code == SEALEAF_OK)
		code = decrypt(clear.p, &p, passphrase, e);
	if (code == SEALEAF_OK)
		code = get_private(out, span_make((char *)clear.p, clear.n),
		    true, e);
	secret_fini(&clear);
	return code;
}
