/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and running the user's editor. */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include <stdint.h>

#include "base/err.h"

#include "cli/signals.h"

/* Where in a text; line 0: not known. */
struct place {
	uint32_t line, column;
};

/*
 * Run $SOPS_EDITOR, else $EDITOR, else the first of vim, nano, vi on `path`,
 * and wait for it; at `at`, where it is known how to say that to the editor.
 * SEALEAF_ERR_EDITOR "Could not run editor: …" when it does
 * not run or fails, SEALEAF_ERR_CANCELLED when a signal came first.
 */
SEALEAF_USED enum sealeaf_code editor_run(const char *path, struct place at,
    struct signals *s, struct sealeaf_error *e);

/* Add the hint for an editor that did not wait to be closed: one that is known
 * to need a flag for it, or any that was `quick`. */
void editor_hint(bool quick, struct sealeaf_error *e);

#endif
