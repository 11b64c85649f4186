/* SPDX-License-Identifier: Apache-2.0 */
/* The file that a command works on. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file_lock.h"

#include "cli/cli.h"
#include "cli/signals.h"

struct target {
	char *path; /* as it is opened; NULL: standard input */
	char *name; /* absolute, for formats and rules; NULL: has none */
	enum sealeaf_format in, out;
	struct buf data; /* content, once read */
	bool claim; /* reading it waits until others have written it back */
	struct file_lock lock;
	struct signals *signals; /* are held and end a wait, or NULL */
	bool said;               /* that it waits */
};

/*
 * Choose name and formats for `file` (NULL: standard input) by the flags.
 * The path becomes absolute unless `as_typed`. Makes the context too. Where the
 * flags say that the file is written back, it is claimed.
 */
SEALEAF_USED enum sealeaf_code target_init(struct target *t, struct cli *c,
    const char *file, bool as_typed, struct sealeaf_error *e);

/* Whether there is such a file; standard input always is. */
bool target_exists(const struct target *t);

/* SEALEAF_ERR_NO_FILE, with SOPS's text, when there is none. */
SEALEAF_USED enum sealeaf_code target_demand(const struct target *t,
    struct sealeaf_error *e);

/* Whether the file can be written back, or made, as far as can be told without
 * doing it: SEALEAF_ERR_WRITE with the text of target_replace(). */
SEALEAF_USED enum sealeaf_code target_check_place(const struct target *t,
    struct sealeaf_error *e);

/* Fill `data`; SEALEAF_ERR_READ "Error reading file: …". A claimed file is
 * ours alone from here to target_fini() or target_release(). */
SEALEAF_USED enum sealeaf_code target_read(struct target *t,
    struct sealeaf_error *e);

/* Read, and open as an encrypted document, which borrows `data`. */
SEALEAF_USED enum sealeaf_code target_open(struct target *t, struct cli *c,
    struct sealeaf_doc **doc, struct sealeaf_error *e);

/* Forget the content, and let others have the file. */
void target_release(struct target *t);

/* Write `out` over the file, which must still hold what was read, or be absent
 * still when nothing was. SEALEAF_ERR_WRITE leaves it as it was. */
SEALEAF_USED enum sealeaf_code target_replace(struct target *t, struct cli *c,
    const struct sealeaf_bytes *out, struct sealeaf_error *e);

/* Write `out` where the flags say: in place, to --output, or to standard
 * output. */
SEALEAF_USED enum sealeaf_code target_write(struct target *t, struct cli *c,
    const struct sealeaf_bytes *out, struct sealeaf_error *e);

/* Write to standard output; a reader that went away ends the process. */
SEALEAF_USED enum sealeaf_code target_print(struct span data,
    struct sealeaf_error *e);

/* The flags of output agree: not both in place and to a file, nothing in place
 * without a file (`file` NULL). */
SEALEAF_USED enum sealeaf_code target_check_output(const struct cli *c,
    const char *file, struct sealeaf_error *e);

/* Wipe and free. */
void target_fini(struct target *t);

#endif
