/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two key exchanges at once (X-Wing): the file key stays safe as long as one
 * of them holds. A key is a seed of 32 bytes; both halves come out of it.
 */

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/proc.h"
#include "crypt/mlkem.h"
#include "key/age.h"
#include "key/age_hybrid.h"
#include "key/age_plugin.h"
#include "key/bech32.h"

enum {
	POINT = 32,
	SEED = 32,
	PUBLIC = MLKEM_PUBLIC + POINT,
	SEALED = MLKEM_SEALED + POINT
};

static const char type[] = "mlkem768x25519";
static const uint8_t label[] = "\\.//^\\"; /* X-Wing's, six characters */

/* The halves of a private key. */
struct pair {
	uint8_t seed[MLKEM_SEED], scalar[POINT];
};

/* SHAKE256 of the seed, both halves in a row. */
static bool
split(struct pair *p, const uint8_t seed[SEED])
{
	uint8_t both[MLKEM_SEED + POINT];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_shake256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, seed, SEED) == 1 &&
	    EVP_DigestFinalXOF(ctx, both, sizeof both) == 1;

	if (good) {
		memcpy(p->seed, both, MLKEM_SEED);
		memcpy(p->scalar, both + MLKEM_SEED, POINT);
	}
	EVP_MD_CTX_free(ctx);
	mem_wipe(both, sizeof both);
	return good;
}

/* SHA3-256 over both shared secrets, bound to the points of X25519. */
static bool
combine(struct age_hpke *h, const uint8_t mlkem[MLKEM_SHARED],
    const uint8_t x25519[POINT], const uint8_t ephemeral[POINT],
    const uint8_t point[POINT])
{
	uint8_t shared[32];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_sha3_256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, mlkem, MLKEM_SHARED) == 1 &&
	    EVP_DigestUpdate(ctx, x25519, POINT) == 1 &&
	    EVP_DigestUpdate(ctx, ephemeral, POINT) == 1 &&
	    EVP_DigestUpdate(ctx, point, POINT) == 1 &&
	    EVP_DigestUpdate(ctx, label, sizeof label - 1) == 1 &&
	    EVP_DigestFinal_ex(ctx, shared, NULL) == 1;

	if (good)
		age_hpke_schedule(h, shared);
	EVP_MD_CTX_free(ctx);
	mem_wipe(shared, sizeof shared);
	return good;
}

bool
age_hybrid_is_here(void)
{
	char *plugin = NULL;
	bool here = mlkem_is_here();

	if (!here)
		plugin = proc_find("age-plugin-pq", getenv("PATH"));
	here = here || plugin != NULL;
	free(plugin);
	return here;
}

void
age_hybrid_hint(struct sealeaf_error *e)
{
	err_hint(e,
	    "use a build with OpenSSL 3.5 (Debian 13 has it), or put age-plugin-pq on the PATH: go install filippo.io/age/extra/age-plugin-pq@latest");
}

/* The error where neither is there. */
static enum sealeaf_code
missing(struct sealeaf_error *e)
{
	(void)err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "post-quantum keys need OpenSSL 3.5 or the program age-plugin-pq");
	age_hybrid_hint(e);
	return SEALEAF_ERR_UNSUPPORTED;
}

static enum sealeaf_code
get_recipient(uint8_t public[PUBLIC], struct span text, struct sealeaf_error *e)
{
	struct span hrp;
	size_t n;
	enum sealeaf_code code = bech32_get(text, &hrp, public, PUBLIC, &n, e);

	if (code != SEALEAF_OK)
		return code;
	if (!span_is(hrp, "age1pq"))
		return err_set(e, SEALEAF_ERR_GENERIC, "invalid type");
	if (n != PUBLIC)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid MLKEM768-X25519 public key");
	return mlkem_is_here() ? mlkem_check(public, e) : SEALEAF_OK;
}

enum sealeaf_code
age_hybrid_check(struct span text, struct sealeaf_error *e)
{
	uint8_t public[PUBLIC];
	char quoted[AGE_QUOTED];
	enum sealeaf_code code = get_recipient(public, text, e);

	if (code == SEALEAF_OK)
		return code;
	age_quote(quoted, text);
	err_prefix(e, "malformed recipient %s", quoted);
	return code;
}

static void
put_stanza(struct buf *b, const uint8_t sealed[SEALED],
    const struct age_hpke *h, const uint8_t file_key[AGE_FILE_KEY])
{
	uint8_t body[AGE_WRAPPED];

	(void)crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key,
	    AGE_FILE_KEY, NULL, 0, NULL, h->nonce, h->key);
	buf_printf(b, "-> %s ", type);
	base64_append_raw(b, sealed, SEALED);
	buf_putc(b, '\n');
	age_body_append(b, body, sizeof body);
}

enum sealeaf_code
age_hybrid_wrap(struct buf *stanzas, struct span text,
    const uint8_t file_key[static AGE_FILE_KEY], const struct world *w,
    struct sealeaf_error *e)
{
	uint8_t public[PUBLIC], sealed[SEALED], mlkem[MLKEM_SHARED];
	uint8_t secret[POINT], shared[POINT];
	struct age_hpke h;
	enum sealeaf_code code = get_recipient(public, text, e);

	if (code == SEALEAF_OK && !mlkem_is_here())
		return age_hybrid_is_here()
		    ? age_plugin_wrap(stanzas, text, file_key, w, e)
		    : missing(e);
	if (code == SEALEAF_OK)
		code = mlkem_seal(sealed, mlkem, public, e);
	if (code != SEALEAF_OK)
		return code;
	world_random(w, secret, sizeof secret);
	(void)crypto_scalarmult_base(sealed + MLKEM_SEALED, secret);
	if (crypto_scalarmult(shared, secret, public + MLKEM_PUBLIC) != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the recipient is a low order point");
	else if (!combine(&h, mlkem, shared, sealed + MLKEM_SEALED,
		     public + MLKEM_PUBLIC))
		code = err_memory(e);
	if (code == SEALEAF_OK) {
		put_stanza(stanzas, sealed, &h, file_key);
		code = buf_check(stanzas, e);
	}
	mem_wipe(secret, sizeof secret);
	mem_wipe(shared, sizeof shared);
	mem_wipe(mlkem, sizeof mlkem);
	mem_wipe(&h, sizeof h);
	return code;
}

static enum sealeaf_code
bad(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "invalid %s recipient block",
	    type);
}

/* The keys of one stanza. */
static enum sealeaf_code
open_stanza(struct age_hpke *h, const uint8_t sealed[SEALED],
    const struct pair *p, struct sealeaf_error *e)
{
	uint8_t mlkem[MLKEM_SHARED], shared[POINT], point[POINT];
	enum sealeaf_code code = mlkem_open(mlkem, p->seed, sealed, e);

	if (code != SEALEAF_OK)
		return code;
	(void)crypto_scalarmult_base(point, p->scalar);
	if (crypto_scalarmult(shared, p->scalar, sealed + MLKEM_SEALED) != 0)
		code = bad(e);
	else if (!combine(h, mlkem, shared, sealed + MLKEM_SEALED, point))
		code = err_memory(e);
	mem_wipe(mlkem, sizeof mlkem);
	mem_wipe(shared, sizeof shared);
	return code;
}

static enum sealeaf_code
unwrap_one(uint8_t file_key[AGE_FILE_KEY], const struct age_stanza *s,
    const struct pair *p, struct sealeaf_error *e)
{
	uint8_t sealed[SEALED];
	struct age_hpke h = { { 0 }, { 0 } };
	enum sealeaf_code code;
	size_t n;

	if (s->n != 2 ||
	    !base64_get_raw(s->args[1], sealed, sizeof sealed, &n) ||
	    n != sizeof sealed || s->body.n != AGE_WRAPPED)
		return bad(e);
	code = open_stanza(&h, sealed, p, e);
	/* A key that is not ours shows up here: ML-KEM does not tell. */
	if (code == SEALEAF_OK &&
	    crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL,
		(const unsigned char *)s->body.p, s->body.n, NULL, 0, h.nonce,
		h.key) != 0)
		code = SEALEAF_ERR_NOT_MINE;
	mem_wipe(&h, sizeof h);
	return code;
}

static enum sealeaf_code
hybrid_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	struct span seed;
	struct pair p;
	bool good = secret_open(&id->key, &seed, e) == SEALEAF_OK &&
	    split(&p, (const uint8_t *)seed.p);

	(void)w;
	secret_close(&id->key);
	if (!good)
		return err_memory(e);
	for (size_t i = 0; i < h->n && code == SEALEAF_ERR_NOT_MINE; i++)
		if (span_is(h->stanzas[i].args[0], type))
			code = unwrap_one(file_key, h->stanzas + i, &p, e);
	mem_wipe(&p, sizeof p);
	return code;
}

static const struct age_kind hybrid = { AGE_NATIVE, hybrid_unwrap, NULL };

/* The text of the recipient that belongs to a seed. */
static enum sealeaf_code
get_public(char **out, const uint8_t seed[SEED], struct sealeaf_error *e)
{
	uint8_t public[PUBLIC];
	struct buf b = { 0 };
	struct pair p;
	enum sealeaf_code code;

	if (!split(&p, seed))
		return err_memory(e);
	code = mlkem_public(public, p.seed, e);
	if (code == SEALEAF_OK) {
		(void)crypto_scalarmult_base(public + MLKEM_PUBLIC, p.scalar);
		bech32_append(&b, "age1pq", public, PUBLIC);
		*out = buf_take(&b, NULL);
		if (*out == NULL)
			code = err_memory(e);
	}
	mem_wipe(&p, sizeof p);
	return code;
}

static enum sealeaf_code
get_identity(uint8_t seed[SEED], struct span text, struct sealeaf_error *e)
{
	struct span hrp;
	size_t n;
	enum sealeaf_code code = bech32_get(text, &hrp, seed, SEED, &n, e);

	if (code == SEALEAF_OK &&
	    (!span_is(hrp, "AGE-SECRET-KEY-PQ-") || n != SEED))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid MLKEM768-X25519 secret key");
	if (code != SEALEAF_OK)
		err_prefix(e, "malformed secret key");
	return code;
}

/* The plugin is not run for files that have no stanza of its type. */
static enum sealeaf_code
by_plugin_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	for (size_t i = 0; i < h->n; i++)
		if (span_is(h->stanzas[i].args[0], type))
			return age_plugin_kind.unwrap(id, file_key, h, w, e);
	return SEALEAF_ERR_NOT_MINE;
}

static void
by_plugin_fini(struct age_identity *id)
{
	age_plugin_kind.fini(id);
}

static const struct age_kind by_plugin = { AGE_PLUGIN, by_plugin_unwrap,
	by_plugin_fini };

/* The same seed in the spelling that is meant for the plugin. */
static enum sealeaf_code
add_by_plugin(struct age_identity **list, const uint8_t seed[SEED],
    struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code code;

	bech32_append(&text, "AGE-PLUGIN-PQ-", seed, SEED);
	code = buf_check(&text, e);
	if (code == SEALEAF_OK)
		code = age_plugin_add(list, buf_get(&text), e);
	if (code == SEALEAF_OK) {
		while ((*list)->next != NULL)
			list = &(*list)->next;
		(*list)->kind = &by_plugin;
	}
	buf_fini(&text);
	return code;
}

enum sealeaf_code
age_hybrid_add(struct age_identity **list, struct span text,
    struct sealeaf_error *e)
{
	struct age_identity *id;
	char *public = NULL;
	uint8_t seed[SEED];
	enum sealeaf_code code = get_identity(seed, text, e);

	if (code == SEALEAF_OK && !mlkem_is_here()) {
		code = age_hybrid_is_here() ? add_by_plugin(list, seed, e)
					    : missing(e);
		goto out;
	}
	if (code == SEALEAF_OK)
		code = get_public(&public, seed, e);
	if (code != SEALEAF_OK)
		goto out;
	id = age_identity_add(list, &hybrid);
	if (id == NULL) {
		code = err_memory(e);
		goto out;
	}
	id->recipient = public;
	public = NULL; /* transferred */
	code = secret_copy(&id->key, seed, SEED, e);
out:
	mem_wipe(seed, sizeof seed);
	free(public);
	return code;
}
