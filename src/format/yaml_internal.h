/* SPDX-License-Identifier: Apache-2.0 */
/* What the reading and the writing side of the YAML front end share. */
#ifndef FORMAT_YAML_INTERNAL_H
#define FORMAT_YAML_INTERNAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "doc/doc.h"

/*
 * format.h's scan. Beyond what doc.h and leaf.h say:
 *
 * - Scalars: src is the scalar token alone. Anchors and custom tags stay in
 *   front of it, outside; a core tag ("!!int") is inside (LEAF_TAGGED), with
 *   the anchor when that comes between tag and scalar. A missing value
 *   ("a:") is LEAF_NULL with an empty src right behind the ':' or '-'.
 * - Block scalars: src runs from the '|' or '>' to the end of the last line
 *   of content, without its line break; under '+' to the end of the last
 *   blank line, without its line break.
 * - LEAF_HEADED: the header line of the block scalar carries a comment, which
 *   is a leaf of its own. The header stays; src is the lines under it, from
 *   behind the indentation of the first one to the same end as above (empty
 *   where there are none).
 * - leaf.indent: in flow context, of the innermost block collection around.
 * - Comments: src is the text behind '#' without the line break; LEAF_INLINE
 *   where SOPS marks a comment so (behind a scalar, alias or list item; not
 *   behind a key whose value is a collection).
 * - Comments inside a metadata block are no leaves.
 * - LEAF_ITEM: the encrypted comment is a list item; src runs from its '-' to
 *   the end of the scalar (so that '#' and the text can take its place), path
 *   is the list. It does not count among the list's positions. With
 *   LEAF_LONG src begins at the '-' of an outer list before it and goes on to
 *   that of the next item; both have to follow the comment.
 * - Aliases: in block context src begins right behind the ':' or '-' when the
 *   target is a collection, else at the '*'. target is UINT32_MAX when the
 *   anchor marks a mapping key (the copy is one string leaf). Comments of the
 *   anchored node are copied, as SOPS does.
 * - Metadata, block style: block.src is the lines of `sops:` whole, with
 *   their line breaks. When the last line of the file has none, the line break
 *   before the block is in src instead. When only empty lines separate the
 *   block from a comment at column 0 above it, one of them is in src too.
 *   Flow style: src is the entry with the comma before it, or, when it is the
 *   first entry, with the comma and the blanks behind it.
 * - Blocks are found in every document; has_meta and d->meta speak of the
 *   first document only.
 */
SEALEAF_USED enum sealeaf_code yamlf_scan(struct doc *d,
    struct sealeaf_error *e);

/* Where the source is UTF-16, by its byte order mark, make it UTF-8. */
SEALEAF_USED enum sealeaf_code yamlf_decode(struct doc *d,
    struct sealeaf_error *e);

/* The tag of a scalar; OTHER is a tag that SOPS's parser does not resolve
 * (custom ones): the value is a string. */
enum yamlf_tag {
	YAMLF_TAG_NONE,
	YAMLF_TAG_STR,
	YAMLF_TAG_INT,
	YAMLF_TAG_FLOAT,
	YAMLF_TAG_BOOL,
	YAMLF_TAG_NULL,
	YAMLF_TAG_TIME,
	YAMLF_TAG_BINARY,
	YAMLF_TAG_OTHER
};

enum yamlf_result {
	YAMLF_FITS,
	YAMLF_UNSIGNED, /* an integer that only uint64 holds */
	YAMLF_MISFIT,   /* not what the tag says */
	YAMLF_MEMORY
};

/* The tag by its full name ("tag:yaml.org,2002:int"); "!" is NONE. */
enum yamlf_tag yamlf_tag(struct span name);

/*
 * Type and value (as leaf.value is defined) of a decoded scalar, by the rules
 * of format.md 9.2. `plain`: not quoted, no block. *value is `text` or lies in
 * `a`. A plain "<<" is a string.
 */
enum yamlf_result yamlf_resolve(enum leaf_type *type, struct span *value,
    struct arena *a, struct span text, bool plain, enum yamlf_tag tag);

/* Whether `text` as an untagged plain scalar resolves to a string. */
bool yamlf_is_str(struct span text);

#endif
