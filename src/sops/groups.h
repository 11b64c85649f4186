/* SPDX-License-Identifier: Apache-2.0 */
/* Key groups: who can recover the data key, and how many of them. */
#ifndef SOPS_GROUPS_H
#define SOPS_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "key/source.h"

struct group {
	struct key *first, *last;
	size_t n;
};

/* Zeroed is empty. */
struct groups {
	struct group *list;
	size_t n;
	unsigned threshold; /* as stored; 0: number of groups */
};

/* A new empty group at the end; NULL when out of memory. */
struct group *groups_add(struct groups *gs);

/* Append `k`, which then belongs to the group. */
void group_append(struct group *g, struct key *k);

/* Whether the group has a key of that source and string form. */
bool group_has(const struct group *g, const struct key_source *source,
    const char *shown);

/* Drop keys whose source and string form occurred before. */
SEALEAF_USED enum sealeaf_code group_unique(struct group *g,
    struct sealeaf_error *e);

/* Remove group `at`. */
void groups_remove(struct groups *gs, size_t at);

/* Parse the comma-separated `text` into keys of `source` at the end of `g`,
 * created at `now`; empty parts are skipped. */
SEALEAF_USED enum sealeaf_code group_parse(struct group *g,
    const struct key_source *source, struct span text, int64_t now,
    struct sealeaf_error *e);

void group_fini(struct group *g);
void groups_fini(struct groups *gs);

/* A copy of `k` with everything but next; NULL when out of memory. */
struct key *key_clone(const struct key *k);

/* Stamp `k` with a creation date, if its source has one. */
SEALEAF_USED enum sealeaf_code key_stamp(struct key *k, int64_t now,
    struct sealeaf_error *e);

#endif
