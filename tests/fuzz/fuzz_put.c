/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path into a document: extracted, set and unset. The input is a byte for
 * the format, a line with the path, a line with the value, and the document.
 * Whatever a change is accepted for can be opened and decrypted.
 */

#include <assert.h>
#include <stdlib.h>
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

static struct sealeaf_doc *
opened(struct sealeaf_ctx *ctx, enum sealeaf_format format,
    const struct sealeaf_bytes *sealed)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_code code;

	code = sealeaf_open(ctx, NULL, format, sealed->p, sealed->n, &doc, &e);
	assert(code == SEALEAF_OK);
	return doc;
}

/* Every changed file is one that can be read. */
static void
check(struct sealeaf_ctx *ctx, enum sealeaf_format format,
    struct sealeaf_bytes *changed)
{
	struct sealeaf_doc *doc = opened(ctx, format, changed);
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes plain = { 0 };
	enum sealeaf_code code = sealeaf_decrypt(doc, format, &plain, &e);

	assert(code == SEALEAF_OK);
	sealeaf_bytes_free(&plain);
	sealeaf_bytes_free(changed);
	sealeaf_doc_free(doc);
}

static void
walk(struct sealeaf_ctx *ctx, enum sealeaf_format format,
    const struct sealeaf_bytes *sealed, const char *path, const char *value)
{
	struct sealeaf_error e[3] = { 0 };
	struct sealeaf_bytes out = { 0 };
	struct sealeaf_doc *doc = opened(ctx, format, sealed);
	bool changed;

	(void)!sealeaf_extract(doc, path, format, &out, &e[0]);
	sealeaf_bytes_free(&out);
	sealeaf_doc_free(doc);
	doc = opened(ctx, format, sealed);
	if (sealeaf_put(doc, path, value, format, &out, &changed, &e[1]) == 0)
		check(ctx, format, &out);
	sealeaf_doc_free(doc);
	doc = opened(ctx, format, sealed);
	if (sealeaf_remove(doc, path, format, &out, &e[2]) == 0)
		check(ctx, format, &out);
	sealeaf_doc_free(doc);
}

/* The next line of the input, as a text of its own. */
static char *
take_line(const char **at, size_t *left)
{
	const char *end = *left > 0 ? memchr(*at, '\n', *left) : NULL;
	size_t n = end != NULL ? (size_t)(end - *at) : *left;
	char *line = calloc(n + 1, 1);

	assert(line != NULL);
	if (n > 0)
		memcpy(line, *at, n);
	*at += n + (end != NULL);
	*left -= n + (end != NULL);
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum sealeaf_format formats[] = { SEALEAF_YAML,
		SEALEAF_JSON, SEALEAF_DOTENV, SEALEAF_INI, SEALEAF_BINARY };
	const char *at = (const char *)data + 1;
	struct sealeaf_ctx *ctx = sealeaf_new();
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes sealed = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_format format;
	char *path, *value;

	if (ctx == NULL || n == 0) {
		sealeaf_free(ctx);
		return 0;
	}
	format = formats[data[0] % 5];
	n--;
	path = take_line(&at, &n);
	value = take_line(&at, &n);
	sealeaf_on_env(ctx, environment, NULL);
	if (sealeaf_set(ctx, SEALEAF_OPT_CONFIG, "/dev/null", &e) == 0 &&
	    sealeaf_set(ctx, SEALEAF_OPT_AGE, recipient, &e) == 0 &&
	    sealeaf_create(ctx, NULL, format, &doc, &e) == 0 &&
	    sealeaf_encrypt(doc, at, n, format, format, &sealed, &e) == 0)
		walk(ctx, format, &sealed, path, value);
	free(path);
	free(value);
	sealeaf_bytes_free(&sealed);
	sealeaf_doc_free(doc);
	sealeaf_free(ctx);
	return 0;
}
