/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set and unset: one entry of an encrypted file. The changed plaintext is
 * encrypted as the document's next version, where what did not change keeps
 * its envelope.
 */

#include <stdlib.h>

#include "doc/path.h"
#include "sops/put_change.h"

static enum sealeaf_code
parse_path(struct change *c, const char *text, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct step *last = NULL;
	enum sealeaf_code code;

	code = path_parse(&last, &c->arena, span_of(text), SEALEAF_ERR_INDEX,
	    &why);
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code == SEALEAF_OK && last != NULL)
		return put_path(&c->path, last, e);
	err_set(e, SEALEAF_ERR_INDEX, "Invalid %s index format",
	    c->value != NULL ? "set" : "unset");
	err_hint(e, "%s",
	    why.hint[0] != '\0' ? why.hint
				: "write it like '[\"key\"][\"other\"][0]'");
	return SEALEAF_ERR_INDEX;
}

/* A file of one value. */
static enum sealeaf_code
change_binary(struct change *c, struct sealeaf_error *e)
{
	const struct step *s = c->path.list[0];
	const struct leaf *l;

	if (c->path.n != 1 || s->key.p == NULL || !span_is(s->key, "data")) {
		if (c->value == NULL) {
			(void)put_not_found(s, e);
			err_hint(e,
			    "a binary file has one value: '[\"data\"]'");
			return e->code;
		}
		err_set(e, SEALEAF_ERR_INDEX, "Invalid set index format");
		err_hint(e, "a binary file has one value: '[\"data\"]'");
		return SEALEAF_ERR_INDEX;
	}
	if (c->value == NULL)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "error emitting binary "
		    "store: no binary data found in tree");
	l = c->value->doc.leaves.list;
	if (l->type != LEAF_STR)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "error emitting binary "
		    "store: 'data' key in tree does not have a string value");
	c->changed = !span_equal(buf_get(&c->before), l->value);
	buf_span(&c->after, l->value);
	return buf_check(&c->after, e);
}

static enum sealeaf_code
plain(struct change *c, struct sealeaf_error *e)
{
	struct sealeaf_bytes whole = { 0 };
	enum sealeaf_code code;

	if (c->format->sealed_as == NULL)
		return document_plain(&c->before, c->d, e);
	code = sealeaf_decrypt(c->d, sealeaf_format_by_name(c->format->name),
	    &whole, e);
	buf_put(&c->before, whole.p, whole.n);
	sealeaf_bytes_free(&whole);
	return code == SEALEAF_OK ? buf_check(&c->before, e) : code;
}

static enum sealeaf_code
run(struct change *c, const char *path, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	if (f == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	c->format = c->d->format;
	code = parse_path(c, path, e);
	if (code == SEALEAF_OK)
		code = plain(c, e);
	if (code == SEALEAF_OK)
		code = c->format->sealed_as != NULL ? change_binary(c, e)
						    : put_change(c, f, e);
	if (code == SEALEAF_OK) {
		c->d->keep_version = true;
		code = sealeaf_encrypt(c->d, c->after.p, c->after.n,
		    sealeaf_format_by_name(c->format->name), format, out, e);
	}
	free(c->path.list);
	free(c->with.list);
	free(c->wanted.list);
	doc_fini(&c->doc);
	buf_fini(&c->before);
	buf_fini(&c->after);
	buf_fini(&c->text);
	arena_fini(&c->arena);
	return code;
}

enum sealeaf_code
sealeaf_put(struct sealeaf_doc *d, const char *path, const char *value,
    enum sealeaf_format format, struct sealeaf_bytes *out, bool *changed,
    struct sealeaf_error *e)
{
	struct put_value v = { 0 };
	struct change c = { .d = d, .value = &v };
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	code = put_value_parse(&v, value, e);
	if (code == SEALEAF_OK)
		code = run(&c, path, format, out, e);
	if (changed != NULL)
		*changed = code == SEALEAF_OK && c.changed;
	put_value_fini(&v);
	return code;
}

enum sealeaf_code
sealeaf_remove(struct sealeaf_doc *d, const char *path,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct change c = { .d = d };

	return run(&c, path, format, out, e);
}
