/* SPDX-License-Identifier: Apache-2.0 */
/* Wrapping the data key for groups of keys, and getting it back. */
#ifndef SOPS_DATAKEY_H
#define SOPS_DATAKEY_H

#include "base/err.h"
#include "base/secret.h"
#include "sops/ctx.h"
#include "sops/groups.h"

/* 32 fresh random bytes, closed. */
SEALEAF_USED enum sealeaf_code datakey_new(struct secret *key,
    const struct world *w, struct sealeaf_error *e);

/*
 * Wrap `key` for every key of every group: whole with one group, a Shamir
 * share a group with more (groups->threshold 0 becomes the number of groups).
 * All keys must succeed. The text is SOPS's list "[…]" of what failed.
 */
SEALEAF_USED enum sealeaf_code datakey_wrap(struct sealeaf_ctx *ctx,
    struct groups *gs, struct secret *key, struct sealeaf_error *e);

/*
 * Recover the data key: sources that need no network first, then the others
 * and the key services; each group's keys in decryption order, no further than
 * the threshold. SEALEAF_ERR_NO_KEY with SOPS's report
 * when too few answer, SEALEAF_ERR_ORDER for a bad decryption order.
 */
SEALEAF_USED enum sealeaf_code datakey_unwrap(struct sealeaf_ctx *ctx,
    const struct groups *gs, struct secret *key, struct sealeaf_error *e);

#endif
