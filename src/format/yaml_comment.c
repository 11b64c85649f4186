/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the queue of tokens in SOPS's scanner. Which event gets a
 * comment depends on how far the scanner has looked ahead when the parser asks
 * for a token: always three tokens, more while the first one may turn out to
 * be a simple key. That it is one shows when the ':' is found; then KEY, and
 * BLOCK-MAPPING-START where it opens a mapping, are put in front of it.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/yaml_gap.h"

enum { LOOK_AHEAD = 3 };

enum sealeaf_code
yamlf_scanner_init(struct yamlf_scanner *s, struct span source, struct arena *a,
    struct sealeaf_error *e)
{
	memset(s, 0, sizeof *s);
	s->source = s->reader.source = source;
	s->reader.arena = a;
	s->indent = -1;
	s->mark.at = span_starts(source, "\xef\xbb\xbf") ? 3 : 0;
	s->keys = mem_grow(NULL, &s->cap_keys, 1, sizeof *s->keys);
	if (s->keys == NULL)
		return err_memory(e);
	memset(s->keys, 0, sizeof *s->keys);
	return yamlf_check_text(source, e);
}

void
yamlf_scanner_fini(struct yamlf_scanner *s)
{
	yamlf_tags_fini(&s->reader.tags);
	buf_fini(&s->reader.text);
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

/* Read the token at the mark, and take the comment behind it. */
static enum sealeaf_code
read_token(struct yamlf_scanner *s, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	int64_t mark = (int64_t)t->start;
	char c = t->start < s->source.n ? s->source.p[t->start] : '\0';
	enum sealeaf_code code;

	/* A comment behind ':' and ',' goes with the token before them. */
	if ((s->level == 0 && c == ':') || (s->level > 0 && c == ','))
		mark = (int64_t)s->queue[s->n - 1].start;
	code = yamlf_apply(s, t, e);
	if (code == SEALEAF_OK)
		code = yamlf_token_read(&s->reader, t, s->indent, s->level > 0,
		    e);
	if (code == SEALEAF_OK && t->body > 0)
		code = header_comment(s, t, e);
	if (code == SEALEAF_OK)
		code = yamlf_put(s, t, e);
	if (code != SEALEAF_OK)
		return code;
	resume(s, t);
	/* No key goes on behind the end. */
	if (t->type == YAMLF_STREAM_END && s->mark.column > 0) {
		s->mark.column = 0;
		s->mark.line++;
	}
	return has_line_comment(t) ? yamlf_line(s, mark, e) : SEALEAF_OK;
}

static enum sealeaf_code
start(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_token t = { .type = YAMLF_STREAM_START };

	t.start = t.end = t.resume = (size_t)s->mark.at;
	s->started = s->key_allowed = true;
	return yamlf_put(s, &t, e);
}

/* One step of SOPS's scanner: a gap and a token. */
static enum sealeaf_code
fetch(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	int64_t from = s->mark.at - 1;
	struct yamlf_token t = { 0 };
	enum sealeaf_code code;
	enum yamlf_type type;

	if (!s->started)
		return start(s, e);
	code = yamlf_gap(s, e);
	if (code == SEALEAF_OK)
		code = yamlf_unroll(s, s->mark.column, from, e);
	if (code != SEALEAF_OK)
		return code;
	t.start = (size_t)s->mark.at;
	t.line = s->mark.line;
	t.column = s->mark.column;
	if (yamlf_token_type(&type, &s->reader, t.start, s->level > 0,
		t.column == 0) != SEALEAF_OK)
		return yamlf_token_fail(&t,
		    "found character that cannot start any token", e);
	t.type = (uint8_t)type;
	return read_token(s, &t, e);
}

/* Whether the first token of the queue must wait, because it may begin a
 * simple key. */
static enum sealeaf_code
check_head(struct yamlf_scanner *s, bool *undecided, struct sealeaf_error *e)
{
	const struct yamlf_token *t = &s->queue[s->head];
	struct yamlf_simple_key *k;
	enum sealeaf_code code;

	*undecided = false;
	if (t->level == 0 || t->level - 1 > s->level)
		return SEALEAF_OK;
	k = &s->keys[t->level - 1];
	if (!k->possible || k->number != s->parsed)
		return SEALEAF_OK;
	code = yamlf_check_key(s, k, e);
	*undecided = k->possible;
	return code;
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
	bool wait;

	while (!s->available) {
		wait = true;
		code = SEALEAF_OK;
		if (s->n - s->head >= LOOK_AHEAD)
			code = check_head(s, &wait, e);
		if (code == SEALEAF_OK && wait)
			code = fetch(s, e);
		if (code != SEALEAF_OK)
			return code;
		s->available = !wait;
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
