/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the user what went wrong. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/cli.h"

/*
 * Print `e` on standard error: the text alone, as SOPS does, with
 * "file:line:column: " in front when the place is known, and a line
 * "hint: …" for each hint behind. With c->fatal a fatal log line instead. Returns the exit
 * status.
 */
int report_error(const struct cli *c, const struct sealeaf_error *e);

/* A mistake in the use of flags at the level of `cmd` (NULL: main): reason and
 * help on standard output, a fatal log line. Returns 1. */
int report_usage(const struct cli *c, const struct command *cmd,
    const struct sealeaf_error *e);

/* Replace the report of an error SEALEAF_ERR_NO_KEY by its summary, for places
 * that have one line only. `threshold` is the document's. */
void report_shorten(struct sealeaf_error *e, unsigned threshold);

#endif
