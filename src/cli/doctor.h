/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what it says, and its looks at keys. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "base/err.h"

/* One line: a verdict ("ok", "note", "warn", "FAIL"), of what, and more. */
void doctor_say(const char *verdict, const char *subject, const char *text);

/* The public recipients of the age identities that are there. */
void doctor_identities(struct sealeaf_ctx *ctx);

/* Fingerprints of the secret keys that gpg has, and whether its agent
 * answers. */
void doctor_pgp(struct sealeaf_ctx *ctx);

/* Programs called age-plugin-NAME in the folders of `path`. */
void doctor_plugins(const char *path);

#endif
