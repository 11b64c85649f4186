/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what it says, and its looks at keys. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* What is said: in lines at once, or as JSON, which is printed at the end. */
struct doctor {
	bool json;
	struct buf checks; /* objects with verdict, subject and text */
	size_t n;
};

/* One check: a verdict ("ok", "note", "warn", "FAIL"), of what, and more. */
void doctor_say(struct doctor *d, const char *verdict, const char *subject,
    const char *text);

/* The public recipients of the age identities that are there. */
void doctor_identities(struct doctor *d, struct sealeaf_ctx *ctx);

/* Fingerprints of the secret keys that gpg has, those that nobody can encrypt
 * for, and whether its agent answers. */
void doctor_pgp(struct doctor *d, struct sealeaf_ctx *ctx);

/* Append the fingerprint of each secret key and subkey of gpg, a line each. */
void doctor_fingerprints(struct buf *b);

/* Whether the keys that are here open what the creation rules make. False: the
 * rules could not be read. */
bool doctor_rules(struct doctor *d, struct sealeaf_ctx *ctx);

/* Programs called age-plugin-NAME in the folders of `path`. */
void doctor_plugins(struct doctor *d, const char *path);

#endif
