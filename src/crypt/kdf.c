/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key derivation on libsodium: 1.0.18 has HMAC and scrypt, but not HKDF, which
 * is two loops over HMAC (RFC 5869).
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "crypt/kdf.h"

enum { HASH = 32 };

/* An empty span may have no pointer, which libsodium's declarations forbid. */
static const unsigned char *
bytes(struct span s)
{
	return (const unsigned char *)(s.p != NULL ? s.p : "");
}

static void
hmac_start(crypto_auth_hmacsha256_state *state, struct span key)
{
	(void)crypto_auth_hmacsha256_init(state, bytes(key), key.n);
}

static void
hmac_add(crypto_auth_hmacsha256_state *state, struct span data)
{
	(void)crypto_auth_hmacsha256_update(state, bytes(data), data.n);
}

void
kdf_hmac(uint8_t out[32], struct span key, struct span data)
{
	crypto_auth_hmacsha256_state state;

	hmac_start(&state, key);
	hmac_add(&state, data);
	(void)crypto_auth_hmacsha256_final(&state, out);
	mem_wipe(&state, sizeof state);
}

enum sealeaf_code
kdf_hkdf(void *out, size_t n, struct span ikm, struct span salt,
    struct span info, struct sealeaf_error *e)
{
	crypto_auth_hmacsha256_state state;
	uint8_t prk[HASH], block[HASH], count = 0;
	uint8_t *p = out;

	if (n > 255 * HASH)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "cannot derive %zu bytes with HKDF", n);
	kdf_hmac(prk, salt, ikm);
	while (n > 0) {
		size_t take = n < HASH ? n : HASH;

		hmac_start(&state, span_make((char *)prk, HASH));
		if (count > 0)
			hmac_add(&state, span_make((char *)block, HASH));
		hmac_add(&state, info);
		count++;
		hmac_add(&state, span_make((char *)&count, 1));
		(void)crypto_auth_hmacsha256_final(&state, block);
		memcpy(p, block, take);
		p += take;
		n -= take;
	}
	mem_wipe(&state, sizeof state);
	mem_wipe(prk, sizeof prk);
	mem_wipe(block, sizeof block);
	return SEALEAF_OK;
}

enum sealeaf_code
kdf_scrypt(uint8_t out[32], struct span passphrase, struct span salt,
    unsigned log_n, struct sealeaf_error *e)
{
	if (log_n < 1 || log_n > 30)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "scrypt work factor out of range: %u", log_n);
	if (crypto_pwhash_scryptsalsa208sha256_ll(bytes(passphrase),
		passphrase.n, bytes(salt), salt.n, (uint64_t)1 << log_n, 8, 1,
		out, 32) == 0)
		return SEALEAF_OK;
	if (errno == ENOMEM)
		return err_memory(e);
	return err_set(e, SEALEAF_ERR_GENERIC, "scrypt failed");
}
