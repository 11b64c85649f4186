/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a child. */
#ifndef CLI_ENVIRONMENT_H
#define CLI_ENVIRONMENT_H

#include <stddef.h>

#include "base/err.h"

/* Zeroed is empty. `v` ends in NULL once something was put. */
struct environment {
	char **v;
	size_t n, cap;
};

/* Put every variable of ours. */
SEALEAF_USED enum sealeaf_code environment_inherit(struct environment *env,
    struct sealeaf_error *e);

/* Put one; a former one of that name is replaced. */
SEALEAF_USED enum sealeaf_code environment_put(struct environment *env,
    const char *name, const char *value, struct sealeaf_error *e);

/* The same from "NAME=value". */
SEALEAF_USED enum sealeaf_code environment_copy(struct environment *env,
    const char *text, struct sealeaf_error *e);

/* Wipe and free. */
void environment_fini(struct environment *env);

#endif
