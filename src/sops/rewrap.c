/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New wrapping for a document. Rewrapping keeps the data key and touches the
 * metadata block alone; rotating draws a new data key, so every value is
 * sealed anew.
 */

#include <stdlib.h>

#include "sops/block.h"
#include "sops/datakey.h"
#include "sops/document.h"
#include "sops/lists.h"

static enum sealeaf_code
wrap(struct sealeaf_doc *d, const char *prefix, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	code = datakey_wrap(d->ctx, &d->meta.groups, &d->key, e);
	if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
		err_prefix(e, "%s", prefix);
	return code;
}

/* The block cut out in every document, and its next text in its place. */
static enum sealeaf_code
replace_block(struct buf *out, struct sealeaf_doc *d, struct sealeaf_error *e)
{
	struct edits es = { 0 };
	struct buf text = { 0 };
	struct lists lists = { 0 };
	bool good;
	enum sealeaf_code code;

	code = block_text(&text, d, &d->doc, false, e);
	if (code == SEALEAF_OK)
		code = buf_check(&text, e);
	for (size_t i = 0; i < d->doc.n_blocks; i++)
		edits_add(&es,
		    (size_t)(d->doc.blocks[i].src.p - d->doc.source.p),
		    d->doc.blocks[i].src.n, span_make("", 0));
	if (code == SEALEAF_OK)
		code = d->scanned->place(&es, &d->doc, buf_get(&text), e);
	if (code == SEALEAF_OK)
		code = lists_keep(&lists, d, e);
	if (code == SEALEAF_OK && lists.n > 0)
		code = lists_spread(&es, d->doc.n_blocks, &lists, &d->doc.arena,
		    &good, e);
	lists_fini(&lists);
	if (code == SEALEAF_OK)
		code = splice(out, d->doc.source, &es, e);
	edits_fini(&es);
	buf_fini(&text);
	return code;
}

enum sealeaf_code
sealeaf_rewrap(struct sealeaf_doc *d, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code = sealeaf_unlock(d, e);

	out->p = NULL;
	out->n = 0;
	if (code == SEALEAF_OK)
		code = wrap(d, "error updating one or more master keys", e);
	if (code == SEALEAF_OK)
		code = replace_block(&b, d, e);
	if (code == SEALEAF_OK) {
		out->p = buf_take(&b, &out->n);
		if (out->p == NULL)
			code = err_memory(e);
	}
	buf_fini(&b);
	return code;
}

enum sealeaf_code
sealeaf_rotate(struct sealeaf_doc *d, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	enum sealeaf_format own = sealeaf_format_by_name(d->format->name);
	struct sealeaf_bytes plain = { 0 };
	enum sealeaf_code code = sealeaf_decrypt(d, own, &plain, e);

	out->p = NULL;
	out->n = 0;
	if (code == SEALEAF_OK)
		code = datakey_new(&d->key, &d->ctx->world, e);
	if (code == SEALEAF_OK) {
		gcm_free(d->gcm);
		d->gcm = NULL;
		d->fresh = d->keep_version = true;
		code = wrap(d, "Could not generate data key", e);
	}
	if (code == SEALEAF_OK)
		code = metadata_text(&d->meta.spelling, NULL, e);
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(d, plain.p, plain.n, own, format, out,
		    e);
	sealeaf_bytes_free(&plain);
	return code;
}

enum sealeaf_code
sealeaf_status(struct sealeaf_ctx *ctx, enum sealeaf_format format,
    const char *data, size_t n, bool *encrypted, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct sealeaf_doc *d;
	enum sealeaf_code code;

	code = sealeaf_open(ctx, NULL, format, data, n, &d, &why);
	*encrypted = code == SEALEAF_OK && d->meta.mac != NULL &&
	    d->meta.mac[0] != '\0';
	sealeaf_doc_free(d);
	/* Without a version SOPS calls it a plain file, in this place alone. */
	if (code == SEALEAF_OK || code == SEALEAF_ERR_NOT_ENCRYPTED ||
	    (code == SEALEAF_ERR_METADATA &&
		span_is(span_of(why.text), "Version string empty")))
		return SEALEAF_OK;
	if (e != NULL && e->code == SEALEAF_OK)
		*e = why;
	return code;
}
