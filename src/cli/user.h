/* SPDX-License-Identifier: Apache-2.0 */
/* Becoming another user, for exec-env and exec-file. */
#ifndef CLI_USER_H
#define CLI_USER_H

#include "base/err.h"

#include "cli/environment.h"

/* Become `name`, for good: groups, group and user; $HOME, $USER and $LOGNAME
 * go to `env`. */
SEALEAF_USED enum sealeaf_code user_become(const char *name,
    struct environment *env, struct sealeaf_error *e);

#endif
