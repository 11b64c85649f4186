/* SPDX-License-Identifier: Apache-2.0 */
/* Both lists sorted, then gone through side by side. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/comments.h"

/* The comments of `ls`; where `sealed` is given, the clear ones. */
static struct span *
collect(size_t *n, const struct leaves *ls, const struct span *sealed)
{
	struct span *list = mem_array(ls->n, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < ls->n && list != NULL; i++) {
		struct span text = span_trim(ls->list[i].value);

		if (ls->list[i].type != LEAF_COMMENT || text.n == 0 ||
		    (sealed != NULL &&
			(sealed[i].p != NULL ||
			    ls->list[i].flags & LEAF_ENVELOPE)))
			continue;
		list[(*n)++] = text;
	}
	return list;
}

static int
compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	int order = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

enum sealeaf_code
comments_within(bool *within, const struct sealeaf_doc *d,
    const struct leaves *text, struct sealeaf_error *e)
{
	size_t n, m, k = 0;
	struct span *ours = collect(&n, &d->doc.leaves, d->sealed);
	struct span *theirs = collect(&m, text, NULL);
	enum sealeaf_code code = SEALEAF_OK;

	*within = true;
	if (ours == NULL || theirs == NULL) {
		code = err_memory(e);
		goto out;
	}
	qsort(ours, n, sizeof *ours, compare);
	qsort(theirs, m, sizeof *theirs, compare);
	for (size_t i = 0; i < n && *within; i++) {
		while (k < m && compare(&theirs[k], &ours[i]) < 0)
			k++;
		*within = k < m && compare(&theirs[k++], &ours[i]) == 0;
	}
out:
	free(ours);
	free(theirs);
	return code;
}
