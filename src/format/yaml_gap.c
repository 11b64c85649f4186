/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comments between tokens. SOPS's parser groups them into
 * head, line and foot comments while it scans, by blank lines and columns.
 * The group decides which mapping or list a comment belongs to, and that is
 * part of what its envelope is sealed with. So the grouping here has to give
 * the same answer in every case, its oddities included: they are facts of the
 * file format by now.
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_gap.h"

/* SOPS's scanner looks no further than this for the next comment. */
enum { AHEAD = 512 };

/* A group in the making. */
struct draft {
	struct yamlf_chain text;
	int64_t scan, mark, start;
	uint32_t start_line, start_column;
	uint32_t line, column; /* the column from 1 */
	int64_t foot_line;     /* a comment that begins here is a foot */
	uint32_t indent;
	bool first_empty;  /* no empty line so far */
	bool recent_empty; /* the last line was empty */
	bool behind_colon;
};

static char
byte_at(const struct yamlf_scanner *s, int64_t at)
{
	return (size_t)at < s->source.n ? s->source.p[at] : '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
break_at(const struct yamlf_scanner *s, int64_t at)
{
	return (size_t)at < s->source.n ? yamlf_break(s->source, (size_t)at)
					: 0;
}

/* Line breaks between the last character that is no blank and the mark. */
static uint32_t
count_breaks(const struct yamlf_scanner *s)
{
	const char *p = s->source.p;
	int64_t at = s->mark.at;
	uint32_t n = 0;

	while (at > 0) {
		if (p[at - 1] > ' ' && p[at - 1] < 0x7f) {
			break;
		} else if (is_blank(p[at - 1])) {
			at--;
		} else if (at > 1 && p[at - 1] == '\n' && p[at - 2] == '\r') {
			at -= 2;
			n++;
		} else if (break_at(s, at - 1) == 1) {
			at--;
			n++;
		} else if (at > 1 && break_at(s, at - 2) == 2 &&
		    p[at - 2] != '\r') {
			at -= 2;
			n++;
		} else if (at > 2 && break_at(s, at - 3) == 3) {
			at -= 3;
			n++;
		} else {
			break;
		}
	}
	return n;
}

static void
step_break(struct yamlf_scanner *s)
{
	s->mark.at += (int64_t)break_at(s, s->mark.at);
	s->mark.line++;
	s->mark.column = 0;
}

static enum sealeaf_code
add_group(struct yamlf_scanner *s, const struct yamlf_group *g,
    struct sealeaf_error *e)
{
	struct yamlf_group *list;

	/* Spent groups in front are as good as none. */
	if (s->group == s->n_groups)
		s->group = s->n_groups = 0;
	list = mem_grow(s->groups, &s->cap_groups, s->n_groups + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(e);
	s->groups = list;
	list[s->n_groups++] = *g;
	return SEALEAF_OK;
}

/* Go over the line's comment at the mark, to its break, into `text`. */
static enum sealeaf_code
take_line(struct yamlf_scanner *s, struct yamlf_chain *text,
    struct sealeaf_error *e)
{
	struct yamlf_chain one = { 0, 0 };
	struct yamlf_remark *list;
	int64_t at = s->mark.at;

	if (s->n_remarks == 0)
		s->n_remarks = 1;
	list = mem_grow(s->remarks, &s->cap_remarks, s->n_remarks + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(e);
	s->remarks = list;
	if (s->n_remarks >= UINT32_MAX)
		return err_memory(e);
	while ((size_t)at < s->source.n && break_at(s, at) == 0) {
		s->mark.column += (byte_at(s, at) & 0xc0) != 0x80 ? 1 : 0;
		at++;
	}
	memset(&list[s->n_remarks], 0, sizeof *list);
	list[s->n_remarks].at = (size_t)s->mark.at;
	list[s->n_remarks].end = (size_t)at;
	one.first = one.last = (uint32_t)s->n_remarks++;
	yamlf_join(s, text, one);
	s->mark.at = at;
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_line(struct yamlf_scanner *s, int64_t mark, struct sealeaf_error *e)
{
	struct yamlf_group g = { 0 };
	enum sealeaf_code code;
	int64_t ahead = 0;

	if (count_breaks(s) > 0)
		return SEALEAF_OK;
	while (ahead < AHEAD && is_blank(byte_at(s, s->mark.at + ahead)))
		ahead++;
	if (ahead == AHEAD || byte_at(s, s->mark.at + ahead) != '#')
		return SEALEAF_OK;
	s->mark.at += ahead;
	s->mark.column += (uint32_t)ahead;
	g.kind = YAMLF_LINE;
	g.mark = mark;
	g.start = s->mark.at;
	g.line = s->mark.line;
	g.column = s->mark.column;
	code = take_line(s, &g.text, e);
	return code == SEALEAF_OK ? add_group(s, &g, e) : code;
}

static void
begin_draft(const struct yamlf_scanner *s, struct draft *d,
    const struct yamlf_mark *from)
{
	const struct yamlf_token *t = &s->queue[s->n - 1];
	uint32_t breaks = count_breaks(s);

	if (t->type == YAMLF_COMMA && s->n > 1)
		t--;
	memset(d, 0, sizeof *d);
	d->behind_colon = t->type == YAMLF_COLON;
	d->scan = from->at;
	d->mark = (int64_t)t->start;
	d->line = s->mark.line;
	d->column = s->mark.column;
	d->indent = s->indent < 0 ? 0 : (uint32_t)s->indent;
	d->first_empty = breaks <= 1;
	d->foot_line = -1;
	if (from->line > 0) {
		d->foot_line = (int64_t)s->mark.line - breaks + 1;
		if (breaks == 0 && s->mark.column > 1)
			d->foot_line++;
	}
}

/* Close the draft as a foot that ends at `end`; what follows is new. */
static enum sealeaf_code
cut_foot(struct yamlf_scanner *s, struct draft *d, int64_t end,
    struct sealeaf_error *e)
{
	struct yamlf_group g = { 0 };

	g.kind = YAMLF_FOOT;
	g.scan = d->scan;
	g.mark = d->mark;
	g.start = d->start;
	g.line = d->start_line;
	g.column = d->start_column;
	g.end = end;
	g.text = d->text;
	d->scan = d->mark = end;
	memset(&d->text, 0, sizeof d->text);
	return add_group(s, &g, e);
}

/* An end of line, of the text or of a flow collection lies at `at`, before
 * which there was nothing but blanks. */
static enum sealeaf_code
end_line(struct yamlf_scanner *s, struct draft *d, int64_t at, bool closing,
    struct sealeaf_error *e)
{
	bool dedented = d->start_column < d->indent + 1;
	bool below = d->start_line == d->foot_line && !d->behind_colon;

	if (d->text.first == 0 || (!closing && d->recent_empty))
		return SEALEAF_OK;
	if (closing || (d->first_empty && (below || dedented))) {
		/* Left of the block it has nothing to do with the token. */
		if (dedented)
			d->mark = d->start;
		return cut_foot(s, d, at, e);
	}
	if (byte_at(s, at) != '\0')
		s->remarks[d->text.last].gap = true;
	return SEALEAF_OK;
}

/* A comment begins `ahead` bytes behind the mark. */
static enum sealeaf_code
add_line(struct yamlf_scanner *s, struct draft *d, int64_t ahead,
    struct sealeaf_error *e)
{
	int64_t at = s->mark.at + ahead;
	enum sealeaf_code code;

	if (d->text.first == 0) {
		d->start = at;
		d->start_line = d->line;
		d->start_column = d->column;
	}
	d->recent_empty = false;
	while (s->mark.at < at) {
		if (break_at(s, s->mark.at) > 0) {
			step_break(s);
		} else {
			s->mark.at++;
			s->mark.column++;
		}
	}
	code = take_line(s, &d->text, e);
	d->column = 0;
	d->line = s->mark.line;
	return code;
}

/* Group the comments from the '#' at the mark on, up to the next token. Empty
 * lines behind the last one are left. */
static enum sealeaf_code
group(struct yamlf_scanner *s, const struct yamlf_mark *from,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct yamlf_group g = { 0 };
	int64_t ahead, at;
	bool closing, dedent;
	struct draft d;
	char c;

	begin_draft(s, &d, from);
	for (ahead = 0; ahead < AHEAD && code == SEALEAF_OK; ahead++) {
		at = s->mark.at + ahead;
		c = byte_at(s, at);
		d.column++;
		if (is_blank(c))
			continue;
		closing = s->level > 0 && (c == ']' || c == '}');
		if (closing || c == '\0' || break_at(s, at) > 0) {
			code = end_line(s, &d, at, closing, e);
			if (closing || c == '\0')
				break;
			d.first_empty = false;
			d.recent_empty = true;
			d.column = 0;
			d.line++;
			continue;
		}
		dedent = d.column < d.indent + 1 && d.column != d.start_column;
		if (d.text.first != 0 && dedent)
			code = cut_foot(s, &d, at, e);
		if (c != '#' || code != SEALEAF_OK)
			break;
		code = add_line(s, &d, ahead, e);
		/* The break itself is passed over with the next round. */
		ahead = 0;
	}
	if (d.text.first == 0 || code != SEALEAF_OK)
		return code;
	g.kind = YAMLF_HEAD;
	g.scan = d.scan;
	g.mark = g.start = d.start;
	g.line = d.start_line;
	g.column = d.start_column;
	g.end = s->mark.at + ahead - 1;
	g.text = d.text;
	return add_group(s, &g, e);
}

/* A comment behind "key:" looks like a head of the first item when a "-" is
 * the first thing under it. */
static void
lift_line(struct yamlf_scanner *s)
{
	struct yamlf_group *g;

	if (s->n_groups == 0 || s->n < 2 ||
	    s->queue[s->n - 2].type != YAMLF_LIST_START ||
	    s->queue[s->n - 1].type != YAMLF_ENTRY ||
	    break_at(s, s->mark.at) > 0)
		return;
	g = &s->groups[s->n_groups - 1];
	if (g->kind != YAMLF_LINE)
		return;
	g->kind = YAMLF_HEAD;
	if (g->line + 1 == s->mark.line)
		g->mark = s->mark.at;
}

enum sealeaf_code
yamlf_gap(struct yamlf_scanner *s, struct sealeaf_error *e)
{
	struct yamlf_mark from = s->mark;
	enum sealeaf_code code;

	for (;;) {
		while (byte_at(s, s->mark.at) == ' ' ||
		    (byte_at(s, s->mark.at) == '\t' &&
			(s->level > 0 || !s->key_allowed))) {
			s->mark.at++;
			s->mark.column++;
		}
		lift_line(s);
		if (byte_at(s, s->mark.at) == '#') {
			code = group(s, &from, e);
			if (code != SEALEAF_OK)
				return code;
		}
		if (break_at(s, s->mark.at) == 0)
			return SEALEAF_OK;
		step_break(s);
		if (s->level == 0)
			s->key_allowed = true;
	}
}
