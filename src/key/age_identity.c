/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of identities. Where SOPS drops a whole source for one bad line, we
 * keep its good ones and report the bad; blanks around an identity and a byte
 * order mark, which editors leave behind, are forgiven.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/age_identity.h"
#include "key/age_hybrid.h"
#include "key/age_plugin.h"
#include "key/age_ssh.h"
#include "key/age_x25519.h"
#include "key/bech32.h"

struct age_identity *
age_identity_add(struct age_identity **list, const struct age_kind *kind)
{
	struct age_identity *id = mem_zero(sizeof *id);

	if (id == NULL)
		return NULL;
	id->kind = kind;
	while (*list != NULL)
		list = &(*list)->next;
	*list = id;
	return id;
}

void
age_identity_free(struct age_identity *list)
{
	struct age_identity *next;

	for (; list != NULL; list = next) {
		next = list->next;
		if (list->kind->fini != NULL)
			list->kind->fini(list);
		secret_fini(&list->key);
		free(list->recipient);
		free(list);
	}
}

static enum sealeaf_code
x25519_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct span key;
	enum sealeaf_code code = secret_open(&id->key, &key, e);

	(void)w;
	if (code == SEALEAF_OK)
		code = age_x25519_unwrap(file_key, h, (const uint8_t *)key.p,
		    e);
	secret_close(&id->key);
	return code;
}

static const struct age_kind x25519 = { AGE_NATIVE, x25519_unwrap, NULL };

static enum sealeaf_code
add_x25519(struct age_identity **list, struct span line,
    struct sealeaf_error *e)
{
	uint8_t scalar[AGE_X25519], point[AGE_X25519];
	struct age_identity *id;
	struct buf b = { 0 };
	enum sealeaf_code code = age_x25519_identity(scalar, line, e);

	if (code != SEALEAF_OK)
		return code;
	id = age_identity_add(list, &x25519);
	if (id == NULL) {
		code = err_memory(e);
		goto out;
	}
	code = secret_copy(&id->key, scalar, sizeof scalar, e);
	if (code != SEALEAF_OK)
		goto out;
	age_x25519_public(point, scalar);
	bech32_append(&b, "age", point, sizeof point);
	id->recipient = buf_take(&b, NULL);
	if (id->recipient == NULL)
		code = err_memory(e);
out:
	mem_wipe(scalar, sizeof scalar);
	return code;
}

enum sealeaf_code
age_identity_parse(struct age_identity **list, struct span line,
    struct sealeaf_error *e)
{
	if (span_starts(line, "AGE-SECRET-KEY-1"))
		return add_x25519(list, line, e);
	if (span_starts(line, "AGE-SECRET-KEY-PQ-1"))
		return age_hybrid_add(list, line, e);
	if (span_starts(line, "AGE-PLUGIN-"))
		return age_plugin_add(list, line, e);
	return err_set(e, SEALEAF_ERR_GENERIC, "unknown identity type");
}

/* A path given for an identity is a frequent mistake. */
static bool
is_path(struct span word)
{
	return span_starts(word, "/") || span_starts(word, "~/") ||
	    span_starts(word, "./") || span_ends(word, ".txt");
}

/* Parse one word; an error is added to `e` only when it is the first. */
static enum sealeaf_code
parse_word(struct age_identity **list, struct span word, size_t line,
    bool words, struct sealeaf_error *e)
{
	struct sealeaf_error own = { 0 };
	enum sealeaf_code code = age_identity_parse(list, word, &own);

	if (code == SEALEAF_OK)
		return code;
	if (words && is_path(word))
		return err_set(e, code,
		    "%s (this looks like a path, which "
		    "belongs into SOPS_AGE_KEY_FILE)",
		    own.text);
	if (words)
		return err_set(e, code, "%s", own.text);
	return err_set(e, code, "%s (line %zu)", own.text, line);
}

/* Cut the next word off `line`; an empty one at its end. */
static struct span
next_word(struct span *line, bool words)
{
	struct span all = span_trim(*line);
	size_t n = 0;

	while (n < all.n &&
	    (!words || strchr(" \t\r\v\f", all.p[n]) == NULL ||
		all.p[n] == '\0'))
		n++;
	*line = span_sub(all, n, all.n);
	return span_sub(all, 0, n);
}

enum sealeaf_code
age_identity_list(struct age_identity **list, struct span text, bool words,
    struct sealeaf_error *e)
{
	enum sealeaf_code result = SEALEAF_OK;

	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_sub(text, 3, text.n);
	for (size_t number = 1; text.n > 0; number++) {
		size_t at = span_find(text, '\n');
		struct span line = span_trim(span_sub(text, 0, at)), word;

		text = span_sub(text, at + 1, text.n);
		if (span_starts(line, "#"))
			continue;
		while ((word = next_word(&line, words)).n > 0) {
			enum sealeaf_code code = parse_word(list, word, number,
			    words, e);

			if (result == SEALEAF_OK)
				result = code;
		}
	}
	return result;
}

enum sealeaf_code
age_identity_load(struct age_identity **list, struct span text,
    const char *location, bool words, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (age_locked_looks(text))
		return age_locked_add(list, text, location, e);
	if (span_starts(text, "-----BEGIN "))
		return age_ssh_add(list, text, location, e);
	code = age_identity_list(list, text, words, e);
	if (code != SEALEAF_OK)
		err_prefix(e, "failed to parse '%s' age identities", location);
	return code;
}
