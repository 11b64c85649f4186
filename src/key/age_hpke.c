/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key schedule of HPKE (RFC 9180) in base mode, as far as age needs it:
 * one suite (X-Wing, HKDF-SHA256, ChaCha20-Poly1305), one message.
 */

#include <string.h>

#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age_hybrid.h"

enum { HASH = 32, ROOM = 256 };

static const char info[] = "age-encryption.org/mlkem768x25519";
static const char suite[] = "HPKE\x64\x7a\x00\x01\x00\x03";

/* Text put together on the stack, which is wiped. */
struct text {
	char p[ROOM];
	size_t n;
};

static void
put(struct text *t, const void *p, size_t n)
{
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

/* What stands in front of everything that is derived. */
static void
put_label(struct text *t, const char *label)
{
	put(t, "HPKE-v1", 7);
	put(t, suite, sizeof suite - 1);
	put(t, label, strlen(label));
}

static struct span
bytes(const uint8_t *p, size_t n)
{
	return span_make((const char *)p, n);
}

static void
extract(uint8_t out[HASH], struct span salt, const char *label, struct span ikm)
{
	struct text t = { .n = 0 };

	put_label(&t, label);
	if (ikm.n > 0)
		put(&t, ikm.p, ikm.n);
	kdf_hmac(out, salt, span_make(t.p, t.n));
	mem_wipe(&t, sizeof t);
}

/* At most one block of HKDF-Expand. */
static void
expand(uint8_t *out, size_t n, const uint8_t secret[HASH], const char *label,
    struct span context)
{
	const uint8_t size[2] = { 0, (uint8_t)n };
	struct text t = { .n = 0 };
	uint8_t block[HASH];

	put(&t, size, sizeof size);
	put_label(&t, label);
	put(&t, context.p, context.n);
	put(&t, "\x01", 1);
	kdf_hmac(block, bytes(secret, HASH), span_make(t.p, t.n));
	memcpy(out, block, n);
	mem_wipe(block, sizeof block);
}

void
age_hpke_schedule(struct age_hpke *h, const uint8_t shared[static 32])
{
	uint8_t context[1 + 2 * HASH] = { 0 }, secret[HASH];
	struct span none = { NULL, 0 }, ctx = bytes(context, sizeof context);

	extract(context + 1, none, "psk_id_hash", none);
	extract(context + 1 + HASH, none, "info_hash",
	    span_make(info, sizeof info - 1));
	extract(secret, bytes(shared, HASH), "secret", none);
	expand(h->key, sizeof h->key, secret, "key", ctx);
	expand(h->nonce, sizeof h->nonce, secret, "base_nonce", ctx);
	mem_wipe(secret, sizeof secret);
}
