/* SPDX-License-Identifier: Apache-2.0 */
/* One change of a plaintext, on its way from a path to a new text. */
#ifndef SOPS_PUT_CHANGE_H
#define SOPS_PUT_CHANGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sops/document.h"
#include "sops/put_json.h"
#include "sops/put_tree.h"

struct change {
	struct sealeaf_doc *d;
	const struct format *format; /* of the file */
	struct arena arena;
	struct put_path path;
	struct put_value *value;  /* NULL: take away */
	struct buf before, after; /* the plaintext, and what becomes of it */
	struct buf text; /* `before`, perhaps with aliases written out */
	struct doc doc;  /* `text` scanned */
	struct put_place place;
	struct leaves with, wanted;
	bool changed;
};

/* The error of a path that names nothing. */
enum sealeaf_code put_not_found(const struct step *s, struct sealeaf_error *e);

/* Make c->after and c->changed of c->before, for a file that is a tree. `out`
 * is the format in which it will be written. */
SEALEAF_USED enum sealeaf_code put_change(struct change *c,
    const struct format *out, struct sealeaf_error *e);

/*
 * Refuse a text, scanned as `now`, in which a comment would be clear that the
 * rules have encrypted in `was`: comments can come to stand under another key.
 */
SEALEAF_USED enum sealeaf_code put_guard(struct rules *r, struct doc *was,
    struct doc *now, struct sealeaf_error *e);

#endif
