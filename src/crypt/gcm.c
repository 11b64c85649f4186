/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AES-256-GCM through OpenSSL, the one library here that takes the 32-byte IV
 * of SOPS. The cipher is fetched once and the key expanded once; a value costs
 * the setting of its IV and no allocation.
 */

#include <limits.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "crypt/gcm.h"

enum { IV_MAX = 128 };

struct gcm {
	EVP_CIPHER_CTX *ctx;
	EVP_CIPHER *cipher; /* NULL in a copy */
	size_t iv_n;        /* length of the IV that ctx expects */
};

static enum sealeaf_code
fail(struct gcm *g, struct sealeaf_error *e)
{
	gcm_free(g);
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "OpenSSL does not set up AES-256-GCM");
}

static bool
set_iv_length(struct gcm *g, size_t n)
{
	if (g->iv_n == n)
		return true;
	g->iv_n = 0;
	if (n == 0 || n > IV_MAX ||
	    EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)n,
		NULL) != 1)
		return false;
	g->iv_n = n;
	return true;
}

enum sealeaf_code
gcm_new(struct gcm **out, struct secret *key, struct sealeaf_error *e)
{
	struct span text;
	struct gcm *g;
	int ok;

	*out = NULL;
	if (key->n != GCM_KEY)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the data key has %zu bytes instead of %d", key->n,
		    GCM_KEY);
	g = mem_zero(sizeof *g);
	if (g == NULL)
		return err_memory(e);
	g->ctx = EVP_CIPHER_CTX_new();
	g->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (g->ctx == NULL || g->cipher == NULL ||
	    EVP_CipherInit_ex2(g->ctx, g->cipher, NULL, NULL, 1, NULL) != 1 ||
	    !set_iv_length(g, GCM_IV))
		return fail(g, e);
	if (secret_open(key, &text, e) != SEALEAF_OK) {
		gcm_free(g);
		return SEALEAF_ERR_MEMORY;
	}
	ok = EVP_CipherInit_ex2(g->ctx, NULL, (const uint8_t *)text.p, NULL, 1,
	    NULL);
	secret_close(key);
	if (ok != 1)
		return fail(g, e);
	*out = g;
	return SEALEAF_OK;
}

enum sealeaf_code
gcm_copy(struct gcm **out, const struct gcm *from, struct sealeaf_error *e)
{
	struct gcm *g;

	*out = NULL;
	g = mem_zero(sizeof *g);
	if (g == NULL)
		return err_memory(e);
	g->iv_n = from->iv_n;
	g->ctx = EVP_CIPHER_CTX_new();
	if (g->ctx == NULL || EVP_CIPHER_CTX_copy(g->ctx, from->ctx) != 1) {
		gcm_free(g);
		return err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "this OpenSSL does not copy an AES-256-GCM context");
	}
	*out = g;
	return SEALEAF_OK;
}

/*
 * Feed `n` bytes; `out` NULL for additional data. EVP counts in int, so long
 * inputs go in pieces, of whole blocks.
 */
static bool
feed(EVP_CIPHER_CTX *ctx, uint8_t *out, const uint8_t *in, size_t n)
{
	const size_t most = INT_MAX & ~0xfff;
	size_t part;
	int done;

	for (; n > 0; n -= part) {
		part = n < most ? n : most;
		if (EVP_CipherUpdate(ctx, out, &done, in, (int)part) != 1)
			return false;
		in += part;
		if (out != NULL)
			out += part;
	}
	return true;
}

static bool
run(struct gcm *g, const void *iv, int encrypt, struct span aad, const void *in,
    size_t n, void *out)
{
	/* The key stays: only a key argument expands one. */
	return EVP_CipherInit_ex2(g->ctx, NULL, NULL, iv, encrypt, NULL) == 1 &&
	    feed(g->ctx, NULL, (const uint8_t *)aad.p, aad.n) &&
	    feed(g->ctx, out, in, n);
}

enum sealeaf_code
gcm_seal(struct gcm *g, const uint8_t iv[GCM_IV], struct span aad,
    const void *in, size_t n, void *out, uint8_t tag[GCM_TAG],
    struct sealeaf_error *e)
{
	uint8_t none[GCM_TAG];
	int done;

	if (!set_iv_length(g, GCM_IV) || !run(g, iv, 1, aad, in, n, out) ||
	    EVP_CipherFinal_ex(g->ctx, none, &done) != 1 ||
	    EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) !=
		1) {
		mem_wipe(out, n);
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "OpenSSL does not encrypt with AES-256-GCM");
	}
	return SEALEAF_OK;
}

bool
gcm_open(struct gcm *g, const void *iv, size_t iv_n, struct span aad,
    const void *in, size_t n, void *out, const uint8_t tag[GCM_TAG])
{
	uint8_t expect[GCM_TAG], none[GCM_TAG];
	int done;

	for (size_t i = 0; i < sizeof expect; i++)
		expect[i] = tag[i]; /* the call below takes no const */
	if (!set_iv_length(g, iv_n) || !run(g, iv, 0, aad, in, n, out) ||
	    EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG,
		expect) != 1 ||
	    EVP_CipherFinal_ex(g->ctx, none, &done) != 1) {
		mem_wipe(out, n);
		return false;
	}
	return true;
}

void
gcm_free(struct gcm *g)
{
	if (g == NULL)
		return;
	EVP_CIPHER_CTX_free(g->ctx);
	EVP_CIPHER_free(g->cipher);
	free(g);
}
