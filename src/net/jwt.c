/* SPDX-License-Identifier: Apache-2.0 */
/* Google wants RS256 of a service account, Azure PS256 of a certificate. */

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/encode.h"
#include "base/mem.h"
#include "net/digest.h"
#include "net/jwt.h"

enum { SIGNATURE_MAX = 2048 };

/* OpenSSL would ask for a passphrase on the terminal. */
static int
no_passphrase(char *p, int n, int writing, void *user)
{
	(void)p;
	(void)n;
	(void)writing;
	(void)user;
	return -1;
}

static EVP_PKEY *
read_key(struct span pem)
{
	EVP_PKEY *key = NULL;
	BIO *bio;

	if (pem.n == 0 || pem.n > INT_MAX)
		return NULL;
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	return key;
}

static bool
sign(uint8_t out[SIGNATURE_MAX], size_t *n, EVP_PKEY *key, struct span text,
    enum jwt_algorithm algorithm)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	bool done;

	*n = SIGNATURE_MAX;
	done = ctx != NULL && EVP_PKEY_get_size(key) <= SIGNATURE_MAX &&
	    EVP_DigestSignInit(ctx, &options, EVP_sha256(), NULL, key) == 1;
	if (done && algorithm == JWT_PS256)
		done = EVP_PKEY_CTX_set_rsa_padding(options,
			   RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(options,
			RSA_PSS_SALTLEN_DIGEST) == 1;
	done = done &&
	    EVP_DigestSign(ctx, out, n, (const uint8_t *)text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	return done;
}

enum sealeaf_code
jwt_sign(struct buf *out, struct span header, struct span claims,
    struct span pem, enum jwt_algorithm algorithm, struct sealeaf_error *e)
{
	EVP_PKEY *key = read_key(pem);
	uint8_t signature[SIGNATURE_MAX];
	size_t start = out->n, n;
	enum sealeaf_code code = SEALEAF_OK;

	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the private key is no unencrypted RSA key in PEM");
	}
	base64url_append_raw(out, header.p, header.n);
	buf_putc(out, '.');
	base64url_append_raw(out, claims.p, claims.n);
	if (out->failed)
		code = err_memory(e);
	else if (!sign(signature, &n, key,
		     span_make(out->p + start, out->n - start), algorithm))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "cannot sign a token with the private key");
	EVP_PKEY_free(key);
	if (code != SEALEAF_OK)
		return code;
	buf_putc(out, '.');
	base64url_append_raw(out, signature, n);
	return buf_check(out, e);
}

static void
put_certificate(X509 *cert, struct buf *thumbprint, struct buf *chain)
{
	uint8_t digest[DIGEST_SIZE], *der = NULL;
	int n = i2d_X509(cert, &der);

	if (n <= 0)
		return;
	if (chain->n > 0)
		buf_putc(chain, ',');
	buf_putc(chain, '"');
	base64_append(chain, der, (size_t)n);
	buf_putc(chain, '"');
	if (thumbprint->n == 0 &&
	    digest_sha256(digest, span_make((const char *)der, (size_t)n)))
		base64url_append_raw(thumbprint, digest, sizeof digest);
	OPENSSL_free(der);
}

static void
put_key(EVP_PKEY *key, struct buf *out)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *p = NULL;
	long n;

	if (bio != NULL &&
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) ==
		1) {
		n = BIO_get_mem_data(bio, &p);
		if (n > 0)
			buf_put(out, p, (size_t)n);
	}
	BIO_free(bio);
}

static void
from_pem(struct span file, struct buf *key, struct buf *thumbprint,
    struct buf *chain)
{
	EVP_PKEY *private = read_key(file);
	BIO *bio = BIO_new_mem_buf(file.p, (int)file.n);
	X509 *cert;

	if (private != NULL)
		put_key(private, key);
	EVP_PKEY_free(private);
	while (bio != NULL &&
	    (cert = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) !=
		NULL) {
		put_certificate(cert, thumbprint, chain);
		X509_free(cert);
	}
	BIO_free(bio);
}

static void
from_pkcs12(struct span file, const char *password, struct buf *key,
    struct buf *thumbprint, struct buf *chain)
{
	const uint8_t *p = (const uint8_t *)file.p;
	PKCS12 *store = d2i_PKCS12(NULL, &p, (long)file.n);
	STACK_OF(X509) *others = NULL;
	EVP_PKEY *private = NULL;
	X509 *cert = NULL;

	if (store != NULL &&
	    PKCS12_parse(store, password != NULL ? password : "", &private,
		&cert, &others) == 1) {
		if (private != NULL)
			put_key(private, key);
		if (cert != NULL)
			put_certificate(cert, thumbprint, chain);
		for (int i = 0; i < sk_X509_num(others); i++)
			put_certificate(sk_X509_value(others, i), thumbprint,
			    chain);
	}
	EVP_PKEY_free(private);
	X509_free(cert);
	sk_X509_pop_free(others, X509_free);
	PKCS12_free(store);
}

enum sealeaf_code
jwt_certificate(struct span file, const char *password, struct buf *key,
    struct buf *thumbprint, struct buf *chain, struct sealeaf_error *e)
{
	if (file.n > 0 && file.n < 1 << 20) {
		if (span_search(file, span_of("-----BEGIN")) < file.n)
			from_pem(file, key, thumbprint, chain);
		else
			from_pkcs12(file, password, key, thumbprint, chain);
	}
	if (key->n > 0 && thumbprint->n > 0)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "the file holds no certificate with a private key that can be "
	    "read");
}
