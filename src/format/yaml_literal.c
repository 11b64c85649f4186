/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts as block scalars in the place of a leaf.
 *
 * A block scalar reads on until something is indented less, and takes in the
 * empty lines behind it when its text ends in some. So whether one can stand
 * in a place depends on what follows there; if not, the caller writes quotes.
 */
#include "base/utf8.h"
#include "format/yaml_write.h"

/* What follows a leaf in the source, metadata blocks left out. */
struct behind {
	bool text;     /* more than blanks in the same line */
	bool end;      /* no line break: the file ends */
	bool empty;    /* the next line is empty */
	size_t column; /* where the next line that is not empty begins */
};

/* `at`, or the end of the metadata block that begins there. */
static size_t
skip_block(const struct doc *d, const struct leaf *l, size_t at)
{
	size_t low = 0, high = d->n_blocks, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (d->blocks[middle].document < l->document)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < d->n_blocks && d->blocks[low].src.p == d->source.p + at)
		return at + d->blocks[low].src.n;
	return at;
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

/* Whether a line ends at `at`; then *next is where the next one begins. */
static bool
at_break(struct span s, size_t at, size_t *next)
{
	*next = at;
	if (at < s.n && s.p[at] == '\r')
		at++;
	if (at >= s.n || s.p[at] != '\n')
		return at >= s.n;
	*next = at + 1;
	return true;
}

static void
look_behind(struct behind *w, const struct doc *d, const struct leaf *l,
    size_t at)
{
	struct span s = d->source;
	size_t next, stop;
	bool first = true;

	w->text = w->end = w->empty = false;
	w->column = 0;
	at = skip_blanks(s, skip_block(d, l, at));
	if (at < s.n && !at_break(s, at, &next)) {
		w->text = true;
		return;
	}
	w->end = at >= s.n;
	while (at < s.n) {
		(void)at_break(s, at, &next);
		at = skip_block(d, l, next);
		stop = skip_blanks(s, at);
		if (stop >= s.n || !at_break(s, stop, &next)) {
			w->column = stop >= s.n ? 0 : stop - at;
			return;
		}
		w->empty |= first;
		first = false;
		if (next == stop)
			return;
		at = stop;
	}
}

static bool
in_source(const struct doc *d, const struct leaf *l)
{
	return l->src.p != NULL && d->source.p != NULL &&
	    l->src.p >= d->source.p &&
	    l->src.p + l->src.n <= d->source.p + d->source.n;
}

static size_t
trailing(struct span text)
{
	size_t n = 0;

	while (n < text.n && text.p[text.n - n - 1] == '\n')
		n++;
	return n;
}

bool
yamlf_is_clean(struct span s)
{
	size_t n;

	if (s.n == 0 || utf8_valid(s) < s.n)
		return false;
	for (size_t i = 0; i < s.n; i += n) {
		uint32_t c = utf8_get(s, i, &n);

		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0xFEFF ||
		    (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
		    c == 0xFFFE || c == 0xFFFF)
			return false;
	}
	return true;
}

/* The first character that is no line feed, 0 when there is none. */
static char
first_char(struct span text)
{
	size_t i = 0;

	while (i < text.n && text.p[i] == '\n')
		i++;
	return i < text.n ? text.p[i] : '\0';
}

size_t
yamlf_column(const struct doc *d, const struct leaf *l)
{
	struct span s = l->src;
	size_t i = 0, from;

	if ((l->flags & LEAF_HEADED) && in_source(d, l)) {
		while (s.p - i > d->source.p && s.p[-1 - (long)i] != '\n')
			i++;
		return i;
	}
	if (l->style == STYLE_LITERAL || l->style == STYLE_FOLDED) {
		for (; i < s.n && s.p[i] != '\n'; i++)
			if (s.p[i] >= '1' && s.p[i] <= '9')
				return (size_t)(l->indent + s.p[i] - '0');
		while (i < s.n) {
			for (from = ++i; i < s.n && s.p[i] == ' ';)
				i++;
			if (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
				return i - from;
			while (i < s.n && s.p[i] != '\n')
				i++;
		}
	}
	return (size_t)yamlf_deeper(yamlf_step(d), l->indent,
	    l->path != NULL && l->path->key.p == NULL ? YAMLF_ITEM
						      : YAMLF_VALUE);
}

static void
put_line(struct buf *b, struct span line, size_t column)
{
	if (line.n > 0)
		buf_fill(b, ' ', column);
	buf_span(b, line);
}

/* The lines, the last line feed left out. In a folded scalar a line break
 * between two lines that begin with no blank is doubled. */
static void
put_lines(struct buf *b, struct span text, size_t column, const char *nl,
    bool folded, bool indent_first)
{
	size_t from = 0, to, stop = text.n - (trailing(text) > 0);
	bool plain = false; /* the last line that was not empty */
	size_t breaks = 0;

	for (;; from = to + 1, breaks++) {
		to = from + span_find(span_sub(text, from, stop), '\n');
		if (folded && to > from && plain && breaks > 0 &&
		    text.p[from] != ' ' && text.p[from] != '\t')
			buf_puts(b, nl);
		put_line(b, span_sub(text, from, to),
		    from > 0 || indent_first ? column : 0);
		if (to > from) {
			plain = text.p[from] != ' ' && text.p[from] != '\t';
			breaks = 0;
		}
		if (to >= stop)
			break;
		buf_puts(b, nl);
	}
}

/* Whether the lines of a block can stand before what follows at `at`. */
static bool
fits_at(const struct doc *d, const struct leaf *l, struct span text,
    size_t column, size_t at)
{
	struct behind w;
	size_t trail = trailing(text);

	if (!yamlf_is_clean(text) || column <= l->indent)
		return false;
	look_behind(&w, d, l, at);
	if (w.text || w.column >= column || (trail > 0 && w.end))
		return false;
	return !(w.empty && (trail > 1 || trail == text.n));
}

static size_t
end_of(const struct doc *d, const struct leaf *l)
{
	return (size_t)(l->src.p - d->source.p) + l->src.n;
}

static bool
fits(const struct doc *d, const struct leaf *l, struct span text, size_t column)
{
	if (!in_source(d, l))
		return yamlf_is_clean(text) && column > l->indent;
	return fits_at(d, l, text, column, end_of(d, l));
}

/* The indentation indicator that the text needs, 0 for none, -1 when it needs
 * one that cannot be. SOPS counts a level, whatever the place. */
static int
find_hint(const struct doc *d, const struct leaf *l, struct span text,
    size_t column, bool reference)
{
	char c = first_char(text);
	long depth = (long)column - l->indent;

	if (reference && (text.p[0] == '\n' || text.p[0] == ' '))
		return c == '\0' || depth == yamlf_step(d) ? yamlf_step(d) : -1;
	if (c != ' ' && c != '\t')
		return 0;
	return depth > 9 || reference ? -1 : (int)depth;
}

static void
put_header(struct buf *b, struct span text, bool folded, int hint)
{
	size_t trail = trailing(text);

	buf_putc(b, folded ? '>' : '|');
	if (hint > 0)
		buf_putc(b, (char)('0' + hint));
	if (trail == 0)
		buf_putc(b, '-');
	else if (trail > 1 || trail == text.n)
		buf_putc(b, '+');
}

bool
yamlf_put_literal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text, bool folded, bool reference)
{
	const char *nl = d->crlf ? "\r\n" : "\n";
	size_t column = yamlf_column(d, l);
	int hint;

	if (!fits(d, l, text, column))
		return false;
	hint = find_hint(d, l, text, column, reference);
	if (hint < 0)
		return false;
	put_header(b, text, folded, hint);
	buf_puts(b, nl);
	put_lines(b, text, column, nl, folded, true);
	return true;
}

bool
yamlf_split(struct buf *head, struct buf *tail, size_t *at, const struct doc *d,
    const struct leaf *l, enum leaf_type type, struct span text)
{
	size_t column = yamlf_column(d, l), end, next;
	const char *nl = d->crlf ? "\r\n" : "\n";
	struct span s = d->source;
	int hint;

	if (type != LEAF_STR || l->style != STYLE_PLAIN ||
	    (l->flags & LEAF_FLOW) || span_find(text, '\n') == text.n ||
	    !in_source(d, l) || yamlf_style(text, false) != STYLE_LITERAL)
		return false;
	end = skip_blanks(s, end_of(d, l));
	if (end == end_of(d, l) || end >= s.n || s.p[end] != '#')
		return false;
	while (!at_break(s, end, &next))
		end++;
	hint = find_hint(d, l, text, column, true);
	if (hint < 0 || !fits_at(d, l, text, column, end))
		return false;
	put_header(head, text, false, hint);
	buf_puts(tail, nl);
	put_lines(tail, text, column, nl, false, true);
	*at = end;
	return true;
}

/* The indicators of the header above a leaf whose header stays. */
static struct span
find_header(const struct doc *d, const struct leaf *l)
{
	size_t at = (size_t)(l->src.p - d->source.p), from, i;
	const char *p = d->source.p;

	/* Back over the indentation and empty lines to the header's line. */
	while (at > 0 &&
	    (p[at - 1] == ' ' || p[at - 1] == '\t' || p[at - 1] == '\n' ||
		p[at - 1] == '\r'))
		at--;
	for (from = at; from > 0 && p[from - 1] != '\n';)
		from--;
	for (; from < at; from++) {
		if (p[from] != '|' && p[from] != '>')
			continue;
		for (i = from + 1; i < at &&
		     (p[i] == '+' || p[i] == '-' ||
			 (p[i] >= '1' && p[i] <= '9'));)
			i++;
		if (i < at && (p[i] == ' ' || p[i] == '\t') &&
		    p[skip_blanks(d->source, i)] == '#')
			return span_make(p + from, i - from);
	}
	return span_make(NULL, 0);
}

/* Blanks to put before an envelope under a header that stays: where only
 * empty lines stand under it, `src` is not indented. */
size_t
yamlf_headed_gap(const struct doc *d, const struct leaf *l)
{
	size_t column = yamlf_column(d, l), want = 0;
	struct span header;

	if (column > l->indent)
		return 0;
	header = find_header(d, l);
	for (size_t i = 0; i < header.n; i++)
		if (header.p[i] >= '1' && header.p[i] <= '9')
			want = (size_t)(l->indent + header.p[i] - '0');
	if (want == 0)
		want = (size_t)l->indent + (size_t)yamlf_step(d);
	return want - column;
}

bool
yamlf_put_headed(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text)
{
	struct span header;
	size_t column = yamlf_column(d, l), trail = trailing(text);
	char c = first_char(text);
	bool strip, keep, hinted = false;

	if (!in_source(d, l) || !fits(d, l, text, column))
		return false;
	header = find_header(d, l);
	strip = span_find(header, '-') < header.n;
	keep = span_find(header, '+') < header.n;
	for (size_t i = 0; i < header.n; i++)
		hinted |= header.p[i] >= '1' && header.p[i] <= '9';
	if ((strip && trail > 0) || (!strip && trail == 0) ||
	    (!strip && !keep && (trail > 1 || trail == text.n)) ||
	    ((c == ' ' || c == '\t') && !hinted))
		return false;
	put_lines(b, text, column, d->crlf ? "\r\n" : "\n",
	    l->style == STYLE_FOLDED, false);
	return true;
}
