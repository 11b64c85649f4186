/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory: size arithmetic is checked here and nowhere else. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"

void *
mem_zero(size_t n)
{
	return calloc(1, n != 0 ? n : 1);
}

void *
mem_array(size_t count, size_t size)
{
	if (count == 0)
		count = 1;
	return calloc(count, size);
}

void *
mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap;
	void *q;

	if (need <= n)
		return p;
	if (n > SIZE_MAX / 2)
		return NULL;
	n = n < 8 ? 8 : n + n / 2;
	if (n < need)
		n = need;
	if (n > SIZE_MAX / size)
		return NULL;
	q = realloc(p, n * size);
	if (q != NULL)
		*cap = n;
	return q;
}

char *
mem_dup(const char *s)
{
	return mem_dup_n(s, strlen(s));
}

char *
mem_dup_n(const char *s, size_t n)
{
	char *p;

	if (n == SIZE_MAX)
		return NULL;
	p = malloc(n + 1);
	if (p == NULL)
		return NULL;
	if (n > 0)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

void
mem_wipe(void *p, size_t n)
{
	if (p != NULL && n > 0)
		sodium_memzero(p, n);
}

void
mem_wipe_free(void *p, size_t n)
{
	mem_wipe(p, n);
	free(p);
}

void
mem_wipe_str(char *s)
{
	if (s != NULL)
		mem_wipe_free(s, strlen(s));
}
