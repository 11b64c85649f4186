/* SPDX-License-Identifier: Apache-2.0 */
/* Changing single entries of a YAML text: nodes, their lines, new text. */
#ifndef FORMAT_YAML_PUT_H
#define FORMAT_YAML_PUT_H

#include "format/change.h"
#include "format/yaml_tree.h"
#include "format/yaml_write.h"

#define YAMLF_NONE UINT32_MAX

/* One change under way. The tree is parsed from `own`, which has the same
 * source as `d`. */
struct yamlf_put {
	struct doc *d;
	struct edits *es;
	struct doc own;
	struct yamlf_tree tree;
	const struct leaf *leaf;           /* of the node, NULL for the root */
	uint32_t node, parent, prev, next; /* YAMLF_NONE: there is none */
	bool indentless; /* the file's lists stand at their keys' column */
};

/* Parse, and find the node of leaf `at` (FORMAT_ROOT: of the root). */
SEALEAF_USED enum sealeaf_code yamlf_put_init(struct yamlf_put *p,
    struct edits *es, struct doc *d, size_t at, struct sealeaf_error *e);
void yamlf_put_fini(struct yamlf_put *p);

/* The last entry of a collection, YAMLF_NONE when it is empty. */
uint32_t yamlf_last_entry(const struct yamlf_tree *t, uint32_t node);

/* Where the tags and anchors in front of a scalar begin. */
size_t yamlf_props_start(struct span s, size_t at);

/* Where an entry begins: its key, or the '-' of an item in block style. */
size_t yamlf_entry_start(const struct yamlf_put *p, uint32_t node);

/* Where a node ends, with the comments that are inside it. */
size_t yamlf_node_end(const struct yamlf_put *p, uint32_t node);

bool yamlf_is_collection(int type);
bool yamlf_is_block_node(const struct yamlf_node *n);

/* From `at` over blanks, over blanks and line breaks, back over blanks. */
size_t yamlf_over_blanks(struct span s, size_t at);
size_t yamlf_over_space(struct span s, size_t at);
size_t yamlf_before_blanks(struct span s, size_t at);

/* Whether only blanks stand before `at` in its line. */
bool yamlf_begins_line(struct span s, size_t at);

/* `at`, or the end of the last comment below whose '#' stands in a column
 * beyond `column`, before anything else comes. */
size_t yamlf_deeper_comments(struct span s, size_t at, size_t column);

/*
 * Append leaves [from, to) as the entries of a block collection in `column`,
 * the last line not closed. The first line has its blanks if `indented`. True
 * when the last line must be closed, even where the file ends.
 */
bool yamlf_put_entries(struct buf *b, const struct yamlf_put *p,
    const struct leaf *from, const struct leaf *to, size_t column,
    bool indented);

/* The same in front of `end`: the last line is closed where its text asks for
 * that and the file ends there. */
void yamlf_put_new_lines(struct buf *b, const struct yamlf_put *p,
    const struct leaf *from, const struct leaf *to, size_t column,
    bool indented, size_t end);

/* Append a scalar, or an empty collection, for the place of the node; false
 * when there is no such form. */
bool yamlf_put_new(struct buf *b, const struct yamlf_put *p,
    const struct leaf *with);

/* yaml_replace.c: put entries [from, to) in lines under the key or dash of the
 * node, or a text in its place (`string`: it reads as one). */
SEALEAF_USED enum sealeaf_code yamlf_replace_by_lines(struct yamlf_put *p,
    const struct leaf *from, const struct leaf *to, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code yamlf_replace_by_text(struct yamlf_put *p,
    struct span text, bool string, struct sealeaf_error *e);

#endif
