/* SPDX-License-Identifier: Apache-2.0 */
/* What the world gives: environment, clock, randomness, terminal, log. */
#ifndef BASE_WORLD_H
#define BASE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/*
 * Made once, in main() or by the embedder, and passed down. No module reads
 * the environment, the clock or the terminal by any other way, so each can be
 * tested without them. Every member but `key` is set; `user` is handed back to
 * each.
 */
struct world {
	void *user;

	/* The variable's text, or NULL when unset. */
	const char *(*env)(void *user, const char *name);

	/* Seconds since 1970, UTC. */
	int64_t (*now)(void *user);

	/* `n` bytes from a cryptographic generator. */
	void (*random)(void *user, void *p, size_t n);

	/*
	 * Ask on the terminal (never on standard input or output). The answer
	 * is without its newline, closed. SEALEAF_ERR_CANCELLED without a
	 * terminal, at end of file or when interrupted.
	 */
	enum sealeaf_code (*ask)(void *user, const char *prompt, bool hidden,
	    struct secret *answer, struct sealeaf_error *e);

	/* The same for a single key, which needs no newline behind it and is
	 * empty for a newline. NULL: a line has to do. */
	enum sealeaf_code (*key)(void *user, const char *prompt,
	    struct secret *answer, struct sealeaf_error *e);

	/* A line for the user; `logger` is one of SOPS's names ("AGE"). */
	void (*log)(void *user, enum log_level level, const char *logger,
	    const char *text);
};

/* The process's own: getenv(), time(), libsodium; no terminal, no log. */
void world_process(struct world *w);

const char *world_env(const struct world *w, const char *name);
int64_t world_now(const struct world *w);
void world_random(const struct world *w, void *p, size_t n);
void world_log(const struct world *w, enum log_level level, const char *logger,
    const char *format, ...) PRINTF_LIKE(4, 5);

/* Ask for a single key, or for a line where that cannot be. */
SEALEAF_USED enum sealeaf_code world_ask_key(const struct world *w,
    const char *prompt, struct secret *answer, struct sealeaf_error *e);

/* Ask for a passphrase, unseen. `again`: the last one did not fit, which is
 * said in front of the prompt, on its line. */
SEALEAF_USED enum sealeaf_code world_ask_passphrase(const struct world *w,
    const char *prompt, bool again, struct secret *answer,
    struct sealeaf_error *e);

#endif
