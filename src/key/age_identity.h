/* SPDX-License-Identifier: Apache-2.0 */
/* age identities: what can open the header of an age file. */
#ifndef KEY_AGE_IDENTITY_H
#define KEY_AGE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"

/* What trying an identity costs; the cheap ones are tried first. */
enum age_effort { AGE_NATIVE, AGE_SSH, AGE_LOCKED, AGE_PLUGIN, AGE_EFFORTS };

struct age_identity;

/*
 * One constant table a kind of identity.
 *
 * unwrap  the file key. SEALEAF_ERR_NOT_MINE when no stanza is for this
 *         identity; other errors are collected by the caller.
 * fini    free `more`; NULL when there is none.
 */
struct age_kind {
	enum age_effort effort;
	enum sealeaf_code (*unwrap)(struct age_identity *id,
	    uint8_t file_key[static AGE_FILE_KEY], const struct age_header *h,
	    const struct world *w, struct sealeaf_error *e);
	void (*fini)(struct age_identity *id);
};

struct age_identity {
	const struct age_kind *kind;
	struct secret key; /* scalar or seed */
	char *recipient;   /* in text; NULL when not known */
	void *more;        /* what else the kind needs */
	struct age_identity *next;
};

/* A new identity at the end of the list, or NULL. */
struct age_identity *age_identity_add(struct age_identity **list,
    const struct age_kind *kind);

/* Wipe and free a whole list; NULL does nothing. */
void age_identity_free(struct age_identity *list);

/*
 * Append the identity that `line` is to the list. The error never tells the
 * line.
 */
SEALEAF_USED enum sealeaf_code age_identity_parse(struct age_identity **list,
    struct span line, struct sealeaf_error *e);

/*
 * Append the identities in `text`, one a line, or separated by any white
 * space when `words`. Blank lines and those that begin with '#' are skipped.
 * A malformed one is an error (the first is kept, with its line unless
 * `words`), but does not stop the others.
 */
SEALEAF_USED enum sealeaf_code age_identity_list(struct age_identity **list,
    struct span text, bool words, struct sealeaf_error *e);

/*
 * The same for the content of a source called `location` in messages, which
 * may also be an age file under a passphrase: that is asked when the first
 * file key depends on it. Or an SSH private key, as the age command takes it.
 */
SEALEAF_USED enum sealeaf_code age_identity_load(struct age_identity **list,
    struct span text, const char *location, bool words,
    struct sealeaf_error *e);

/* Append an identity file under a passphrase (key/age_locked.c). */
bool age_locked_looks(struct span text);
SEALEAF_USED enum sealeaf_code age_locked_add(struct age_identity **list,
    struct span text, const char *location, struct sealeaf_error *e);

#endif
