/* SPDX-License-Identifier: Apache-2.0 */
/* Files that hold both sides of a merge. */
#ifndef SOPS_CONFLICT_H
#define SOPS_CONFLICT_H

#include "base/err.h"
#include "doc/doc.h"

/*
 * Where `d` could not be read, and holds the three marker lines that git
 * leaves: say so in `e`, with the place of the first, instead of what a parser
 * stumbled over. Otherwise `e` stays. The code is kept.
 */
void conflict_explain(const struct doc *d, struct sealeaf_error *e);

#endif
