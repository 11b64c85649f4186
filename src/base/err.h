/* SPDX-License-Identifier: Apache-2.0 */
/* Filling struct sealeaf_error: the place that knows fills it, once. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <sealeaf.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#else
#define PRINTF_LIKE(f, a)
#endif

/*
 * Store `code` and the formatted text unless `e` holds an error already, and
 * return the code that `e` then holds. `e` may be NULL: `code` is returned.
 * All texts here are formatted by show_format(): what is put in stays on its
 * line, with no control character.
 */
enum sealeaf_code err_set(struct sealeaf_error *e, enum sealeaf_code code,
    const char *format, ...) PRINTF_LIKE(3, 4);

/* As err_set(), with a place (1-based line and column, 0 for unknown). */
enum sealeaf_code err_at(struct sealeaf_error *e, enum sealeaf_code code,
    size_t line, size_t column, const char *format, ...) PRINTF_LIKE(5, 6);

/* As err_set(), ending in ": " and the text of errno value `number`. */
enum sealeaf_code err_errno(struct sealeaf_error *e, enum sealeaf_code code,
    int number, const char *format, ...) PRINTF_LIKE(4, 5);

/* The error of a failed allocation; returns SEALEAF_ERR_MEMORY. */
enum sealeaf_code err_memory(struct sealeaf_error *e);

/* Put "context: " in front of the text. */
void err_prefix(struct sealeaf_error *e, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Say what to do, if no hint is there yet. */
void err_hint(struct sealeaf_error *e, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Add those lines of `hints` that the hint does not hold yet. One that does not
 * fit whole is left out. `hints` may be NULL. */
void err_hints(struct sealeaf_error *e, const char *hints);

/* Name the file the error is about, if none is named yet. */
void err_source(struct sealeaf_error *e, const char *source);

/* Forget the error, so that `e` can be used again. */
void err_clear(struct sealeaf_error *e);

#endif
