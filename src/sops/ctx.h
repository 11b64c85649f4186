/* SPDX-License-Identifier: Apache-2.0 */
/* What a context holds: options, callbacks, the sources' memory. */
#ifndef SOPS_CTX_H
#define SOPS_CTX_H

#include <sealeaf.h>

#include "base/world.h"
#include "key/source.h"

enum { CTX_OPTIONS = SEALEAF_OPT_DIRECTORY + 1 };

struct sealeaf_ctx {
	struct world world; /* world.user is the context */
	struct key_session session;
	char *option[CTX_OPTIONS];
	char **keyservices; /* URIs that service_parse() takes */
	size_t n_keyservices;
	void (*log)(void *, enum sealeaf_level, const char *, const char *);
	void *log_user;
	long (*ask)(void *, const char *, bool, char *, size_t);
	void *ask_user;
	const char *(*env)(void *, const char *);
	void *env_user;
};

/* The option's text, NULL when unset or empty. */
const char *ctx_option(const struct sealeaf_ctx *ctx,
    enum sealeaf_option option);

/* The option as a boolean; `otherwise` when unset. */
bool ctx_flag(const struct sealeaf_ctx *ctx, enum sealeaf_option option,
    bool otherwise);

#endif
