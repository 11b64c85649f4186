/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bech32 in one pass each way: the checksum runs along with the regrouping of
 * bits, so that no second copy of a secret key is made.
 */

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "key/bech32.h"

enum { CHECK = 6, CHARS = 32 };

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* One step of the checksum: `sum` times x plus `value`, over GF(32). */
static uint32_t
step(uint32_t sum, uint32_t value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d,
		0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		sum ^= generator[i] & (0 - (top >> i & 1));
	return sum;
}

static uint32_t
sum_hrp(struct span hrp)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < hrp.n; i++)
		sum = step(sum, (uint8_t)lower(hrp.p[i]) >> 5);
	sum = step(sum, 0);
	for (size_t i = 0; i < hrp.n; i++)
		sum = step(sum, (uint8_t)lower(hrp.p[i]) & 31);
	return sum;
}

static bool
is_mixed(struct span text)
{
	bool low = false, up = false;

	for (size_t i = 0; i < text.n; i++) {
		low |= upper(text.p[i]) != text.p[i];
		up |= lower(text.p[i]) != text.p[i];
	}
	return low && up;
}

/* Check the shape of `text` and cut it at the last '1'. */
static enum sealeaf_code
split(struct span text, struct span *hrp, struct span *data,
    struct sealeaf_error *e)
{
	size_t at = text.n;

	if (is_mixed(text))
		return err_set(e, SEALEAF_ERR_GENERIC, "mixed case");
	while (at > 0 && text.p[at - 1] != '1')
		at--;
	if (at < 2 || text.n - at < CHECK)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "separator '1' at invalid position: pos=%td, len=%zu",
		    (ptrdiff_t)at - 1, text.n);
	*hrp = span_sub(text, 0, at - 1);
	*data = span_sub(text, at, text.n);
	for (size_t i = 0; i < hrp->n; i++)
		if (hrp->p[i] < 33 || hrp->p[i] > 126)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "invalid character human-readable part: "
			    "s[%zu]=%d",
			    i, (uint8_t)hrp->p[i]);
	return SEALEAF_OK;
}

/* Regroup the characters of `data` to bytes, checking the sum. */
static enum sealeaf_code
decode(struct span hrp, struct span data, uint8_t *out, size_t cap, size_t *n,
    struct sealeaf_error *e)
{
	uint32_t sum = sum_hrp(hrp), bits = 0;
	unsigned have = 0;

	*n = 0;
	for (size_t i = 0; i < data.n; i++) {
		char c = lower(data.p[i]);
		const char *hit = c != '\0' ? strchr(alphabet, c) : NULL;

		if (hit == NULL)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "invalid character data part: s[%zu]=%d", i,
			    (uint8_t)c);
		sum = step(sum, (uint32_t)(hit - alphabet));
		if (i + CHECK >= data.n)
			continue;
		bits = (bits << 5 | (uint32_t)(hit - alphabet)) & 0xfff;
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		if (*n < cap)
			out[*n] = (uint8_t)(bits >> have);
		++*n;
	}
	if (sum != 1)
		return err_set(e, SEALEAF_ERR_GENERIC, "invalid checksum");
	if (have >= 5)
		return err_set(e, SEALEAF_ERR_GENERIC, "illegal zero padding");
	if ((bits & ((1u << have) - 1)) != 0)
		return err_set(e, SEALEAF_ERR_GENERIC, "non-zero padding");
	if (*n > cap)
		return err_set(e, SEALEAF_ERR_GENERIC, "too long");
	return SEALEAF_OK;
}

enum sealeaf_code
bech32_get(struct span text, struct span *hrp, void *out, size_t cap, size_t *n,
    struct sealeaf_error *e)
{
	struct span data;
	enum sealeaf_code code = split(text, hrp, &data, e);

	if (code == SEALEAF_OK)
		code = decode(*hrp, data, out, cap, n, e);
	if (code != SEALEAF_OK)
		mem_wipe(out, cap);
	return code;
}

/* Append the character of a 5-bit value and return the new checksum. */
static uint32_t
put(struct buf *b, uint32_t sum, uint32_t value, bool up)
{
	char c = alphabet[value % CHARS];

	buf_putc(b, up ? upper(c) : c);
	return step(sum, value % CHARS);
}

void
bech32_append(struct buf *b, const char *hrp, const void *p, size_t n)
{
	const uint8_t *in = p;
	bool up = hrp[0] == upper(hrp[0]);
	uint32_t sum = sum_hrp(span_of(hrp)), bits = 0;
	unsigned have = 0;

	buf_puts(b, hrp);
	buf_putc(b, '1');
	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xfff;
		for (have += 8; have >= 5; have -= 5)
			sum = put(b, sum, bits >> (have - 5), up);
	}
	if (have > 0)
		sum = put(b, sum, bits << (5 - have), up);
	for (unsigned i = 0; i < CHECK; i++)
		sum = step(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < CHECK; i++)
		(void)put(b, 0, sum >> 5 * (CHECK - 1 - i), up);
}
