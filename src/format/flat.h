/* SPDX-License-Identifier: Apache-2.0 */
/* The flattened names of the metadata in dotenv and INI (keys.md 2.5). */
#ifndef FORMAT_FLAT_H
#define FORMAT_FLAT_H

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"

/* A value under its flattened name; the leaf's path is not set yet. */
struct flat_item {
	struct span name;
	struct leaf leaf;
};

/* Zeroed is empty; `list` is freed by the owner. */
struct flat {
	struct flat_item *list;
	size_t n, cap;
};

/* A new zeroed item, NULL (with `e` filled) when out of memory. */
struct flat_item *flat_add(struct flat *f, struct sealeaf_error *e);

/*
 * Fill d->meta from `f`, which is sorted on the way: a tree with sorted keys,
 * as SOPS builds it. Names are borrowed. SEALEAF_ERR_METADATA with SOPS's
 * text when the names make no tree.
 */
SEALEAF_USED enum sealeaf_code flat_unflatten(struct doc *d, struct flat *f,
    struct sealeaf_error *e);

/* Append the flattened name of `path`; SEALEAF_ERR_DUMP when a key in it
 * would read as two. */
SEALEAF_USED enum sealeaf_code flat_name(struct buf *b, const struct step *path,
    struct sealeaf_error *e);

#endif
