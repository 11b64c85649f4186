/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the queue of tokens in SOPS's scanner. Which event gets a
 * comment depends on how far the scanner has looked ahead when the parser asks
 * for a token: always three tokens, more while the first one may turn out to
 * be a simple key. libyaml looks ahead by other rules, so its tokens are put
 * back into the order in which SOPS's scanner meets them: BLOCK-MAPPING-START
 * and KEY come when the ':' is found, and are then put in front of the key.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/yaml_gap.h"

enum { KEY_LENGTH_MAX = 1024, LOOK_AHEAD = 3 };

/* libyaml's tokens without text in front of one with text. */
struct front {
	struct yamlf_token map;
	bool has_map, has_key;
	int64_t before; /* place for the end of a block */
	bool closing;   /* all blocks end here */
};

enum sealeaf_code
yamlf_scanner_init(struct yamlf_scanner *s, struct span source,
    struct arena *a, struct sealeaf_error *e)
{
	memset(s, 0, sizeof *s);
	s->source = source;
	s->arena = a;
	s->indent = -1;
	s->mark.at = span_starts(source, "\xef\xbb\xbf") ? 3 : 0;
	s->keys = mem_grow(NULL, &s->cap_keys, 1, sizeof *s->keys);
	if (s->keys == NULL)
		return err_memory(e);
	memset(s->keys, 0, sizeof *s->keys);
	return yamlf_tokens_new(&s->tokens, source, a, e);
}

void
yamlf_scanner_fini(struct yamlf_scanner *s)
{
	yamlf_tokens_free(s->tokens);
	free(s->queue);
	free(s->indents);
	free(s->keys);
	free(s->groups);
	free(s->remarks);
	memset(s, 0, sizeof *s);
}

void
yamlf_join(struct yamlf_scanner *s, struct yamlf_chain *a,
    struct yamlf_chain b)
{
	if (b.first == 0)
		return;
	if (a->first == 0)
		a->first = b.first;
	else
		s->remarks[a->last].next = b.first;
	a->last = b.last;
}

/* Put `t` into the queue at `at`, or at its end. */
static enum sealeaf_code
put(struct yamlf_scanner *s, size_t at, const struct yamlf_token *t,
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
	memmove(list + at + 1, list + at, (s->n - at) * sizeof *list);
	list[at] = *t;
	s->n++;
	return SEALEAF_OK;
}

static enum sealeaf_code
push_indent(struct yamlf_scanner *s, int64_t column, struct sealeaf_error *e)
{
	int64_t *list = mem_grow(s->indents, &s->cap_indents,
	    s->n_indents + 1, sizeof *list);

	if (list == NULL)
		return err_memory(e);
	s->indents = list;
	list[s->n_indents++] = s->indent;
	s->indent = column;
	return SEALEAF_OK;
}

/*
 * A block ends. Its end is placed before the comments that stand at the
 * column of that block, so that they go to what is around it.
 */
static enum sealeaf_code
end_block(struct yamlf_scanner *s, struct front *f, struct yamlf_token *t,
    struct sealeaf_error *e)
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
	return put(s, s->n, t, e);
}

static void
remove_key(struct yamlf_scanner *s)
{
	s->keys[s->level].possible = false;
}

/* Remember that a simple key may begin with `t`, the next token to come. */
static void
save_key(struct yamlf_scanner *s, struct yamlf_token *t,
    const struct front *f)
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
	size_t back = s->parsed + (s->n - s->head) - k->number;

	k->possible = k->sure = false;
	s->key_allowed = false;
	t.type = YAMLF_KEY;
	t.start = t.end = k->at;
	t.line = k->line;
	t.column = k->column;
	code = put(s, s->n - back, &t, e);
	if (code != SEALEAF_OK || !k->map)
		return code;
	t.type = YAMLF_MAP_START;
	code = put(s, s->n - back - 1, &t, e);
	if (code != SEALEAF_OK)
		return code;
	return push_indent(s, k->column, e);
}

/* Put the mapping's start that `f` holds in front of what comes. */
static enum sealeaf_code
put_map(struct yamlf_scanner *s, const struct front *f,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (!f->has_map)
		return SEALEAF_OK;
	code = put(s, s->n, &f->map, e);
	if (code != SEALEAF_OK)
		return code;
	return push_indent(s, f->map.column, e);
}

/* What a token with text does to the state of the scanner. */
static enum sealeaf_code
apply(struct yamlf_scanner *s, struct yamlf_token *t, const struct front *f,
    struct sealeaf_error *e)
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
	case YAMLF_VALUE:
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

/* Move the mark to where the scanner goes on behind `t`. */
static void
resume(struct yamlf_scanner *s, const struct yamlf_token *t)
{
	size_t at = t->start, n;

	s->mark.line = t->line;
	s->mark.column = t->column;
	while (at < t->resume) {
		n = yamlf_break(s->source, at);
		if (n > 0) {
			s->mark.line++;
			s->mark.column = 0;
			at += n;
			/* A plain scalar ends with its line. */
			if (t->type == YAMLF_SCALAR && t->style == STYLE_PLAIN &&
			    at > t->end)
				s->key_allowed = true;
		} else {
			s->mark.column +=
			    (s->source.p[at] & 0xc0) != 0x80 ? 1 : 0;
			at++;
		}
	}
	s->mark.at = (int64_t)t->resume;
}

/* The comment behind the header of a block scalar stands in the middle of
 * the token. */
static enum sealeaf_code
header_comment(struct yamlf_scanner *s, const struct yamlf_token *t,
    struct sealeaf_error *e)
{
	size_t at = t->start + 1;

	while (at < t->body && strchr("+-0123456789", s->source.p[at]) != NULL)
		at++;
	s->mark.at = (int64_t)at;
	s->mark.line = t->line;
	s->mark.column = t->column + (uint32_t)(at - t->start);
	return yamlf_line(s, (int64_t)t->start, e);
}

/* Whether a comment on the line of `t` is looked for right behind it. */
static bool
has_line_comment(const struct yamlf_token *t)
{
	switch (t->type) {
	case YAMLF_STREAM_START:
	case YAMLF_STREAM_END:
	case YAMLF_DIRECTIVE:
	case YAMLF_DOCUMENT_START:
	case YAMLF_DOCUMENT_END:
	case YAMLF_ENTRY:
		return false;
	default:
		return true;
	}
}

/* Queue a token with text, and take the comment behind it. */
static enum sealeaf_code
accept(struct yamlf_scanner *s, struct yamlf_token *t, const struct front *f,
    struct sealeaf_error *e)
{
	int64_t mark = (int64_t)t->start;
	enum sealeaf_code code;

	/* A comment behind ':' and ',' goes with the token before them. */
	if (s->n > 0 && ((s->level == 0 && t->type == YAMLF_VALUE) ||
	    (s->level > 0 && t->type == YAMLF_COMMA)))
		mark = (int64_t)s->queue[s->n - 1].start;
	code = apply(s, t, f, e);
	if (code == SEALEAF_OK && t->body > 0)
		code = header_comment(s, t, e);
	if (code == SEALEAF_OK)
		code = put(s, s->n, t, e);
	resume(s, t);
	if (code != SEALEAF_OK || !has_line_comment(t))
		return code;
	return yamlf_line(s, mark, e);
}

/* One step of SOPS's scanner: a gap and a token with text. */
static enum sealeaf_code
fetch(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct front f = { 0 };
	enum sealeaf_code code;
	struct yamlf_token t;

	f.before = s->mark.at - 1;
	code = yamlf_tokens_next(s->tokens, &t, s->indent, e);
	if (code == SEALEAF_OK && t.type != YAMLF_STREAM_START)
		code = yamlf_gap(s, e);
	/* libyaml also passes over a byte order mark within the text. */
	if ((size_t)s->mark.at != t.start) {
		s->mark.at = (int64_t)t.start;
		s->mark.line = t.line;
		s->mark.column = t.column;
	}
	while (code == SEALEAF_OK) {
		if (t.type == YAMLF_BLOCK_END) {
			code = end_block(s, &f, &t, e);
		} else if (t.type == YAMLF_LIST_START) {
			code = put(s, s->n, &t, e);
			if (code == SEALEAF_OK)
				code = push_indent(s, t.column, e);
		} else if (t.type == YAMLF_MAP_START) {
			f.has_map = true;
			f.map = t;
		} else if (t.type == YAMLF_KEY && t.start == t.end) {
			f.has_key = true;
		} else {
			return accept(s, &t, &f, e);
		}
		if (code == SEALEAF_OK)
			code = yamlf_tokens_next(s->tokens, &t, s->indent, e);
	}
	return code;
}

/* Whether the first token of the queue must wait, because it may begin a
 * simple key. */
static bool
is_undecided(struct yamlf_scanner *s)
{
	const struct yamlf_token *t = &s->queue[s->head];
	struct yamlf_simple_key *k;

	if (t->level == 0 || t->level - 1 > s->level)
		return false;
	k = &s->keys[t->level - 1];
	if (!k->possible || k->number != s->parsed)
		return false;
	if (!k->sure && (k->line < s->mark.line ||
	    (int64_t)k->at + KEY_LENGTH_MAX < s->mark.at))
		k->possible = false;
	return k->possible;
}

/* Hand over the comments that stand before `t`. */
static void
unfold(struct yamlf_scanner *s, const struct yamlf_token *t)
{
	struct yamlf_group *g;

	for (; s->group < s->n_groups; s->group++) {
		g = &s->groups[s->group];
		if ((int64_t)t->start < g->mark)
			break;
		/* The end of a block has no head: the next token gets it. */
		if (g->kind == YAMLF_HEAD && t->type == YAMLF_BLOCK_END)
			break;
		yamlf_join(s, g->kind == YAMLF_HEAD ? &s->notes.head :
		    g->kind == YAMLF_LINE ? &s->notes.line : &s->notes.foot,
		    g->text);
		g->kind = YAMLF_SPENT;
	}
}

enum sealeaf_code
yamlf_peek(struct yamlf_scanner *s, const struct yamlf_token **t,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;

	while (!s->available) {
		if (s->n - s->head >= LOOK_AHEAD && !is_undecided(s)) {
			s->available = true;
			break;
		}
		code = fetch(s, e);
		if (code != SEALEAF_OK)
			return code;
	}
	*t = &s->queue[s->head];
	unfold(s, *t);
	return SEALEAF_OK;
}

void
yamlf_skip(struct yamlf_scanner *s)
{
	s->available = false;
	s->parsed++;
	s->head++;
}
