/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation with an age plugin, in stanzas. */
#ifndef KEY_AGE_TALK_H
#define KEY_AGE_TALK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"

/* What `take` makes of a stanza. */
enum age_heard { AGE_TAKEN, AGE_NOT_TAKEN, AGE_BAD };

struct age_talk {
	const char *name;     /* of the plugin, lower case */
	const char *protocol; /* "recipient-v1", "identity-v1" */
	const struct world *world;
	struct span opening; /* what we say first; wiped by the caller */
	/*
	 * Called with each stanza but those about the user interface, errors
	 * and the end. A taken one is answered with "ok"; AGE_BAD ends the
	 * conversation with the text in `e`.
	 */
	enum age_heard (*take)(struct age_talk *t, const struct age_stanza *s,
	    struct sealeaf_error *e);
	void *user;

	size_t read; /* the rest is private to age_talk.c */
	bool done;
	struct arena arena;
	struct sealeaf_error error;
};

/* Run the plugin to the end of the conversation. Errors begin with
 * "NAME plugin: ". */
SEALEAF_USED enum sealeaf_code age_talk_run(struct age_talk *t,
    struct sealeaf_error *e);

#endif
