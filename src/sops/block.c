/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block of a document's next version. A change of a value must not touch
 * more lines than it has to (G6), so the old block is kept and only fields
 * whose text differs are replaced; a change of the fields themselves prints it
 * anew.
 */

#include <stdlib.h>
#include <string.h>

#include "doc/path.h"
#include "sops/block.h"
#include "sops/tree.h"

/* The leaf of the old block at `path`, or NULL. */
static const struct leaf *
old_leaf(const struct leaves *old, const struct step *path)
{
	for (size_t i = 0; i < old->n; i++) {
		if (old->list[i].type != LEAF_COMMENT &&
		    path_equal(old->list[i].path, path))
			return &old->list[i];
	}
	return NULL;
}

static size_t
count_fields(const struct leaves *ls)
{
	size_t n = 0;

	for (size_t i = 0; i < ls->n; i++)
		n += ls->list[i].type != LEAF_COMMENT;
	return n;
}

static bool
collection(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

/* One field: nothing to do, an edit, or *fits = false. */
static enum sealeaf_code
refresh_field(struct edits *es, bool *fits, const struct sealeaf_doc *d,
    const struct leaf *now, struct arena *a, struct sealeaf_error *e)
{
	const struct leaf *old = old_leaf(&d->doc.meta, now->path);
	struct span block = d->doc.blocks[0].src, text;
	struct buf b = { 0 };
	enum sealeaf_code code;

	*fits = old != NULL && collection(old) == collection(now);
	if (!*fits || collection(now) || span_equal(tree_text(old), now->value))
		return SEALEAF_OK;
	*fits = old->src.p >= block.p &&
	    old->src.p + old->src.n <= block.p + block.n;
	if (!*fits)
		return SEALEAF_OK;
	code = d->scanned->spell(&b, &d->doc, old, (enum leaf_type)now->type,
	    now->value, e);
	text = code == SEALEAF_OK ? arena_dup(a, buf_get(&b))
				  : span_make(NULL, 0);
	if (code == SEALEAF_OK && text.p == NULL)
		code = err_memory(e);
	buf_fini(&b);
	if (code == SEALEAF_OK)
		edits_add(es, (size_t)(old->src.p - block.p), old->src.n, text);
	return code;
}

/* *fits: the old block has just these fields, and its next text is in `out`. */
static enum sealeaf_code
refresh(struct buf *out, bool *fits, struct sealeaf_doc *d,
    const struct leaves *meta, struct sealeaf_error *e)
{
	struct arena arena = { 0 };
	struct edits es = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	*fits = d->opened && d->doc.n_blocks > 0 &&
	    (d->doc.n_blocks == 1 ||
		d->doc.blocks[1].document != d->doc.blocks[0].document) &&
	    count_fields(meta) == count_fields(&d->doc.meta);
	for (size_t i = 0; i < meta->n && *fits && code == SEALEAF_OK; i++)
		code = refresh_field(&es, fits, d, &meta->list[i], &arena, e);
	if (*fits && code == SEALEAF_OK)
		code = splice(out, d->doc.blocks[0].src, &es, e);
	edits_fini(&es);
	arena_fini(&arena);
	return code;
}

/* Whether the old block can stand in `to` as it is. */
static bool
same_place(const struct sealeaf_doc *d, const struct doc *to)
{
	if (to->format != d->scanned)
		return to->format->sealed_as == d->scanned;
	return to == &d->doc || to->format->odd_root == NULL ||
	    to->format->odd_root(to) == to->format->odd_root(&d->doc);
}

enum sealeaf_code
block_text(struct buf *out, struct sealeaf_doc *d, const struct doc *to,
    bool reference, struct sealeaf_error *e)
{
	struct arena arena = { 0 };
	struct leaves meta = { 0 };
	struct print_style style;
	bool fits = false;
	enum sealeaf_code code;

	code = metadata_write(&meta, &arena, &d->meta, e);
	if (code == SEALEAF_OK && !reference && same_place(d, to))
		code = refresh(out, &fits, d, &meta, e);
	if (code == SEALEAF_OK && !fits) {
		code = document_style(&style, d, to->format, e);
		if (!reference &&
		    ctx_option(d->ctx, SEALEAF_OPT_INDENT) == NULL)
			style.indent = to->format == &format_yaml ? 0 : -1;
		style.reference = reference;
		if (code == SEALEAF_OK)
			code = to->format->block(out, to, &meta, &style, e);
	}
	free(meta.list);
	arena_fini(&arena);
	return code;
}
