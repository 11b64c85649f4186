/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clear comments that SOPS would take for something else. They are left out,
 * and come back with the text of the whole file.
 */

#include "sops/cipher.h"
#include "sops/seal.h"
#include "sops/tree.h"

static void
look_at(struct seal *s, const struct leaf *l, bool list)
{
	struct span cut;

	if (l->type != LEAF_COMMENT || l->alias != 0 || cipher_covers(l) ||
	    !s->plain->format->misread(&cut, s->plain, l, list))
		return;
	edits_add(&s->extra, (size_t)(cut.p - s->plain->source.p), cut.n,
	    span_make("", 0));
	s->cut = true;
}

enum sealeaf_code
seal_clear(struct seal *s, struct sealeaf_error *e)
{
	const struct leaves *ls = &s->plain->leaves;

	if (s->plain->format->misread == NULL)
		return SEALEAF_OK;
	for (size_t i = 0; i < ls->n; i++) {
		const struct leaf *l = &ls->list[i];
		size_t end = l->type == LEAF_LIST ? tree_next(ls, i) : 0;

		if (l->type == LEAF_COMMENT)
			look_at(s, l, false);
		for (size_t k = i + 1; k < end; k = tree_next(ls, k))
			look_at(s, &ls->list[k], true);
	}
	return s->extra.failed ? err_memory(e) : SEALEAF_OK;
}
