/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing some thousand leaves ahead of the writer, on every processor. Only
 * the texts of one batch are held, so a large document needs no second copy
 * of its result.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/share.h"
#include "crypt/envelope.h"
#include "doc/path.h"
#include "sops/cipher.h"
#include "sops/seal.h"

enum { BATCH = 8192, LEAVES_A_THREAD = 4096 };

/* What one thread needs of its own. */
struct sealer {
	struct gcm *gcm;
	struct buf aad, envelope, text, plain;
	struct sealeaf_error e;
	enum sealeaf_code code;
};

/* Where the text of a leaf is. */
struct piece {
	size_t at, n;
	unsigned part;
};

struct batch {
	struct seal *s;
	struct sealer list[SHARE_MAX];
	unsigned parts;
	size_t from, n; /* positions in s->leaves that are sealed */
	size_t next;    /* position asked for next */
	struct piece piece[BATCH];
	uint8_t iv[BATCH][GCM_IV];
};

void
batch_free(struct seal *s)
{
	struct batch *b = s->batch;

	if (b == NULL)
		return;
	for (unsigned i = 0; i < SHARE_MAX; i++) {
		if (b->list[i].gcm != s->d->gcm)
			gcm_free(b->list[i].gcm);
		buf_fini(&b->list[i].aad);
		buf_fini(&b->list[i].envelope);
		buf_fini(&b->list[i].text);
		buf_fini(&b->list[i].plain);
	}
	free(b);
	s->batch = NULL;
}

enum sealeaf_code
batch_new(struct seal *s, struct sealeaf_error *e)
{
	unsigned parts = share_parts(s->n, LEAVES_A_THREAD);
	struct sealeaf_error quiet = { 0 };
	struct batch *b;

	if (parts < 2)
		return SEALEAF_OK;
	b = mem_zero(sizeof *b);
	if (b == NULL)
		return err_memory(e);
	s->batch = b;
	b->s = s;
	b->list[0].gcm = s->d->gcm;
	for (b->parts = 1; b->parts < parts; b->parts++) {
		if (gcm_copy(&b->list[b->parts].gcm, s->d->gcm, &quiet) !=
		    SEALEAF_OK)
			break;
	}
	if (quiet.code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	return SEALEAF_OK;
}

static enum sealeaf_code
envelope(struct batch *b, struct sealer *r, size_t i, size_t leaf)
{
	const struct seal *s = b->s;
	const struct leaf *l = &s->plain->leaves.list[leaf];
	struct span text;

	buf_truncate(&r->envelope, 0);
	if (s->old != NULL && s->old[leaf].envelope.p != NULL) {
		buf_span(&r->envelope, s->old[leaf].envelope);
		return buf_check(&r->envelope, &r->e);
	}
	path_aad(&r->aad, l->path);
	text = seal_text(&r->plain, l);
	if (r->aad.failed || r->plain.failed)
		return err_memory(&r->e);
	return envelope_seal(&r->envelope, r->gcm, b->iv[i], buf_get(&r->aad),
	    (enum leaf_type)l->type, text, &r->e);
}

static void
seal_range(void *user, unsigned part, size_t from, size_t to)
{
	struct batch *b = user;
	struct sealer *r = &b->list[part];
	const struct doc *plain = b->s->plain;

	for (size_t i = from; i < to && r->code == SEALEAF_OK; i++) {
		size_t leaf = b->s->leaves[b->from + i];

		r->code = envelope(b, r, i, leaf);
		if (r->code != SEALEAF_OK)
			return;
		b->piece[i].part = part;
		b->piece[i].at = r->text.n;
		plain->format->seal(&r->text, plain, &plain->leaves.list[leaf],
		    buf_get(&r->envelope));
		b->piece[i].n = r->text.n - b->piece[i].at;
		r->code = buf_check(&r->text, &r->e);
	}
}

static enum sealeaf_code
fill(struct batch *b, struct sealeaf_error *e)
{
	b->from = b->next;
	b->n = b->s->n - b->from < BATCH ? b->s->n - b->from : BATCH;
	cipher_ivs(b->iv[0], b->n, b->s->d);
	for (unsigned i = 0; i < b->parts; i++)
		b->list[i].text.n = 0; /* envelopes: nothing to wipe */
	share_run(b->parts, b->n, seal_range, b);
	for (unsigned i = 0; i < b->parts; i++) {
		if (b->list[i].code == SEALEAF_OK)
			continue;
		if (e != NULL && e->code == SEALEAF_OK)
			*e = b->list[i].e;
		return b->list[i].code;
	}
	return SEALEAF_OK;
}

enum sealeaf_code
batch_put(struct buf *out, struct seal *s, size_t at, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct batch *b = s->batch;
	const struct piece *p;
	struct span text;

	/* Leaves inside another edit are not asked for. */
	while (b->next < s->n && s->leaves[b->next] != at)
		b->next++;
	if (b->next >= b->from + b->n)
		code = fill(b, e);
	if (code != SEALEAF_OK)
		return code;
	p = &b->piece[b->next - b->from];
	text = span_sub(buf_get(&b->list[p->part].text), p->at, p->at + p->n);
	b->next++;
	if (s->plain->leaves.list[at].type == LEAF_COMMENT)
		code = rules_mistakes(&s->d->rules, text, e);
	if (code == SEALEAF_OK)
		buf_span(out, text);
	return code;
}
