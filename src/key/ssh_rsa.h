/* SPDX-License-Identifier: Apache-2.0 */
/* RSA keys of SSH, as OpenSSL wants them. */
#ifndef KEY_SSH_RSA_H
#define KEY_SSH_RSA_H

#include <openssl/evp.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "key/ssh_key.h"

/* The fields of OpenSSH's private key, in their order. */
enum {
	SSH_RSA_N,
	SSH_RSA_E,
	SSH_RSA_D,
	SSH_RSA_IQMP,
	SSH_RSA_P,
	SSH_RSA_Q,
	SSH_RSA_PARTS
};

/* The DER of a private key from its parts, which must fit the public key. */
SEALEAF_USED enum sealeaf_code ssh_rsa_build(struct secret *der,
    const struct ssh_public *public, const struct span part[SSH_RSA_PARTS],
    struct sealeaf_error *e);

/* OpenSSL's public key, or NULL; EVP_PKEY_free(). */
EVP_PKEY *ssh_rsa_public(const struct ssh_public *k);

/* Whether an RSA key of OpenSSL's is the private part of `k`. */
bool ssh_rsa_fits(const EVP_PKEY *pkey, const struct ssh_public *k);

/* Fill `out` (zeroed) with the public part of a key of OpenSSL's. */
SEALEAF_USED enum sealeaf_code ssh_rsa_wire(struct ssh_public *out,
    const EVP_PKEY *pkey, struct sealeaf_error *e);

#endif
