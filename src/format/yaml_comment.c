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

enum sealeaf_code
yamlf_scanner_init(struct yamlf_scanner *s, struct span source, struct arena *a,
    struct sealeaf_error *e)
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
yamlf_join(struct yamlf_scanner *s, struct yamlf_chain *a, struct yamlf_chain b)
{
	if (b.first == 0)
		return;
	if (a->first == 0)
		a->first = b.first;
	else
		s->remarks[a->last].next = b.first;
	a->last = b.last;
}

/* Move the mark to where the scanner goes on behind `t`. */
static void
resume(struct yamlf_scanner *s, const struct yamlf_token *t)
{
	bool plain = t->type == YAMLF_SCALAR && t->style == STYLE_PLAIN;
	const char *p = s->source.p;
	size_t at = t->start, n;
	unsigned char c;

	s->mark.line = t->line;
	s->mark.column = t->column;
	while (at < t->resume) {
		c = (unsigned char)p[at];
		n = c >= ' ' && c < 0x80 ? 0 : yamlf_break(s->source, at);
		if (n == 0) {
			s->mark.column += (c & 0xc0) != 0x80 ? 1 : 0;
			at++;
			continue;
		}
		s->mark.line++;
		s->mark.column = 0;
		at += n;
		/* A plain scalar ends with its line. */
		if (plain && at > t->end)
			s->key_allowed = true;
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
accept(struct yamlf_scanner *s, struct yamlf_token *t,
    const struct yamlf_front *f, struct sealeaf_error *e)
{
	int64_t mark = (int64_t)t->start;
	enum sealeaf_code code;

	/* A comment behind ':' and ',' goes with the token before them. */
	if (s->n > 0 &&
	    ((s->level == 0 && t->type == YAMLF_COLON) ||
		(s->level > 0 && t->type == YAMLF_COMMA)))
		mark = (int64_t)s->queue[s->n - 1].start;
	code = yamlf_apply(s, t, f, e);
	if (code == SEALEAF_OK && t->body > 0)
		code = header_comment(s, t, e);
	if (code == SEALEAF_OK)
		code = yamlf_put(s, s->n, t, e);
	resume(s, t);
	if (code != SEALEAF_OK || !has_line_comment(t))
		return code;
	return yamlf_line(s, mark, e);
}

/* One step of SOPS's scanner: a gap and a token with text. */
static enum sealeaf_code
fetch(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_front f = { 0 };
	enum sealeaf_code code;
	struct yamlf_token t;

	f.before = s->mark.at - 1;
	code = yamlf_tokens_next(s->tokens, &t, s->indent, e);
	if (code == SEALEAF_OK && t.type != YAMLF_STREAM_START)
		code = yamlf_gap(s, e);
	/* libyaml passes over it at the start of a line; SOPS's parser makes it
	 * part of a key, or fails. */
	if (code == SEALEAF_OK && (size_t)s->mark.at != t.start)
		code = err_at(e, SEALEAF_ERR_READ, t.line + 1, 1,
		    "byte order mark inside the text");
	while (code == SEALEAF_OK) {
		if (t.type == YAMLF_BLOCK_END) {
			code = yamlf_end_of_block(s, &f, &t, e);
		} else if (t.type == YAMLF_LIST_START) {
			code = yamlf_put(s, s->n, &t, e);
			if (code == SEALEAF_OK)
				code = yamlf_push_indent(s, t.column, e);
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
	if (!k->sure &&
	    (k->line < s->mark.line ||
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
		yamlf_join(s,
		    g->kind == YAMLF_HEAD       ? &s->notes.head
			: g->kind == YAMLF_LINE ? &s->notes.line
						: &s->notes.foot,
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
