/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile encrypted files: metadata, age headers, envelopes and MACs of any
 * kind, with an identity at hand that opens some of them.
 */

#include <stdlib.h>
#include <string.h>

#include <sealeaf.h>

#include "fuzz.h"

static const char identity[] =
    "AGE-SECRET-KEY-"
    "1TQ7MVT8WZYCRUNJX3V9U2XJCNGUKEK84EM0WCVTU03GG495PASHSX9VVQW";

static const char *
environment(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "SOPS_AGE_KEY") == 0 ? identity : NULL;
}

/* Only age keys: a fuzzer starts no gpg and opens no connection. */
static bool
is_local(const struct sealeaf_doc *doc)
{
	struct sealeaf_key_walk walk = { 0 };
	struct sealeaf_key key, same;

	while (sealeaf_key_next(doc, &walk, &key)) {
		/* The two ways to a key agree. */
		if (!sealeaf_key_get(doc, walk.group, walk.index, &same) ||
		    same.text != key.text)
			abort();
		if (strcmp(key.source, "age") != 0)
			return false;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum sealeaf_format formats[] = { SEALEAF_YAML,
		SEALEAF_JSON, SEALEAF_DOTENV, SEALEAF_INI, SEALEAF_BINARY };
	struct sealeaf_ctx *ctx = sealeaf_new();
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes out = { 0 };
	struct sealeaf_doc *doc = NULL;
	enum sealeaf_format format;

	if (ctx == NULL || n == 0) {
		sealeaf_free(ctx);
		return 0;
	}
	format = formats[data[0] % 5];
	sealeaf_on_env(ctx, environment, NULL);
	if (sealeaf_set(ctx, SEALEAF_OPT_CONFIG, "/dev/null", &e) == 0 &&
	    sealeaf_open(ctx, NULL, format, (const char *)data + 1, n - 1, &doc,
		&e) == 0 &&
	    is_local(doc))
		(void)!sealeaf_decrypt(doc, format, &out, &e);
	sealeaf_bytes_free(&out);
	sealeaf_doc_free(doc);
	sealeaf_free(ctx);
	return 0;
}
