/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inserting and removing entries of a YAML text. In block style an entry is
 * whole lines, in flow style a run between commas.
 */

#include "format/scan.h"

#include "format/yaml_put.h"

static bool
is_block_scalar(const struct yamlf_node *n)
{
	return !yamlf_is_collection(n->type) &&
	    (n->style == STYLE_LITERAL || n->style == STYLE_FOLDED);
}

/* ---- insert ---- */

static void
put_flow_entry(struct buf *b, const struct leaf *with)
{
	yamlf_put_flow_content(b, with, with + 1 + with->inside,
	    with->path->key.p == NULL, false);
}

/* Behind the comma that follows `at`, or `at` when none does. */
static size_t
behind_comma(struct span s, size_t at)
{
	size_t i = yamlf_over_space(s, at);

	while (i < s.n && s.p[i] == '#')
		i = yamlf_over_space(s, change_line_end(s, i));
	return i < s.n && s.p[i] == ',' ? i + 1 : at;
}

/* Behind the last entry of a flow collection; on a line of its own where that
 * is. A comma at the end stays at the end. */
static enum sealeaf_code
insert_in_flow(struct yamlf_put *p, uint32_t last, const struct leaf *with,
    struct sealeaf_error *e)
{
	struct span s = p->d->source;
	size_t start = yamlf_entry_start(p, last);
	size_t end = p->tree.nodes[last].end, at = behind_comma(s, end), line;
	struct buf b = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	bool comma = at > end;

	line = change_line_end(s, at);
	if (!yamlf_begins_line(s, start) ||
	    (yamlf_over_blanks(s, at) < line &&
		s.p[yamlf_over_blanks(s, at)] != '#')) {
		buf_puts(&b, ", ");
		put_flow_entry(&b, with);
		code = change_add(p->es, p->d, end, end, &b, e);
	} else {
		if (!comma)
			edits_add(p->es, end, 0, span_make(",", 1));
		buf_puts(&b, scan_eol(p->d));
		buf_span(&b, span_sub(s, change_line(s, start), start));
		put_flow_entry(&b, with);
		if (comma)
			buf_putc(&b, ',');
		code = change_add(p->es, p->d, line, line, &b, e);
	}
	buf_fini(&b);
	return code;
}

/* Into brackets that hold nothing yet. */
static enum sealeaf_code
insert_in_empty(struct yamlf_put *p, const struct leaf *with,
    struct sealeaf_error *e)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	bool flow = n->flags & LEAF_FLOW;
	struct span s = p->d->source;
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (!flow && p->parent != YAMLF_NONE)
		return yamlf_replace_by_lines(p, with, with + 1 + with->inside,
		    e);
	if (!flow && (n->start == 0 || s.p[n->start - 1] == '\n')) {
		yamlf_put_new_lines(&b, p, with, with + 1 + with->inside, 0,
		    true, n->end);
		code = change_add(p->es, p->d, n->start, n->end, &b, e);
	} else {
		put_flow_entry(&b, with);
		code = change_add(p->es, p->d, n->start + 1, n->start + 1, &b,
		    e);
	}
	buf_fini(&b);
	return code;
}

/* Under the last entry of a block collection and all that is inside it. */
static enum sealeaf_code
insert_below(struct yamlf_put *p, uint32_t last, const struct leaf *with,
    struct sealeaf_error *e)
{
	const struct yamlf_node *n = &p->tree.nodes[last];
	struct span s = p->d->source;
	size_t at = yamlf_deeper_comments(s, p->tree.nodes[p->node].end,
	    n->indent);
	struct buf b = { 0 };
	enum sealeaf_code code;

	at = change_line_end(s, at);
	buf_puts(&b, scan_eol(p->d));
	yamlf_put_new_lines(&b, p, with, with + 1 + with->inside, n->indent,
	    true, at);
	code = change_add(p->es, p->d, at, at, &b, e);
	buf_fini(&b);
	return code;
}

/* The first entry of a document that has none. */
static enum sealeaf_code
insert_first(struct yamlf_put *p, const struct leaf *with,
    struct sealeaf_error *e)
{
	struct span s = p->d->source;
	bool open = s.n > 0 && s.p[s.n - 1] != '\n';
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (open)
		buf_puts(&b, scan_eol(p->d));
	yamlf_put_new_lines(&b, p, with, with + 1 + with->inside, 0, true,
	    open ? s.n : 0);
	if (!open)
		buf_puts(&b, scan_eol(p->d));
	code = change_add(p->es, p->d, s.n, s.n, &b, e);
	buf_fini(&b);
	return code;
}

static enum sealeaf_code
insert(struct yamlf_put *p, const struct leaf *with, struct sealeaf_error *e)
{
	const struct yamlf_node *n;
	uint32_t last;

	if (p->node == YAMLF_NONE ||
	    !yamlf_is_collection(p->tree.nodes[p->node].type))
		return insert_first(p, with, e);
	n = &p->tree.nodes[p->node];
	last = yamlf_last_entry(&p->tree, p->node);
	if (last == YAMLF_NONE)
		return insert_in_empty(p, with, e);
	return n->bits & YAMLF_NODE_FLOW ? insert_in_flow(p, last, with, e)
					 : insert_below(p, last, with, e);
}

enum sealeaf_code
yamlf_insert(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	struct yamlf_put p;
	enum sealeaf_code code = yamlf_put_init(&p, es, d, at, e);

	if (code == SEALEAF_OK)
		code = insert(&p, with, e);
	yamlf_put_fini(&p);
	return code;
}

/* ---- remove ---- */

/* An entry goes with the comma before it, the first with that behind. */
static void
remove_in_flow(struct yamlf_put *p)
{
	const struct yamlf_node *n = &p->tree.nodes[p->node];
	const struct yamlf_node *up = &p->tree.nodes[p->parent];
	struct span s = p->d->source;

	if (p->prev != YAMLF_NONE)
		change_cut(p->es, p->tree.nodes[p->prev].end, n->end);
	else if (p->next != YAMLF_NONE)
		change_cut(p->es, yamlf_over_space(s, up->start + 1),
		    yamlf_over_space(s, behind_comma(s, n->end)));
	else
		change_cut(p->es, up->start + 1, up->end - 1);
}

/* The last entry goes: an empty collection stays. */
static enum sealeaf_code
remove_last(struct yamlf_put *p, struct sealeaf_error *e)
{
	bool list = p->tree.nodes[p->parent].type == LEAF_LIST;
	struct span text = span_of(list ? "[]" : "{}");
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (p->parent != p->tree.documents[0].root) {
		p->node = p->parent;
		return yamlf_replace_by_text(p, text, false, e);
	}
	buf_span(&b, text);
	code = change_add(p->es, p->d, yamlf_entry_start(p, p->node),
	    change_line_end(p->d->source, yamlf_node_end(p, p->node)), &b, e);
	buf_fini(&b);
	return code;
}

/* Whole lines; but the first entry of an item stands behind the dash, where
 * the next one comes then. */
static void
remove_lines(struct yamlf_put *p)
{
	struct span s = p->d->source;
	size_t start = yamlf_entry_start(p, p->node), next;
	size_t end = change_line_end(s, yamlf_node_end(p, p->node));

	if (yamlf_begins_line(s, start)) {
		start = change_line(s, start);
		end = change_next_line(s, end);
		/* The line break before may belong to a text. */
		if (is_block_scalar(&p->tree.nodes[p->node - 1]))
			change_cut(p->es, start, end);
		else
			change_cut_lines(p->es, p->d, start, end);
		return;
	}
	next = yamlf_entry_start(p, p->next);
	if (yamlf_over_space(s, end) == next)
		change_cut(p->es, start, next);
	else
		change_cut(p->es, yamlf_before_blanks(s, start), end);
}

static enum sealeaf_code
remove_entry(struct yamlf_put *p, struct sealeaf_error *e)
{
	if (p->tree.nodes[p->parent].bits & YAMLF_NODE_FLOW)
		remove_in_flow(p);
	else if (p->prev == YAMLF_NONE && p->next == YAMLF_NONE)
		return remove_last(p, e);
	else
		remove_lines(p);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_remove(struct edits *es, struct doc *d, size_t at,
    struct sealeaf_error *e)
{
	struct yamlf_put p;
	enum sealeaf_code code = yamlf_put_init(&p, es, d, at, e);

	if (code == SEALEAF_OK)
		code = remove_entry(&p, e);
	yamlf_put_fini(&p);
	return code;
}
