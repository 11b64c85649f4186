/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks that grow up to 1 MiB, a bump pointer each. Nothing is freed alone
 * and nothing moves, so no stale copy of a value can stay behind.
 */

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

enum { STEP_MIN = 4096, STEP_MAX = 1 << 20 };

struct arena_chunk {
	struct arena_chunk *before;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static struct arena_chunk *
chunk_add(struct arena *a, size_t n)
{
	size_t size = a->step != 0 ? a->step : STEP_MIN;
	struct arena_chunk *c;

	if (size < n)
		size = n;
	if (size > SIZE_MAX - sizeof *c)
		return NULL;
	c = malloc(sizeof *c + size);
	if (c == NULL)
		return NULL;
	c->before = a->last;
	c->used = 0;
	c->size = size;
	a->last = c;
	a->step = size * 2 < STEP_MAX ? size * 2 : STEP_MAX;
	return c;
}

static void *
take(struct arena *a, size_t n, size_t align)
{
	struct arena_chunk *c = a->last;
	size_t at = 0;

	if (n > SIZE_MAX / 2)
		return NULL;
	if (c != NULL)
		at = (c->used + align - 1) & ~(align - 1);
	if (c == NULL || at > c->size || c->size - at < n) {
		c = chunk_add(a, n);
		if (c == NULL)
			return NULL;
		at = 0;
	}
	c->used = at + n;
	return c->data + at;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return take(a, n, alignof(max_align_t));
}

char *
arena_text(struct arena *a, size_t n)
{
	return take(a, n, 1);
}

struct span
arena_dup(struct arena *a, struct span s)
{
	char *p = arena_text(a, s.n + 1);

	if (p == NULL)
		return span_make(NULL, 0);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_make(p, s.n);
}

void
arena_adopt(struct arena *a, struct arena *from)
{
	struct arena_chunk *first = from->last;

	if (first == NULL)
		return;
	while (first->before != NULL)
		first = first->before;
	/* Behind the chunk in use, so that what is left of that one serves. */
	if (a->last != NULL) {
		first->before = a->last->before;
		a->last->before = from->last;
	} else {
		a->last = from->last;
	}
	memset(from, 0, sizeof *from);
}

void
arena_fini(struct arena *a)
{
	struct arena_chunk *c = a->last, *before;

	for (; c != NULL; c = before) {
		before = c->before;
		mem_wipe_free(c, sizeof *c + c->used);
	}
	memset(a, 0, sizeof *a);
}
