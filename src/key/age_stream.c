/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks of 64 KiB, each with its own tag; the nonce counts them and marks the
 * last, so that chunks can be neither left out nor exchanged nor cut off.
 */

#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age_stream.h"

enum {
	FILE_KEY = 16,
	NONCE = 16,
	TAG = crypto_aead_chacha20poly1305_ietf_ABYTES,
	CHUNK = 64 * 1024,
	SEALED = CHUNK + TAG
};

/* The key of a payload, and the count of its chunks. */
struct stream {
	uint8_t key[crypto_aead_chacha20poly1305_ietf_KEYBYTES];
	uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
};

static enum sealeaf_code
stream_init(struct stream *s, const uint8_t file_key[FILE_KEY],
    const char *nonce, struct sealeaf_error *e)
{
	memset(s, 0, sizeof *s);
	return kdf_hkdf(s->key, sizeof s->key,
	    span_make((const char *)file_key, FILE_KEY),
	    span_make(nonce, NONCE), span_of("payload"), e);
}

/* Advance the counter, eleven bytes big-endian; it cannot run over. */
static void
stream_count(struct stream *s)
{
	for (size_t i = sizeof s->nonce - 2; ++s->nonce[i] == 0 && i > 0;)
		i--;
}

static void
stream_mark_last(struct stream *s, bool last)
{
	s->nonce[sizeof s->nonce - 1] = last;
}

enum sealeaf_code
age_stream_seal(struct buf *b, const uint8_t file_key[static 16],
    struct span plain, const struct world *w, struct sealeaf_error *e)
{
	char nonce[NONCE];
	struct stream s;
	enum sealeaf_code code;
	size_t at = 0;

	world_random(w, nonce, sizeof nonce);
	code = stream_init(&s, file_key, nonce, e);
	if (code != SEALEAF_OK)
		goto out;
	buf_put(b, nonce, sizeof nonce);
	do {
		struct span part = span_sub(plain, at, at + CHUNK);
		char *p = buf_extend(b, part.n + TAG);

		if (p == NULL)
			break;
		at += part.n;
		stream_mark_last(&s, at == plain.n);
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(
		    (unsigned char *)p, NULL, (const unsigned char *)part.p,
		    part.n, NULL, 0, NULL, s.nonce, s.key);
		stream_count(&s);
	} while (at < plain.n);
	code = buf_check(b, e);
out:
	mem_wipe(&s, sizeof s);
	return code;
}

static bool
open_chunk(struct stream *s, uint8_t *out, struct span chunk, bool last)
{
	stream_mark_last(s, last);
	return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL,
		   (const unsigned char *)chunk.p, chunk.n, NULL, 0, s->nonce,
		   s->key) == 0;
}

/* Open all chunks to `out`, which has room for them. */
static enum sealeaf_code
open_chunks(struct stream *s, uint8_t *out, struct span sealed,
    struct sealeaf_error *e)
{
	size_t at = 0;

	do {
		struct span chunk = span_sub(sealed, at, at + SEALED);
		bool last = at + chunk.n == sealed.n;

		if (at > 0 && chunk.n == TAG)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "last chunk is empty");
		if (!open_chunk(s, out, chunk, last))
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "failed to decrypt and authenticate payload "
			    "chunk, file may be corrupted or tampered with");
		out += chunk.n - TAG;
		at += chunk.n;
		stream_count(s);
	} while (at < sealed.n);
	return SEALEAF_OK;
}

enum sealeaf_code
age_stream_open(struct secret *plain, const uint8_t file_key[static 16],
    struct span payload, struct sealeaf_error *e)
{
	struct span sealed = span_sub(payload, NONCE, payload.n);
	size_t chunks = sealed.n / SEALED + (sealed.n % SEALED != 0);
	struct stream s;
	enum sealeaf_code code;

	if (payload.n < NONCE)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "failed to read nonce: unexpected EOF");
	/* Every chunk holds a tag: the sum of their contents relies on it. */
	if (chunks == 0 || (sealed.n % SEALED != 0 && sealed.n % SEALED < TAG))
		return err_set(e, SEALEAF_ERR_GENERIC, "unexpected EOF");
	code = stream_init(&s, file_key, payload.p, e);
	if (code == SEALEAF_OK)
		code = secret_new(plain, sealed.n - chunks * TAG, e);
	if (code != SEALEAF_OK)
		goto out;
	code = open_chunks(&s, plain->p, sealed, e);
	secret_close(plain);
	if (code != SEALEAF_OK)
		secret_fini(plain);
out:
	mem_wipe(&s, sizeof s);
	return code;
}
