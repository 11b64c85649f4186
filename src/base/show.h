/* SPDX-License-Identifier: Apache-2.0 */
/* Text from files, servers and programs, made harmless for terminals and logs. */
#ifndef BASE_SHOW_H
#define BASE_SHOW_H

#include <stdarg.h>
#include <stdint.h>

#include "base/buf.h"

/* Whether a code point may reach a terminal: no control character (C0, DEL,
 * C1), no bidirectional control, no separator of lines or paragraphs. */
bool show_is_plain(uint32_t code);

/* Append `s` on one line: what is not plain, and what is no UTF-8, as an
 * escape (\n, \x1b, \u202e). */
void show_span(struct buf *b, struct span s);

/* The same, but tabs and the ends of lines stay. */
void show_lines(struct buf *b, struct span s);

/*
 * As vsnprintf(), but every text that is put in (%s, %c) goes through
 * show_span(): a value ends no line. The format "%s" alone hands on a text of
 * several lines, as show_lines(). Knows integers and texts, no floats; does not
 * allocate.
 */
size_t show_format(char *p, size_t size, const char *format, va_list ap)
    PRINTF_LIKE(3, 0);

/* Append, as show_format(). */
void show_vprintf(struct buf *b, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);
void show_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
