/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secret sharing: each byte of the key is the constant term of a polynomial of
 * its own over GF(256), and a share holds the values at one x, then x. Field
 * arithmetic uses no table and no branch on data, since a table index shows
 * in the cache.
 */

#include <stdbool.h>

#include "base/mem.h"
#include "crypt/shamir.h"

enum { PARTS_MAX = 255 };

/* Product modulo x^8 + x^4 + x^3 + x + 1. */
static uint8_t
multiply(uint8_t a, uint8_t b)
{
	unsigned sum = 0, x = a;

	for (unsigned bit = 0; bit < 8; bit++) {
		sum ^= x & (0u - ((unsigned)b >> bit & 1u));
		x = (x << 1) ^ (0x11bu & (0u - (x >> 7 & 1u)));
	}
	return (uint8_t)sum;
}

/* a^254, the inverse of every `a` but 0, for which it is 0. */
static uint8_t
invert(uint8_t a)
{
	uint8_t square = a, product = 1;

	for (unsigned i = 0; i < 7; i++) {
		square = multiply(square, square);
		product = multiply(product, square);
	}
	return product;
}

static enum sealeaf_code
split_check(size_t parts, size_t threshold, size_t n, struct sealeaf_error *e)
{
	const char *text = NULL;

	if (parts < threshold)
		text = "parts cannot be less than threshold";
	else if (parts > PARTS_MAX)
		text = "parts cannot exceed 255";
	else if (threshold < 2)
		text = "threshold must be at least 2";
	else if (n == 0)
		text = "cannot split an empty secret";
	if (text == NULL)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC, "%s", text);
}

/* The value at `x` of the polynomial with constant term `y` and the `n`
 * coefficients `c` of x, x^2, … */
static uint8_t
evaluate(uint8_t y, const uint8_t *c, size_t n, uint8_t x)
{
	uint8_t sum = 0;

	while (n > 0)
		sum = multiply(sum ^ c[--n], x);
	return sum ^ y;
}

static void
fill_shares(struct secret *shares, size_t parts, size_t threshold,
    const struct secret *key, const struct world *w)
{
	uint8_t c[PARTS_MAX];

	for (size_t at = 0; at < key->n; at++) {
		world_random(w, c, threshold - 1);
		for (size_t i = 0; i < parts; i++)
			shares[i].p[at] = evaluate(key->p[at], c, threshold - 1,
			    (uint8_t)(i + 1));
	}
	for (size_t i = 0; i < parts; i++)
		shares[i].p[key->n] = (uint8_t)(i + 1);
	mem_wipe(c, sizeof c);
}

enum sealeaf_code
shamir_split(struct secret *shares, size_t parts, size_t threshold,
    struct secret *key, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = split_check(parts, threshold, key->n, e);
	struct span text;
	size_t made = 0;

	if (code == SEALEAF_OK)
		code = secret_open(key, &text, e);
	while (code == SEALEAF_OK && made < parts) {
		code = secret_new(&shares[made], key->n + 1, e);
		made += code == SEALEAF_OK;
	}
	if (code != SEALEAF_OK) {
		while (made > 0)
			secret_fini(&shares[--made]);
		secret_close(key);
		return code;
	}
	fill_shares(shares, parts, threshold, key, w);
	secret_close(key);
	for (size_t i = 0; i < parts; i++)
		secret_close(&shares[i]);
	return SEALEAF_OK;
}

/* The x of each share, which must be distinct and not 0. */
static enum sealeaf_code
read_places(uint8_t *x, struct secret *shares, size_t n,
    struct sealeaf_error *e)
{
	bool seen[PARTS_MAX + 1] = { false };
	struct span text;

	for (size_t i = 0; i < n; i++) {
		if (secret_open(&shares[i], &text, e) != SEALEAF_OK)
			return SEALEAF_ERR_MEMORY;
		x[i] = (uint8_t)text.p[text.n - 1];
		secret_close(&shares[i]);
		if (x[i] == 0)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "a part with number 0 is no share");
		if (seen[x[i]])
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "duplicate part detected");
		seen[x[i]] = true;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
combine_check(const struct secret *shares, size_t n, struct sealeaf_error *e)
{
	if (n < 2)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "less than two parts "
		    "cannot be used to reconstruct the secret");
	if (shares[0].n < 2)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "parts must be at least two bytes");
	for (size_t i = 1; i < n; i++)
		if (shares[i].n != shares[0].n)
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "all parts must be the same length");
	/* More than 255 of one byte are never distinct. */
	if (n > PARTS_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "duplicate part detected");
	return SEALEAF_OK;
}

/* What the value at x[i] counts for at 0 (Lagrange). */
static uint8_t
weight(const uint8_t *x, size_t n, size_t i)
{
	uint8_t above = 1, below = 1;

	for (size_t j = 0; j < n; j++) {
		if (j == i)
			continue;
		above = multiply(above, x[j]);
		below = multiply(below, x[i] ^ x[j]);
	}
	return multiply(above, invert(below));
}

enum sealeaf_code
shamir_combine(struct secret *key, struct secret *shares, size_t n,
    struct sealeaf_error *e)
{
	uint8_t x[PARTS_MAX], factor;
	struct span y;
	enum sealeaf_code code = combine_check(shares, n, e);

	if (code == SEALEAF_OK)
		code = read_places(x, shares, n, e);
	if (code == SEALEAF_OK)
		code = secret_new(key, shares[0].n - 1, e);
	if (code != SEALEAF_OK)
		return code;
	for (size_t i = 0; i < n && code == SEALEAF_OK; i++) {
		factor = weight(x, n, i);
		code = secret_open(&shares[i], &y, e);
		for (size_t at = 0; at < key->n && code == SEALEAF_OK; at++)
			key->p[at] ^= multiply(factor, (uint8_t)y.p[at]);
		secret_close(&shares[i]);
	}
	secret_close(key);
	if (code != SEALEAF_OK)
		secret_fini(key);
	return code;
}
