/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of SOPS's scanner: the queue, the columns of the open blocks, and
 * where a simple key may begin.
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_gap.h"

enum sealeaf_code
yamlf_put(struct yamlf_scanner *s, size_t at, const struct yamlf_token *t,
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
yamlf_push_indent(struct yamlf_scanner *s, int64_t column,
    struct sealeaf_error *e)
{
	int64_t *list = mem_grow(s->indents, &s->cap_indents, s->n_indents + 1,
	    sizeof *list);

	if (list == NULL)
		return err_memory(e);
	s->indents = list;
	list[s->n_indents++] = s->indent;
	s->indent = column;
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_end_of_block(struct yamlf_scanner *s, struct yamlf_front *f,
    struct yamlf_token *t, struct sealeaf_error *e)
{
	const struct yamlf_group *g;
	int64_t stop;

	if (!f->closing && s->indent <= (int64_t)s->mark.column) {
		f->closing = true;
		f->before = s->mark.at - 1;
	}
	stop = f->before;
	for (size_t i = s->n_groups; i > 0; i--) {
		g = &s->groups[i - 1];
		if (g->kind == YAMLF_SPENT || g->end < stop)
			break;
		if ((int64_t)g->column == s->indent + 1)
			f->before = g->start;
		stop = g->scan;
	}
	t->start = t->end = f->before < 0 ? 0 : (size_t)f->before;
	s->indent = s->n_indents > 0 ? s->indents[--s->n_indents] : -1;
	return yamlf_put(s, s->n, t, e);
}

static void
remove_key(struct yamlf_scanner *s)
{
	s->keys[s->level].possible = false;
}

/* Remember that a simple key may begin with `t`, the next token to come. */
static void
save_key(struct yamlf_scanner *s, struct yamlf_token *t,
    const struct yamlf_front *f)
{
	struct yamlf_simple_key *k = &s->keys[s->level];

	if (!s->key_allowed && !f->has_key)
		return;
	k->possible = true;
	k->sure = f->has_key;
	k->map = f->has_map;
	k->number = s->parsed + (s->n - s->head);
	k->at = t->start;
	k->line = t->line;
	k->column = t->column;
	t->level = (uint32_t)s->level + 1;
}

static enum sealeaf_code
enter_flow(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_simple_key *list = mem_grow(s->keys, &s->cap_keys,
	    s->level + 2, sizeof *list);

	if (list == NULL)
		return err_memory(e);
	s->keys = list;
	s->level++;
	memset(&list[s->level], 0, sizeof *list);
	return SEALEAF_OK;
}

/* The ':' of a simple key: its KEY, and where it begins a mapping the
 * MAPPING-START, go in front of it. */
static enum sealeaf_code
insert_key(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_simple_key *k = &s->keys[s->level];
	struct yamlf_token t = { 0 };
	enum sealeaf_code code;
	size_t waiting = s->n - s->head, back;

	/* The key cannot have been handed out: is_undecided(). */
	back = s->parsed + waiting - k->number;
	if (back > waiting)
		back = waiting;
	k->possible = k->sure = false;
	s->key_allowed = false;
	t.type = YAMLF_KEY;
	t.start = t.end = k->at;
	t.line = k->line;
	t.column = k->column;
	code = yamlf_put(s, s->n - back, &t, e);
	if (code != SEALEAF_OK || !k->map)
		return code;
	t.type = YAMLF_MAP_START;
	code = yamlf_put(s, s->n - back - 1, &t, e);
	if (code != SEALEAF_OK)
		return code;
	return yamlf_push_indent(s, k->column, e);
}

/* Put the mapping's start that `f` holds in front of what comes. */
static enum sealeaf_code
put_map(struct yamlf_scanner *s, const struct yamlf_front *f,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (!f->has_map)
		return SEALEAF_OK;
	code = yamlf_put(s, s->n, &f->map, e);
	if (code != SEALEAF_OK)
		return code;
	return yamlf_push_indent(s, f->map.column, e);
}

enum sealeaf_code
yamlf_apply(struct yamlf_scanner *s, struct yamlf_token *t,
    const struct yamlf_front *f, struct sealeaf_error *e)
{
	switch (t->type) {
	case YAMLF_STREAM_START:
		s->key_allowed = true;
		return SEALEAF_OK;
	case YAMLF_LIST_OPEN:
	case YAMLF_MAP_OPEN:
		save_key(s, t, f);
		s->key_allowed = true;
		return enter_flow(s, e);
	case YAMLF_LIST_CLOSE:
	case YAMLF_MAP_CLOSE:
		remove_key(s);
		s->level -= s->level > 0 ? 1 : 0;
		s->key_allowed = false;
		return SEALEAF_OK;
	case YAMLF_COMMA:
	case YAMLF_ENTRY:
		remove_key(s);
		s->key_allowed = true;
		return SEALEAF_OK;
	case YAMLF_KEY:
		remove_key(s);
		s->key_allowed = s->level == 0;
		return put_map(s, f, e);
	case YAMLF_COLON:
		if (s->keys[s->level].possible && s->keys[s->level].sure)
			return insert_key(s, e);
		remove_key(s);
		s->key_allowed = s->level == 0;
		return put_map(s, f, e);
	case YAMLF_SCALAR:
		if (t->style == STYLE_LITERAL || t->style == STYLE_FOLDED) {
			remove_key(s);
			s->key_allowed = true;
			return SEALEAF_OK;
		}
		save_key(s, t, f);
		s->key_allowed = false;
		return SEALEAF_OK;
	case YAMLF_ALIAS:
	case YAMLF_ANCHOR:
	case YAMLF_TAG:
		save_key(s, t, f);
		s->key_allowed = false;
		return SEALEAF_OK;
	default:
		remove_key(s);
		s->key_allowed = false;
		return SEALEAF_OK;
	}
}
