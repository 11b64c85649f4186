/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile envelopes; and what was sealed opens, with any text behind it. */

#include <stdint.h>
#include <stdlib.h>

#include "crypt/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct gcm *
cipher(void)
{
	static const uint8_t zero[GCM_KEY];
	struct sealeaf_error e = { 0 };
	struct secret key = { 0 };
	struct gcm *g;

	if (secret_copy(&key, zero, sizeof zero, &e) != SEALEAF_OK ||
	    gcm_new(&g, &key, &e) != SEALEAF_OK)
		abort();
	secret_fini(&key);
	return g;
}

static void
round_trip(struct gcm *g, struct span text)
{
	static const uint8_t iv[GCM_IV];
	struct sealeaf_error e = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	enum leaf_type type;
	struct span plain;

	if (envelope_seal(&b, g, iv, text, LEAF_COMMENT, text, &e) !=
		SEALEAF_OK ||
	    b.n != envelope_size(text.n, LEAF_COMMENT))
		abort();
	buf_puts(&b, "\n]");
	if (envelope_open(&plain, &type, &a, g, text, buf_get(&b), &e) !=
		ENVELOPE_OPEN ||
	    !span_equal(plain, text) || type != LEAF_COMMENT)
		abort();
	arena_fini(&a);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct gcm *g;
	struct span text = span_make((const char *)data, n), plain;
	struct sealeaf_error e = { 0 };
	struct arena a = { 0 };
	enum leaf_type type;

	if (g == NULL)
		g = cipher();
	if (envelope_open(&plain, &type, &a, g, span_of("a:"), text, &e) ==
		ENVELOPE_OPEN &&
	    !envelope_looks(text))
		abort();
	arena_fini(&a);
	if (n > 0) /* SOPS has no envelope of nothing */
		round_trip(g, text);
	return 0;
}
