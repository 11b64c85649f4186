/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header has exactly one spelling: single blanks, canonical base64,
 * bodies in lines of 64 columns closed by a shorter one. The MAC is over the
 * bytes as they stand; they are never written anew to be checked.
 */

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/encode.h"
#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age_file.h"

enum { COLUMNS = 64, LINE = COLUMNS / 4 * 3, MAC = 32, MAC_TEXT = 43 };

static const char intro[] = "age-encryption.org/v1\n";

static enum sealeaf_code
bad(struct sealeaf_error *e, const char *why)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "parsing age header: %s", why);
}

/* Cut a line off `rest`; one without LF is none. */
static bool
next_line(struct span *rest, struct span *line)
{
	size_t at = span_find(*rest, '\n');

	if (at == rest->n)
		return false;
	*line = span_sub(*rest, 0, at);
	*rest = span_sub(*rest, at + 1, rest->n);
	return true;
}

/* Split "TYPE ARG ARG" at its single blanks. */
static enum sealeaf_code
get_args(struct age_stanza *s, struct arena *arena, struct span text,
    struct sealeaf_error *e)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == ' ';
	s->args = arena_alloc(arena, n * sizeof *s->args);
	if (s->args == NULL)
		return err_memory(e);
	for (s->n = 0; s->n < n; s->n++) {
		size_t at = span_find(text, ' ');
		struct span arg = span_sub(text, 0, at);

		if (arg.n == 0)
			return bad(e, "malformed stanza: empty argument");
		for (size_t i = 0; i < arg.n; i++)
			if (arg.p[i] < 0x21 || arg.p[i] > 0x7e)
				return bad(e,
				    "malformed stanza: invalid "
				    "character");
		s->args[s->n] = arg;
		text = span_sub(text, at + 1, text.n);
	}
	return SEALEAF_OK;
}

/* The length of the body lines at `rest`, their line ends included. */
static size_t
body_size(struct span rest)
{
	size_t size = 0, at;

	do {
		at = span_find(span_sub(rest, size, rest.n), '\n');
		if (at >= rest.n - size)
			return rest.n;
		size += at + 1;
	} while (at == COLUMNS);
	return size;
}

static enum sealeaf_code
get_body(struct age_stanza *s, struct arena *arena, struct span *rest,
    struct sealeaf_error *e)
{
	size_t cap = body_size(*rest) / 4 * 3 + 3, n;
	char *p = arena_text(arena, cap);
	struct span line;

	if (p == NULL)
		return err_memory(e);
	s->body = span_make(p, 0);
	do {
		if (!next_line(rest, &line))
			return bad(e, "failed to read line: unexpected EOF");
		if (line.n > COLUMNS)
			return bad(e, "malformed body line: too long");
		if (!base64_get_raw(line, p + s->body.n, cap - s->body.n, &n))
			return bad(e, "malformed body line");
		s->body.n += n;
	} while (n == LINE);
	return SEALEAF_OK;
}

enum sealeaf_code
age_stanza_get(struct age_stanza *s, struct arena *arena, struct span *rest,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;
	struct span line;

	if (!next_line(rest, &line))
		return bad(e, "failed to read line: unexpected EOF");
	if (!span_starts(line, "-> "))
		return bad(e, "malformed stanza opening line");
	code = get_args(s, arena, span_sub(line, 3, line.n), e);
	if (code == SEALEAF_OK)
		code = get_body(s, arena, rest, e);
	return code;
}

void
age_body_append(struct buf *b, const void *p, size_t n)
{
	struct span body = span_make(p, n);
	size_t at = 0;

	for (; at + LINE <= n; at += LINE) {
		base64_append_raw(b, body.p + at, LINE);
		buf_putc(b, '\n');
	}
	base64_append_raw(b, body.p + at, n - at);
	buf_putc(b, '\n');
}

/* The stanzas up to the closing line. */
static enum sealeaf_code
get_stanzas(struct age_header *h, struct span *rest, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	size_t cap = 0;

	while (!span_starts(*rest, "---")) {
		struct age_stanza *s = mem_grow(h->stanzas, &cap, h->n + 1,
		    sizeof *s);

		if (s == NULL)
			return err_memory(e);
		h->stanzas = s;
		code = age_stanza_get(s + h->n, &h->arena, rest, e);
		if (code != SEALEAF_OK)
			return code;
		h->n++;
	}
	return SEALEAF_OK;
}

/* A passphrase must be the only way in: whoever has none of the other keys
 * would otherwise be asked for it by anybody's file. */
static enum sealeaf_code
check_alone(const struct age_header *h, struct sealeaf_error *e)
{
	for (size_t i = 0; i < h->n && h->n > 1; i++)
		if (span_is(h->stanzas[i].args[0], "scrypt"))
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "an scrypt recipient must be the only one");
	return SEALEAF_OK;
}

enum sealeaf_code
age_header_get(struct age_header *h, struct span file, struct sealeaf_error *e)
{
	struct span rest = file, line;
	enum sealeaf_code code;
	size_t n;

	memset(h, 0, sizeof *h);
	if (file.n == 0)
		return bad(e, "file is empty");
	if (!span_starts(file, intro))
		return bad(e, "unexpected intro");
	rest = span_sub(file, sizeof intro - 1, file.n);
	code = get_stanzas(h, &rest, e);
	if (code != SEALEAF_OK)
		return code;
	h->text = span_make(file.p, (size_t)(rest.p - file.p) + 3);
	if (!next_line(&rest, &line))
		return bad(e, "failed to read header: unexpected EOF");
	if (!span_starts(line, "--- ") || line.n != 4 + MAC_TEXT ||
	    !base64_get_raw(span_sub(line, 4, line.n), h->mac, MAC, &n) ||
	    n != MAC)
		return bad(e, "malformed closing line");
	h->payload = rest;
	return check_alone(h, e);
}

void
age_header_fini(struct age_header *h)
{
	arena_fini(&h->arena);
	free(h->stanzas);
	memset(h, 0, sizeof *h);
}

static enum sealeaf_code
header_mac(uint8_t mac[MAC], struct span text,
    const uint8_t file_key[AGE_FILE_KEY], struct sealeaf_error *e)
{
	uint8_t key[32];
	enum sealeaf_code code = kdf_hkdf(key, sizeof key,
	    span_make((const char *)file_key, AGE_FILE_KEY), span_make(NULL, 0),
	    span_of("header"), e);

	if (code == SEALEAF_OK)
		kdf_hmac(mac, span_make((char *)key, sizeof key), text);
	mem_wipe(key, sizeof key);
	return code;
}

enum sealeaf_code
age_header_append(struct buf *b, struct span stanzas,
    const uint8_t file_key[static AGE_FILE_KEY], struct sealeaf_error *e)
{
	size_t from = b->n;
	uint8_t mac[MAC];
	enum sealeaf_code code;

	buf_puts(b, intro);
	buf_span(b, stanzas);
	buf_puts(b, "---");
	code = buf_check(b, e);
	if (code == SEALEAF_OK)
		code = header_mac(mac, span_sub(buf_get(b), from, b->n),
		    file_key, e);
	if (code != SEALEAF_OK)
		return code;
	buf_putc(b, ' ');
	base64_append_raw(b, mac, sizeof mac);
	buf_putc(b, '\n');
	return buf_check(b, e);
}

enum sealeaf_code
age_header_check(const struct age_header *h,
    const uint8_t file_key[static AGE_FILE_KEY], struct sealeaf_error *e)
{
	uint8_t mac[MAC];
	enum sealeaf_code code = header_mac(mac, h->text, file_key, e);

	if (code == SEALEAF_OK && sodium_memcmp(mac, h->mac, MAC) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC, "bad header MAC");
	mem_wipe(mac, sizeof mac);
	return code;
}

static const uint8_t zero_nonce[12];

void
age_wrap(uint8_t out[static AGE_WRAPPED], const uint8_t key[static 32],
    const uint8_t file_key[static AGE_FILE_KEY])
{
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, file_key,
	    AGE_FILE_KEY, NULL, 0, NULL, zero_nonce, key);
}

bool
age_unwrap(uint8_t file_key[static AGE_FILE_KEY], const uint8_t key[static 32],
    struct span body)
{
	return body.n == AGE_WRAPPED &&
	    crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL,
		(const unsigned char *)body.p, body.n, NULL, 0, zero_nonce,
		key) == 0;
}
