/* SPDX-License-Identifier: Apache-2.0 */
/* The parsed text: nodes in the order of the text, comments beside them. */
#ifndef FORMAT_YAML_TREE_H
#define FORMAT_YAML_TREE_H

#include "doc/doc.h"
#include "format/yaml_comment.h"

enum { YAMLF_DEPTH_MAX = 1000 };

/* Where SOPS's parser keeps a comment of a node, in the order in which its
 * lines come in the tree. The first two and the last belong to the key. */
enum yamlf_slot {
	YAMLF_KEY_ABOVE,
	YAMLF_KEY_BEHIND,
	YAMLF_ABOVE,
	YAMLF_BEHIND,
	YAMLF_INSIDE_FIRST, /* inside a collection; SOPS loses these two */
	YAMLF_INSIDE_LAST,
	YAMLF_BELOW,
	YAMLF_KEY_BELOW,
	YAMLF_SLOTS
};

struct yamlf_slots {
	struct yamlf_chain chain[YAMLF_SLOTS];
};

enum yamlf_bits {
	YAMLF_NODE_FLOW = 1,      /* a flow collection itself */
	YAMLF_NODE_KEY_ALIAS = 2, /* the key is an alias: its name */
	YAMLF_NODE_MERGE = 4,     /* under a merge key */
	YAMLF_NODE_META = 8       /* the metadata block of its document */
};

enum { YAMLF_TYPE_ALIAS = 100 }; /* besides enum leaf_type */

struct yamlf_node {
	struct span key;     /* p == NULL: an item, or the root */
	struct span value;   /* scalars: decoded; aliases: the name */
	size_t start, end;   /* src */
	size_t key_at;       /* where the entry's key begins, or its '-' */
	uint32_t next;       /* one past the last node inside; 0 while open */
	uint32_t slots;      /* 0, or index of its comments */
	uint32_t target;     /* aliases: first number of anchors seen, then the
	                     * node; UINT32_MAX: a key, in value */
	uint32_t leaf;       /* 0, or 1 + index in the document's leaves */
	uint32_t key_number; /* YAMLF_NODE_KEY_ALIAS: number of anchors seen */
	uint16_t indent;
	uint8_t type, style, flags, bits;
};

struct yamlf_anchor {
	struct span name;
	struct span key; /* a key's text, where node is UINT32_MAX */
	uint32_t node;
	uint32_t number;
};

/* One document; root is UINT32_MAX where there is nothing in it. */
struct yamlf_document {
	uint32_t root;
	struct yamlf_chain above, below;
	uint32_t block; /* 0, or 1 + index in the document's blocks */
};

struct yamlf_tree {
	struct doc *d;
	struct yamlf_scanner scanner; /* keeps the remarks */
	struct yamlf_node *nodes;
	size_t n_nodes, cap_nodes;
	struct yamlf_slots *slots; /* [0] is not used */
	size_t n_slots, cap_slots;
	struct yamlf_anchor *anchors;
	size_t n_anchors, cap_anchors;
	struct yamlf_document *documents;
	size_t n_documents, cap_documents;
};

/* Parse d->source: nodes, and the spans of the metadata blocks in d->blocks.
 * What SOPS refuses to read is refused. */
SEALEAF_USED enum sealeaf_code yamlf_parse(struct yamlf_tree *t, struct doc *d,
    struct sealeaf_error *e);
void yamlf_tree_fini(struct yamlf_tree *t);

/* The comments in a slot of a node, to be added to; NULL when out of
 * memory. Valid until the next call. */
struct yamlf_chain *yamlf_slot(struct yamlf_tree *t, uint32_t node,
    enum yamlf_slot slot);

/* Give every alias its target; check merge keys. */
SEALEAF_USED enum sealeaf_code yamlf_link(struct yamlf_tree *t,
    struct sealeaf_error *e);

/* Refuse a mapping that has a key twice. */
SEALEAF_USED enum sealeaf_code yamlf_check_keys(const struct yamlf_tree *t,
    uint32_t map, struct sealeaf_error *e);

/* An error at a place of the source. */
enum sealeaf_code yamlf_fail(const struct yamlf_tree *t, size_t at,
    enum sealeaf_code code, struct sealeaf_error *e, const char *format, ...)
    PRINTF_LIKE(5, 6);

#endif
