/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blowfish with the expensive key schedule of bcrypt, as no library at hand
 * offers it. Blowfish starts from the fraction of pi: it is computed here
 * (some 33,000 bits by Machin's formula, in some milliseconds), which is
 * shorter than a table and cannot hold a typo.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "crypt/bcrypt_pbkdf.h"

enum {
	SUBKEYS = 18,
	BOXES = 4,
	BOX = 256,
	WORDS = SUBKEYS + BOXES * BOX,
	DIGITS = 1 + WORDS + 2, /* the integer part; guard words */
	HASH = 32,
	SHA = 64
};

struct blowfish {
	uint32_t p[SUBKEYS], s[BOXES][BOX];
};

/* A fixed-point number, the integer part first. */
struct number {
	uint32_t d[DIGITS];
};

static void
divide(struct number *q, const struct number *a, uint32_t by, size_t from)
{
	uint64_t rest = 0;

	for (size_t i = from; i < DIGITS; i++) {
		rest = rest << 32 | a->d[i];
		q->d[i] = (uint32_t)(rest / by);
		rest %= by;
	}
}

/* Add `a` to `sum`, or subtract it: below `from` it is zero. */
static void
add(struct number *sum, const struct number *a, bool subtract, size_t from)
{
	uint64_t carry = subtract;

	for (size_t i = DIGITS; i-- > 0 && (i >= from || carry != subtract);) {
		uint32_t d = i >= from ? a->d[i] : 0;

		carry += (uint64_t)sum->d[i] + (subtract ? ~d : d);
		sum->d[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

/* Add times * atan(1 / x) to `sum`, or subtract it. */
static void
add_atan(struct number *sum, struct number work[2], uint32_t times, uint32_t x,
    bool subtract)
{
	struct number *power = work, *term = work + 1;
	size_t from = 0;

	memset(work, 0, 2 * sizeof *work);
	power->d[0] = times;
	divide(power, power, x, 0);
	for (uint32_t k = 1;; k += 2) {
		while (from < DIGITS && power->d[from] == 0)
			from++;
		if (from == DIGITS)
			break;
		divide(term, power, k, from);
		add(sum, term, subtract, from);
		divide(power, power, x * x, from);
		subtract = !subtract;
	}
}

/* The state that every Blowfish begins with. */
static enum sealeaf_code
blowfish_start(struct blowfish *b, struct sealeaf_error *e)
{
	struct number *n = mem_array(3, sizeof *n);

	if (n == NULL)
		return err_memory(e);
	add_atan(n, n + 1, 16, 5, false);
	add_atan(n, n + 1, 4, 239, true);
	memcpy(b->p, n->d + 1, sizeof b->p);
	memcpy(b->s, n->d + 1 + SUBKEYS, sizeof b->s);
	free(n);
	return SEALEAF_OK;
}

static uint32_t
mix(const struct blowfish *b, uint32_t x)
{
	return ((b->s[0][x >> 24] + b->s[1][x >> 16 & 255]) ^
		   b->s[2][x >> 8 & 255]) +
	    b->s[3][x & 255];
}

static void
encrypt(const struct blowfish *b, uint32_t x[2])
{
	uint32_t left = x[0], right = x[1];

	for (size_t i = 0; i < SUBKEYS - 2; i += 2) {
		left ^= b->p[i];
		right ^= mix(b, left);
		right ^= b->p[i + 1];
		left ^= mix(b, right);
	}
	x[0] = right ^ b->p[SUBKEYS - 1];
	x[1] = left ^ b->p[SUBKEYS - 2];
}

/* The next four bytes, read round and round. */
static uint32_t
next_word(const uint8_t data[SHA], size_t *at)
{
	const uint8_t *p = data + *at;

	*at = (*at + 4) % SHA;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* The key schedule: `salt` may be NULL. */
static void
expand(struct blowfish *b, const uint8_t *salt, const uint8_t key[SHA])
{
	uint32_t x[2] = { 0, 0 };
	size_t at = 0;

	for (size_t i = 0; i < SUBKEYS; i++)
		b->p[i] ^= next_word(key, &at);
	at = 0;
	for (size_t i = 0; i < WORDS; i += 2) {
		uint32_t *to = i < SUBKEYS
		    ? b->p + i
		    : &b->s[(i - SUBKEYS) / BOX][(i - SUBKEYS) % BOX];

		if (salt != NULL) {
			x[0] ^= next_word(salt, &at);
			x[1] ^= next_word(salt, &at);
		}
		encrypt(b, x);
		to[0] = x[0];
		to[1] = x[1];
	}
}

/* One 32-byte block from the hashes of passphrase and salt. */
static void
hash(uint8_t out[HASH], struct blowfish *b, const struct blowfish *start,
    const uint8_t pass[SHA], const uint8_t salt[SHA])
{
	static const char text[HASH + 1] = "OxychromaticBlowfishSwatDynamite";
	uint32_t x[2];
	uint8_t block[SHA] = { 0 };
	size_t at = 0;

	*b = *start;
	expand(b, salt, pass);
	for (int i = 0; i < 64; i++) {
		expand(b, NULL, salt);
		expand(b, NULL, pass);
	}
	memcpy(block, text, HASH);
	for (size_t i = 0; i < HASH; i += 8) {
		x[0] = next_word(block, &at);
		x[1] = next_word(block, &at);
		for (int k = 0; k < 64; k++)
			encrypt(b, x);
		for (size_t k = 0; k < 8; k++)
			out[i + k] = (uint8_t)(x[k / 4] >> 8 * (k % 4));
	}
}

/* One block of the output, all rounds of it put together. */
static void
derive(uint8_t out[HASH], struct blowfish work[2], const uint8_t pass[SHA],
    struct span salt, uint32_t count, unsigned rounds)
{
	uint8_t number[4] = { (uint8_t)(count >> 24), (uint8_t)(count >> 16),
		(uint8_t)(count >> 8), (uint8_t)count };
	uint8_t block[HASH], salted[SHA];
	crypto_hash_sha512_state sha;

	(void)crypto_hash_sha512_init(&sha);
	(void)crypto_hash_sha512_update(&sha, (const uint8_t *)salt.p, salt.n);
	(void)crypto_hash_sha512_update(&sha, number, sizeof number);
	(void)crypto_hash_sha512_final(&sha, salted);
	hash(block, work, work + 1, pass, salted);
	memcpy(out, block, HASH);
	for (unsigned r = 1; r < rounds; r++) {
		(void)crypto_hash_sha512(salted, block, HASH);
		hash(block, work, work + 1, pass, salted);
		for (size_t i = 0; i < HASH; i++)
			out[i] ^= block[i];
	}
	mem_wipe(block, sizeof block);
	mem_wipe(salted, sizeof salted);
}

enum sealeaf_code
bcrypt_pbkdf(void *out, size_t n, struct span passphrase, struct span salt,
    unsigned rounds, struct sealeaf_error *e)
{
	size_t blocks = (n + HASH - 1) / HASH;
	uint8_t pass[SHA], block[HASH], *to = out;
	struct blowfish *work;
	enum sealeaf_code code;

	if (n == 0 || n > BCRYPT_OUT_MAX || passphrase.n == 0 || salt.n == 0 ||
	    rounds == 0 || rounds > BCRYPT_ROUNDS_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "bcrypt parameters out of range");
	work = mem_array(2, sizeof *work);
	if (work == NULL)
		return err_memory(e);
	code = blowfish_start(work + 1, e);
	if (code != SEALEAF_OK)
		goto out;
	(void)crypto_hash_sha512(pass, (const uint8_t *)passphrase.p,
	    passphrase.n);
	for (size_t i = 0; i < blocks; i++) {
		derive(block, work, pass, salt, (uint32_t)i + 1, rounds);
		/* The blocks are dealt out in turn, byte by byte. */
		for (size_t k = 0; k < HASH && k * blocks + i < n; k++)
			to[k * blocks + i] = block[k];
	}
	mem_wipe(pass, sizeof pass);
	mem_wipe(block, sizeof block);
out:
	mem_wipe_free(work, 2 * sizeof *work);
	return code;
}
