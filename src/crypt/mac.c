/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-512 over values in document order. OpenSSL's is the faster one, and for
 * a large binary file the MAC takes longer than the encryption.
 */

#include <stdint.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "crypt/mac.h"

enum { DIGEST = MAC_TEXT / 2 };

struct mac {
	EVP_MD_CTX *ctx;
	EVP_MD *md;
	bool failed;
};

/* SHA-256 of "sops": a file under mac_only_encrypted can so never have the
 * MAC of one without. */
static const uint8_t only_encrypted_start[32] = { 0x8a, 0x3f, 0xd2, 0xad, 0x54,
	0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b, 0x0b,
	0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76,
	0xf2, 0x7d, 0x69 };

enum sealeaf_code
mac_new(struct mac **out, bool only_encrypted, struct sealeaf_error *e)
{
	struct mac *m = mem_zero(sizeof *m);

	*out = NULL;
	if (m == NULL)
		return err_memory(e);
	m->ctx = EVP_MD_CTX_new();
	m->md = EVP_MD_fetch(NULL, "SHA512", NULL);
	if (m->ctx == NULL || m->md == NULL ||
	    EVP_DigestInit_ex2(m->ctx, m->md, NULL) != 1) {
		mac_free(m);
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "OpenSSL does not set up SHA-512");
	}
	if (only_encrypted)
		mac_add(m,
		    span_make((const char *)only_encrypted_start,
			sizeof only_encrypted_start));
	*out = m;
	return SEALEAF_OK;
}

void
mac_add(struct mac *m, struct span canonical)
{
	if (canonical.n > 0 &&
	    EVP_DigestUpdate(m->ctx, canonical.p, canonical.n) != 1)
		m->failed = true;
}

void
mac_text(struct mac *m, char out[MAC_TEXT + 1])
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t digest[DIGEST];
	unsigned n;

	out[0] = '\0';
	if (EVP_DigestFinal_ex(m->ctx, digest, &n) != 1 || n != DIGEST ||
	    m->failed)
		return;
	for (size_t i = 0; i < DIGEST; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[MAC_TEXT] = '\0';
}

void
mac_free(struct mac *m)
{
	if (m == NULL)
		return;
	EVP_MD_CTX_free(m->ctx);
	EVP_MD_free(m->md);
	free(m);
}
