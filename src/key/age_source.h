/* SPDX-License-Identifier: Apache-2.0 */
/* Where age identities come from: variables, commands, files. */
#ifndef KEY_AGE_SOURCE_H
#define KEY_AGE_SOURCE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/world.h"
#include "key/age_identity.h"

/* In the order of loading, which is that of the messages too. */
enum age_place {
	AGE_SSH_KEY_FILE,
	AGE_SSH_KEY_CMD,
	AGE_SSH_ED25519,
	AGE_SSH_RSA,
	AGE_KEY,
	AGE_KEY_FILE,
	AGE_KEY_CMD,
	AGE_KEYS_TXT,
	AGE_PLACES
};

enum age_state {
	AGE_UNLOADED,
	AGE_ABSENT,   /* unset, or no such default file */
	AGE_UNOPENED, /* could not be read */
	AGE_OPENED    /* read; may hold nothing, or be malformed */
};

struct age_source {
	char *location; /* in messages; NULL when there is no such place */
	enum age_state state;
	char *error, *hint; /* why it gave nothing, and what to do */
	struct age_identity *list;
};

/* The sources of one session, loaded at most once. */
struct age_cache;

/* Those for one recipient; commands may answer each with another identity. */
struct age_set {
	struct age_source *source[AGE_PLACES]; /* NULL: not loaded yet */
};

struct age_cache *age_cache_new(void);
void age_cache_free(struct age_cache *c);

/* Load the variables and files to `set`; runs no program. */
SEALEAF_USED enum sealeaf_code age_source_files(struct age_set *set,
    struct age_cache *c, const struct world *w, struct sealeaf_error *e);

/* Run the commands, once a recipient. */
SEALEAF_USED enum sealeaf_code age_source_commands(struct age_set *set,
    struct age_cache *c, const char *recipient, const struct world *w,
    struct sealeaf_error *e);

/* How many identities there are. */
size_t age_source_count(const struct age_set *set);

/* Append ". Errors while loading age identities: …" and ". Did not find keys
 * in locations …" as far as they apply. */
void age_source_report(struct buf *b, const struct age_set *set);

/* Load a place that runs no program. */
void age_place_load(struct age_source *s, enum age_place place,
    const struct world *w);

/* Take the identities in the content of a source. */
void age_source_text(struct age_source *s, struct span text, bool words);

/* Take an SSH private key; `path` is NULL for the output of a command. */
void age_source_ssh(struct age_source *s, struct span text, const char *path);

/* Remember why a source gave nothing (the first reason), and the hint if there
 * is one. */
void age_source_fail(struct age_source *s, enum age_state state,
    const struct sealeaf_error *why);

/* Hints about the places that were to give an identity and did not, as far as
 * they can matter to `recipient`. */
void age_source_hints(struct sealeaf_error *e, const struct age_set *set,
    const char *recipient);

#endif
