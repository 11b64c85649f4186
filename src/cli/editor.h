/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and running the user's editor. */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include "base/err.h"

#include "cli/signals.h"

/*
 * Run $SOPS_EDITOR, else $EDITOR, else the first of vim, nano, vi on `path`,
 * and wait for it. SEALEAF_ERR_EDITOR "Could not run editor: …" when it does
 * not run or fails, SEALEAF_ERR_CANCELLED when a signal came first.
 */
SEALEAF_USED enum sealeaf_code editor_run(const char *path, struct signals *s,
    struct sealeaf_error *e);

#endif
