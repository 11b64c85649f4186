/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and HMAC for signing requests. */
#ifndef NET_DIGEST_H
#define NET_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum { DIGEST_SIZE = 32 };

bool digest_sha256(uint8_t out[DIGEST_SIZE], struct span s);
bool digest_hmac(uint8_t out[DIGEST_SIZE], struct span key, struct span s);

/* Append the digest in lower-case hexadecimal. */
bool digest_sha256_hex(struct buf *b, struct span s);
bool digest_hmac_hex(struct buf *b, struct span key, struct span s);

/* SHA-1, which names files in the cache of AWS's sign-on. */
bool digest_sha1_hex(struct buf *b, struct span s);

/* CRC-32C, which Google's key service sends along. */
uint32_t digest_crc32c(struct span s);

#endif
