/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion: the candidates, and the scripts that ask for them. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stddef.h>
#include <stdbool.h>

struct cli;

/* Whether the arguments ask for candidates (the last one says so). */
bool complete_wanted(size_t argc, const char *const *argv);

/* Print them, one a line, for the words argv[1..argc-1). */
void complete_print(const struct cli *c, size_t argc, const char *const *argv);

#endif
