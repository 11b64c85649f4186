/* SPDX-License-Identifier: Apache-2.0 */
/* Plain heap memory with overflow checks, and wiping. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* `n` zeroed bytes, or NULL. Freed with free() or mem_wipe_free(). */
void *mem_zero(size_t n);

/* `count` zeroed elements of `size` bytes, or NULL (also on overflow). */
void *mem_array(size_t count, size_t size);

/*
 * The array at `p` of `*cap` elements grown so that it holds `need`; *cap is
 * updated. NULL on failure, `p` is then untouched. Not for secrets.
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

/* A copy of the C string `s` (of `n` bytes, closed with NUL), or NULL. */
char *mem_dup(const char *s);
char *mem_dup_n(const char *s, size_t n);

/* Overwrite `n` bytes so that no compiler removes it. `p` may be NULL. */
void mem_wipe(void *p, size_t n);

/* Wipe `n` bytes and free; NULL does nothing. */
void mem_wipe_free(void *p, size_t n);

/* Wipe and free a C string; NULL does nothing. */
void mem_wipe_str(char *s);

#endif
