/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers by a key that many of them may share, in the order they came. */
#ifndef BASE_QUEUES_H
#define BASE_QUEUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One key's numbers. */
struct queue {
	uint32_t hash;
	uint32_t first,
	    last; /* + 1; last 0: the queue is free, first 0: empty */
};

/* However many numbers a key has, each costs the same. Zeroed is empty. */
struct queues {
	struct queue *list;
	uint32_t *next;
	size_t mask;
};

#define QUEUE_NONE UINT32_MAX

/* Room for the numbers 0 to n - 1; false when out of memory. */
bool queues_init(struct queues *q, size_t n);
void queues_fini(struct queues *q);

/* The queue of a key, or the free one that would be its. `same` says whether
 * a number that was added has the key, which `user` knows. */
struct queue *queues_find(const struct queues *q, uint32_t hash,
    bool (*same)(void *user, uint32_t number), void *user);

/* Put `number` behind the others of the queue that was found for `hash`. */
void queues_add(struct queues *q, struct queue *at, uint32_t hash,
    uint32_t number);

/* Take the first one out, but the last only if `all`; QUEUE_NONE when there
 * is none. */
uint32_t queues_take(struct queues *q, struct queue *at, bool all);

#endif
