/* SPDX-License-Identifier: Apache-2.0 */
/* Asking gpg-agent for a passphrase, which it may remember. */
#ifndef KEY_GPG_AGENT_H
#define KEY_GPG_AGENT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/world.h"

/*
 * The passphrase that the agent has or asks for under `id` (at most 50
 * characters). `error` says why it is asked again, or is NULL. The answer is
 * closed. SEALEAF_ERR_NOT_FOUND (without text): no agent, or one that cannot
 * ask; SEALEAF_ERR_CANCELLED: the user said no.
 */
SEALEAF_USED enum sealeaf_code gpg_agent_ask(struct secret *answer,
    const char *id, const char *error, const char *description,
    const struct world *w, struct sealeaf_error *e);

/* Whether an agent answers. */
bool gpg_agent_reachable(const struct world *w);

/* Let the agent forget what it has under `id`. */
void gpg_agent_forget(const char *id, const struct world *w);

#endif
