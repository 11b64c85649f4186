/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, encrypted and decrypted through the public interface: whatever is
 * accepted comes back byte for byte. The choice byte also picks a rule, so
 * that some leaves stay clear.
 */

#include <assert.h>
#include <string.h>

#include <sealeaf.h>

#include "fuzz.h"

static const char recipient[] =
    "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx";
static const char identity[] =
    "AGE-SECRET-KEY-"
    "1TQ7MVT8WZYCRUNJX3V9U2XJCNGUKEK84EM0WCVTU03GG495PASHSX9VVQW";

static const char *
environment(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "SOPS_AGE_KEY") == 0 ? identity : NULL;
}

static void
decrypt(struct sealeaf_ctx *ctx, enum sealeaf_format format,
    const struct sealeaf_bytes *sealed, const uint8_t *plain, size_t n)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes back = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	code = sealeaf_open(ctx, NULL, format, sealed->p, sealed->n, &doc, &e);
	assert(code == SEALEAF_OK);
	code = sealeaf_decrypt(doc, format, &back, &e);
	assert(code == SEALEAF_OK);
	assert(back.n == n && (n == 0 || memcmp(back.p, plain, n) == 0));
	sealeaf_bytes_free(&back);
	sealeaf_doc_free(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum sealeaf_format formats[] = { SEALEAF_YAML,
		SEALEAF_JSON, SEALEAF_DOTENV, SEALEAF_INI, SEALEAF_BINARY };
	struct sealeaf_ctx *ctx = sealeaf_new();
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes sealed = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_format format;

	if (ctx == NULL || n == 0) {
		sealeaf_free(ctx);
		return 0;
	}
	format = formats[data[0] % 5];
	sealeaf_on_env(ctx, environment, NULL);
	if (sealeaf_set(ctx, SEALEAF_OPT_CONFIG, "/dev/null", &e) == 0 &&
	    sealeaf_set(ctx, SEALEAF_OPT_AGE, recipient, &e) == 0 &&
	    sealeaf_set(ctx, SEALEAF_OPT_ENCRYPTED_REGEX,
		data[0] >= 128 ? "[a-m]" : NULL, &e) == 0 &&
	    sealeaf_create(ctx, NULL, format, &doc, &e) == 0 &&
	    sealeaf_encrypt(doc, (const char *)data + 1, n - 1, format, format,
		&sealed, &e) == 0)
		decrypt(ctx, format, &sealed, data + 1, n - 1);
	sealeaf_bytes_free(&sealed);
	sealeaf_doc_free(doc);
	sealeaf_free(ctx);
	return 0;
}
