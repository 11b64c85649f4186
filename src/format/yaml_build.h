/* SPDX-License-Identifier: Apache-2.0 */
/* Making nodes of what the YAML grammar finds. */
#ifndef FORMAT_YAML_BUILD_H
#define FORMAT_YAML_BUILD_H

#include "format/yaml_tree.h"

enum yamlf_frame_kind {
	YAMLF_BLOCK_LIST,
	YAMLF_INDENTLESS_LIST, /* a block list at the column of its key */
	YAMLF_BLOCK_MAP,
	YAMLF_FLOW_LIST,
	YAMLF_FLOW_MAP,
	YAMLF_FLOW_PAIR /* a mapping of one entry in a flow list */
};

/* A collection that is open. */
struct yamlf_frame {
	uint32_t node;
	uint32_t last;   /* the entry last closed, UINT32_MAX: none */
	uint32_t column; /* of its entries, in flow: of the block around */
	size_t behind;   /* place behind the last ':' or '-' or key */
	size_t comma;    /* place of the last comma, 0: none */
	struct span key; /* of the entry under way */
	size_t key_at;   /* with its '?' and properties */
	uint32_t key_number;
	struct yamlf_notes key_notes;
	uint8_t kind, key_bits;
	bool is_first;     /* nothing was read yet */
	bool wants_value;  /* the key was read */
	bool has_no_colon; /* flow: the entry is a key alone */
};

/* Anchor and tag in front of a node. */
struct yamlf_props {
	struct span anchor; /* p == NULL: none */
	size_t start, end;  /* of both */
	size_t tag_start;
	uint8_t tag; /* enum yamlf_tag */
	bool any;
};

struct yamlf_parser {
	struct yamlf_tree *t;
	struct yamlf_frame *frames;
	size_t n_frames, cap_frames;
	size_t last_end;     /* end of the last token that has text */
	uint32_t root;       /* of the present document */
	uint32_t open_block; /* 1 + index of a block whose comma comes behind */
	bool step_known;
	struct sealeaf_error *e;
};

bool yamlf_is_list(const struct yamlf_frame *f);
bool yamlf_is_flow(const struct yamlf_frame *f);

/* The innermost open collection, or NULL. */
struct yamlf_frame *yamlf_top(const struct yamlf_parser *p);

/* Parse the node at the top of a document, with all that is in it. */
SEALEAF_USED enum sealeaf_code yamlf_parse_root(struct yamlf_parser *p);

/* Pass over `*t` and look at the next token. */
SEALEAF_USED enum sealeaf_code yamlf_advance(struct yamlf_parser *p,
    const struct yamlf_token **t);

/* The comments collected so far: they belong to the present event. */
struct yamlf_notes yamlf_take_notes(struct yamlf_parser *p);

/* A scalar; `token` is NULL where there is none (null). In the place of a key
 * it becomes one. */
SEALEAF_USED enum sealeaf_code yamlf_put_scalar(struct yamlf_parser *p,
    const struct yamlf_props *props, const struct yamlf_token *token,
    const struct yamlf_notes *notes);

SEALEAF_USED enum sealeaf_code yamlf_put_alias(struct yamlf_parser *p,
    const struct yamlf_token *token, const struct yamlf_notes *notes);

SEALEAF_USED enum sealeaf_code yamlf_open(struct yamlf_parser *p,
    enum yamlf_frame_kind kind, const struct yamlf_token *token,
    const struct yamlf_props *props, const struct yamlf_notes *notes);

/* Close the innermost collection, which ends at `end`. */
SEALEAF_USED enum sealeaf_code yamlf_close(struct yamlf_parser *p, size_t end,
    const struct yamlf_notes *notes);

/* Add `c` to the comments of a node. */
SEALEAF_USED enum sealeaf_code yamlf_note(struct yamlf_parser *p, uint32_t node,
    enum yamlf_slot slot, struct yamlf_chain c);

/* An anchor on `node`, or (UINT32_MAX) on a key; `key` is the text of a key
 * or of a string. */
SEALEAF_USED enum sealeaf_code yamlf_add_anchor(struct yamlf_parser *p,
    struct span name, uint32_t node, struct span key);

/* Whether a key comes next in the innermost collection. */
bool yamlf_is_key_place(const struct yamlf_parser *p);

SEALEAF_USED enum sealeaf_code yamlf_put_key(struct yamlf_parser *p,
    const struct yamlf_props *props, const struct yamlf_token *token,
    const struct yamlf_notes *notes);

/* The key is read: its comments wait for the value. In block style its foot
 * is that of the entry before. */
SEALEAF_USED enum sealeaf_code yamlf_hold_key(struct yamlf_parser *p,
    struct yamlf_frame *f, const struct yamlf_notes *notes);

/* Refuse a mapping or a list as a key. */
SEALEAF_USED enum sealeaf_code yamlf_refuse_complex_key(struct yamlf_parser *p,
    size_t at, bool list);

/* Whether the mapping just closed is a metadata block; and record it. */
bool yamlf_is_block(const struct yamlf_parser *p, uint32_t node);
SEALEAF_USED enum sealeaf_code yamlf_add_block(struct yamlf_parser *p,
    uint32_t node, size_t end);

/* The comma at `comma` goes with the block if that is the first entry. */
void yamlf_end_block(struct yamlf_parser *p, size_t comma);

#endif
