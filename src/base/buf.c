/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing allocates, copies, wipes and frees: realloc() could leave plaintext
 * in memory that was given back.
 */

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

void
buf_reserve(struct buf *b, size_t more)
{
	size_t cap;
	char *p;

	if (b->failed || (more < b->cap && b->n < b->cap - more))
		return;
	if (more > SIZE_MAX / 4 || b->n > SIZE_MAX / 4) {
		b->failed = true;
		return;
	}
	cap = b->cap + b->cap / 2;
	if (cap < b->n + more + 1)
		cap = b->n + more + 1;
	if (cap < 64)
		cap = 64;
	p = malloc(cap);
	if (p == NULL) {
		b->failed = true;
		return;
	}
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	p[b->n] = '\0';
	mem_wipe_free(b->p, b->n);
	b->p = p;
	b->cap = cap;
}

char *
buf_extend(struct buf *b, size_t n)
{
	char *p;

	buf_reserve(b, n);
	if (b->failed)
		return NULL;
	p = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return p;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	char *q = buf_extend(b, n);

	if (q != NULL && n > 0)
		memcpy(q, p, n);
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

void
buf_fill(struct buf *b, char c, size_t n)
{
	char *q = buf_extend(b, n);

	if (q != NULL && n > 0)
		memset(q, c, n);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	char *q;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	q = buf_extend(b, (size_t)n);
	if (q == NULL)
		return;
	va_start(ap, format);
	(void)vsnprintf(q, (size_t)n + 1, format, ap);
	va_end(ap);
}

void
buf_truncate(struct buf *b, size_t n)
{
	if (n >= b->n)
		return;
	mem_wipe(b->p + n, b->n - n);
	b->n = n;
}

struct span
buf_get(const struct buf *b)
{
	return span_make(b->p, b->n);
}

enum sealeaf_code
buf_check(const struct buf *b, struct sealeaf_error *e)
{
	return b->failed ? err_memory(e) : SEALEAF_OK;
}

char *
buf_take(struct buf *b, size_t *n)
{
	char *p;

	buf_reserve(b, 1);
	if (b->failed) {
		buf_fini(b);
		return NULL;
	}
	p = b->p;
	if (n != NULL)
		*n = b->n;
	memset(b, 0, sizeof *b);
	return p;
}

void
buf_fini(struct buf *b)
{
	mem_wipe_free(b->p, b->n);
	memset(b, 0, sizeof *b);
}
