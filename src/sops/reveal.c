/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metadata in the text that a person edits: keys are added and removed, and
 * rules changed, by editing the block. (The reference shows it and forgets what
 * was changed.)
 */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sops/block.h"
#include "sops/conflict.h"
#include "sops/datakey.h"
#include "sops/document.h"

static enum sealeaf_code
hand_over(struct sealeaf_bytes *out, struct buf *b, enum sealeaf_code code,
    struct sealeaf_error *e)
{
	if (code == SEALEAF_OK) {
		out->p = buf_take(b, &out->n);
		if (out->p == NULL)
			code = err_memory(e);
	}
	buf_fini(b);
	return code;
}

static enum sealeaf_code
scan(struct doc *to, enum sealeaf_format format, const char *text, size_t n,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	to->format = format_of(format);
	to->source = span_make(n > 0 ? text : "", n);
	/* A file without keys and values has no place for a block. */
	if (to->format == NULL || to->format->sealed_as != NULL)
		return err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "keys cannot be shown in a file of this format");
	code = to->format->scan(to, e);
	if (code == SEALEAF_ERR_READ) {
		conflict_explain(to, e);
		err_prefix(e, "Error unmarshalling file");
	}
	return code;
}

/* A new document's block is complete enough to be read back. */
static enum sealeaf_code
complete(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	char now[CLOCK_MAX];
	enum sealeaf_code code;

	if (d->opened)
		return SEALEAF_OK;
	clock_format(now, world_now(&d->ctx->world));
	code = metadata_text(&d->meta.lastmodified, now, e);
	if (code == SEALEAF_OK)
		code = metadata_text(&d->meta.version, sealeaf_compatible(), e);
	return code;
}

enum sealeaf_code
sealeaf_reveal(struct sealeaf_doc *d, const char *plain, size_t n,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct buf block = { 0 }, b = { 0 };
	struct edits es = { 0 };
	struct doc to = { 0 };
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	code = scan(&to, format, plain, n, e);
	if (code == SEALEAF_OK)
		code = complete(d, e);
	if (code == SEALEAF_OK)
		code = block_text(&block, d, &to, false, e);
	if (code == SEALEAF_OK)
		code = buf_check(&block, e);
	if (code == SEALEAF_OK)
		code = to.format->place(&es, &to, buf_get(&block), e);
	if (code == SEALEAF_OK)
		code = splice(&b, to.source, &es, e);
	edits_fini(&es);
	doc_fini(&to);
	buf_fini(&block);
	return hand_over(out, &b, code, e);
}

/* The same keys in the same groups, and every one of them wrapped. */
static enum sealeaf_code
same_keys(bool *same, const struct groups *a, const struct groups *b,
    struct sealeaf_error *e)
{
	*same = a->n == b->n && a->threshold == b->threshold;
	for (size_t i = 0; i < a->n && *same; i++) {
		const struct key *k = a->list[i].first;

		*same = a->list[i].n == b->list[i].n;
		for (; k != NULL && *same; k = k->next) {
			char *shown = key_show(k);

			if (shown == NULL)
				return err_memory(e);
			*same = k->enc != NULL && k->enc[0] != '\0' &&
			    group_has(&b->list[i], k->source, shown);
			free(shown);
		}
	}
	return SEALEAF_OK;
}

/* Make the keys and rules of `m` those of `d`, wrapping the data key first if
 * they are others. What belongs to the old content stays. */
static enum sealeaf_code
take_metadata(struct sealeaf_doc *d, struct metadata *m,
    struct sealeaf_error *e)
{
	struct rules rules = { 0 };
	struct metadata old;
	enum sealeaf_code code;
	bool same = false;

	code = sealeaf_unlock(d, e);
	if (code == SEALEAF_OK)
		code = same_keys(&same, &m->groups, &d->meta.groups, e);
	if (code == SEALEAF_OK && !same) {
		code = datakey_wrap(d->ctx, &m->groups, &d->key, e);
		if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY)
			err_prefix(e,
			    "error updating one or more master "
			    "keys");
	}
	if (code == SEALEAF_OK)
		code = rules_init(&rules, m, false, e);
	if (code != SEALEAF_OK)
		return code;
	old = d->meta;
	d->meta.groups = m->groups;
	memcpy(d->meta.rule, m->rule, sizeof d->meta.rule);
	d->meta.mac_only = m->mac_only;
	d->meta.version = m->version;
	m->groups = old.groups; /* freed with the rest of `m` */
	memcpy(m->rule, old.rule, sizeof m->rule);
	m->version = old.version;
	rules_fini(&d->rules);
	d->rules = rules;
	return SEALEAF_OK;
}

enum sealeaf_code
sealeaf_conceal(struct sealeaf_doc *d, const char *text, size_t n,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct metadata m = { 0 };
	struct edits es = { 0 };
	struct doc from = { 0 };
	struct buf b = { 0 };
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	code = scan(&from, format, text, n, e);
	if (code == SEALEAF_OK && !from.has_meta)
		code = err_set(e, SEALEAF_ERR_METADATA,
		    "sops metadata not found");
	if (code == SEALEAF_OK)
		code = metadata_read(&m, &from, e);
	for (size_t i = 0; i < from.n_blocks; i++)
		edits_add(&es, (size_t)(from.blocks[i].src.p - from.source.p),
		    from.blocks[i].src.n, span_make("", 0));
	if (code == SEALEAF_OK)
		code = splice(&b, from.source, &es, e);
	if (code == SEALEAF_OK)
		code = take_metadata(d, &m, e);
	metadata_fini(&m);
	edits_fini(&es);
	doc_fini(&from);
	return hand_over(out, &b, code, e);
}
