/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives and dies together, and is wiped when it dies. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena_chunk;

/* Zeroed is empty and ready. Blocks never move. */
struct arena {
	struct arena_chunk *last;
	size_t step; /* size of the next chunk, 0: the smallest */
};

/* `n` bytes aligned for any type, not zeroed; NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t n);

/* The same for text: no alignment. */
char *arena_text(struct arena *a, size_t n);

/* A copy of `s`, closed with a NUL that is not counted; p NULL on failure. */
struct span arena_dup(struct arena *a, struct span s);

/* Move all blocks of `from` into `a`; `from` is then empty. */
void arena_adopt(struct arena *a, struct arena *from);

/* Wipe and free everything; `a` is then empty. */
void arena_fini(struct arena *a);

#endif
