/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions as RE2 means them, run by PCRE2. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct regex;

/*
 * What a document, or the choice of a creation rule, may spend on patterns
 * that keep many states alive at once, in comparisons of states.
 */
#define REGEX_EFFORT ((uint64_t)1 << 35)

/*
 * Compile `pattern`. Constructs that RE2 refuses (look-around,
 * back-references, atomic groups, possessive quantifiers, conditionals,
 * recursion, callouts, \K \G \R \X \Z and the like, repeat counts above 1000)
 * are refused with the text and code of SOPS:
 * "error parsing regexp: invalid or unsupported Perl syntax: `(?=`".
 * SEALEAF_ERR_UNSUPPORTED is for what RE2 takes and this build cannot.
 */
SEALEAF_USED enum sealeaf_code regex_new(struct regex **out,
    const char *pattern, struct sealeaf_error *e);

/*
 * Whether `text` matches somewhere. Takes from *effort, and is
 * SEALEAF_ERR_UNSUPPORTED when that is used up: then nobody knows.
 */
SEALEAF_USED enum sealeaf_code regex_search(struct regex *r, struct span text,
    uint64_t *effort, bool *found, struct sealeaf_error *e);

void regex_free(struct regex *r);

#endif
