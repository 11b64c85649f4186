/* SPDX-License-Identifier: Apache-2.0 */
/* Printing YAML as SOPS's printer does: its state and its steps. */
#ifndef FORMAT_YAML_EMIT_H
#define FORMAT_YAML_EMIT_H

#include <stdbool.h>

#include "base/buf.h"
#include "doc/leaf.h"
#include "format/yaml_write.h"

/*
 * Zeroed but for `b`, `best` and `indent` is ready; yamlf_emit_fini() frees
 * the comments held back. `b` is not owned.
 */
struct yamlf_emit {
	struct buf *b;
	int best;        /* blanks a level */
	int indent;      /* of the open collection, -1: none is open */
	int foot_indent; /* where a foot comment just ended, else -1 */
	int column;
	bool whitespace, indention; /* the last character was a blank; only
	                             * indentation stands in this line */
	bool encrypted, reference;  /* as in struct print_style */
	bool bare;                  /* leave comments out */
	bool indentless; /* lists stand at the column of their keys */
	bool clip;       /* no literal block that ends in empty lines */
	struct buf head, line, foot, tail, key_line; /* held back */
};

void yamlf_emit_init(struct yamlf_emit *o, struct buf *b, int best, int indent);
void yamlf_emit_fini(struct yamlf_emit *o);

/* yaml_emit.c: what one event of the printer does. */

void yamlf_emit_indent(struct yamlf_emit *o);

/* An indicator; `spaced`: a blank stands before it, `blank`: it counts as
 * one, `inner`: it keeps the line's indentation open. */
void yamlf_emit_sign(struct yamlf_emit *o, const char *sign, bool spaced,
    bool blank, bool inner);

/* Write the comments held back, if any: before an entry, behind a value,
 * after an entry. */
void yamlf_emit_head(struct yamlf_emit *o);
void yamlf_emit_line(struct yamlf_emit *o);
void yamlf_emit_foot(struct yamlf_emit *o);

/* A key or value of string type, and any value that is no collection. */
void yamlf_emit_string(struct yamlf_emit *o, struct span s,
    enum yamlf_place place);
void yamlf_emit_scalar(struct yamlf_emit *o, const struct leaf *l,
    enum yamlf_place place);

/* yaml_entries.c: whole collections. */

/* Append the collection that leaves [from, to) make up. `list`: they are the
 * items of a list. */
void yamlf_emit_collection(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, enum yamlf_place place);

/* Append leaves [from, to) as one document; `first`: no "---" before it. */
void yamlf_emit_document(struct yamlf_emit *o, const struct leaf *from,
    const struct leaf *to, bool list, bool first);

/* Append one value, a collection included, as a document of its own. */
void yamlf_emit_single(struct yamlf_emit *o, const struct leaf *l);

#endif
