/* SPDX-License-Identifier: Apache-2.0 */
/* age recipients: which kind a text is, and wrapping for it. */
#ifndef KEY_AGE_H
#define KEY_AGE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"

/* `text` in quotes, control characters escaped, cut when very long. */
enum { AGE_QUOTED = 960 };
void age_quote(char out[AGE_QUOTED], struct span text);

/* Check that `text` is a recipient that this build can wrap for. */
SEALEAF_USED enum sealeaf_code age_recipient_check(struct span text,
    struct sealeaf_error *e);

/* Append an armored age file with `plain` for one recipient. */
SEALEAF_USED enum sealeaf_code age_encrypt(struct buf *armored,
    struct span recipient, struct span plain, const struct world *w,
    struct sealeaf_error *e);

struct key_session;

/*
 * Call `put` for each identity that variables and files hold, with its public
 * recipient (NULL: not known without a passphrase or a program), and for each
 * place that is set but gives none, with the reason as `problem` (NULL for
 * identities). Runs no program and asks nobody.
 */
SEALEAF_USED enum sealeaf_code age_look(struct key_session *s,
    void (*put)(void *user, const char *location, const char *recipient,
	const char *problem),
    void *user, struct sealeaf_error *e);

#endif
