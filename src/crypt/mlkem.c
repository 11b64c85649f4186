/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's ML-KEM, or the answer that this build has none. */

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypt/mlkem.h"

#if OPENSSL_VERSION_NUMBER >= 0x30500000L && !defined(OPENSSL_NO_ML_KEM)

static const char name[] = "ML-KEM-768";

bool
mlkem_is_here(void)
{
	return true;
}

static enum sealeaf_code
failed(struct sealeaf_error *e)
{
	ERR_clear_error();
	return err_set(e, SEALEAF_ERR_GENERIC, "ML-KEM-768 failed");
}

/* The key of a seed, or NULL. */
static EVP_PKEY *
from_seed(const uint8_t seed[MLKEM_SEED])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name, NULL);
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM params[2];

	/* The parameter is read only. */
	params[0] = OSSL_PARAM_construct_octet_string(
	    OSSL_PKEY_PARAM_ML_KEM_SEED, (void *)(uintptr_t)seed, MLKEM_SEED);
	params[1] = OSSL_PARAM_construct_end();
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

enum sealeaf_code
mlkem_public(uint8_t public[static MLKEM_PUBLIC],
    const uint8_t seed[static MLKEM_SEED], struct sealeaf_error *e)
{
	EVP_PKEY *pkey = from_seed(seed);
	size_t n = MLKEM_PUBLIC;
	bool good = pkey != NULL &&
	    EVP_PKEY_get_raw_public_key(pkey, public, &n) == 1 &&
	    n == MLKEM_PUBLIC;

	EVP_PKEY_free(pkey);
	return good ? SEALEAF_OK : failed(e);
}

static EVP_PKEY *
from_public(const uint8_t public[MLKEM_PUBLIC])
{
	return EVP_PKEY_new_raw_public_key_ex(NULL, name, NULL, public,
	    MLKEM_PUBLIC);
}

enum sealeaf_code
mlkem_check(const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e)
{
	EVP_PKEY *pkey = from_public(public);
	bool good = pkey != NULL;

	EVP_PKEY_free(pkey);
	ERR_clear_error();
	if (good)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "invalid MLKEM768-X25519 public key");
}

enum sealeaf_code
mlkem_seal(uint8_t sealed[static MLKEM_SEALED],
    uint8_t shared[static MLKEM_SHARED],
    const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e)
{
	EVP_PKEY *pkey = from_public(public);
	EVP_PKEY_CTX *ctx = NULL;
	size_t n = MLKEM_SEALED, m = MLKEM_SHARED;
	bool good;

	if (pkey != NULL)
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	good = ctx != NULL && EVP_PKEY_encapsulate_init(ctx, NULL) == 1 &&
	    EVP_PKEY_encapsulate(ctx, sealed, &n, shared, &m) == 1 &&
	    n == MLKEM_SEALED && m == MLKEM_SHARED;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good ? SEALEAF_OK : failed(e);
}

enum sealeaf_code
mlkem_open(uint8_t shared[static MLKEM_SHARED],
    const uint8_t seed[static MLKEM_SEED],
    const uint8_t sealed[static MLKEM_SEALED], struct sealeaf_error *e)
{
	EVP_PKEY *pkey = from_seed(seed);
	EVP_PKEY_CTX *ctx = NULL;
	size_t n = MLKEM_SHARED;
	bool good;

	if (pkey != NULL)
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	good = ctx != NULL && EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	    EVP_PKEY_decapsulate(ctx, shared, &n, sealed, MLKEM_SEALED) == 1 &&
	    n == MLKEM_SHARED;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good ? SEALEAF_OK : failed(e);
}

#else

bool
mlkem_is_here(void)
{
	return false;
}

static enum sealeaf_code
missing(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "post-quantum keys need a build with OpenSSL 3.5 or later");
}

enum sealeaf_code
mlkem_public(uint8_t public[static MLKEM_PUBLIC],
    const uint8_t seed[static MLKEM_SEED], struct sealeaf_error *e)
{
	(void)public;
	(void)seed;
	return missing(e);
}

enum sealeaf_code
mlkem_check(const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e)
{
	(void)public;
	return missing(e);
}

enum sealeaf_code
mlkem_seal(uint8_t sealed[static MLKEM_SEALED],
    uint8_t shared[static MLKEM_SHARED],
    const uint8_t public[static MLKEM_PUBLIC], struct sealeaf_error *e)
{
	(void)sealed;
	(void)shared;
	(void)public;
	return missing(e);
}

enum sealeaf_code
mlkem_open(uint8_t shared[static MLKEM_SHARED],
    const uint8_t seed[static MLKEM_SEED],
    const uint8_t sealed[static MLKEM_SEALED], struct sealeaf_error *e)
{
	(void)shared;
	(void)seed;
	(void)sealed;
	return missing(e);
}

#endif
