/* SPDX-License-Identifier: Apache-2.0 */
/* Which identities there are, said to people. */
#ifndef SOPS_IDENTITIES_H
#define SOPS_IDENTITIES_H

#include "base/err.h"
#include "sops/ctx.h"

/* Give `e`, about a file that no identity opened, a hint that lists those that
 * were tried and where they came from. */
void identities_hint(struct sealeaf_ctx *ctx, struct sealeaf_error *e);

#endif
