/* SPDX-License-Identifier: Apache-2.0 */
/* Private SSH key files: which format one has, and OpenSSL for the common. */

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "base/mem.h"
#include "key/ssh_key.h"
#include "key/ssh_rsa.h"

static const char openssh_name[] = "OPENSSH PRIVATE KEY";

/* What OpenSSL asks for a passphrase. */
struct question {
	struct span passphrase;
	bool asked;
};

static int
answer(char *out, int size, int writing, void *user)
{
	struct question *q = user;

	(void)writing;
	q->asked = true;
	if (q->passphrase.p == NULL || size < 0 ||
	    q->passphrase.n > (size_t)size)
		return -1;
	memcpy(out, q->passphrase.p, q->passphrase.n);
	return (int)q->passphrase.n;
}

static enum sealeaf_code
none_found(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "ssh: no key found");
}

/* Take the numbers out of a key of OpenSSL's. */
static enum sealeaf_code
take_rsa(struct ssh_private *out, EVP_PKEY *pkey, struct sealeaf_error *e)
{
	unsigned char *p = NULL;
	enum sealeaf_code code = ssh_rsa_wire(&out->public, pkey, e);
	int n;

	if (code != SEALEAF_OK)
		return code;
	n = i2d_PrivateKey(pkey, &p);
	if (n <= 0)
		return err_memory(e);
	code = secret_copy(&out->key, p, (size_t)n, e);
	OPENSSL_clear_free(p, (size_t)n);
	return code;
}

static enum sealeaf_code
take_ed25519(struct ssh_private *out, EVP_PKEY *pkey, struct sealeaf_error *e)
{
	struct span name = SPAN_LIT("ssh-ed25519");
	uint8_t point[SSH_ED25519_SIZE];
	struct buf b = { 0 };
	size_t n = sizeof point;
	enum sealeaf_code code = secret_new(&out->key, SSH_ED25519_SIZE, e);

	if (code != SEALEAF_OK)
		return code;
	if (EVP_PKEY_get_raw_public_key(pkey, point, &n) != 1 ||
	    EVP_PKEY_get_raw_private_key(pkey, out->key.p, &out->key.n) != 1) {
		code = none_found(e);
		goto out;
	}
	ssh_put_string(&b, name);
	ssh_put_string(&b, span_make((char *)point, sizeof point));
	code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = ssh_public_wire(&out->public, buf_get(&b), e);
out:
	secret_close(&out->key);
	buf_fini(&b);
	return code;
}

/* PKCS#1 and PKCS#8, either of them in the clear or not. */
static enum sealeaf_code
parse_pem(struct ssh_private *out, struct span text, struct span passphrase,
    struct sealeaf_error *e)
{
	struct question q = { passphrase, false };
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	enum sealeaf_code code;
	EVP_PKEY *pkey;

	if (bio == NULL)
		return err_memory(e);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, answer, &q);
	BIO_free(bio);
	ERR_clear_error();
	if (pkey == NULL && q.asked && passphrase.p != NULL)
		return SEALEAF_ERR_NOT_MINE;
	if (pkey == NULL && q.asked) {
		out->locked = true;
		return SEALEAF_OK;
	}
	if (pkey == NULL)
		return none_found(e);
	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_RSA:
		code = take_rsa(out, pkey, e);
		break;
	case EVP_PKEY_ED25519:
		code = take_ed25519(out, pkey, e);
		break;
	default:
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "unsupported SSH key type: %s",
		    OBJ_nid2sn(EVP_PKEY_get_base_id(pkey)));
		break;
	}
	EVP_PKEY_free(pkey);
	return code;
}

enum sealeaf_code
ssh_private_parse(struct ssh_private *out, struct span text,
    struct span passphrase, struct sealeaf_error *e)
{
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	enum sealeaf_code code;
	long n = 0;
	BIO *bio;

	if (text.n > SSH_FILE_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC, "ssh: file too long");
	if (text.n == 0)
		return none_found(e);
	bio = BIO_new_mem_buf(text.p, (int)text.n);
	if (bio == NULL)
		return err_memory(e);
	if (PEM_read_bio(bio, &name, &header, &data, &n) != 1)
		code = none_found(e);
	else if (strcmp(name, openssh_name) == 0)
		code = ssh_openssh_parse(out,
		    span_make((char *)data, (size_t)n), passphrase, e);
	else
		code = parse_pem(out, text, passphrase, e);
	ERR_clear_error();
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_clear_free(data, (size_t)n);
	BIO_free(bio);
	return code;
}

void
ssh_private_fini(struct ssh_private *k)
{
	ssh_public_fini(&k->public);
	secret_fini(&k->key);
	memset(k, 0, sizeof *k);
}
