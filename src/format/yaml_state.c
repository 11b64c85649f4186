/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of SOPS's scanner: the queue, the columns of the open blocks, and
 * where a simple key may begin.
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_gap.h"

enum { KEY_LENGTH_MAX = 1024, LEVELS_MAX = 10000 };

static enum sealeaf_code
insert(struct yamlf_scanner *s, size_t at, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct yamlf_token *list;

	/* The last two are looked at even when they are handed out. */
	if (s->head > 256 && s->head > s->n / 2 && s->n - s->head >= 2) {
		memmove(s->queue, s->queue + s->head,
		    (s->n - s->head) * sizeof *s->queue);
		at -= s->head;
		s->n -= s->head;
		s->head = 0;
	}
	list = mem_grow(s->queue, &s->cap, s->n + 1, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	s->queue = list;
	if (at < s->n)
		memmove(list + at + 1, list + at, (s->n - at) * sizeof *list);
	list[at] = *t;
	s->n++;
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_put(struct yamlf_scanner *s, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	return insert(s, s->n, t, e);
}

/* ---- blocks ---- */

/* Where a block begins at `column`, its start comes in front of token number
 * `number`. */
static enum sealeaf_code
roll(struct yamlf_scanner *s, enum yamlf_type type, const struct yamlf_token *t,
    size_t number, struct sealeaf_error *e)
{
	struct yamlf_token start = { .type = (uint8_t)type };
	int64_t *list;

	if (s->level > 0 || s->indent >= (int64_t)t->column)
		return SEALEAF_OK;
	if (s->n_indents >= LEVELS_MAX)
		return yamlf_token_fail(t, "exceeded max depth of 10000", e);
	list = mem_grow(s->indents, &s->cap_indents, s->n_indents + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(e);
	s->indents = list;
	list[s->n_indents++] = s->indent;
	s->indent = t->column;
	start.start = start.end = t->start;
	start.line = t->line;
	start.column = t->column;
	return insert(s, s->head + (number - s->parsed), &start, e);
}

/* The number that the next token will have. */
static size_t
next_number(const struct yamlf_scanner *s)
{
	return s->parsed + (s->n - s->head);
}

static enum sealeaf_code
end_block(struct yamlf_scanner *s, int64_t *before, struct sealeaf_error *e)
{
	struct yamlf_token t = { .type = YAMLF_BLOCK_END };
	const struct yamlf_group *g;
	int64_t stop = *before;

	for (size_t i = s->n_groups; i > 0; i--) {
		g = &s->groups[i - 1];
		if (g->kind == YAMLF_SPENT || g->end < stop)
			break;
		if ((int64_t)g->column == s->indent + 1)
			*before = g->start;
		stop = g->scan;
	}
	t.start = t.end = *before < 0 ? 0 : (size_t)*before;
	t.line = s->mark.line;
	t.column = s->mark.column;
	s->indent = s->indents[--s->n_indents];
	return yamlf_put(s, &t, e);
}

enum sealeaf_code
yamlf_unroll(struct yamlf_scanner *s, int64_t column, int64_t from,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	while (code == SEALEAF_OK && s->level == 0 && s->indent > column)
		code = end_block(s, &from, e);
	return code;
}

/* ---- simple keys ---- */

static enum sealeaf_code
fail_key(const struct yamlf_simple_key *k, struct sealeaf_error *e)
{
	return err_at(e, SEALEAF_ERR_READ, k->line + 1, k->column + 1,
	    "could not find expected ':'");
}

enum sealeaf_code
yamlf_check_key(struct yamlf_scanner *s, struct yamlf_simple_key *k,
    struct sealeaf_error *e)
{
	if (!k->possible ||
	    (k->line == s->mark.line &&
		s->mark.column - k->column <= KEY_LENGTH_MAX))
		return SEALEAF_OK;
	if (k->required)
		return fail_key(k, e);
	k->possible = false;
	return SEALEAF_OK;
}

static enum sealeaf_code
remove_key(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_simple_key *k = &s->keys[s->level];

	if (k->possible && k->required)
		return fail_key(k, e);
	k->possible = false;
	return SEALEAF_OK;
}

/* Remember that a simple key may begin with `t`, the next token to come. */
static enum sealeaf_code
save_key(struct yamlf_scanner *s, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct yamlf_simple_key *k = &s->keys[s->level];
	enum sealeaf_code code;

	if (!s->key_allowed)
		return SEALEAF_OK;
	code = remove_key(s, e);
	if (code != SEALEAF_OK)
		return code;
	k->possible = true;
	k->required = s->level == 0 && s->indent == (int64_t)t->column;
	k->number = next_number(s);
	k->at = t->start;
	k->line = t->line;
	k->column = t->column;
	t->level = (uint32_t)s->level + 1;
	return SEALEAF_OK;
}

/* The ':' of a simple key: its KEY, and where it begins a mapping the
 * MAPPING-START, go in front of it. */
static enum sealeaf_code
insert_key(struct yamlf_scanner *s, struct yamlf_simple_key *k,
    struct sealeaf_error *e)
{
	struct yamlf_token t = { .type = YAMLF_KEY };
	enum sealeaf_code code;

	/* The key cannot have been handed out: check_head(). */
	t.start = t.end = k->at;
	t.line = k->line;
	t.column = k->column;
	k->possible = false;
	s->key_allowed = false;
	code = insert(s, s->head + (k->number - s->parsed), &t, e);
	return code == SEALEAF_OK ? roll(s, YAMLF_MAP_START, &t, k->number, e)
				  : code;
}

static enum sealeaf_code
apply_colon(struct yamlf_scanner *s, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct yamlf_simple_key *k = &s->keys[s->level];
	enum sealeaf_code code = yamlf_check_key(s, k, e);

	if (code != SEALEAF_OK)
		return code;
	if (k->possible)
		return insert_key(s, k, e);
	if (s->level == 0 && !s->key_allowed)
		return yamlf_token_fail(t,
		    "mapping values are not allowed in this context", e);
	s->key_allowed = s->level == 0;
	return roll(s, YAMLF_MAP_START, t, next_number(s), e);
}

/* ---- tokens ---- */

static enum sealeaf_code
enter_flow(struct yamlf_scanner *s, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct yamlf_simple_key *list;

	if (s->level >= LEVELS_MAX)
		return yamlf_token_fail(t, "exceeded max depth of 10000", e);
	list = mem_grow(s->keys, &s->cap_keys, s->level + 2, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	s->keys = list;
	s->level++;
	memset(&list[s->level], 0, sizeof *list);
	s->key_allowed = true;
	return SEALEAF_OK;
}

/* '-' and '?', which begin a block where they stand deeper. */
static enum sealeaf_code
apply_sign(struct yamlf_scanner *s, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	bool entry = t->type == YAMLF_ENTRY;
	enum sealeaf_code code = SEALEAF_OK;

	if (s->level == 0 && !s->key_allowed)
		return yamlf_token_fail(t,
		    entry
			? "block sequence entries are not allowed in this context"
			: "mapping keys are not allowed in this context",
		    e);
	code = roll(s, entry ? YAMLF_LIST_START : YAMLF_MAP_START, t,
	    next_number(s), e);
	if (code == SEALEAF_OK)
		code = remove_key(s, e);
	s->key_allowed = entry || s->level == 0;
	return code;
}

static bool
is_block_scalar(const struct yamlf_scanner *s, const struct yamlf_token *t)
{
	char c = s->source.p[t->start];

	return s->level == 0 && (c == '|' || c == '>');
}

enum sealeaf_code
yamlf_apply(struct yamlf_scanner *s, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	switch (t->type) {
	case YAMLF_LIST_OPEN:
	case YAMLF_MAP_OPEN:
		code = save_key(s, t, e);
		return code == SEALEAF_OK ? enter_flow(s, t, e) : code;
	case YAMLF_LIST_CLOSE:
	case YAMLF_MAP_CLOSE:
		code = remove_key(s, e);
		s->level -= s->level > 0 ? 1 : 0;
		s->key_allowed = false;
		return code;
	case YAMLF_COMMA:
		s->key_allowed = true;
		return remove_key(s, e);
	case YAMLF_ENTRY:
	case YAMLF_KEY:
		return apply_sign(s, t, e);
	case YAMLF_COLON:
		return apply_colon(s, t, e);
	case YAMLF_SCALAR:
		if (is_block_scalar(s, t)) {
			s->key_allowed = true;
			return remove_key(s, e);
		}
		/* fall through */
	case YAMLF_ALIAS:
	case YAMLF_ANCHOR:
	case YAMLF_TAG:
		code = save_key(s, t, e);
		s->key_allowed = false;
		return code;
	default:
		/* Directives, markers, the end of the text: all blocks end. */
		code = yamlf_unroll(s, -1, s->mark.at - 1, e);
		if (code == SEALEAF_OK)
			code = remove_key(s, e);
		s->key_allowed = false;
		return code;
	}
}
