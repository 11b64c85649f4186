/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources behind a network share: connections, answers, locks. */
#ifndef KEY_REMOTE_H
#define KEY_REMOTE_H

#include <pthread.h>

#include "key/source.h"
#include "net/http.h"

/*
 * Keys may be asked from several threads once remote_open() has been called
 * from one. Each source guards its own state; what it remembers there begins
 * with this.
 */
struct remote_state {
	pthread_mutex_t lock;
};

/* Ready the session for remote keys; a second call does nothing. */
SEALEAF_USED enum sealeaf_code remote_open(struct key_session *s,
    struct sealeaf_error *e);

/* Make requests under way fail soon; and let new ones through again. */
void remote_stop(struct key_session *s, bool stopped);

/* Forget everything; called by key_session_fini() after the sources' end(). */
void remote_close(struct key_session *s);

/* Of an opened session. The world's log and terminal are then used by one
 * thread at a time. */
struct http *remote_http(const struct key_session *s);
const struct world *remote_world(const struct key_session *s);

/* The state of a source: zeroed `size` bytes with a ready lock at the first
 * call. NULL when out of memory. */
void *remote_state(struct key_session *s, unsigned slot, size_t size);

/* Free it, after what is in it. */
void remote_state_free(struct key_session *s, unsigned slot);

/* Unwrap by `ask`, unless the session has unwrapped the same before. */
SEALEAF_USED enum sealeaf_code remote_unwrap(struct key_session *s,
    const struct key *k,
    enum sealeaf_code (*ask)(struct key_session *s, const struct key *k,
	struct secret *secret, struct sealeaf_error *e),
    struct secret *secret, struct sealeaf_error *e);

/* Append a secret in base64. */
void remote_put(struct buf *b, struct secret *secret);

/* A secret of the base64 that a service gave: the JSON string `text`. */
SEALEAF_USED enum sealeaf_code remote_get(struct secret *secret,
    struct span text, struct sealeaf_error *e);

/* k->enc without the blanks that a file may have around it. */
struct span remote_enc(const struct key *k);

/* k->enc becomes the JSON string `text`, if that can be `secret` wrapped. */
SEALEAF_USED enum sealeaf_code remote_set_enc(struct key *k, struct span text,
    const struct secret *secret, struct sealeaf_error *e);

#endif
