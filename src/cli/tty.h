/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the person: at the terminal, or on standard input. */
#ifndef CLI_TTY_H
#define CLI_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Ask at /dev/tty, without echo when `hidden`. The answer without newline goes
 * to `answer`, closed with NUL; its length is returned, -1 without a terminal,
 * at end of file or when interrupted. The terminal is always put back. With a
 * size of 2 a single key is the answer (Enter: none), as it is pressed.
 */
long tty_ask(void *user, const char *prompt, bool hidden, char *answer,
    size_t size);

/*
 * Print `prompt` on standard output and read lines from standard input until
 * one says yes or no (y, n, yes, no in any case; an empty line asks again).
 * SEALEAF_ERR_CANCELLED "EOF" at the end of input.
 */
SEALEAF_USED enum sealeaf_code tty_confirm(const char *prompt, bool *yes,
    struct sealeaf_error *e);

/* Read standard input up to and with the next newline, byte by byte, so that
 * a child can read on. False at the end of input before any byte. */
bool tty_skip_line(void);

#endif
