/* SPDX-License-Identifier: Apache-2.0 */
/* age recipients and identities that a program age-plugin-NAME handles. */
#ifndef KEY_AGE_PLUGIN_H
#define KEY_AGE_PLUGIN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"
#include "key/age_identity.h"

/* Check the form of "age1NAME1…"; runs nothing. */
SEALEAF_USED enum sealeaf_code age_plugin_check(struct span text,
    struct sealeaf_error *e);

/* Append the stanzas that the plugin makes of `file_key`. */
SEALEAF_USED enum sealeaf_code age_plugin_wrap(struct buf *stanzas,
    struct span text, const uint8_t file_key[static AGE_FILE_KEY],
    const struct world *w, struct sealeaf_error *e);

/* Identities of plugins: `key` holds the text, `more` the plugin's name. */
extern const struct age_kind age_plugin_kind;

/* Append the identity "AGE-PLUGIN-NAME-1…" to the list. */
SEALEAF_USED enum sealeaf_code age_plugin_add(struct age_identity **list,
    struct span text, struct sealeaf_error *e);

#endif
