/* SPDX-License-Identifier: Apache-2.0 */
/* Which leaves are encrypted: the six selection rules (format.md 6). */
#ifndef SOPS_RULES_H
#define SOPS_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "doc/doc.h"
#include "sops/metadata.h"

struct regex;

struct rules {
	enum rule_kind kind;
	struct span text;    /* borrowed from the metadata */
	struct regex *regex; /* NULL for suffixes, and for what never matches */
	uint64_t effort;     /* left for matching; see base/regex.h */
};

/*
 * The rule of `m`. A pattern that does not compile is an error, unless
 * `lenient`: an existing file with one is read as SOPS reads it, where it
 * matches nothing. One that SOPS can match and this build cannot is an error.
 */
SEALEAF_USED enum sealeaf_code rules_init(struct rules *r,
    const struct metadata *m, bool lenient, struct sealeaf_error *e);

/* Set `picked` of every value and comment of `d`. What cannot be matched
 * within the effort of a document is an error. */
SEALEAF_USED enum sealeaf_code rules_apply(struct rules *r, struct doc *d,
    struct sealeaf_error *e);

/* SEALEAF_ERR_ENCRYPT_TREE when a comment's envelope would be taken for a mark
 * that keeps things clear (unencrypted_comment_regex): such a file could not be
 * read back. */
SEALEAF_USED enum sealeaf_code rules_mistakes(struct rules *r,
    struct span envelope, struct sealeaf_error *e);

void rules_fini(struct rules *r);

#endif
