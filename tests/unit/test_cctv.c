/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The age test vectors of C2SP's CCTV (testdata/upstream/cctv-age): each file
 * says what decrypting it must come to.
 */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "base/buf.h"
#include "key/age_armor.h"
#include "key/age_identity.h"
#include "key/age_scrypt.h"
#include "key/age_stream.h"
#include "opened.h"

enum { PASSPHRASES = 4, INFLATED_MAX = 64 << 20 };

#define FOLDER TESTDATA "/upstream/cctv-age"

struct vector {
	struct span expect, payload;
	struct span passphrase[PASSPHRASES];
	size_t passphrases;
	struct age_identity *identities;
	bool armored, compressed;
	const char *skip;
	struct span file;
};

static char *
slurp(const char *name, size_t *n)
{
	char path[1024], *p;
	FILE *f;
	long size;

	(void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	p = malloc((size_t)size + 1);
	assert_non_null(p);
	*n = fread(p, 1, (size_t)size, f);
	assert_int_equal(*n, size);
	fclose(f);
	return p;
}

static void
read_field(struct vector *v, struct span name, struct span value)
{
	struct sealeaf_error e = { 0 };

	if (span_is(name, "expect"))
		v->expect = value;
	else if (span_is(name, "payload"))
		v->payload = value;
	else if (span_is(name, "passphrase") && v->passphrases < PASSPHRASES)
		v->passphrase[v->passphrases++] = value;
	else if (span_is(name, "armored"))
		v->armored = true;
	else if (span_is(name, "compressed"))
		v->compressed = true;
	else if (span_is(name, "identity") &&
	    age_identity_parse(&v->identities, value, &e) != SEALEAF_OK)
		v->skip = e.code == SEALEAF_ERR_UNSUPPORTED
		    ? "needs OpenSSL with ML-KEM"
		    : "identity refused";
}

static void
read_vector(struct vector *v, struct span text)
{
	memset(v, 0, sizeof *v);
	for (;;) {
		size_t at = span_find(text, '\n'), colon;
		struct span line = span_sub(text, 0, at);

		text = span_sub(text, at + 1, text.n);
		if (line.n == 0)
			break;
		colon = span_find(line, ':');
		read_field(v, span_sub(line, 0, colon),
		    span_sub(line, colon + 2, line.n));
	}
	v->file = text;
}

/* Undo zlib to `b`; false when this build has none. */
static bool
inflate_to(struct buf *b, struct span in)
{
#ifdef HAVE_ZLIB
	uLongf n = INFLATED_MAX;
	char *p = buf_extend(b, n);

	assert_non_null(p);
	assert_int_equal(
	    uncompress((Bytef *)p, &n, (const Bytef *)in.p, (uLong)in.n), Z_OK);
	buf_truncate(b, n);
	return true;
#else
	(void)b;
	(void)in;
	return false;
#endif
}

/* The file key by any identity or passphrase. */
static enum sealeaf_code
find_key(const struct vector *v, uint8_t key[AGE_FILE_KEY],
    const struct age_header *h, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	struct age_identity *id = v->identities;

	for (; id != NULL && code == SEALEAF_ERR_NOT_MINE; id = id->next)
		code = id->kind->unwrap(id, key, h, NULL, e);
	for (size_t i = 0; i < v->passphrases && code == SEALEAF_ERR_NOT_MINE;
	     i++)
		code = age_scrypt_unwrap(key, h, v->passphrase[i], e);
	return code;
}

/* What the file comes to, in the words of the vectors. */
static const char *
decrypt(const struct vector *v, struct span file, struct secret *plain)
{
	uint8_t key[AGE_FILE_KEY] = { 0 };
	struct sealeaf_error e = { 0 };
	struct age_header h = { 0 };
	struct buf binary = { 0 };
	const char *result = "header failure";
	enum sealeaf_code code = SEALEAF_OK;

	if (v->armored) {
		code = age_armor_get(&binary, file, &e);
		file = buf_get(&binary);
	}
	if (code != SEALEAF_OK) {
		result = "armor failure";
		goto out;
	}
	if (age_header_get(&h, file, &e) != SEALEAF_OK)
		goto out;
	code = find_key(v, key, &h, &e);
	if (code == SEALEAF_ERR_NOT_MINE)
		result = "no match";
	else if (code != SEALEAF_OK)
		result = "header failure";
	else if (age_header_check(&h, key, &e) != SEALEAF_OK)
		result = "HMAC failure";
	else if (h.payload.n < 16)
		result = "header failure"; /* the nonce counts as header */
	else if (age_stream_open(plain, key, h.payload, &e) != SEALEAF_OK)
		result = "payload failure";
	else
		result = "success";
out:
	age_header_fini(&h);
	buf_fini(&binary);
	return result;
}

static void
check_payload(const struct vector *v, struct secret *plain)
{
	uint8_t hash[32];
	char text[65];

	crypto_hash_sha256(hash, opened(plain), plain->n);
	secret_close(plain);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	assert_true(span_is(v->payload, text));
}

/* Returns why the file was skipped, or NULL. */
static const char *
run(const char *name)
{
	struct secret plain = { 0 };
	struct buf inflated = { 0 };
	struct vector v;
	const char *result, *skip;
	size_t n;
	char *text = slurp(name, &n);

	read_vector(&v, span_make(text, n));
	if (v.skip == NULL && v.compressed && !inflate_to(&inflated, v.file))
		v.skip = "needs zlib";
	if (v.skip == NULL) {
		result = decrypt(&v, v.compressed ? buf_get(&inflated) : v.file,
		    &plain);
		if (!span_is(v.expect, result))
			fail_msg("%s: %s instead of %.*s", name, result,
			    (int)v.expect.n, v.expect.p);
		if (span_is(v.expect, "success"))
			check_payload(&v, &plain);
	}
	skip = v.skip;
	secret_fini(&plain);
	buf_fini(&inflated);
	age_identity_free(v.identities);
	free(text);
	return skip;
}

static void
test_vectors(void **state)
{
	unsigned done = 0, skipped = 0;
	DIR *folder = opendir(FOLDER);
	struct dirent *d;

	(void)state;
	assert_non_null(folder);
	while ((d = readdir(folder)) != NULL) {
		const char *skip;

		if (d->d_name[0] == '.' || strcmp(d->d_name, "README.md") == 0)
			continue;
		skip = run(d->d_name);
		if (skip != NULL)
			print_message("skipped %s: %s\n", d->d_name, skip);
		skipped += skip != NULL;
		done += skip == NULL;
	}
	closedir(folder);
	print_message("%u vectors run, %u skipped\n", done, skipped);
	assert_true(done >= 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
