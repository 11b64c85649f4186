/* SPDX-License-Identifier: Apache-2.0 */
/* Comments as leaves: one a line, with the path of what holds them. */

#include "format/yaml_walk.h"

static struct yamlf_chain
chain_of(const struct yamlf_writer *w, uint32_t node, enum yamlf_slot slot)
{
	static const struct yamlf_chain none;
	uint32_t slots = w->t->nodes[node].slots;

	return slots != 0 ? w->t->slots[slots].chain[slot] : none;
}

/* Whether a comment at `at` goes away with the metadata block. One that stands
 * behind the block, but in its mapping, makes the block longer. */
static bool
is_in_block(const struct yamlf_writer *w, const struct yamlf_remark *r)
{
	uint32_t block = w->t->documents[w->document].block;
	struct span source = w->d->source, *s;
	size_t start, end = r->end;

	if (block == 0)
		return false;
	s = &w->d->blocks[block - 1].src;
	start = (size_t)(s->p - source.p);
	if (r->at < start)
		return false;
	if (r->at < start + s->n)
		return true;
	if (!w->in_meta)
		return false;
	if (end < source.n)
		end += yamlf_break(source, end);
	s->n = end - start;
	return true;
}

enum sealeaf_code
yamlf_write_chain(struct yamlf_writer *w, struct yamlf_chain c,
    struct step *path, uint16_t indent, uint8_t flags)
{
	const struct yamlf_remark *r;
	struct span source = w->d->source;
	struct leaf *l;

	for (uint32_t i = c.first; i != 0; i = r->next) {
		r = &w->t->scanner.remarks[i];
		if (is_in_block(w, r) || w->in_meta)
			continue;
		l = leaves_add(w->to);
		if (l == NULL)
			return err_memory(w->e);
		l->path = path;
		l->src = span_sub(source, r->at + 1, r->end);
		l->value = l->src;
		l->type = LEAF_COMMENT;
		l->style = STYLE_LINE;
		l->indent = indent;
		l->document = w->document;
		l->flags = flags;
		l->alias = w->alias;
		if (w->alias != 0)
			w->copied += l->value.n + 1;
		if (span_starts(l->value, YAMLF_ENVELOPE))
			l->flags |= LEAF_ENVELOPE;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
write_slot(struct yamlf_writer *w, uint32_t node, enum yamlf_slot slot,
    struct step *path, uint8_t flags)
{
	const struct yamlf_node *n = &w->t->nodes[node];

	return yamlf_write_chain(w, chain_of(w, node, slot), path, n->indent,
	    (uint8_t)(flags | (n->flags & LEAF_FLOW)));
}

enum sealeaf_code
yamlf_write_slots(struct yamlf_writer *w, uint32_t node, enum yamlf_slot from,
    enum yamlf_slot to, struct step *path, uint8_t behind)
{
	enum sealeaf_code code = SEALEAF_OK;

	if (w->t->nodes[node].slots == 0)
		return SEALEAF_OK;
	for (unsigned slot = from; slot <= (unsigned)to; slot++) {
		code = write_slot(w, node, (enum yamlf_slot)slot, path,
		    slot == YAMLF_BEHIND ? behind : 0);
		if (code != SEALEAF_OK)
			break;
	}
	return code;
}
