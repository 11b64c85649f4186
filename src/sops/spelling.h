/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed spellings: what an envelope's own style cannot carry (format.md
 * 8.1). */
#ifndef SOPS_SPELLING_H
#define SOPS_SPELLING_H

#include "base/buf.h"
#include "doc/doc.h"
#include "sops/document.h"

/*
 * One exception: the source text of the node at a path. `leaf` is its index
 * in the list of the document at hand, or SPELLING_WHOLE when the text is the
 * whole file, or SPELLING_NONE when the node is not there.
 */
struct spelling {
	uint32_t leaf;
	bool alias;
	struct span text;
};

#define SPELLING_WHOLE UINT32_MAX
#define SPELLING_NONE (UINT32_MAX - 1)

struct spellings {
	struct spelling *list;
	size_t n, cap;
};

extern const char spelling_aad[];

SEALEAF_USED enum sealeaf_code spelling_add(struct spellings *ss, size_t leaf,
    bool alias, struct span text, struct sealeaf_error *e);

/* Append the list as compact JSON: {"v":1,"s":[[document,step…,text]…]}.
 * Leaves are of `d`; aliases are found by d->aliases[leaf]. */
void spelling_format(struct buf *b, const struct spellings *ss,
    const struct doc *d);

/*
 * Read the plaintext of the field and find each node in `d`. Texts live in
 * d's arena. Text that is no such list gives an empty one: it is never an
 * error.
 */
SEALEAF_USED enum sealeaf_code spelling_parse(struct spellings *ss,
    struct doc *d, struct span text, struct sealeaf_error *e);

void spelling_fini(struct spellings *ss);

#endif
