/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where entries stand in a YAML text, and the text of new ones. New entries
 * are printed at column 0 and then moved to their place, which need not be a
 * multiple of the file's step.
 */

#include <string.h>

#include "doc/path.h"
#include "format/scan.h"
#include "format/yaml_emit.h"
#include "format/yaml_put.h"

bool
yamlf_is_collection(int type)
{
	return type == LEAF_MAP || type == LEAF_LIST;
}

bool
yamlf_is_block_node(const struct yamlf_node *n)
{
	return yamlf_is_collection(n->type) && !(n->bits & YAMLF_NODE_FLOW);
}

size_t
yamlf_over_blanks(struct span s, size_t at)
{
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

size_t
yamlf_over_space(struct span s, size_t at)
{
	while (at < s.n &&
	    (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n' ||
		s.p[at] == '\r'))
		at++;
	return at;
}

size_t
yamlf_before_blanks(struct span s, size_t at)
{
	while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == '\t'))
		at--;
	return at;
}

/* Whether the first list that is the value of a key stands at its column. */
static bool
is_indentless(const struct yamlf_tree *t)
{
	for (uint32_t i = 0; i + 1 < t->n_nodes; i++) {
		const struct yamlf_node *n = &t->nodes[i];

		if (n->type == LEAF_LIST && n->key.p != NULL &&
		    !(n->bits & YAMLF_NODE_FLOW) && n->next > i + 1)
			return t->nodes[i + 1].indent == n->indent;
	}
	return false;
}

/* Go down to entry number `index` of the present node. */
static bool
descend(struct yamlf_put *p, uint32_t index)
{
	const struct yamlf_node *nodes = p->tree.nodes;
	uint32_t at, end;

	if (p->node == YAMLF_NONE)
		return false;
	at = p->node + 1;
	end = nodes[p->node].next;
	p->parent = p->node;
	p->prev = YAMLF_NONE;
	for (; index > 0 && at < end; index--) {
		p->prev = at;
		at = nodes[at].next;
	}
	if (at >= end)
		return false;
	p->node = at;
	p->next = nodes[at].next < end ? nodes[at].next : YAMLF_NONE;
	return true;
}

static bool
find(struct yamlf_put *p, const struct step *path)
{
	size_t depth = path_depth(path);

	for (size_t i = 0; i < depth; i++) {
		const struct step *s = path;

		for (size_t up = i + 1; up < depth; up++)
			s = s->up;
		if (!descend(p, s->index))
			return false;
	}
	return true;
}

enum sealeaf_code
yamlf_put_init(struct yamlf_put *p, struct edits *es, struct doc *d, size_t at,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	memset(p, 0, sizeof *p);
	p->d = d;
	p->es = es;
	p->own.format = d->format;
	p->own.source = d->source;
	p->node = p->parent = p->prev = p->next = YAMLF_NONE;
	code = yamlf_parse(&p->tree, &p->own, e);
	if (code != SEALEAF_OK)
		return code;
	p->indentless = is_indentless(&p->tree);
	if (p->tree.n_documents > 0)
		p->node = p->tree.documents[0].root;
	if (at == FORMAT_ROOT)
		return SEALEAF_OK;
	p->leaf = &d->leaves.list[at];
	if (!find(p, p->leaf->path))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "internal error: an entry is not where it was");
	return SEALEAF_OK;
}

void
yamlf_put_fini(struct yamlf_put *p)
{
	yamlf_tree_fini(&p->tree);
	doc_fini(&p->own);
}

uint32_t
yamlf_last_entry(const struct yamlf_tree *t, uint32_t node)
{
	uint32_t last = YAMLF_NONE, at = node + 1;

	for (; at < t->nodes[node].next; at = t->nodes[at].next)
		last = at;
	return last;
}

bool
yamlf_begins_line(struct span s, size_t at)
{
	while (at > 0 && s.p[at - 1] == ' ')
		at--;
	return at == 0 || s.p[at - 1] == '\n';
}

size_t
yamlf_props_start(struct span s, size_t at)
{
	size_t end, from;

	for (;; at = from) {
		for (end = at; end > 0 && s.p[end - 1] == ' ';)
			end--;
		for (from = end; from > 0 && s.p[from - 1] > ' ';)
			from--;
		if (from == end || (s.p[from] != '!' && s.p[from] != '&') ||
		    s.p[end - 1] == ':')
			return at;
	}
}

/* The dash stands in its list's column, in the line of the item or above. */
static size_t
find_dash(struct span s, size_t at, size_t column)
{
	size_t line = at, end = at;

	for (;;) {
		line = change_line(s, line);
		if (line + column < end && s.p[line + column] == '-')
			return line + column;
		if (line == 0)
			return at;
		end = line--;
	}
}

size_t
yamlf_entry_start(const struct yamlf_put *p, uint32_t node)
{
	const struct yamlf_node *n = &p->tree.nodes[node];

	if (n->key.p != NULL)
		return n->key_at;
	return n->flags & LEAF_FLOW
	    ? n->start
	    : find_dash(p->d->source, n->start, n->indent);
}

size_t
yamlf_deeper_comments(struct span s, size_t at, size_t column)
{
	size_t line = change_next_line(s, at), i;

	for (; line < s.n; line = change_next_line(s, line)) {
		for (i = line; i < s.n && (s.p[i] == ' ' || s.p[i] == '\t');)
			i++;
		if (i < s.n && s.p[i] == '#' && i - line > column)
			at = change_line_end(s, i);
		else if (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
			break;
	}
	return at;
}

size_t
yamlf_node_end(const struct yamlf_put *p, uint32_t node)
{
	const struct yamlf_node *n = &p->tree.nodes[node];
	struct span s = p->d->source;

	return yamlf_is_block_node(n)
	    ? yamlf_deeper_comments(s, change_line_end(s, n->end), n->indent)
	    : n->end;
}

bool
yamlf_put_entries(struct buf *b, const struct yamlf_put *p,
    const struct leaf *from, const struct leaf *to, size_t column,
    bool indented)
{
	struct yamlf_emit o;
	struct buf text = { 0 };
	size_t start = b->n;
	bool broken = indented, open;

	yamlf_emit_init(&o, &text, yamlf_step(p->d), -1);
	o.bare = o.clip = true;
	o.indentless = p->indentless;
	yamlf_emit_collection(&o, from, to, from->path->key.p == NULL,
	    YAMLF_ROOT);
	open = o.column == 0 && text.n > 0;
	if (open)
		buf_truncate(&text, text.n - 1);
	yamlf_emit_fini(&o);
	for (size_t i = 0; i < text.n; i++) {
		if (broken && text.p[i] != '\n')
			buf_fill(b, ' ', column);
		broken = text.p[i] == '\n';
		buf_putc(b, text.p[i]);
	}
	b->failed |= text.failed;
	buf_fini(&text);
	if (p->d->crlf)
		yamlf_crlf(b, start);
	return open;
}

void
yamlf_put_new_lines(struct buf *b, const struct yamlf_put *p,
    const struct leaf *from, const struct leaf *to, size_t column,
    bool indented, size_t end)
{
	if (yamlf_put_entries(b, p, from, to, column, indented) &&
	    end >= p->d->source.n)
		buf_puts(b, scan_eol(p->d));
}

bool
yamlf_put_new(struct buf *b, const struct yamlf_put *p, const struct leaf *with)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	struct sealeaf_error quiet = { 0 };
	struct leaf place = *p->leaf;

	if (with->type == LEAF_MAP || with->type == LEAF_LIST) {
		buf_puts(b, with->type == LEAF_MAP ? "{}" : "[]");
		return true;
	}
	if (with->type == LEAF_NULL) {
		buf_puts(b, "null");
		return true;
	}
	/* A collection says nothing about the style of a value. */
	if (n->type == LEAF_MAP || n->type == LEAF_LIST) {
		place.style = STYLE_PLAIN;
		place.flags &= LEAF_FLOW;
		place.src = span_sub(p->d->source, n->start, n->end);
	}
	return yamlf_spell(b, p->d, &place, (enum leaf_type)with->type,
		   with->value, &quiet) == SEALEAF_OK;
}
