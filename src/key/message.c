/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table says which field of a message is which field of a key, and how a
 * person is told about such a key.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "key/message.h"
#include "net/grpc.h"
#include "net/proto.h"

enum { KEY = 1, TEXT = 2, RESPONSE = 1, CONTEXT = 3, NAME = 1, VALUE = 2 };
enum { KINDS = 7, FIELDS = 4 };

/* clang-format off */
static const struct kind {
	const struct key_source *source; /* the number is the place here, + 1 */
	const char *field[FIELDS];       /* likewise; NULL: none, or CONTEXT */
	const char *shown;               /* '%' is the next field of `field` */
} kinds[KINDS] = {
	{ &key_aws_kms, { "arn", "role", NULL, "aws_profile" },
	    "AWS KMS key with ARN %" },
	{ &key_pgp, { "fp" }, "PGP key with fingerprint %" },
	{ &key_gcp_kms, { "resource_id" }, "GCP KMS key with resource ID %" },
	{ &key_azure_kv, { "vault_url", "name", "version" },
	    "Azure Key Vault key with URL %/keys/%/%" },
	{ &key_hc_vault, { "vault_address", "engine_path", "key_name" },
	    "Hashicorp Vault key with URI %/v1/%/keys/%" },
	{ &key_age, { "recipient" }, "age key with recipient %" },
	{ &key_hckms, { "key_id" }, "HuaweiCloud KMS key with ID %" }
};
/* clang-format on */

static size_t
kind_of(const struct key *k)
{
	size_t i = 0;

	while (i < KINDS && kinds[i].source != k->source)
		i++;
	return i;
}

static struct span
field_text(const struct key *k, const char *name)
{
	return span_of(key_get(k, key_field_index(k->source, span_of(name))));
}

static void
put_context(struct buf *b, const struct key_context *c)
{
	struct buf entry = { 0 };

	for (; c != NULL; c = c->next) {
		buf_truncate(&entry, 0);
		proto_put(&entry, NAME, span_of(c->name), false);
		proto_put(&entry, VALUE, span_of(c->value), false);
		proto_put(b, CONTEXT, buf_get(&entry), false);
		b->failed |= entry.failed;
	}
	buf_fini(&entry);
}

void
message_put_key(struct buf *b, const struct key *k)
{
	struct buf inner = { 0 };
	size_t kind = kind_of(k);

	for (size_t i = 0; i < FIELDS; i++) {
		const char *name = kinds[kind].field[i];

		if (name != NULL)
			proto_put(&inner, (unsigned)i + 1, field_text(k, name),
			    true);
		else if (i + 1 == CONTEXT)
			put_context(&inner, k->context);
	}
	proto_put(b, (unsigned)kind + 1, buf_get(&inner), false);
	b->failed |= inner.failed;
	buf_fini(&inner);
}

static enum sealeaf_code
malformed(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "malformed message of the key service");
}

/* Keep the context sorted; the last of two equal names counts. */
static enum sealeaf_code
add_context(struct key *k, struct span entry, struct sealeaf_error *e)
{
	struct key_context **to = &k->context, *c;
	struct span name, value;
	int order = 1;

	if (!proto_find(entry, NAME, &name, NULL) ||
	    !proto_find(entry, VALUE, &value, NULL) ||
	    span_find(name, '\0') != name.n ||
	    span_find(value, '\0') != value.n)
		return malformed(e);
	while (*to != NULL &&
	    (order = span_compare(span_of((*to)->name), name)) < 0)
		to = &(*to)->next;
	c = mem_zero(sizeof *c);
	if (c == NULL)
		return err_memory(e);
	c->next = *to;
	*to = c;
	c->name = mem_dup_n(name.n > 0 ? name.p : "", name.n);
	c->value = mem_dup_n(value.n > 0 ? value.p : "", value.n);
	if (order == 0) {
		struct key_context *old = c->next;

		c->next = old->next;
		free(old->name);
		free(old->value);
		free(old);
	}
	return c->name != NULL && c->value != NULL ? SEALEAF_OK : err_memory(e);
}

static enum sealeaf_code
add_field(struct key *k, const struct kind *kind, const struct proto_field *f,
    struct sealeaf_error *e)
{
	const char *name;

	if (f->number > FIELDS)
		return SEALEAF_OK;
	name = kind->field[f->number - 1];
	if (name == NULL && (k->source != &key_aws_kms || f->number != CONTEXT))
		return SEALEAF_OK;
	if (!f->sized)
		return malformed(e);
	if (name == NULL)
		return add_context(k, f->value, e);
	if (utf8_valid(f->value) != f->value.n)
		return malformed(e);
	return key_set(k, key_field_index(k->source, span_of(name)), f->value,
	    e);
}

static enum sealeaf_code
get_fields(struct key *k, const struct kind *kind, struct span message,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct proto_field f;

	while (code == SEALEAF_OK && proto_next(&message, &f))
		code = add_field(k, kind, &f, e);
	if (code == SEALEAF_OK && message.n > 0)
		code = malformed(e);
	return code;
}

enum sealeaf_code
message_get_key(struct key **k, struct span message, struct sealeaf_error *e)
{
	const struct kind *kind = NULL;
	struct proto_field f, last = { 0 };
	enum sealeaf_code code;

	*k = NULL;
	while (proto_next(&message, &f)) {
		if (f.number > KINDS)
			continue;
		if (!f.sized)
			return malformed(e);
		kind = &kinds[f.number - 1];
		last = f;
	}
	if (message.n > 0)
		return malformed(e);
	if (kind == NULL)
		return SEALEAF_OK;
	*k = key_new(kind->source);
	if (*k == NULL)
		return err_memory(e);
	code = get_fields(*k, kind, last.value, e);
	if (code != SEALEAF_OK) {
		key_free(*k);
		*k = NULL;
	}
	return code;
}

void
message_put_request(struct buf *b, const struct key *k, struct span text)
{
	struct buf key = { 0 };

	message_put_key(&key, k);
	proto_put(b, KEY, buf_get(&key), false);
	proto_put(b, TEXT, text, true);
	b->failed |= key.failed;
	buf_fini(&key);
}

enum sealeaf_code
message_get_request(struct span message, struct span *key, struct span *text,
    struct sealeaf_error *e)
{
	if (!proto_find(message, KEY, key, NULL) ||
	    !proto_find(message, TEXT, text, NULL))
		return malformed(e);
	return SEALEAF_OK;
}

void
message_put_response(struct buf *b, struct span text)
{
	proto_put(b, RESPONSE, text, true);
}

enum sealeaf_code
message_get_response(struct span message, struct span *text,
    struct sealeaf_error *e)
{
	return proto_find(message, RESPONSE, text, NULL) ? SEALEAF_OK
							 : malformed(e);
}

bool
message_is_wrapped(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < ' ' && c != '\n' && c != '\r') || c == 0x7f)
			return false;
	}
	return text.n > 0 && utf8_valid(text) == text.n;
}

void
message_describe(struct buf *b, const struct key *k)
{
	const struct kind *kind = &kinds[kind_of(k)];
	size_t next = 0;

	for (const char *p = kind->shown; *p != '\0'; p++) {
		if (*p == '%')
			grpc_text_clean(b, field_text(k, kind->field[next++]));
		else
			buf_putc(b, *p);
	}
}
