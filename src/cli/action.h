/* SPDX-License-Identifier: Apache-2.0 */
/* What commands and the form without a command have in common: one target in,
 * bytes out, nothing written. */
#ifndef CLI_ACTION_H
#define CLI_ACTION_H

#include "cli/target.h"

SEALEAF_USED enum sealeaf_code action_encrypt(struct target *t, struct cli *c,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* With --extract, that part only. */
SEALEAF_USED enum sealeaf_code action_decrypt(struct target *t, struct cli *c,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* With the keys of --add-* and without those of --rm-*. */
SEALEAF_USED enum sealeaf_code action_rotate(struct target *t, struct cli *c,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* *changed may be NULL. */
SEALEAF_USED enum sealeaf_code action_set(struct target *t, struct cli *c,
    const char *index, const char *value, struct sealeaf_bytes *out,
    bool *changed, struct sealeaf_error *e);

/* Lets the user edit the target's file, or one that does not exist yet, and
 * writes it. */
SEALEAF_USED enum sealeaf_code action_edit(struct target *t, struct cli *c,
    struct sealeaf_error *e);

/* Whether any --add-* or --rm-* flag was given. */
bool action_changes_keys(const struct cli *c);

#endif
