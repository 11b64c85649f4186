/* SPDX-License-Identifier: Apache-2.0 */
/* Making, opening, unlocking and freeing documents. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/cipher.h"
#include "sops/config.h"
#include "sops/conflict.h"
#include "sops/datakey.h"
#include "sops/document.h"

struct sealeaf_doc *
document_new(struct sealeaf_ctx *ctx, const char *path,
    const struct format *format)
{
	struct sealeaf_doc *d = mem_zero(sizeof *d);

	if (d == NULL)
		return NULL;
	d->ctx = ctx;
	d->format = format;
	d->scanned = format->sealed_as != NULL ? format->sealed_as : format;
	if (path != NULL) {
		d->path = mem_dup(path);
		if (d->path == NULL) {
			free(d);
			return NULL;
		}
	}
	return d;
}

void
sealeaf_doc_free(struct sealeaf_doc *d)
{
	if (d == NULL)
		return;
	free(d->sealed);
	free(d->lists);
	doc_fini(&d->doc);
	metadata_fini(&d->meta);
	rules_fini(&d->rules);
	gcm_free(d->gcm);
	secret_fini(&d->key);
	free(d->path);
	free(d);
}

enum sealeaf_code
sealeaf_create(struct sealeaf_ctx *ctx, const char *path,
    enum sealeaf_format format, struct sealeaf_doc **doc,
    struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	struct sealeaf_doc *d;
	enum sealeaf_code code;

	*doc = NULL;
	if (f == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	d = document_new(ctx, path, f);
	if (d == NULL)
		return err_memory(e);
	code = config_policy(&d->meta, ctx, path, f, e);
	if (code == SEALEAF_OK)
		code = rules_init(&d->rules, &d->meta, false, e);
	if (code != SEALEAF_OK)
		sealeaf_doc_free(d);
	else
		*doc = d;
	return code;
}

/* What SOPS says in front of a parser's words, and its exit status 1. */
static enum sealeaf_code
unreadable(const struct doc *d, enum sealeaf_code code, struct sealeaf_error *e)
{
	if (code == SEALEAF_ERR_MEMORY || e == NULL)
		return code;
	conflict_explain(d, e);
	/* The scanners of JSON and INI say SOPS's words themselves. */
	if (d->format == &format_yaml)
		err_prefix(e, "Error unmarshalling input yaml");
	else if (!span_starts(span_of(e->text), "Could not unmarshal"))
		err_prefix(e, "Could not unmarshal input data");
	e->code = SEALEAF_ERR_METADATA;
	return e->code;
}

/* An entry of the metadata's name that holds something else. */
static bool
has_other_sops(const struct sealeaf_doc *d)
{
	for (size_t i = 0; i < d->doc.leaves.n; i++) {
		const struct leaf *l = &d->doc.leaves.list[i];

		if (l->document > 0)
			break;
		if (l->type != LEAF_COMMENT && l->path != NULL &&
		    l->path->up == NULL && l->path->key.p != NULL &&
		    span_is(l->path->key, "sops") &&
		    d->scanned->refused(l->path->key))
			return true;
	}
	return false;
}

static enum sealeaf_code
open_scan(struct sealeaf_doc *d, const char *data, size_t n,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	d->doc.format = d->scanned;
	d->doc.source = span_make(n > 0 ? data : "", n);
	code = d->scanned->scan(&d->doc, e);
	if (code != SEALEAF_OK)
		return unreadable(&d->doc, code, e);
	if (!d->doc.has_meta && has_other_sops(d))
		return err_set(e, SEALEAF_ERR_METADATA,
		    "Found sops entry that is not a mapping");
	if (!d->doc.has_meta)
		return err_set(e, SEALEAF_ERR_NOT_ENCRYPTED,
		    "sops metadata not found");
	code = metadata_read(&d->meta, &d->doc, e);
	if (code == SEALEAF_OK)
		code = rules_init(&d->rules, &d->meta, true, e);
	return code;
}

enum sealeaf_code
sealeaf_open(struct sealeaf_ctx *ctx, const char *path,
    enum sealeaf_format format, const char *data, size_t n,
    struct sealeaf_doc **doc, struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	struct sealeaf_doc *d;
	enum sealeaf_code code;

	*doc = NULL;
	if (f == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	d = document_new(ctx, path, f);
	if (d == NULL)
		return err_memory(e);
	d->opened = true;
	code = config_check(ctx, e);
	if (code == SEALEAF_OK)
		code = open_scan(d, data, n, e);
	if (code != SEALEAF_OK) {
		err_source(e, path);
		sealeaf_doc_free(d);
		return code;
	}
	*doc = d;
	return SEALEAF_OK;
}

enum sealeaf_code
document_gcm(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	if (d->gcm != NULL)
		return SEALEAF_OK;
	return gcm_new(&d->gcm, &d->key, e);
}

static enum sealeaf_code
unlock_created(struct sealeaf_doc *d, const char *prefix,
    enum sealeaf_code failure, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	code = datakey_new(&d->key, &d->ctx->world, e);
	if (code == SEALEAF_OK) {
		code = datakey_wrap(d->ctx, &d->meta.groups, &d->key, e);
		if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY &&
		    e != NULL) {
			err_prefix(e, "%s", prefix);
			e->code = code = failure;
		}
	}
	if (code != SEALEAF_OK)
		secret_fini(&d->key);
	return code;
}

enum sealeaf_code
sealeaf_unlock(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	if (d->key.p == NULL && d->opened)
		code = datakey_unwrap(d->ctx, &d->meta.groups, &d->key, e);
	else if (d->key.p == NULL)
		code = unlock_created(d, "Could not generate data key",
		    SEALEAF_ERR_GENERIC, e);
	if (code == SEALEAF_OK)
		code = document_gcm(d, e);
	return code;
}

enum sealeaf_code
sealeaf_unlock_new(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	if (d->key.p == NULL && !d->opened)
		code = unlock_created(d,
		    "Error encrypting the data key with "
		    "one or more master keys",
		    SEALEAF_ERR_NO_KEY, e);
	return code == SEALEAF_OK ? sealeaf_unlock(d, e) : code;
}

enum sealeaf_code
document_clear(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (!d->opened)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the document was not opened from an encrypted file");
	if (d->verified)
		return SEALEAF_OK;
	code = sealeaf_unlock(d, e);
	if (code == SEALEAF_OK)
		code = cipher_open(d, e);
	if (code == SEALEAF_OK)
		d->verified = true;
	else
		err_source(e, d->path);
	return code;
}

enum sealeaf_code
document_style(struct print_style *style, const struct sealeaf_doc *d,
    const struct format *format, struct sealeaf_error *e)
{
	const char *text = ctx_option(d->ctx, SEALEAF_OPT_INDENT);
	bool indented = format == &format_yaml || format == &format_json ||
	    format == &format_binary;

	memset(style, 0, sizeof *style);
	style->reference = true;
	if (text == NULL || !indented)
		return config_indent(&style->indent, d->ctx, d->path, format,
		    e);
	style->indent = (int)strtol(text, NULL, 10);
	return SEALEAF_OK;
}
