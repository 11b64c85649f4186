/* SPDX-License-Identifier: Apache-2.0 */
/* Judging groups of keys: how many are needed, and who holds more than one
 * share. */

#include <stdlib.h>

#include "sops/lint.h"

enum { SHARES_MAX = 255 };

/* The same key in two groups: one holder then has two of the shares. */
static void
lint_shared(struct lint *l, const struct groups *gs, size_t g, const char *at)
{
	for (const struct key *k = gs->list[g].first; k != NULL; k = k->next) {
		char *shown = key_show(k);

		for (size_t other = 0; other < g && shown != NULL; other++) {
			if (!group_has(&gs->list[other], k->source, shown))
				continue;
			lint_text(l, "groups %zu and %zu share the %s key %s",
			    other + 1, g + 1, k->source->name, shown);
			lint_hint(l, "its holder alone counts for both groups");
			lint_put(l, SEALEAF_WARNING, "shared-key", at);
		}
		free(shown);
	}
}

static void
lint_threshold(struct lint *l, const struct groups *gs, const char *at)
{
	unsigned need = gs->threshold;

	if (gs->n < 2 && need > 1) {
		lint_text(l,
		    "shamir_threshold is %u, but there is one group "
		    "only, which any of its keys opens",
		    need);
		lint_hint(l,
		    "list the keys under key_groups, one group for "
		    "each share");
		lint_put(l, SEALEAF_WARNING, "threshold", at);
	} else if (gs->n > 1 && need > gs->n) {
		lint_text(l,
		    "shamir_threshold is %u, but there are %zu groups "
		    "only",
		    need, gs->n);
		lint_hint(l, "nobody could open such a file");
		lint_put(l, SEALEAF_ERROR, "threshold", at);
	} else if (gs->n > 1 && need == 1) {
		lint_text(l,
		    "shamir_threshold is 1: encrypting with more than "
		    "one group needs at least 2");
		lint_hint(l,
		    "put all keys into one group (\"merge\" does), "
		    "and any of them opens the file");
		lint_put(l, SEALEAF_ERROR, "threshold", at);
	}
}

void
lint_groups(struct lint *l, const struct groups *gs, const char *at)
{
	for (size_t g = 0; g < gs->n; g++) {
		if (gs->list[g].n == 0) {
			lint_text(l, "group %zu has no keys", g + 1);
			lint_put(l, SEALEAF_ERROR, "no-keys", at);
		}
		if (gs->n <= SHARES_MAX)
			lint_shared(l, gs, g, at);
	}
	if (gs->n > SHARES_MAX) {
		lint_text(l, "there are %zu groups; 255 are possible", gs->n);
		lint_put(l, SEALEAF_ERROR, "threshold", at);
	}
	lint_threshold(l, gs, at);
}
