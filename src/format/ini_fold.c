/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repeated key has its first place and its last value. The values it had
 * before, and their comments, are read by nobody, but must not be left clear:
 * they become leaves that the MAC does not count, under the path of the key.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "format/ini_internal.h"

static int
compare(const void *pa, const void *pb)
{
	const struct ini_name *a = pa, *b = pb;
	int c = span_compare(a->name, b->name);

	return c != 0 ? c : a->at < b->at ? -1 : a->at > b->at;
}

void
inif_sort(struct ini_name *names, size_t n)
{
	if (n > 1)
		qsort(names, n, sizeof *names, compare);
}

/* What becomes of a value whose key may occur again in its section. */
struct fate {
	size_t taken; /* 1 + the value that takes its place; 0: none does */
	bool kept;    /* it has a place */
};

/* End of the comments that follow the value at `at` and belong to it. */
static size_t
group_end(const struct leaf *list, size_t n, size_t at)
{
	while (++at < n && list[at].type == LEAF_COMMENT)
		;
	return at;
}

/* False when no key repeats. */
static bool
match_names(struct fate *fates, const struct ini_name *names, size_t n,
    size_t base)
{
	size_t to;
	bool repeats = false;

	for (size_t i = 0; i < n; i = to) {
		for (to = i + 1;
		     to < n && span_equal(names[i].name, names[to].name); to++)
			repeats = true;
		fates[names[i].at - base].taken = names[to - 1].at - base + 1;
		fates[names[to - 1].at - base].kept = true;
	}
	return repeats;
}

/* The section's leaves, of which `old` is a copy, in the order of SOPS. */
static void
reorder(struct leaf *list, const struct leaf *old, size_t n,
    const struct fate *fates)
{
	size_t first = 0, out, end;

	while (old[first].type == LEAF_COMMENT)
		first++;
	out = first;
	for (size_t i = first; i < n; i = group_end(old, n, i)) {
		size_t from = fates[i].taken - 1;

		if (fates[i].taken == 0)
			continue;
		end = group_end(old, n, from);
		memcpy(&list[out], &old[from], (end - from) * sizeof *old);
		out += end - from;
	}
	for (size_t i = first; i < n; i = end) {
		end = group_end(old, n, i);
		for (size_t k = i; k < end && !fates[i].kept; k++) {
			list[out] = old[k];
			list[out].type = LEAF_COMMENT;
			list[out++].path = old[i].path;
		}
	}
}

enum sealeaf_code
inif_fold(struct leaf *list, size_t n, struct ini_name *names, size_t n_names,
    size_t base, struct sealeaf_error *e)
{
	struct fate *fates;
	struct leaf *old;

	if (n_names < 2)
		return SEALEAF_OK;
	inif_sort(names, n_names);
	fates = mem_array(n, sizeof *fates);
	old = mem_array(n, sizeof *old);
	if (fates != NULL && old != NULL &&
	    match_names(fates, names, n_names, base)) {
		memcpy(old, list, n * sizeof *old);
		reorder(list, old, n, fates);
	}
	free(fates);
	free(old);
	return fates != NULL && old != NULL ? SEALEAF_OK : err_memory(e);
}
