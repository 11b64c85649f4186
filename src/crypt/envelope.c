/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope around one encrypted value. Sealing writes into the caller's
 * buffer: ciphertext at the end of the room for its base64, which then grows
 * over it from the front. Opening takes the text apart at its first commas;
 * SOPS's expression is greedy, but base64 has no comma, so whatever it would
 * split in another way it cannot decode.
 */

#include <string.h>

#include "base/encode.h"
#include "crypt/envelope.h"

#define HEAD "ENC[AES256_GCM,data:"
#define IV ",iv:"
#define TAG ",tag:"
#define TYPE ",type:"

enum { IV_MAX = 128, IV_TEXT = 44, TAG_TEXT = 24, CHUNK = 768 };

bool
envelope_looks(struct span text)
{
	return span_starts(text, HEAD);
}

size_t
envelope_size(size_t n, enum leaf_type type)
{
	return strlen(HEAD) + base64_size(n) + strlen(IV) + IV_TEXT +
	    strlen(TAG) + TAG_TEXT + strlen(TYPE) +
	    strlen(leaf_type_name(type)) + 1;
}

static char *
put(char *q, const char *s)
{
	size_t n = strlen(s);

	memcpy(q, s, n);
	return q + n;
}

static char *
put_base64(char *q, const void *p, size_t n)
{
	base64_put(q, p, n);
	return q + base64_size(n);
}

/*
 * Base64 of the `n` bytes that end where their text will end. Each step reads
 * its bytes before it writes more, and writing catches up with reading only
 * at the end.
 */
static char *
put_base64_inside(char *q, size_t n)
{
	const char *in = q + base64_size(n) - n;
	uint8_t chunk[CHUNK];
	size_t part;

	for (; n > 0; n -= part) {
		part = n < CHUNK ? n : CHUNK;
		memcpy(chunk, in, part);
		in += part;
		q = put_base64(q, chunk, part);
	}
	return q;
}

enum sealeaf_code
envelope_seal(struct buf *b, struct gcm *g, const uint8_t iv[GCM_IV],
    struct span aad, enum leaf_type type, struct span plain,
    struct sealeaf_error *e)
{
	size_t start = b->n;
	uint8_t tag[GCM_TAG];
	enum sealeaf_code code;
	char *q;

	if (plain.n > SIZE_MAX / 8)
		return err_memory(e);
	q = buf_extend(b, envelope_size(plain.n, type));
	if (q == NULL)
		return err_memory(e);
	q = put(q, HEAD);
	code = gcm_seal(g, iv, aad, plain.p, plain.n,
	    q + base64_size(plain.n) - plain.n, tag, e);
	if (code != SEALEAF_OK) {
		buf_truncate(b, start);
		return code;
	}
	q = put_base64_inside(q, plain.n);
	q = put_base64(put(q, IV), iv, GCM_IV);
	q = put_base64(put(q, TAG), tag, GCM_TAG);
	q = put(put(q, TYPE), leaf_type_name(type));
	*q = ']';
	return SEALEAF_OK;
}

/* Cut from *text what stands before its next comma, which `next` follows. */
static bool
cut(struct span *text, const char *next, struct span *field)
{
	size_t n = span_find(*text, ',');

	*field = span_sub(*text, 0, n);
	*text = span_sub(*text, n, text->n);
	if (field->n == 0 || !span_starts(*text, next))
		return false;
	*text = span_sub(*text, strlen(next), text->n);
	return true;
}

/* The type: up to the last ']' of the line. What follows is not looked at. */
static bool
cut_type(struct span text, enum leaf_type *type)
{
	size_t n = span_find(text, '\n');

	while (n > 0 && text.p[n - 1] != ']')
		n--;
	return n > 0 && leaf_type_parse(span_sub(text, 0, n - 1), type);
}

/* The parts of an envelope, without a key. */
struct parts {
	struct span data;
	enum leaf_type type;
	uint8_t iv[IV_MAX], tag[GCM_TAG];
	size_t iv_n;
};

static bool
read_parts(struct parts *p, struct span text)
{
	struct span iv, tag;
	size_t tag_n;

	if (!envelope_looks(text))
		return false;
	text = span_sub(text, strlen(HEAD), text.n);
	return cut(&text, IV, &p->data) && cut(&text, TAG, &iv) &&
	    cut(&text, TYPE, &tag) && cut_type(text, &p->type) &&
	    base64_get(iv, p->iv, sizeof p->iv, &p->iv_n) &&
	    base64_get(tag, p->tag, sizeof p->tag, &tag_n) && tag_n == GCM_TAG;
}

bool
envelope_whole(struct span text)
{
	struct parts parts;
	struct span rest;
	uint8_t bytes[CHUNK / 4 * 3];
	size_t n;

	if (!read_parts(&parts, text))
		return false;
	rest = parts.data;
	while (rest.n > CHUNK) {
		if (!base64_get(span_sub(rest, 0, CHUNK), bytes, sizeof bytes,
			&n) ||
		    n != sizeof bytes)
			return false;
		rest = span_sub(rest, CHUNK, rest.n);
	}
	return base64_get(rest, bytes, sizeof bytes, &n);
}

enum envelope_result
envelope_open(struct span *plain, enum leaf_type *type, struct arena *arena,
    struct gcm *g, struct span aad, struct span text, struct sealeaf_error *e)
{
	struct parts parts;
	size_t n, cap;
	char *p;

	*plain = span_make(NULL, 0);
	if (!read_parts(&parts, text))
		return ENVELOPE_MALFORMED;
	*type = parts.type;
	cap = parts.data.n / 4 * 3;
	p = arena_text(arena, cap + 1);
	if (p == NULL) {
		(void)err_memory(e);
		return ENVELOPE_MALFORMED;
	}
	if (!base64_get(parts.data, p, cap, &n))
		return ENVELOPE_MALFORMED;
	if (!gcm_open(g, parts.iv, parts.iv_n, aad, p, n, p, parts.tag))
		return ENVELOPE_FOREIGN;
	p[n] = '\0';
	*plain = span_make(p, n);
	return ENVELOPE_OPEN;
}
