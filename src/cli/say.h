/* SPDX-License-Identifier: Apache-2.0 */
/* All that is printed for people: nothing that is put in reaches the terminal
 * or a log raw. What is data goes through target_print(). */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/err.h"
#include "base/span.h"

/* Print on standard output or standard error, formatted by show_format(). */
void say(const char *format, ...) PRINTF_LIKE(1, 2);
void say_error(const char *format, ...) PRINTF_LIKE(1, 2);

/* Print lines on standard error, with `front` before the first and a newline
 * behind the last. */
void say_lines(const char *front, const char *text);

/* Print on standard output, at once, what the library formatted: colours
 * stay. */
void say_ready(struct span text);

#endif
