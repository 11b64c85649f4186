/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens with the comments around them, as SOPS's parser hands them out. */
#ifndef FORMAT_YAML_COMMENT_H
#define FORMAT_YAML_COMMENT_H

#include "format/yaml_token.h"

/* A line of comment; `at` is the place of its '#'. */
struct yamlf_remark {
	size_t at, end;
	uint32_t next; /* the one behind it in its chain, 0: none */
	bool gap;      /* an empty line follows before the next */
};

/* Comments in the order of SOPS's text: indexes of remarks, 0: none. */
struct yamlf_chain {
	uint32_t first, last;
};

/* What an event of the parser carries away. */
struct yamlf_notes {
	struct yamlf_chain head, line, foot;
};

struct yamlf_simple_key {
	size_t number; /* of the token it would begin with */
	size_t at;
	uint32_t line, column;
	bool possible; /* the scanner must look on before handing it out */
	bool required; /* nothing else can stand there */
};

struct yamlf_mark {
	int64_t at;
	uint32_t line, column;
};

/* Comments found together, waiting for the token they belong to. */
struct yamlf_group {
	int64_t scan, mark, start, end;
	uint32_t line, column; /* of the start; the column from 1 */
	uint8_t kind;
	struct yamlf_chain text;
};

struct yamlf_scanner {
	struct span source;
	struct yamlf_reader reader;

	struct yamlf_token *queue; /* [head, n) are not handed out yet */
	size_t head, n, cap, parsed;
	bool started, available;

	struct yamlf_mark mark; /* where SOPS's scanner stands */
	int64_t indent, *indents;
	size_t n_indents, cap_indents;
	struct yamlf_simple_key *keys; /* [level] */
	size_t level, cap_keys;
	bool key_allowed;

	struct yamlf_group *groups; /* [group, n_groups) wait */
	size_t group, n_groups, cap_groups;
	struct yamlf_remark *remarks; /* [0] is not used */
	size_t n_remarks, cap_remarks;

	struct yamlf_notes notes; /* collected since the last event */
};

/* Zeroed is closed. */
SEALEAF_USED enum sealeaf_code yamlf_scanner_init(struct yamlf_scanner *s,
    struct span source, struct arena *a, struct sealeaf_error *e);
void yamlf_scanner_fini(struct yamlf_scanner *s);

/* The next token; comments that go with it are added to s->notes. Valid until
 * the next call of yamlf_peek(). */
SEALEAF_USED enum sealeaf_code yamlf_peek(struct yamlf_scanner *s,
    const struct yamlf_token **t, struct sealeaf_error *e);

/* Pass over the token that yamlf_peek() gave. */
void yamlf_skip(struct yamlf_scanner *s);

/* Append `b` to `a`. */
void yamlf_join(struct yamlf_scanner *s, struct yamlf_chain *a,
    struct yamlf_chain b);

#endif
