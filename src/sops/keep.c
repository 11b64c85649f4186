/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table over (AAD, type, value). Entries with equal keys stand in
 * probe order, which is the order of the document; a taken one is stepped
 * over while another is left.
 */

#include <stdlib.h>

#include "base/mem.h"
#include "doc/path.h"
#include "doc/value.h"
#include "sops/keep.h"

struct entry {
	uint32_t hash;
	uint32_t leaf; /* + 1; 0: free */
	bool taken;
};

struct keep {
	const struct sealeaf_doc *d;
	struct entry *list;
	size_t mask;
	struct buf aad, text;
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

static void
keep_add(struct keep *k, size_t leaf)
{
	const struct leaf *l = &k->d->doc.leaves.list[leaf];
	size_t at;
	uint32_t h;

	path_aad(&k->aad, l->path);
	h = hash(k, buf_get(&k->aad), (enum leaf_type)l->type, l->value);
	for (at = h & k->mask; k->list[at].leaf != 0; at = (at + 1) & k->mask)
		;
	k->list[at].hash = h;
	k->list[at].leaf = (uint32_t)leaf + 1;
}

enum sealeaf_code
keep_new(struct keep **out, const struct sealeaf_doc *d,
    struct sealeaf_error *e)
{
	struct keep *k = mem_zero(sizeof *k);
	size_t size = 16;

	*out = NULL;
	if (k == NULL)
		return err_memory(e);
	while (size < d->doc.leaves.n * 2)
		size *= 2;
	k->d = d;
	k->mask = size - 1;
	k->list = mem_array(size, sizeof *k->list);
	for (size_t i = 0; k->list != NULL && i < d->doc.leaves.n; i++) {
		if (d->sealed[i].p != NULL)
			keep_add(k, i);
	}
	if (k->list == NULL || k->aad.failed || k->text.failed) {
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
	struct entry *last = NULL;
	struct kept none = { { NULL, 0 }, { NULL, 0 } }, found;
	uint32_t h;

	if (k == NULL)
		return none;
	h = hash(k, aad, type, plain);
	for (size_t at = h & k->mask; k->list[at].leaf != 0;
	     at = (at + 1) & k->mask) {
		const struct leaf *l;

		if (k->list[at].hash != h)
			continue;
		l = &k->d->doc.leaves.list[k->list[at].leaf - 1];
		if (l->type != type || !value_equal(type, l->value, plain))
			continue;
		path_aad(&k->aad, l->path);
		if (k->aad.failed || !span_equal(buf_get(&k->aad), aad))
			continue;
		last = &k->list[at];
		if (!last->taken)
			break;
	}
	if (last == NULL)
		return none;
	last->taken = true;
	found.envelope = k->d->sealed[last->leaf - 1];
	found.plain = k->d->doc.leaves.list[last->leaf - 1].value;
	return found;
}

void
keep_free(struct keep *k)
{
	if (k == NULL)
		return;
	free(k->list);
	buf_fini(&k->aad);
	buf_fini(&k->text);
	free(k);
}
