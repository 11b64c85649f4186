/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions as RE2 means them, run by PCRE2. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct regex;

/*
 * Compile `pattern`. Constructs that RE2 refuses (look-around,
 * back-references, atomic groups, possessive quantifiers, conditionals,
 * recursion, callouts, \K \G \R \X \Z and the like, repeat counts above 1000)
 * are refused with the text and code of SOPS:
 * "error parsing regexp: invalid or unsupported Perl syntax: `(?=`".
 */
SEALEAF_USED enum sealeaf_code regex_new(struct regex **out,
    const char *pattern, struct sealeaf_error *e);

/* Whether `text` matches somewhere. A match that passes the limits of effort
 * is no match, and *failed is set (may be NULL). */
bool regex_search(const struct regex *r, struct span text, bool *failed);

void regex_free(struct regex *r);

#endif
