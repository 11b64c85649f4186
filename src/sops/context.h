/* SPDX-License-Identifier: Apache-2.0 */
/* The encryption context of AWS KMS keys, sorted by name. */
#ifndef SOPS_CONTEXT_H
#define SOPS_CONTEXT_H

#include "base/err.h"
#include "doc/doc.h"
#include "key/source.h"

/* Add or replace `name`; copies are taken. */
SEALEAF_USED enum sealeaf_code context_put(struct key_context **list,
    struct span name, struct span value, struct sealeaf_error *e);

/* From a mapping of texts at `at`. */
SEALEAF_USED enum sealeaf_code context_from_tree(struct key_context **list,
    const struct leaves *ls, size_t at, struct sealeaf_error *e);

/* From "name:value,name:value"; SEALEAF_ERR_CONTEXT when it is not that. */
SEALEAF_USED enum sealeaf_code context_parse(struct key_context **list,
    const char *text, struct sealeaf_error *e);

/* Copy every entry of `from` into *list. */
SEALEAF_USED enum sealeaf_code context_copy(struct key_context **list,
    const struct key_context *from, struct sealeaf_error *e);

void context_free(struct key_context *list);

#endif
