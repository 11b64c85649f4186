/* SPDX-License-Identifier: Apache-2.0 */
/* What an error needs to know about the command line. */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include "cli/cli.h"

/* The file that the command is about, as typed, or NULL. */
const char *advice_file(const struct cli *c);

/*
 * Name `file` (NULL: standard input) as it was typed where `e` names it as an
 * absolute path, and say the command that helps, ready to be pasted, where
 * there is one.
 */
void advice_add(struct cli *c, const char *file, struct sealeaf_error *e);

#endif
