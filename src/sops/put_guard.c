/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No change may bring a comment to light. Clear comments are compared as two
 * sorted lists: the new text must have none that the old one had not.
 */

#include <stdlib.h>

#include "base/mem.h"
#include "sops/put_change.h"

static int
compare(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The texts of the clear comments, sorted. */
static struct span *
clear_comments(const struct doc *d, size_t *n)
{
	struct span *list = mem_array(d->leaves.n, sizeof *list);

	*n = 0;
	for (size_t i = 0; list != NULL && i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];

		if (l->type == LEAF_COMMENT && !l->picked && l->alias == 0)
			list[(*n)++] = l->value;
	}
	if (*n > 1)
		qsort(list, *n, sizeof *list, compare);
	return list;
}

static bool
has_more(const struct span *was, size_t n, const struct span *now, size_t m)
{
	size_t i = 0;

	for (size_t j = 0; j < m; j++, i++) {
		while (i < n && span_compare(was[i], now[j]) < 0)
			i++;
		if (i == n || !span_equal(was[i], now[j]))
			return true;
	}
	return false;
}

enum sealeaf_code
put_guard(struct rules *r, struct doc *was, struct doc *now,
    struct sealeaf_error *e)
{
	struct span *before = NULL, *after = NULL;
	size_t n = 0, m = 0;
	enum sealeaf_code code = rules_apply(r, was, e);

	if (code == SEALEAF_OK)
		code = rules_apply(r, now, e);
	if (code == SEALEAF_OK) {
		before = clear_comments(was, &n);
		after = clear_comments(now, &m);
		if (before == NULL || after == NULL)
			code = err_memory(e);
	}
	if (code == SEALEAF_OK && has_more(before, n, after, m)) {
		code = err_set(e, SEALEAF_ERR_ENCRYPT_TREE,
		    "a comment that is "
		    "encrypted now would be clear after this change");
		err_hint(e, "remove the comment first, with the command edit");
	}
	free(before);
	free(after);
	return code;
}
