/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metadata block in the text: which bytes go when it is cut out, so that
 * what is left is the file as it was before (format.md 8.2).
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_build.h"

static size_t
line_start(struct span s, size_t at)
{
	while (at > 0 && s.p[at - 1] != '\n' && s.p[at - 1] != '\r')
		at--;
	return at == 0 && span_starts(s, "\xef\xbb\xbf") ? 3 : at;
}

/* The start of the line before the one that starts at `at`. */
static size_t
line_before(struct span s, size_t at)
{
	if (at > 0 && s.p[at - 1] == '\n')
		at--;
	if (at > 0 && s.p[at - 1] == '\r')
		at--;
	return line_start(s, at);
}

static bool
is_empty_line(struct span s, size_t at)
{
	return at < s.n && yamlf_break(s, at) > 0;
}

/* Where the block begins: with its key's line, and with an empty line above
 * when empty lines alone separate it from a comment at column 0. */
static size_t
block_start(struct span s, size_t key_at)
{
	size_t start = line_start(s, key_at), at = start, before = start;

	while (at > 0 && (before = line_before(s, at)) < at &&
	    is_empty_line(s, before))
		at = before;
	if (at < start && before < at && s.p[before] == '#')
		return line_before(s, start);
	return start;
}

/* Lines whole; in a file without a last line break, the one before. */
static struct span
block_lines(struct span s, size_t key_at, size_t end)
{
	size_t start = block_start(s, key_at);

	while (end < s.n && yamlf_break(s, end) == 0)
		end++;
	if (end < s.n) {
		end += yamlf_break(s, end);
	} else if (start > 0 && s.p[start - 1] == '\n') {
		start--;
		if (start > 0 && s.p[start - 1] == '\r')
			start--;
	}
	return span_make(s.p + start, end - start);
}

enum sealeaf_code
yamlf_add_block(struct yamlf_parser *p, uint32_t node, size_t end)
{
	const struct yamlf_frame *f = yamlf_top(p);
	struct doc *d = p->t->d;
	struct yamlf_document *doc = &p->t->documents[p->t->n_documents - 1];
	size_t key_at = p->t->nodes[node].key_at;
	struct block *list = mem_grow(d->blocks, &d->cap_blocks,
	    d->n_blocks + 1, sizeof *list);

	if (list == NULL)
		return err_memory(p->e);
	d->blocks = list;
	list += d->n_blocks++;
	list->document = (uint16_t)(p->t->n_documents - 1);
	if (!yamlf_is_flow(f)) {
		list->src = block_lines(d->source, key_at, end);
	} else if (f->comma > 0) {
		list->src = span_make(d->source.p + f->comma, end - f->comma);
	} else {
		list->src = span_make(d->source.p + key_at, end - key_at);
		p->open_block = (uint32_t)d->n_blocks;
	}
	doc->block = (uint32_t)d->n_blocks;
	p->t->nodes[node].bits |= YAMLF_NODE_META;
	return SEALEAF_OK;
}

bool
yamlf_is_block(const struct yamlf_parser *p, uint32_t node)
{
	const struct yamlf_node *n = &p->t->nodes[node];

	return p->n_frames == 1 && n->type == LEAF_MAP && n->key.p != NULL &&
	    span_is(n->key, "sops") && !(n->bits & YAMLF_NODE_KEY_ALIAS);
}

void
yamlf_end_block(struct yamlf_parser *p, size_t comma)
{
	struct doc *d = p->t->d;
	size_t at = comma + 1;
	struct block *b;

	if (p->open_block == 0 || p->n_frames != 1)
		return;
	while (at < d->source.n &&
	    (d->source.p[at] == ' ' || d->source.p[at] == '\t'))
		at++;
	b = &d->blocks[p->open_block - 1];
	b->src.n = at - (size_t)(b->src.p - d->source.p);
	p->open_block = 0;
}
