/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting another value in the place of a YAML node. Comments inside what is
 * replaced go with it, as in SOPS: left behind, they might end in a place
 * where the rules leave them clear.
 */

#include "format/scan.h"

#include "format/yaml_put.h"

/* The column of the entries that are to stand under the node's key or dash. */
static size_t
column_below(const struct yamlf_put *p, const struct leaf *first)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	bool list = first->path->key.p == NULL;

	if (yamlf_is_block_node(n) && (n->type == LEAF_LIST) == list)
		return p->tree.nodes[p->node + 1].indent;
	if (n->key.p == NULL)
		return (size_t)n->indent + 2;
	if (list && p->indentless)
		return n->indent;
	return (size_t)n->indent + (size_t)yamlf_step(p->d);
}

/* Whether the node begins in the line of its '-', with nothing between. */
static bool
is_behind_dash(const struct yamlf_put *p)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	struct span s = p->d->source;
	size_t dash, at;

	if (n->key.p != NULL)
		return false;
	dash = yamlf_entry_start(p, p->node);
	at = yamlf_over_blanks(s, dash + 1);
	if (yamlf_is_block_node(n))
		return at == yamlf_entry_start(p, p->node + 1);
	return at >= n->start &&
	    change_line_end(s, n->end) == yamlf_over_blanks(s, n->end);
}

enum sealeaf_code
yamlf_replace_by_lines(struct yamlf_put *p, const struct leaf *from,
    const struct leaf *to, struct sealeaf_error *e)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	struct span s = p->d->source;
	size_t column = column_below(p, from), start,
	       end = yamlf_node_end(p, p->node);
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (is_behind_dash(p)) {
		start = yamlf_entry_start(p, p->node) + 1;
		if (yamlf_over_blanks(s, end) == change_line_end(s, end))
			end = change_line_end(s, end);
		buf_fill(&b, ' ', column - n->indent - 1);
		yamlf_put_new_lines(&b, p, from, to, column, false, end);
		code = change_add(p->es, p->d, start, end, &b, e);
		buf_fini(&b);
		return code;
	}
	buf_puts(&b, scan_eol(p->d));
	yamlf_put_new_lines(&b, p, from, to, column, true,
	    change_line_end(s, end));
	if (yamlf_is_block_node(n)) {
		/* A comment behind the key is inside the collection. */
		start = change_line_end(s, n->start);
		code = change_add(p->es, p->d, start, end, &b, e);
	} else {
		start = change_line_end(s, end);
		if (yamlf_over_blanks(s, end) == start)
			end = start;
		change_cut(p->es, yamlf_before_blanks(s, n->start), end);
		code = change_add(p->es, p->d, start, start, &b, e);
	}
	buf_fini(&b);
	return code;
}

enum sealeaf_code
yamlf_replace_by_text(struct yamlf_put *p, struct span text, bool string,
    struct sealeaf_error *e)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	struct span s = p->d->source;
	size_t start = n->start, end = yamlf_node_end(p, p->node);
	struct buf b = { 0 };
	enum sealeaf_code code;

	/* Blanks behind nothing would end up behind the text's last line. */
	if (start == end &&
	    yamlf_over_blanks(s, end) == change_line_end(s, end))
		end = change_line_end(s, end);
	/* A tag of the file's own makes everything a string. */
	if (!yamlf_is_collection(n->type) && !string)
		start = yamlf_props_start(s, start);
	if (n->start == n->end && n->flags & LEAF_FLOW && n->key.p != NULL &&
	    (start == 0 || s.p[start - 1] != ':'))
		buf_putc(&b, ':');
	/* What begins behind a ':' or '-' has no blank yet. */
	if (start > 0 && !yamlf_begins_line(s, start) &&
	    (n->start == n->end || yamlf_is_block_node(n)) &&
	    s.p[start - 1] != ' ')
		buf_putc(&b, ' ');
	buf_span(&b, text);
	code = change_add(p->es, p->d, start, end, &b, e);
	buf_fini(&b);
	return code;
}

static enum sealeaf_code
replace(struct yamlf_put *p, const struct leaf *with, struct sealeaf_error *e)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	bool filled = yamlf_is_collection(with->type) && with->inside > 0;
	bool flow = n->flags & LEAF_FLOW ||
	    (n->bits & YAMLF_NODE_FLOW && n->next > p->node + 1);
	struct buf b = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (filled && !flow)
		return yamlf_replace_by_lines(p, with + 1,
		    with + 1 + with->inside, e);
	if (filled)
		yamlf_put_flow(&b, with, false);
	/* What has no form is printed anew by the caller. */
	if (filled || yamlf_put_new(&b, p, with))
		code = yamlf_replace_by_text(p, buf_get(&b),
		    with->type == LEAF_STR, e);
	if (code == SEALEAF_OK)
		code = buf_check(&b, e);
	buf_fini(&b);
	return code;
}

enum sealeaf_code
yamlf_replace(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	struct yamlf_put p;
	enum sealeaf_code code = yamlf_put_init(&p, es, d, at, e);

	if (code == SEALEAF_OK)
		code = replace(&p, with, e);
	yamlf_put_fini(&p);
	return code;
}
