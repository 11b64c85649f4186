/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of leaves: as AAD, as index text, and parsed from an index text. */
#ifndef DOC_PATH_H
#define DOC_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "doc/leaf.h"

/* A new step under `up`; NULL when out of memory. `key` is not copied. */
struct step *path_key(struct arena *a, struct step *up, struct span key,
    uint32_t place);
struct step *path_item(struct arena *a, struct step *up, uint32_t index);

/* Replace the content of `b` by the AAD of `path` ("a:b:", root ":"). */
void path_aad(struct buf *b, const struct step *path);

/* Append `path` for people: a.b[0]; keys that need it are quoted. */
void path_show(struct buf *b, const struct step *path);

/* Whether two paths have the same keys and positions all the way up. */
bool path_equal(const struct step *a, const struct step *b);

/* Number of steps. */
size_t path_depth(const struct step *path);

/*
 * Parse `["a"]["b"][0]` by SOPS's rules (cli.md 12) into steps in `a`.
 * The caller chooses the code of the error (91 or 7), whose hint says
 * how a path is written. An empty text gives
 * the root.
 */
SEALEAF_USED enum sealeaf_code path_parse(struct step **out, struct arena *a,
    struct span text, enum sealeaf_code code, struct sealeaf_error *e);

#endif
