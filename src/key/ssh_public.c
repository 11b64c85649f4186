/* SPDX-License-Identifier: Apache-2.0 */
/* Public SSH keys: length-prefixed fields, in base64 on a line. */

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/encode.h"
#include "base/mem.h"
#include "key/ssh_key.h"

const char *
ssh_type_name(enum ssh_type type)
{
	return type == SSH_ED25519 ? "ssh-ed25519" : "ssh-rsa";
}

bool
ssh_get_u32(struct span *rest, uint32_t *out)
{
	const uint8_t *p = (const uint8_t *)rest->p;

	if (rest->n < 4)
		return false;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	*rest = span_sub(*rest, 4, rest->n);
	return true;
}

bool
ssh_get_string(struct span *rest, struct span *out)
{
	uint32_t n;

	if (!ssh_get_u32(rest, &n) || n > rest->n)
		return false;
	*out = span_sub(*rest, 0, n);
	*rest = span_sub(*rest, n, rest->n);
	return true;
}

void
ssh_put_string(struct buf *b, struct span s)
{
	uint32_t n = (uint32_t)s.n;
	char size[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8),
		(char)n };

	buf_put(b, size, sizeof size);
	buf_span(b, s);
}

static enum sealeaf_code
bad(struct sealeaf_error *e, const char *why)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "ssh: %s", why);
}

/* A positive integer in its shortest form, without the leading zero byte. */
static bool
get_positive(struct span *rest, struct span *out)
{
	if (!ssh_get_string(rest, out) || out->n == 0 || out->p[0] & 0x80)
		return false;
	if (out->p[0] != 0)
		return true;
	*out = span_sub(*out, 1, out->n);
	return out->n > 0 && (out->p[0] & 0x80) != 0;
}

/* Modulus and exponent; odd, as small and as large as RSA is in use. */
static enum sealeaf_code
get_rsa(struct ssh_public *k, struct span *rest, struct sealeaf_error *e)
{
	if (!get_positive(rest, &k->e) || !get_positive(rest, &k->n))
		return bad(e, "short read");
	if (k->e.n > 4 || (k->e.p[k->e.n - 1] & 1) == 0 ||
	    span_is(k->e, "\001"))
		return bad(e, "incorrect exponent");
	if (k->n.n > 2048)
		return bad(e, "RSA key size is too large");
	if (k->n.n < 256)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "RSA key size is too small");
	return SEALEAF_OK;
}

/* The name comes from the key: only what names are made of is shown. */
static enum sealeaf_code
bad_type(struct span type, struct sealeaf_error *e)
{
	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] <= ' ' || type.p[i] > '~' || type.n > 64)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "unsupported SSH key type");
	return err_set(e, SEALEAF_ERR_GENERIC, "unsupported SSH key type: %.*s",
	    (int)type.n, type.p);
}

enum sealeaf_code
ssh_public_wire(struct ssh_public *out, struct span blob,
    struct sealeaf_error *e)
{
	struct span rest, type, point;
	enum sealeaf_code code = SEALEAF_OK;

	buf_span(&out->blob, blob);
	if (buf_check(&out->blob, e) != SEALEAF_OK)
		return err_memory(e);
	rest = buf_get(&out->blob);
	if (!ssh_get_string(&rest, &type))
		return bad(e, "short read");
	if (span_is(type, "ssh-ed25519")) {
		out->type = SSH_ED25519;
		if (!ssh_get_string(&rest, &point) ||
		    point.n != sizeof out->point)
			return bad(e, "short read");
		memcpy(out->point, point.p, point.n);
	} else if (span_is(type, "ssh-rsa")) {
		out->type = SSH_RSA;
		code = get_rsa(out, &rest, e);
	} else {
		return bad_type(type, e);
	}
	if (code == SEALEAF_OK && rest.n > 0)
		code = bad(e, "trailing junk in public key");
	return code;
}

/* Cut the text before the next blank off `line`. */
static struct span
next_field(struct span *line)
{
	size_t n = 0;

	*line = span_trim(*line);
	while (n < line->n && line->p[n] != ' ' && line->p[n] != '\t')
		n++;
	*line = span_sub(*line, n, line->n);
	return span_make(line->p - n, n);
}

enum sealeaf_code
ssh_public_line(struct ssh_public *out, struct span line,
    struct sealeaf_error *e)
{
	struct span type, base64;
	enum sealeaf_code code;
	uint8_t *blob;
	size_t n;

	type = next_field(&line);
	base64 = next_field(&line);
	if (base64.n == 0)
		return bad(e, "no key found");
	if (base64.n > SSH_FILE_MAX)
		return bad(e, "key too long");
	blob = mem_zero(base64.n);
	if (blob == NULL)
		return err_memory(e);
	if (!base64_get(base64, blob, base64.n, &n))
		code = bad(e, "no key found: illegal base64 data");
	else
		code = ssh_public_wire(out, span_make((char *)blob, n), e);
	if (code == SEALEAF_OK && !span_is(type, ssh_type_name(out->type)))
		code = bad(e, "no key found: key type mismatch");
	free(blob);
	return code;
}

void
ssh_public_fini(struct ssh_public *k)
{
	buf_fini(&k->blob);
	memset(k, 0, sizeof *k);
}

void
ssh_public_tag(uint8_t tag[static SSH_TAG], const struct ssh_public *k)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, (const uint8_t *)k->blob.p, k->blob.n);
	memcpy(tag, hash, SSH_TAG);
}
