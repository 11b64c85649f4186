/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of YAML over tokens. Collections under way are on a stack of
 * our own, so depth costs no C stack. What a token is peeked at for decides
 * which node gets the comments around it, so each function peeks exactly
 * where SOPS's parser does.
 */

#include <string.h>

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

enum sealeaf_code
yamlf_advance(struct yamlf_parser *p, const struct yamlf_token **t)
{
	skip(p, *t);
	return peek(p, t);
}

/* What to do where `t` stands instead of a comma. A tag takes what follows it
 * up to a blank, commas and brackets too. */
static const char *
flow_hint(struct span s, const struct yamlf_token *t)
{
	size_t at = t->start;

	if (at >= s.n)
		return "close the collection, with a blank in front of the bracket if it is behind a tag";
	if (s.p[at] == '?')
		return "put the value with '?' in quotes";
	if (s.p[at] == ':')
		return "put the value with ':' in quotes, or a blank between a tag and ','";
	return "put ',' between the entries, or quotes around the one that has signs of YAML in it";
}

static enum sealeaf_code
fail(struct yamlf_parser *p, const struct yamlf_token *t, const char *text)
{
	return err_at(p->e, SEALEAF_ERR_READ, t->line + 1, t->column + 1, "%s",
	    text);
}

struct yamlf_notes
yamlf_take_notes(struct yamlf_parser *p)
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
		code = yamlf_advance(p, t);
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
	struct yamlf_notes notes = yamlf_take_notes(p);
	enum sealeaf_code code = yamlf_open(p,
	    t->type == YAMLF_LIST_OPEN ? YAMLF_FLOW_LIST : YAMLF_FLOW_MAP, t,
	    props, &notes);

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
		notes = yamlf_take_notes(p);
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
		notes = yamlf_take_notes(p);
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
	code = fail(p, t, "did not find expected node content");
	err_hint(p->e, "put a value there, one of YAML's own signs in quotes");
	return code;
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
	code = yamlf_advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_LIST_START || t->type == YAMLF_MAP_START)
		stem = split_stem(p, prior);
	if (t->type == YAMLF_ENTRY || t->type == YAMLF_BLOCK_END ||
	    (indentless && (t->type == YAMLF_KEY || t->type == YAMLF_COLON)))
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
	if (t->type != YAMLF_COLON)
		return put_nothing(p);
	f->behind = t->end;
	code = yamlf_advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_KEY || t->type == YAMLF_COLON ||
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
		notes = yamlf_take_notes(p);
		skip(p, t);
		return yamlf_close(p, p->last_end, &notes);
	}
	if (t->type != YAMLF_KEY)
		return fail(p, t, "did not find expected key");
	f->key_at = t->start;
	f->behind = t->end;
	code = yamlf_advance(p, &t);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_KEY || t->type == YAMLF_COLON ||
	    t->type == YAMLF_BLOCK_END)
		return put_nothing(p);
	return parse_plain_node(p, IN_BLOCK_MAP);
}

static enum sealeaf_code
close_flow(struct yamlf_parser *p, const struct yamlf_token *t)
{
	struct yamlf_notes notes = yamlf_take_notes(p);
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
	enum sealeaf_code code;

	f->is_first = false;
	if (first)
		return SEALEAF_OK;
	if ((*t)->type != YAMLF_COMMA) {
		code = fail(p, *t, text);
		err_hint(p->e, "%s", flow_hint(p->t->scanner.source, *t));
		return code;
	}
	f->comma = (*t)->start;
	yamlf_end_block(p, f->comma);
	return yamlf_advance(p, t);
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
	if (f->has_no_colon || t->type != YAMLF_COLON)
		return put_nothing(p);
	f->behind = t->end;
	code = yamlf_advance(p, &t);
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
		code = yamlf_advance(p, &t);
		if (code != SEALEAF_OK)
			return code;
		if (t->type == YAMLF_COLON || ends_entry(t))
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
	if (t->type == YAMLF_COLON || ends_entry(t))
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

enum sealeaf_code
yamlf_parse_root(struct yamlf_parser *p)
{
	enum sealeaf_code code = parse_plain_node(p, IN_BLOCK);

	while (code == SEALEAF_OK && p->n_frames > 0)
		code = step(p);
	return code;
}
