/* SPDX-License-Identifier: Apache-2.0 */
/* Private places for plaintext that another program must read. */
#ifndef CLI_SCRATCH_H
#define CLI_SCRATCH_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

#include "cli/log.h"

/* A folder of mode 0700 and one file in it. Zeroed is none. */
struct scratch {
	char *folder;
	char *path;
};

/*
 * Make the folder: under $TMPDIR when that is set, else in memory
 * ($XDG_RUNTIME_DIR, /dev/shm) where there is such a place, else in /tmp. Its
 * name begins with `prefix`; `path` is then the file `name` in it, not yet
 * made. The caller calls scratch_remove() on every way out.
 */
SEALEAF_USED enum sealeaf_code scratch_new(struct scratch *s,
    const char *prefix, const char *name, struct sealeaf_error *e);

/* Write the file, mode 0600, which must not be there yet. */
SEALEAF_USED enum sealeaf_code scratch_write(const struct scratch *s,
    struct span data, struct sealeaf_error *e);

/* Whether it lies in memory, as far as the system tells. */
bool scratch_in_memory(const struct scratch *s);

/* Overwrite and remove all that is in the folder (editors leave files of
 * their own), and the folder. What stays behind is named in warnings. */
void scratch_remove(struct scratch *s, const struct log *l);

#endif
