/* SPDX-License-Identifier: Apache-2.0 */
/* Digests by OpenSSL; only CRC-32C it does not have. */

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/encode.h"
#include "net/digest.h"

bool
digest_sha256(uint8_t out[DIGEST_SIZE], struct span s)
{
	return EVP_Digest(s.p, s.n, out, NULL, EVP_sha256(), NULL) == 1;
}

bool
digest_hmac(uint8_t out[DIGEST_SIZE], struct span key, struct span s)
{
	const uint8_t *text = (const uint8_t *)s.p;

	if (key.n > INT_MAX)
		return false;
	return HMAC(EVP_sha256(), key.n > 0 ? key.p : "", (int)key.n, text, s.n,
		   out, NULL) != NULL;
}

bool
digest_sha256_hex(struct buf *b, struct span s)
{
	uint8_t out[DIGEST_SIZE];

	if (!digest_sha256(out, s))
		return false;
	hex_append(b, out, sizeof out, false);
	return !b->failed;
}

bool
digest_hmac_hex(struct buf *b, struct span key, struct span s)
{
	uint8_t out[DIGEST_SIZE];

	if (!digest_hmac(out, key, s))
		return false;
	hex_append(b, out, sizeof out, false);
	return !b->failed;
}

bool
digest_sha1_hex(struct buf *b, struct span s)
{
	uint8_t out[20];

	if (EVP_Digest(s.p, s.n, out, NULL, EVP_sha1(), NULL) != 1)
		return false;
	hex_append(b, out, sizeof out, false);
	return !b->failed;
}

uint32_t
digest_crc32c(struct span s)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (uint8_t)s.p[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}
