/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer that leaves no copy of its content behind. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Zeroed is empty and ready. A failed allocation sets `failed`, further puts
 * do nothing; check once at the end, with buf_check() or buf_take().
 */
struct buf {
	char *p; /* NUL-closed when not NULL; the NUL is not counted */
	size_t n, cap;
	bool failed;
};

/* Make room for `more` bytes beyond the present ones. */
void buf_reserve(struct buf *b, size_t more);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *s);
void buf_span(struct buf *b, struct span s);
void buf_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for `n` more bytes that the caller writes; counted at once. NULL on
 * failure. */
char *buf_extend(struct buf *b, size_t n);

/* Cut down to `n` bytes; what is cut is wiped. */
void buf_truncate(struct buf *b, size_t n);

struct span buf_get(const struct buf *b);

/* SEALEAF_OK, or the error of a failed allocation. */
SEALEAF_USED enum sealeaf_code buf_check(const struct buf *b,
    struct sealeaf_error *e);

/* The content as a C string that the caller frees (mem_wipe_free() for
 * secrets), or NULL when an allocation failed; `b` is then empty. */
char *buf_take(struct buf *b, size_t *n);

/* Wipe and free; `b` is then empty and ready. */
void buf_fini(struct buf *b);

#endif
