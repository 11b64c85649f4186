/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stanza holds an ephemeral point; the shared secret with the recipient's
 * point, bound to both points, gives the key that wraps the file key.
 */

#include <string.h>

#include <sodium.h>

#include "base/encode.h"
#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age.h"
#include "key/age_x25519.h"
#include "key/bech32.h"

static const char label[] = "age-encryption.org/v1/X25519";

/* Decode 32 bytes of bech32 with the right prefix. */
static enum sealeaf_code
get(uint8_t out[AGE_X25519], struct span text, const char *want,
    const char *wrong, const char *size, struct sealeaf_error *e)
{
	struct span hrp;
	size_t n;
	enum sealeaf_code code = bech32_get(text, &hrp, out, AGE_X25519, &n, e);

	if (code != SEALEAF_OK)
		return code;
	if (!span_is(hrp, want))
		code = err_set(e, SEALEAF_ERR_GENERIC, "%s \"%.*s\"", wrong,
		    (int)hrp.n, hrp.p);
	else if (n != AGE_X25519)
		code = err_set(e, SEALEAF_ERR_GENERIC, "%s", size);
	if (code != SEALEAF_OK)
		mem_wipe(out, AGE_X25519);
	return code;
}

enum sealeaf_code
age_x25519_recipient(uint8_t point[static AGE_X25519], struct span text,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = get(point, text, "age", "invalid type",
	    "invalid X25519 public key", e);

	char quoted[AGE_QUOTED];

	if (code == SEALEAF_OK)
		return code;
	age_quote(quoted, text);
	err_prefix(e, "malformed recipient %s", quoted);
	return code;
}

enum sealeaf_code
age_x25519_identity(uint8_t scalar[static AGE_X25519], struct span text,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = get(scalar, text, "AGE-SECRET-KEY-",
	    "unknown type", "invalid X25519 secret key", e);

	if (code != SEALEAF_OK)
		err_prefix(e, "malformed secret key");
	return code;
}

void
age_x25519_public(uint8_t point[static AGE_X25519],
    const uint8_t scalar[static AGE_X25519])
{
	(void)crypto_scalarmult_base(point, scalar);
}

/* The wrapping key of a shared secret: salted with both points. */
static enum sealeaf_code
derive(uint8_t key[32], const uint8_t shared[AGE_X25519],
    const uint8_t ephemeral[AGE_X25519], const uint8_t point[AGE_X25519],
    struct sealeaf_error *e)
{
	char salt[2 * AGE_X25519];

	memcpy(salt, ephemeral, AGE_X25519);
	memcpy(salt + AGE_X25519, point, AGE_X25519);
	return kdf_hkdf(key, 32, span_make((const char *)shared, AGE_X25519),
	    span_make(salt, sizeof salt), span_of(label), e);
}

enum sealeaf_code
age_x25519_wrap(struct buf *stanzas, struct span text,
    const uint8_t file_key[static AGE_FILE_KEY], const struct world *w,
    struct sealeaf_error *e)
{
	uint8_t point[AGE_X25519], ephemeral[AGE_X25519], secret[AGE_X25519];
	uint8_t shared[AGE_X25519], key[32], body[AGE_WRAPPED];
	enum sealeaf_code code = age_x25519_recipient(point, text, e);

	if (code != SEALEAF_OK)
		return code;
	world_random(w, secret, sizeof secret);
	age_x25519_public(ephemeral, secret);
	/* libsodium refuses points that give an all-zero secret. */
	if (crypto_scalarmult(shared, secret, point) != 0) {
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the recipient is a low order point");
		goto out;
	}
	code = derive(key, shared, ephemeral, point, e);
	if (code != SEALEAF_OK)
		goto out;
	age_wrap(body, key, file_key);
	buf_puts(stanzas, "-> X25519 ");
	base64_append_raw(stanzas, ephemeral, sizeof ephemeral);
	buf_putc(stanzas, '\n');
	age_body_append(stanzas, body, sizeof body);
	code = buf_check(stanzas, e);
out:
	mem_wipe(secret, sizeof secret);
	mem_wipe(shared, sizeof shared);
	mem_wipe(key, sizeof key);
	return code;
}

static enum sealeaf_code
unwrap_one(uint8_t file_key[AGE_FILE_KEY], const struct age_stanza *s,
    const uint8_t scalar[AGE_X25519], struct sealeaf_error *e)
{
	uint8_t ephemeral[AGE_X25519], point[AGE_X25519];
	uint8_t shared[AGE_X25519], key[32];
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	size_t n;

	if (s->n != 2 ||
	    !base64_get_raw(s->args[1], ephemeral, sizeof ephemeral, &n) ||
	    n != sizeof ephemeral)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid X25519 recipient block");
	/* Another length than ours would let a file be made that opens with
	 * one of many keys: refused before decrypting. */
	if (s->body.n != AGE_WRAPPED)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid X25519 "
		    "recipient block: incorrect file key size");
	if (crypto_scalarmult(shared, scalar, ephemeral) != 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid X25519 "
		    "recipient: low order point");
	age_x25519_public(point, scalar);
	if (derive(key, shared, ephemeral, point, e) == SEALEAF_OK &&
	    age_unwrap(file_key, key, s->body))
		code = SEALEAF_OK;
	mem_wipe(shared, sizeof shared);
	mem_wipe(key, sizeof key);
	return code;
}

enum sealeaf_code
age_x25519_unwrap(uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const uint8_t scalar[static AGE_X25519],
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < h->n; i++) {
		enum sealeaf_code code;

		if (!span_is(h->stanzas[i].args[0], "X25519"))
			continue;
		code = unwrap_one(file_key, h->stanzas + i, scalar, e);
		if (code != SEALEAF_ERR_NOT_MINE)
			return code;
	}
	return SEALEAF_ERR_NOT_MINE;
}
