/* SPDX-License-Identifier: Apache-2.0 */
/* A scanned document: source bytes, leaves, and its metadata block. */
#ifndef DOC_DOC_H
#define DOC_DOC_H

#include "base/arena.h"
#include "base/err.h"
#include "doc/leaf.h"

struct format;

/* A growing list of leaves; zeroed is empty. */
struct leaves {
	struct leaf *list;
	size_t n, cap;
};

/* A use of an anchor. Its copies stand in the leaf list from `first` on. */
struct alias {
	struct span src;   /* "*name"; with the blanks before it where a block
	                       * collection will be written out under its key */
	struct step *path; /* of the use */
	uint32_t first, count; /* the copy, collections included */
	uint32_t target;       /* index of the anchored leaf or collection, or
	                       * UINT32_MAX: a mapping key is anchored */
	uint32_t outer;  /* 0, or 1 + index of the alias it came through */
	uint16_t indent; /* of the parent collection */
	bool flow, merge;
	bool key; /* stands for a mapping key: no copy; src is "*name" */
};

/* An anchor that was set: its name, and the leaf or collection it marks. */
struct anchor {
	struct span name;
	uint32_t leaf;
};

/* A metadata block found in the source, to cut out. */
struct block {
	struct span src; /* with its line ends and the blank line before it */
	uint16_t document;
};

/*
 * Owns everything its leaves point at but `source`, which the caller keeps
 * alive. `meta` holds the content of the first metadata block with paths that
 * start inside it (dotenv's and INI's flattened names undone) and source
 * spans where they stand; LEAF_MAP of the block itself is not in it.
 */
struct doc {
	const struct format *format;
	struct span source;
	struct span original; /* what `source` was decoded from, if anything */
	struct arena arena;
	struct leaves leaves;
	struct leaves meta;
	struct leaves lists; /* sealed spellings of the documents behind the
	                      * first, from their own blocks */
	struct alias *aliases;
	size_t n_aliases, cap_aliases;
	struct anchor *anchors; /* in the order of the text */
	size_t n_anchors, cap_anchors;
	struct block *blocks; /* in the order of the text */
	size_t n_blocks, cap_blocks;
	uint32_t documents; /* 0: an empty stream */
	uint8_t step;       /* indentation step of the source, 0: unknown */
	bool crlf;          /* the first line ends so */
	bool settings;      /* set before: of YAML the first document, and what
	                       cannot be sealed is text as spelled */
	bool has_meta;      /* a metadata block is there (maybe empty) */
	bool printed;       /* the source is a print as SOPS makes it */
};

/* A new zeroed leaf at the end of `ls`, or NULL; valid until the next add. */
struct leaf *leaves_add(struct leaves *ls);

/* Where leaf `i` is, or would be: of an empty list too, for loops. */
const struct leaf *leaves_at(const struct leaves *ls, size_t i);

/* Wipe and free all that the document owns; `d` is then zeroed. */
void doc_fini(struct doc *d);

/* Line and column (1-based, in characters) of `at` bytes into the source. */
void doc_place(const struct doc *d, const char *at, size_t *line,
    size_t *column);

/* A place that was looked up; zeroed is none. */
struct doc_cursor {
	const char *at;
	size_t line, column;
};

/* The same for one of many places: counted on from *p where that lies before,
 * and kept there. */
void doc_place_next(const struct doc *d, struct doc_cursor *p, const char *at);

#endif
