/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of a YAML source, as runs of its bytes. */
#ifndef FORMAT_YAML_REGION_H
#define FORMAT_YAML_REGION_H

#include <stdbool.h>

#include "doc/doc.h"

/* One document of the source. */
struct yamlf_region {
	size_t from, to; /* behind "---"; before "---", "..." or the end */
	uint16_t document;
	bool used;       /* has entries of its own */
	bool flow;       /* its root is a flow mapping */
	uint16_t column; /* of its entries */
	size_t last;     /* end of the last entry */
	bool bare;       /* which has no text as its value */
};

/* Through the lines of a source, and what the scanner found in them. */
struct yamlf_walk {
	size_t at;
	bool open;
	size_t leaf, alias; /* behind those of the document found last */
	uint16_t n;         /* documents found */
};

/*
 * The next document, in the order of the text, with what the scanner found in
 * it; false when there is none. A zeroed walk starts. A source without any
 * document, of comments alone, counts as one.
 */
bool yamlf_region_next(struct yamlf_region *r, struct yamlf_walk *w,
    const struct doc *d);

#endif
