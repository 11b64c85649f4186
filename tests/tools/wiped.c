/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be loaded before the C library: looks into every block that is freed, or
 * moved by realloc(), or forgotten at the end, for the text in WIPED_MARK, and
 * tells standard error who left it there. One thread at a time.
 */

#define _GNU_SOURCE
#include <execinfo.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void __libc_free(void *);
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

enum { LIVE = 1 << 16 };
static void *live[LIVE];

static __thread int inside;

static void
check(void *p)
{
	static const char said[] = "NOT WIPED\n";
	const char *mark;
	void *stack[16];

	if (p == NULL || inside)
		return;
	inside = 1;
	mark = getenv("WIPED_MARK");
	if (mark != NULL &&
	    memmem(p, malloc_usable_size(p), mark, strlen(mark)) != NULL) {
		if (write(STDERR_FILENO, said, sizeof said - 1) > 0)
			backtrace_symbols_fd(stack, backtrace(stack, 16),
			    STDERR_FILENO);
	}
	inside = 0;
}

static void
note(void *old, void *new)
{
	for (size_t i = 0; i < LIVE; i++) {
		if (live[i] == old) {
			live[i] = new;
			return;
		}
	}
}

void
free(void *p)
{
	check(p);
	if (p != NULL)
		note(p, NULL);
	__libc_free(p);
}

void *
malloc(size_t n)
{
	void *p = __libc_malloc(n);

	note(NULL, p);
	return p;
}

void *
calloc(size_t n, size_t size)
{
	void *p = __libc_calloc(n, size);

	note(NULL, p);
	return p;
}

void *
realloc(void *old, size_t n)
{
	void *p;

	check(old);
	p = __libc_realloc(old, n);
	if (p != NULL)
		note(old, p);
	return p;
}

__attribute__((destructor)) static void
end(void)
{
	for (size_t i = 0; i < LIVE; i++)
		check(live[i]);
}
