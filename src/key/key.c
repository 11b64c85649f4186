/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key of a group: a handful of strings that the table of its source
 * names. Nothing here is secret, `enc` is ciphertext.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/source.h"

struct key *
key_new(const struct key_source *source)
{
	struct key *k = mem_zero(sizeof *k);

	if (k != NULL)
		k->source = source;
	return k;
}

void
key_free(struct key *k)
{
	struct key_context *c, *next;

	if (k == NULL)
		return;
	for (size_t i = 0; i < KEY_FIELDS; i++)
		free(k->field[i]);
	for (c = k->context; c != NULL; c = next) {
		next = c->next;
		free(c->name);
		free(c->value);
		free(c);
	}
	free(k->created_at);
	free(k->enc);
	free(k->shown);
	free(k);
}

size_t
key_field_index(const struct key_source *source, struct span name)
{
	for (size_t i = 0; source->fields[i].name != NULL; i++)
		if (span_is(name, source->fields[i].name))
			return i;
	return KEY_FIELDS;
}

enum sealeaf_code
key_set(struct key *k, size_t field, struct span text, struct sealeaf_error *e)
{
	char *copy;

	if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		return err_set(e, SEALEAF_ERR_METADATA,
		    "%s of a key holds a NUL byte",
		    k->source->fields[field].name);
	copy = mem_dup_n(text.n > 0 ? text.p : "", text.n);
	if (copy == NULL)
		return err_memory(e);
	free(k->field[field]);
	k->field[field] = copy;
	return SEALEAF_OK;
}

enum sealeaf_code
key_set_packed(struct key *k, size_t field, struct span text,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = key_set(k, field, text, e);
	char *to;

	if (code != SEALEAF_OK)
		return code;
	to = k->field[field];
	for (const char *from = to; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return SEALEAF_OK;
}

enum sealeaf_code
key_set_enc(struct key *k, struct span enc, size_t n, struct sealeaf_error *e)
{
	char *copy;

	if (!k->source->sealed(enc, n))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the answer is not an encrypted data key");
	copy = mem_dup_n(enc.p, enc.n);
	if (copy == NULL)
		return err_memory(e);
	free(k->enc);
	k->enc = copy;
	return SEALEAF_OK;
}

bool
key_base64(struct span enc,
    bool (*get)(struct span text, void *out, size_t cap, size_t *n), size_t n,
    size_t most)
{
	uint8_t *bytes = mem_zero(most);
	size_t have = 0;
	bool fine;

	fine = bytes != NULL && get(enc, bytes, most, &have) && have > n;
	free(bytes);
	return fine;
}

const char *
key_get(const struct key *k, size_t field)
{
	return k->field[field] != NULL ? k->field[field] : "";
}

char *
key_show(const struct key *k)
{
	struct buf b = { 0 };

	k->source->show(&b, k);
	return buf_take(&b, NULL);
}
