/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the numbers of SSH and OpenSSL's keys. A private key is kept as DER
 * in guarded memory and becomes OpenSSL's for the length of one use.
 */

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "key/ssh_rsa.h"

static BIGNUM *
number(struct span s)
{
	return BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL);
}

static EVP_PKEY *
from_params(OSSL_PARAM_BLD *build, int selection)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, selection, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

EVP_PKEY *
ssh_rsa_public(const struct ssh_public *k)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = number(k->n), *exponent = number(k->e);
	EVP_PKEY *pkey = NULL;

	if (build != NULL && n != NULL && exponent != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		pkey = from_params(build, EVP_PKEY_PUBLIC_KEY);
	BN_free(n);
	BN_free(exponent);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

/* Exponents of the Chinese remainder: d mod (p - 1) and d mod (q - 1). */
static BIGNUM *
remainder_exponent(const BIGNUM *d, const BIGNUM *prime, BN_CTX *ctx)
{
	BIGNUM *less = BN_dup(prime), *r = BN_secure_new();

	if (less != NULL)
		BN_set_flags(less, BN_FLG_CONSTTIME);
	if (less == NULL || r == NULL || BN_is_zero(prime) ||
	    BN_sub_word(less, 1) != 1 || BN_mod(r, d, less, ctx) != 1) {
		BN_clear_free(r);
		r = NULL;
	}
	BN_clear_free(less);
	return r;
}

enum { DP = SSH_RSA_PARTS, DQ, NUMBERS };

static const char *const names[NUMBERS] = { [SSH_RSA_N] = OSSL_PKEY_PARAM_RSA_N,
	[SSH_RSA_E] = OSSL_PKEY_PARAM_RSA_E,
	[SSH_RSA_D] = OSSL_PKEY_PARAM_RSA_D,
	[SSH_RSA_IQMP] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	[SSH_RSA_P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
	[SSH_RSA_Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
	[DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
	[DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2 };

static EVP_PKEY *
private_from(const struct span part[SSH_RSA_PARTS])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BN_CTX *ctx = BN_CTX_secure_new();
	BIGNUM *v[NUMBERS] = { NULL };
	EVP_PKEY *pkey = NULL;
	bool good = build != NULL && ctx != NULL;

	for (size_t i = 0; i < SSH_RSA_PARTS && good; i++)
		good = (v[i] = number(part[i])) != NULL;
	if (good) {
		v[DP] = remainder_exponent(v[SSH_RSA_D], v[SSH_RSA_P], ctx);
		v[DQ] = remainder_exponent(v[SSH_RSA_D], v[SSH_RSA_Q], ctx);
	}
	for (size_t i = 0; i < NUMBERS && good; i++)
		good = v[i] != NULL &&
		    OSSL_PARAM_BLD_push_BN(build, names[i], v[i]) == 1;
	if (good)
		pkey = from_params(build, EVP_PKEY_KEYPAIR);
	for (size_t i = 0; i < NUMBERS; i++)
		BN_clear_free(v[i]);
	BN_CTX_free(ctx);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

bool
ssh_rsa_fits(const EVP_PKEY *pkey, const struct ssh_public *k)
{
	struct ssh_public own = { 0 };
	bool fits = ssh_rsa_wire(&own, pkey, NULL) == SEALEAF_OK &&
	    span_equal(buf_get(&own.blob), buf_get(&k->blob));

	ssh_public_fini(&own);
	return fits;
}

enum sealeaf_code
ssh_rsa_build(struct secret *der, const struct ssh_public *public,
    const struct span part[SSH_RSA_PARTS], struct sealeaf_error *e)
{
	EVP_PKEY *pkey;
	unsigned char *p = NULL;
	enum sealeaf_code code;
	int n;

	for (size_t i = 0; i < SSH_RSA_PARTS; i++)
		if (part[i].n > 2049)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "ssh: RSA key size is too large");
	pkey = private_from(part);
	if (pkey == NULL || !ssh_rsa_fits(pkey, public)) {
		EVP_PKEY_free(pkey);
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "ssh: mismatched "
		    "private and public SSH key");
	}
	n = i2d_PrivateKey(pkey, &p);
	EVP_PKEY_free(pkey);
	if (n <= 0)
		return err_memory(e);
	code = secret_copy(der, p, (size_t)n, e);
	OPENSSL_clear_free(p, (size_t)n);
	return code;
}

/* Append a positive number with the zero byte that keeps it so. */
static bool
put_number(struct buf *b, const EVP_PKEY *pkey, const char *name)
{
	BIGNUM *v = NULL;
	struct buf bytes = { 0 };
	char *p;

	if (EVP_PKEY_get_bn_param(pkey, name, &v) != 1)
		return false;
	buf_putc(&bytes, '\0');
	p = buf_extend(&bytes, (size_t)BN_num_bytes(v));
	if (p != NULL) {
		(void)BN_bn2bin(v, (unsigned char *)p);
		ssh_put_string(b,
		    span_sub(buf_get(&bytes), BN_num_bits(v) % 8 == 0 ? 0 : 1,
			bytes.n));
	}
	buf_fini(&bytes);
	BN_free(v);
	return p != NULL;
}

enum sealeaf_code
ssh_rsa_wire(struct ssh_public *out, const EVP_PKEY *pkey,
    struct sealeaf_error *e)
{
	struct span name = SPAN_LIT("ssh-rsa");
	struct buf b = { 0 };
	enum sealeaf_code code;

	ssh_put_string(&b, name);
	if (!put_number(&b, pkey, OSSL_PKEY_PARAM_RSA_E) ||
	    !put_number(&b, pkey, OSSL_PKEY_PARAM_RSA_N))
		code = err_set(e, SEALEAF_ERR_GENERIC, "ssh: not an RSA key");
	else
		code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = ssh_public_wire(out, buf_get(&b), e);
	buf_fini(&b);
	return code;
}
