/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypted files that somebody damaged: cut off at every byte, with envelopes
 * exchanged, with foreign sealed spellings. Each gives its documented error, or
 * the values and nothing else.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sealeaf.h>

static const char identity[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYS"
			       "JZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
static const char recipient[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye86"
				"9xeexvn73equnujwj";

static const char *
environment(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "SOPS_AGE_KEY") == 0 ? identity : NULL;
}

static struct sealeaf_ctx *
context(void)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_ctx *ctx = sealeaf_new();

	assert_non_null(ctx);
	sealeaf_on_env(ctx, environment, NULL);
	assert_int_equal(sealeaf_set(ctx, SEALEAF_OPT_CONFIG, "/dev/null", &e),
	    SEALEAF_OK);
	assert_int_equal(sealeaf_set(ctx, SEALEAF_OPT_AGE, recipient, &e),
	    SEALEAF_OK);
	return ctx;
}

static char *
encrypt(struct sealeaf_ctx *ctx, const char *path, const char *text)
{
	enum sealeaf_format f = sealeaf_format_by_path(path);
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes out = { 0 };
	struct sealeaf_doc *doc;

	assert_int_equal(sealeaf_create(ctx, path, f, &doc, &e), SEALEAF_OK);
	assert_int_equal(
	    sealeaf_encrypt(doc, text, strlen(text), f, f, &out, &e),
	    SEALEAF_OK);
	sealeaf_doc_free(doc);
	return out.p;
}

static enum sealeaf_code
decrypt(struct sealeaf_ctx *ctx, const char *path, const char *text, size_t n,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	enum sealeaf_format f = sealeaf_format_by_path(path);
	struct sealeaf_doc *doc;
	enum sealeaf_code code;

	memset(e, 0, sizeof *e);
	memset(out, 0, sizeof *out);
	code = sealeaf_open(ctx, path, f, text, n, &doc, e);
	if (code == SEALEAF_OK)
		code = sealeaf_decrypt(doc, f, out, e);
	sealeaf_doc_free(doc);
	return code;
}

static const struct sample {
	const char *path, *text;
} samples[] = {
	{ "/x.yaml", "a: one\nb: [0x1F, two]\n# c\nd: |\n  text\n" },
	{ "/flow.yaml", "{a: one, b: {c: 2}}\n" },
	{ "/x.json", "{\"a\": \"one\", \"b\": [1.50, null]}\n" },
	{ "/x.env", "A=one\n# c\nB=two\n" },
	{ "/x.ini", "[s]\na = one\nb = two\n" },
	{ "/x.bin", "bytes\n" },
};

/* Text that lost its end is an error; only what says nothing may go. */
static void
cut_everywhere(void **state)
{
	struct sealeaf_ctx *ctx = context();

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		const struct sample *s = &samples[i];
		char *sealed = encrypt(ctx, s->path, s->text);
		size_t size = strlen(sealed);

		for (size_t n = 0; n < size; n++) {
			struct sealeaf_bytes out;
			struct sealeaf_error e;
			enum sealeaf_code code;
			/* An exact copy, so that reading past it is seen. */
			char *copy = malloc(n + 1);

			assert_non_null(copy);
			memcpy(copy, sealed, n);
			code = decrypt(ctx, s->path, copy, n, &out, &e);
			if (code == SEALEAF_OK && n + 3 < size)
				fail_msg("%s opens with %zu of %zu bytes",
				    s->path, n, size);
			if (code != SEALEAF_OK &&
			    (e.text[0] == '\0' || out.p != NULL))
				fail_msg("%s cut at %zu: no text, or a "
					 "result",
				    s->path, n);
			sealeaf_bytes_free(&out);
			free(copy);
		}
		free(sealed);
	}
	sealeaf_free(ctx);
}

/* The first envelope at or behind `p`, and its length. */
static char *
envelope(char *p, size_t *n)
{
	p = strstr(p, "ENC[");
	assert_non_null(p);
	*n = (size_t)(strchr(p, ']') - p) + 1;
	return p;
}

static void
exchanged_envelopes(void **state)
{
	struct sealeaf_ctx *ctx = context();
	char *sealed = encrypt(ctx, "/x.yaml", "a: one\nb: two\n");
	struct sealeaf_bytes out;
	struct sealeaf_error e;
	char *first, *second, swap[512];
	size_t n, m;

	(void)state;
	first = envelope(sealed, &n);
	second = envelope(first + n, &m);
	assert_int_equal(n, m);
	memcpy(swap, first, n);
	memcpy(first, second, n);
	memcpy(second, swap, n);
	assert_int_equal(
	    decrypt(ctx, "/x.yaml", sealed, strlen(sealed), &out, &e),
	    SEALEAF_ERR_DECRYPT_TREE);
	assert_non_null(strstr(e.text, "the value at a "));
	assert_int_equal(e.line, 1);
	free(sealed);
	sealeaf_free(ctx);
}

/* A text with the sealed spellings of another put in place of its own. */
static char *
transplant(const char *to, const char *from)
{
	static const char name[] = "sealeaf_spelling: ";
	const char *a = strstr(to, name), *b = strstr(from, name);
	size_t before, n;
	char *out;

	assert_non_null(a);
	assert_non_null(b);
	before = (size_t)(a - to);
	n = strcspn(b, "\n");
	out = malloc(strlen(to) + n + 1);
	assert_non_null(out);
	memcpy(out, to, before);
	memcpy(out + before, b, n);
	strcpy(out + before + n, a + strcspn(a, "\n"));
	return out;
}

/* Spellings of another file, and another envelope in their place: both are
 * as good as none. */
static void
foreign_spellings(void **state)
{
	struct sealeaf_ctx *ctx = context();
	char *one = encrypt(ctx, "/x.yaml", "a: 0x1F\nb: '0644'\n");
	char *two = encrypt(ctx, "/x.yaml", "a: 0x2F\nb: 0644\n");
	char *mixed = transplant(one, two), *forged, *mac;
	struct sealeaf_bytes out;
	struct sealeaf_error e;
	size_t n, m;

	(void)state;
	assert_int_equal(decrypt(ctx, "/x.yaml", one, strlen(one), &out, &e),
	    SEALEAF_OK);
	assert_string_equal(out.p, "a: 0x1F\nb: '0644'\n");
	sealeaf_bytes_free(&out);
	assert_int_equal(
	    decrypt(ctx, "/x.yaml", mixed, strlen(mixed), &out, &e),
	    SEALEAF_OK);
	assert_string_equal(out.p, "a: 31\nb: '0644'\n");
	sealeaf_bytes_free(&out);
	/* The MAC's envelope is under the same key, with another AAD. */
	mac = envelope(strstr(one, " mac: "), &n);
	forged = envelope(strstr(mixed, "sealeaf_spelling"), &m);
	assert_true(n > m);
	memcpy(forged, mac, m);
	assert_int_equal(
	    decrypt(ctx, "/x.yaml", mixed, strlen(mixed), &out, &e),
	    SEALEAF_OK);
	assert_string_equal(out.p, "a: 31\nb: '0644'\n");
	sealeaf_bytes_free(&out);
	free(one);
	free(two);
	free(mixed);
	sealeaf_free(ctx);
}

/* Aliases for keys, and an anchor that a sign ends, come back too. */
static void
odd_anchors(void **state)
{
	static const char *const rows[] = {
		"a: &x one\nb:\n  *x : two\n",
		"&a a: &b b\n*b : *a\n",
		"key: &an:chor value\n",
		"a: &x one\nb: {*x : two, c: [*x]}\n",
	};
	struct sealeaf_ctx *ctx = context();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *sealed = encrypt(ctx, "/x.yaml", rows[i]);
		struct sealeaf_bytes out;
		struct sealeaf_error e;

		assert_int_equal(
		    decrypt(ctx, "/x.yaml", sealed, strlen(sealed), &out, &e),
		    SEALEAF_OK);
		assert_string_equal(out.p, rows[i]);
		sealeaf_bytes_free(&out);
		free(sealed);
	}
	sealeaf_free(ctx);
}

static void
other_metadata(void **state)
{
	static const struct {
		const char *path, *text;
		enum sealeaf_code code;
	} rows[] = {
		{ "/x.yaml", "a: 1\n", SEALEAF_ERR_NOT_ENCRYPTED },
		{ "/x.yaml", "a: 1\nsops: {}\n", SEALEAF_ERR_METADATA },
		{ "/x.yaml", "a: 1\nsops: [1]\n", SEALEAF_ERR_METADATA },
		{ "/x.yaml", "a: 1\nsops:\n  age: x\n", SEALEAF_ERR_METADATA },
		{ "/x.json",
		    "{\"sops\": {\"kms\": [{\"arn\": 1}], "
		    "\"lastmodified\": \"2020-01-01T00:00:00Z\", "
		    "\"version\": \"3.0.0\"}}",
		    SEALEAF_ERR_METADATA },
		{ "/x.env", "sops_age__list_1__map_enc=x\n",
		    SEALEAF_ERR_METADATA },
		{ "/x.ini", "[sops]\nage__list_0=x\nage__list_0__map_a=y\n",
		    SEALEAF_ERR_METADATA },
		{ "/x.bin",
		    "\x7F"
		    "ELF",
		    SEALEAF_ERR_METADATA },
		{ "/x.bin", "", SEALEAF_ERR_METADATA },
	};
	struct sealeaf_ctx *ctx = context();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sealeaf_bytes out;
		struct sealeaf_error e;
		enum sealeaf_code code = decrypt(ctx, rows[i].path,
		    rows[i].text, strlen(rows[i].text), &out, &e);

		if (code != rows[i].code)
			fail_msg("%s: %d instead of %d (%s)", rows[i].text,
			    (int)code, (int)rows[i].code, e.text);
	}
	sealeaf_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(exchanged_envelopes),
		cmocka_unit_test(foreign_spellings),
		cmocka_unit_test(odd_anchors),
		cmocka_unit_test(other_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
