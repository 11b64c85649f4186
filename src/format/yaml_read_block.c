/* SPDX-License-Identifier: Apache-2.0 */
/* The text of block scalars: header, indentation, folding, chomping. */

#include "format/yaml_extent.h"
#include "format/yaml_token.h"

struct scalar_block {
	struct span s;
	const struct yamlf_token *t;
	size_t at;
	size_t line;  /* start of the line */
	size_t stop;  /* behind the last line break */
	size_t blank; /* where the blank lines before `stop` begin */
	size_t column, least;
	char chomp; /* '+', '-' or 0 */
};

static bool
is_blank(struct span s, size_t at)
{
	return at < s.n && (s.p[at] == ' ' || s.p[at] == '\t');
}

static bool
is_digit(struct span s, size_t at)
{
	return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

static void
read_chomp(struct scalar_block *k)
{
	if (k->at < k->s.n && (k->s.p[k->at] == '+' || k->s.p[k->at] == '-'))
		k->chomp = k->s.p[k->at++];
}

static enum sealeaf_code
read_header(struct scalar_block *k, int64_t indent, struct sealeaf_error *e)
{
	bool before;

	k->at++;
	read_chomp(k);
	before = k->chomp != 0;
	if (is_digit(k->s, k->at)) {
		if (k->s.p[k->at] == '0')
			return yamlf_token_fail(k->t,
			    "found an indentation indicator equal to 0", e);
		k->column = (size_t)(k->s.p[k->at++] - '0') +
		    (indent > 0 ? (size_t)indent : 0);
	}
	if (!before)
		read_chomp(k);
	while (is_blank(k->s, k->at))
		k->at++;
	if (k->at < k->s.n && k->s.p[k->at] == '#') {
		while (k->at < k->s.n && yamlf_break(k->s, k->at) == 0)
			k->at++;
	}
	if (k->at < k->s.n && yamlf_break(k->s, k->at) == 0)
		return yamlf_token_fail(k->t,
		    "did not find expected comment or line break", e);
	k->at += yamlf_break(k->s, k->at);
	return SEALEAF_OK;
}

/* Go over blank lines and the indentation of the first that is none. */
static enum sealeaf_code
pass_blank(struct scalar_block *k, struct sealeaf_error *e)
{
	size_t most = 0, n;

	k->blank = k->stop = k->at;
	for (;;) {
		k->line = k->at;
		while ((k->column == 0 || k->at - k->line < k->column) &&
		    k->at < k->s.n && k->s.p[k->at] == ' ')
			k->at++;
		if (k->at - k->line > most)
			most = k->at - k->line;
		if ((k->column == 0 || k->at - k->line < k->column) &&
		    k->at < k->s.n && k->s.p[k->at] == '\t')
			return yamlf_text_fail(k->s, k->at,
			    "found a tab character where an indentation space is expected",
			    e);
		n = yamlf_break(k->s, k->at);
		if (n == 0)
			break;
		k->at += n;
		k->stop = k->at;
	}
	if (k->column == 0)
		k->column = most > k->least ? most : k->least;
	return SEALEAF_OK;
}

/* A line break as it is read: LS and PS stay, all others are newlines. */
static size_t
put_break(struct buf *b, struct span s, size_t at)
{
	size_t n = yamlf_break(s, at);

	if (n == 3)
		buf_span(b, span_sub(s, at, at + n));
	else if (n > 0)
		buf_putc(b, '\n');
	return n;
}

static void
put_blank(struct buf *b, const struct scalar_block *k)
{
	size_t n;

	for (size_t at = k->blank; at<k->stop; at += n> 0 ? n : 1)
		n = put_break(b, k->s, at);
}

static enum sealeaf_code
read_lines(struct buf *b, struct scalar_block *k, bool literal,
    struct sealeaf_error *e)
{
	bool blank, was_blank = false;
	size_t end = k->s.n, from;
	enum sealeaf_code code = pass_blank(k, e);

	while (code == SEALEAF_OK && k->at < k->s.n &&
	    k->at - k->line == k->column) {
		blank = is_blank(k->s, k->at);
		if (literal || blank || was_blank ||
		    yamlf_break(k->s, end) == 3)
			(void)put_break(b, k->s, end);
		else if (end < k->s.n && k->blank == k->stop)
			buf_putc(b, ' ');
		put_blank(b, k);
		was_blank = blank;
		from = k->at;
		while (k->at < k->s.n && yamlf_break(k->s, k->at) == 0)
			k->at++;
		buf_span(b, span_sub(k->s, from, k->at));
		end = k->at;
		k->at += yamlf_break(k->s, k->at);
		code = pass_blank(k, e);
	}
	if (k->chomp != '-')
		(void)put_break(b, k->s, end);
	if (k->chomp == '+')
		put_blank(b, k);
	return code;
}

enum sealeaf_code
yamlf_read_block(struct yamlf_reader *r, struct yamlf_token *t, int64_t indent,
    struct sealeaf_error *e)
{
	struct scalar_block k = { .s = r->source, .t = t, .at = t->start };
	bool literal = r->source.p[t->start] == '|';
	enum sealeaf_code code;

	t->style = literal ? STYLE_LITERAL : STYLE_FOLDED;
	k.least = indent < 0 ? 1 : (size_t)indent + 1;
	buf_truncate(&r->text, 0);
	code = read_header(&k, indent, e);
	if (code == SEALEAF_OK)
		code = read_lines(&r->text, &k, literal, e);
	if (code != SEALEAF_OK)
		return code;
	yamlf_extent(t, r->source, k.stop, indent);
	return yamlf_token_text(r, t, e);
}
