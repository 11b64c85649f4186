/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves by (AAD, type, value); equal ones stand in a queue, in the order of
 * the document.
 */

#include <stdlib.h>

#include "base/mem.h"
#include "base/queues.h"
#include "doc/path.h"
#include "doc/value.h"
#include "sops/keep.h"

struct keep {
	const struct sealeaf_doc *d;
	struct queues queues;
	struct buf aad, text, other;
};

/* What is looked for. */
struct wanted {
	struct keep *k;
	struct span aad, plain;
	enum leaf_type type;
};

static uint32_t
mix(uint32_t h, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static uint32_t
hash(struct keep *k, struct span aad, enum leaf_type type, struct span plain)
{
	struct span text = plain;

	(void)value_hashed(&text, &k->text, type, plain);
	return mix((mix(2166136261u, aad) ^ type) * 16777619u, text);
}

static bool
same(void *user, uint32_t leaf)
{
	const struct wanted *w = user;
	const struct leaf *l = &w->k->d->doc.leaves.list[leaf];

	if (l->type != w->type || !value_equal(w->type, l->value, w->plain))
		return false;
	path_aad(&w->k->other, l->path);
	return !w->k->other.failed && span_equal(buf_get(&w->k->other), w->aad);
}

static void
keep_add(struct keep *k, size_t leaf)
{
	const struct leaf *l = &k->d->doc.leaves.list[leaf];
	struct wanted w = { .k = k,
		.plain = l->value,
		.type = (enum leaf_type)l->type };
	uint32_t h;

	path_aad(&k->aad, l->path);
	w.aad = buf_get(&k->aad);
	h = hash(k, w.aad, w.type, w.plain);
	queues_add(&k->queues, queues_find(&k->queues, h, same, &w), h,
	    (uint32_t)leaf);
}

enum sealeaf_code
keep_new(struct keep **out, const struct sealeaf_doc *d,
    struct sealeaf_error *e)
{
	struct keep *k = mem_zero(sizeof *k);
	bool ok;

	*out = NULL;
	if (k == NULL)
		return err_memory(e);
	k->d = d;
	ok = queues_init(&k->queues, d->doc.leaves.n);
	for (size_t i = 0; ok && i < d->doc.leaves.n; i++) {
		if (d->sealed[i].p != NULL)
			keep_add(k, i);
	}
	if (!ok || k->aad.failed || k->text.failed || k->other.failed) {
		keep_free(k);
		return err_memory(e);
	}
	*out = k;
	return SEALEAF_OK;
}

struct kept
keep_take(struct keep *k, struct span aad, enum leaf_type type,
    struct span plain)
{
	struct wanted w = { .k = k, .aad = aad, .plain = plain, .type = type };
	struct kept found = { { NULL, 0 }, { NULL, 0 } };
	struct queue *at;
	uint32_t leaf;

	if (k == NULL)
		return found;
	at = queues_find(&k->queues, hash(k, aad, type, plain), same, &w);
	leaf = queues_take(&k->queues, at, false);
	if (leaf == QUEUE_NONE)
		return found;
	found.envelope = k->d->sealed[leaf];
	found.plain = k->d->doc.leaves.list[leaf].value;
	return found;
}

void
keep_free(struct keep *k)
{
	if (k == NULL)
		return;
	queues_fini(&k->queues);
	buf_fini(&k->other);
	buf_fini(&k->aad);
	buf_fini(&k->text);
	free(k);
}
