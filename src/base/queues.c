/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of queues: probing goes over keys, never over the numbers that
 * share one.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/queues.h"

bool
queues_init(struct queues *q, size_t n)
{
	size_t size = 16;

	while (size < n * 2)
		size *= 2;
	q->mask = size - 1;
	q->list = mem_array(size, sizeof *q->list);
	q->next = mem_array(n > 0 ? n : 1, sizeof *q->next);
	return q->list != NULL && q->next != NULL;
}

void
queues_fini(struct queues *q)
{
	free(q->list);
	free(q->next);
	memset(q, 0, sizeof *q);
}

struct queue *
queues_find(const struct queues *q, uint32_t hash,
    bool (*same)(void *user, uint32_t number), void *user)
{
	size_t at = hash & q->mask;

	while (q->list[at].last != 0 &&
	    (q->list[at].hash != hash || !same(user, q->list[at].last - 1)))
		at = (at + 1) & q->mask;
	return &q->list[at];
}

void
queues_add(struct queues *q, struct queue *at, uint32_t hash, uint32_t number)
{
	if (at->first == 0)
		at->first = number + 1;
	else
		q->next[at->last - 1] = number + 1;
	at->hash = hash;
	at->last = number + 1;
}

uint32_t
queues_take(struct queues *q, struct queue *at, bool all)
{
	uint32_t number = at->first;

	if (number == 0)
		return QUEUE_NONE;
	if (all || q->next[number - 1] != 0)
		at->first = q->next[number - 1];
	return number - 1;
}
