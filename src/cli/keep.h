/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping what was typed when it cannot go where it belongs. */
#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include "base/err.h"
#include "base/span.h"

#include "cli/cli.h"

/*
 * Write `data`, encrypted, beside `path`, or where that is not possible to the
 * working directory, the home or a folder for temporary files. The name is
 * new, and such that the command opens it as `format` by itself where it can
 * be: app.edited.yaml, app.edited.2.yaml. The hint of `e`, or standard error
 * where that is too long, has the command line that opens it.
 */
void keep_result(const struct cli *c, const char *path, struct span data,
    enum sealeaf_format format, struct sealeaf_error *e);

#endif
