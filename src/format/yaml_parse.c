/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of YAML over tokens. Collections under way are on a stack of
 * our own, so depth costs no C stack. What a token is peeked at for decides
 * which node gets the comments around it, so each function peeks exactly
 * where SOPS's parser does.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/yaml_build.h"

enum where { IN_BLOCK, IN_BLOCK_MAP, IN_FLOW };

static enum sealeaf_code
peek(struct yamlf_parser *p, const struct yamlf_token **t)
{
	return yamlf_peek(&p->t->scanner, t, p->e);
}

static void
skip(struct yamlf_parser *p, const struct yamlf_token *t)
{
	if (t->end > t->start && t->end > p->last_end)
		p->last_end = t->end;
	yamlf_skip(&p->t->scanner);
}

/* Pass over `*t` and look at the next token. */
static enum sealeaf_code
advance(struct yamlf_parser *p, const struct yamlf_token **t)
{
	skip(p, *t);
	return peek(p, t);
}

static enum sealeaf_code
fail(struct yamlf_parser *p, const struct yamlf_token *t, const char *text)
{
	return err_at(p->e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
	    "%s", text);
}

/* The comments collected so far belong to the present event. */
static struct yamlf_notes
take_notes(struct yamlf_parser *p)
{
	struct yamlf_notes n = p->t->scanner.notes;

	memset(&p->t->scanner.notes, 0, sizeof n);
	return n;
}

static enum sealeaf_code
put_nothing(struct yamlf_parser *p)
{
	static const struct yamlf_props no_props;
	static const struct yamlf_notes no_notes;

	return yamlf_put_scalar(p, &no_props, NULL, &no_notes);
}

/* Anchor and tag in either order. `*t` is then the token behind them. */
static enum sealeaf_code
read_props(struct yamlf_parser *p, const struct yamlf_token **t,
    struct yamlf_props *props)
{
	enum sealeaf_code code = SEALEAF_OK;
	bool has_tag = false;

	memset(props, 0, sizeof *props);
	while (code == SEALEAF_OK) {
		if ((*t)->type == YAMLF_ANCHOR && props->anchor.p == NULL) {
			props->anchor = (*t)->text;
		} else if ((*t)->type == YAMLF_TAG && !has_tag) {
			has_tag = true;
			props->tag = (*t)->tag;
			props->tag_start = (*t)->start;
		} else {
			break;
		}
		if (!props->any)
			props->start = (*t)->start;
		props->end = (*t)->end;
		props->any = true;
		code = advance(p, t);
	}
	return code;
}

/* Open a block collection. `stem` is the comment above the '-' it is under,
 * which goes to the collection and not to its first entry. */
static enum sealeaf_code
open_block(struct yamlf_parser *p, enum yamlf_frame_kind kind,
    const struct yamlf_token *t, const struct yamlf_props *props,
    struct yamlf_chain stem)
{
	struct yamlf_notes notes = { { 0, 0 }, { 0, 0 }, { 0, 0 } };
	enum sealeaf_code code;

	notes.head = stem;
	code = yamlf_open(p, kind, t, props, &notes);
	/* A list at its key's column has no start of its own. */
	if (code == SEALEAF_OK && t->type != YAMLF_ENTRY)
		skip(p, t);
	return code;
}

static enum sealeaf_code
open_flow(struct yamlf_parser *p, const struct yamlf_token *t,
    const struct yamlf_props *props)
{
	struct yamlf_notes notes = take_notes(p);
	enum sealeaf_code code = yamlf_open(p, t->type == YAMLF_LIST_OPEN ?
	    YAMLF_FLOW_LIST : YAMLF_FLOW_MAP, t, props, &notes);

	if (code == SEALEAF_OK)
		skip(p, t);
	return code;
}

static enum sealeaf_code
parse_node(struct yamlf_parser *p, enum where where, struct yamlf_chain stem)
{
	const struct yamlf_token *t;
	struct yamlf_props props;
	struct yamlf_notes notes;
	enum sealeaf_code code = peek(p, &t);

	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_ALIAS) {
		notes = take_notes(p);
		code = yamlf_put_alias(p, t, &notes);
		skip(p, t);
		return code;
	}
	code = read_props(p, &t, &props);
	if (code != SEALEAF_OK)
		return code;
	if (where == IN_BLOCK_MAP && t->type == YAMLF_ENTRY)
		return open_block(p, YAMLF_INDENTLESS_LIST, t, &props, stem);
	if (t->type == YAMLF_SCALAR) {
		notes = take_notes(p);
		code = yamlf_put_scalar(p, &props, t, &notes);
		skip(p, t);
		return code;
	}
	if (t->type == YAMLF_LIST_OPEN || t->type == YAMLF_MAP_OPEN)
		return open_flow(p, t, &props);
	if (where != IN_FLOW && t->type == YAMLF_LIST_START)
		return open_block(p, YAMLF_BLOCK_LIST, t, &props, stem);
	if (where != IN_FLOW && t->type == YAMLF_MAP_START)
		return open_block(p, YAMLF_BLOCK_MAP, t, &props, stem);
	if (props.any) {
		memset(&notes, 0, sizeof notes);
		return yamlf_put_scalar(p, &props, NULL, &notes);
	}
	return fail(p, t, "did not find expected node content");
}

static enum sealeaf_code
parse_plain_node(struct yamlf_parser *p, enum where where)
{
	struct yamlf_chain none = { 0, 0 };

	return parse_node(p, where, none);
}

/* Cut what was in the head before the '-' off the rest of it. */
static struct yamlf_chain
split_stem(struct yamlf_parser *p, struct yamlf_chain prior)
{
	struct yamlf_scanner *s = &p->t->scanner;
	uint32_t next;

	if (prior.first == 0)
		return prior;
	next = s->remarks[prior.last].next;
	s->remarks[prior.last].next = 0;
	if (next == 0)
		s->notes.head.last = 0;
	s->notes.head.first = next;
	return prior;
}

static enum sealeaf_code
step_block_list(struct yamlf_parser *p, struct yamlf_frame *f)
{
	struct yamlf_chain stem = { 0, 0 }, prior;
	bool indentless = f->kind == YAMLF_INDENTLESS_LIST;
	struct yamlf_notes none = { { 0, 0 }, { 0, 0 }, { 0, 0 } };
	const struct yamlf_token *t;
	enum sealeaf_code code = peek(p, &t);

	if (code != SEALEAF_OK)
		return code;
	if (t->type != YAMLF_ENTRY) {
		if (!indentless && t->type != YAMLF_BLOCK_END)
			return fail(p, t,
			    "did not find expected '-' indicator");
		if (!indentless)
			skip(p, t);
		return yamlf_close(p, p->last_end, &none);
	}
	f->behind = t->end;
	prior = p->t->scanner.notes.head;
	code = advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_LIST_START || t->type == YAMLF_MAP_START)
		stem = split_stem(p, prior);
	if (t->type == YAMLF_ENTRY || t->type == YAMLF_BLOCK_END ||
	    (indentless && (t->type == YAMLF_KEY || t->type == YAMLF_VALUE)))
		return put_nothing(p);
	return parse_node(p, IN_BLOCK, stem);
}

static enum sealeaf_code
step_block_value(struct yamlf_parser *p, struct yamlf_frame *f)
{
	const struct yamlf_token *t;
	enum sealeaf_code code = peek(p, &t);

	if (code != SEALEAF_OK)
		return code;
	if (t->type != YAMLF_VALUE)
		return put_nothing(p);
	f->behind = t->end;
	code = advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_KEY || t->type == YAMLF_VALUE ||
	    t->type == YAMLF_BLOCK_END)
		return put_nothing(p);
	return parse_plain_node(p, IN_BLOCK_MAP);
}

static enum sealeaf_code
step_block_map(struct yamlf_parser *p, struct yamlf_frame *f)
{
	const struct yamlf_token *t;
	struct yamlf_notes notes;
	enum sealeaf_code code;

	if (f->wants_value)
		return step_block_value(p, f);
	code = peek(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_BLOCK_END) {
		notes = take_notes(p);
		skip(p, t);
		return yamlf_close(p, p->last_end, &notes);
	}
	if (t->type != YAMLF_KEY)
		return fail(p, t, "did not find expected key");
	f->key_at = t->start;
	f->behind = t->end;
	code = advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_KEY || t->type == YAMLF_VALUE ||
	    t->type == YAMLF_BLOCK_END)
		return put_nothing(p);
	return parse_plain_node(p, IN_BLOCK_MAP);
}

static enum sealeaf_code
close_flow(struct yamlf_parser *p, const struct yamlf_token *t)
{
	struct yamlf_notes notes = take_notes(p);
	size_t end = t->end;

	skip(p, t);
	return yamlf_close(p, end, &notes);
}

/* Pass over the comma in front of an entry; the first has none. */
static enum sealeaf_code
take_comma(struct yamlf_parser *p, struct yamlf_frame *f,
    const struct yamlf_token **t, const char *text)
{
	bool first = f->is_first;

	f->is_first = false;
	if (first)
		return SEALEAF_OK;
	if ((*t)->type != YAMLF_COMMA)
		return fail(p, *t, text);
	f->comma = (*t)->start;
	yamlf_end_block(p, f->comma);
	return advance(p, t);
}

static enum sealeaf_code
step_flow_list(struct yamlf_parser *p, struct yamlf_frame *f)
{
	static const struct yamlf_notes none;
	static const struct yamlf_props no_props;
	const struct yamlf_token *t;
	enum sealeaf_code code = peek(p, &t);

	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_LIST_CLOSE)
		return close_flow(p, t);
	code = take_comma(p, f, &t, "did not find expected ',' or ']'");
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_LIST_CLOSE)
		return close_flow(p, t);
	if (t->type != YAMLF_KEY)
		return parse_plain_node(p, IN_FLOW);
	code = yamlf_open(p, YAMLF_FLOW_PAIR, t, &no_props, &none);
	if (code == SEALEAF_OK)
		skip(p, t);
	return code;
}

static bool
ends_entry(const struct yamlf_token *t)
{
	return t->type == YAMLF_COMMA || t->type == YAMLF_MAP_CLOSE ||
	    t->type == YAMLF_LIST_CLOSE;
}

static enum sealeaf_code
step_flow_value(struct yamlf_parser *p, struct yamlf_frame *f)
{
	const struct yamlf_token *t;
	enum sealeaf_code code = peek(p, &t);

	if (code != SEALEAF_OK)
		return code;
	if (f->has_no_colon || t->type != YAMLF_VALUE)
		return put_nothing(p);
	f->behind = t->end;
	code = advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	return ends_entry(t) ? put_nothing(p) : parse_plain_node(p, IN_FLOW);
}

static enum sealeaf_code
step_flow_map(struct yamlf_parser *p, struct yamlf_frame *f)
{
	const struct yamlf_token *t;
	enum sealeaf_code code;

	if (f->wants_value)
		return step_flow_value(p, f);
	code = peek(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_MAP_CLOSE)
		return close_flow(p, t);
	code = take_comma(p, f, &t, "did not find expected ',' or '}'");
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_MAP_CLOSE)
		return close_flow(p, t);
	f->key_at = t->start;
	f->has_no_colon = t->type != YAMLF_KEY;
	if (!f->has_no_colon) {
		f->behind = t->end;
		code = advance(p, &t);
		if (code != SEALEAF_OK)
			return code;
		if (t->type == YAMLF_VALUE || ends_entry(t))
			return put_nothing(p);
	}
	return parse_plain_node(p, IN_FLOW);
}

static enum sealeaf_code
step_flow_pair(struct yamlf_parser *p, struct yamlf_frame *f)
{
	struct yamlf_notes none = { { 0, 0 }, { 0, 0 }, { 0, 0 } };
	const struct yamlf_token *t;
	enum sealeaf_code code;

	if (f->wants_value)
		return step_flow_value(p, f);
	code = peek(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (f->last != UINT32_MAX)
		return yamlf_close(p, p->last_end, &none);
	f->key_at = t->start;
	if (t->type == YAMLF_VALUE || ends_entry(t))
		return put_nothing(p);
	return parse_plain_node(p, IN_FLOW);
}

static enum sealeaf_code
step(struct yamlf_parser *p)
{
	struct yamlf_frame *f = yamlf_top(p);

	switch (f->kind) {
	case YAMLF_BLOCK_MAP:
		return step_block_map(p, f);
	case YAMLF_FLOW_LIST:
		return step_flow_list(p, f);
	case YAMLF_FLOW_MAP:
		return step_flow_map(p, f);
	case YAMLF_FLOW_PAIR:
		return step_flow_pair(p, f);
	default:
		return step_block_list(p, f);
	}
}

/* What of the head comment lies before its last empty line belongs to the
 * document, the rest to its first entry. */
static struct yamlf_chain
split_head(struct yamlf_scanner *s)
{
	struct yamlf_chain all = s->notes.head, front = { 0, 0 };
	uint32_t last = 0;

	for (uint32_t i = all.first; i != 0; i = s->remarks[i].next) {
		if (s->remarks[i].gap)
			last = i;
		if (i == all.last)
			break;
	}
	if (last == 0)
		return front;
	front.first = all.first;
	front.last = last;
	s->notes.head.first = s->remarks[last].next;
	if (last == all.last)
		s->notes.head.first = s->notes.head.last = 0;
	s->remarks[last].next = 0;
	return front;
}

static struct yamlf_document *
add_document(struct yamlf_parser *p)
{
	struct yamlf_tree *t = p->t;
	struct yamlf_document *list;

	if (t->n_documents >= UINT16_MAX) {
		(void)err_set(p->e, SEALEAF_ERR_READ,
		    "more than %d documents in one file", UINT16_MAX);
		return NULL;
	}
	list = mem_grow(t->documents, &t->cap_documents, t->n_documents + 1,
	    sizeof *list);
	if (list == NULL) {
		(void)err_memory(p->e);
		return NULL;
	}
	t->documents = list;
	list += t->n_documents++;
	memset(list, 0, sizeof *list);
	list->root = UINT32_MAX;
	p->root = UINT32_MAX;
	p->open_block = 0;
	return list;
}

/* Collected comments that SOPS's parser drops, or puts below the document. */
static void
join_below(struct yamlf_parser *p, struct yamlf_document *doc)
{
	struct yamlf_scanner *s = &p->t->scanner;
	struct yamlf_notes n = take_notes(p);

	yamlf_join(s, &doc->below, n.line);
	yamlf_join(s, &doc->below, n.head);
	yamlf_join(s, &doc->below, n.foot);
}

static bool
ends_document(const struct yamlf_token *t)
{
	return t->type == YAMLF_STREAM_END || t->type == YAMLF_DIRECTIVE ||
	    t->type == YAMLF_DOCUMENT_START || t->type == YAMLF_DOCUMENT_END;
}

/* From its first token, which is `t`, to its end. */
static enum sealeaf_code
parse_document(struct yamlf_parser *p, const struct yamlf_token *t,
    bool may_be_bare)
{
	struct yamlf_document *doc = add_document(p);
	enum sealeaf_code code = SEALEAF_OK;

	if (doc == NULL)
		return p->e != NULL ? p->e->code : SEALEAF_ERR_MEMORY;
	if (may_be_bare && !ends_document(t)) {
		doc->above = split_head(&p->t->scanner);
	} else {
		while (code == SEALEAF_OK && t->type == YAMLF_DIRECTIVE)
			code = advance(p, &t);
		if (code == SEALEAF_OK && t->type != YAMLF_DOCUMENT_START)
			return fail(p, t,
			    "did not find expected <document start>");
		if (code == SEALEAF_OK)
			code = advance(p, &t);
	}
	if (code == SEALEAF_OK && !ends_document(t))
		code = parse_plain_node(p, IN_BLOCK);
	while (code == SEALEAF_OK && p->n_frames > 0)
		code = step(p);
	if (code == SEALEAF_OK)
		code = peek(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_DOCUMENT_END)
		skip(p, t);
	doc = &p->t->documents[p->t->n_documents - 1];
	doc->root = p->root;
	join_below(p, doc);
	return SEALEAF_OK;
}

static enum sealeaf_code
parse_stream(struct yamlf_parser *p)
{
	const struct yamlf_token *t;
	enum sealeaf_code code = peek(p, &t);
	bool first = true;

	if (code == SEALEAF_OK)
		code = advance(p, &t);
	while (code == SEALEAF_OK) {
		while (!first && code == SEALEAF_OK &&
		    t->type == YAMLF_DOCUMENT_END)
			code = advance(p, &t);
		if (code != SEALEAF_OK || t->type == YAMLF_STREAM_END)
			break;
		code = parse_document(p, t, first);
		first = false;
		if (code == SEALEAF_OK)
			code = peek(p, &t);
	}
	if (code != SEALEAF_OK || p->t->scanner.n_remarks == 0)
		return code;
	/* A file of comments alone is a document all the same. */
	if (p->t->n_documents == 0 && add_document(p) == NULL)
		return p->e != NULL ? p->e->code : SEALEAF_ERR_MEMORY;
	join_below(p, &p->t->documents[p->t->n_documents - 1]);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_parse(struct yamlf_tree *t, struct doc *d, struct sealeaf_error *e)
{
	struct yamlf_parser p = { 0 };
	enum sealeaf_code code;

	memset(t, 0, sizeof *t);
	t->d = d;
	p.t = t;
	p.e = e;
	code = yamlf_scanner_init(&t->scanner, d->source, &d->arena, e);
	if (code == SEALEAF_OK)
		code = parse_stream(&p);
	free(p.frames);
	return code;
}

void
yamlf_tree_fini(struct yamlf_tree *t)
{
	yamlf_scanner_fini(&t->scanner);
	free(t->nodes);
	free(t->slots);
	free(t->anchors);
	free(t->documents);
	memset(t, 0, sizeof *t);
}
