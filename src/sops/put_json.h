/* SPDX-License-Identifier: Apache-2.0 */
/* The value that is to be put: JSON text as a tree of leaves. */
#ifndef SOPS_PUT_JSON_H
#define SOPS_PUT_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"

/* Zeroed is empty. The leaves are doc.leaves, the value's own first; the
 * paths of all of them begin with the step doc.leaves.list[0].path. */
struct put_value {
	struct buf text;
	struct doc doc;
};

/* Read exactly one JSON value. SEALEAF_ERR_INDEX with SOPS's text when `json`
 * is anything else. */
SEALEAF_USED enum sealeaf_code put_value_parse(struct put_value *v,
    const char *json, struct sealeaf_error *e);

/* Make the value one that a format of texts alone can hold:
 * SEALEAF_ERR_DUMP for null. */
SEALEAF_USED enum sealeaf_code put_value_flatten(struct put_value *v,
    struct sealeaf_error *e);

void put_value_fini(struct put_value *v);

#endif
