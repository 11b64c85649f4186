/* SPDX-License-Identifier: Apache-2.0 */
/* The help, made from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* Help of `cmd`, or of the program for NULL. */
void help_print(FILE *out, const struct cli *c, const struct command *cmd);

/* What to begin with, for somebody who typed the program's name alone. */
void help_short(FILE *out, const struct cli *c);

/* The answer to --version. */
void help_version(FILE *out, const struct cli *c);

#endif
