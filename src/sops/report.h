/* SPDX-License-Identifier: Apache-2.0 */
/* The report of SOPS when no data key is had (cli.md 11.4). */
#ifndef SOPS_REPORT_H
#define SOPS_REPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "sops/groups.h"

/* Why a key service did not open a key. */
struct refusal {
	char *text, *hint; /* heap */
	bool unmatched;    /* no identity of ours is for it */
};

/* What one key answered. */
struct attempt {
	const struct key *key;
	struct refusal *list; /* one a key service tried, heap */
	size_t n;
	bool fits; /* an identity at hand is made for it */
	bool opened;
};

/* What became of one group. */
struct group_result {
	struct attempt *list;
	size_t n;
	bool opened;
};

/* Append the whole report. `required` is the stored threshold. */
void report_append(struct buf *b, const struct group_result *groups, size_t n,
    unsigned required);

/* Append `text` wrapped greedily at `width` columns, as SOPS wraps. */
void report_wrap(struct buf *b, struct span text, size_t width);

#endif
