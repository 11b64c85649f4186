/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner goes on behind a block scalar's blank lines, which may not be
 * part of it. The lines are walked again to find the end of the text.
 */

#include "format/yaml_extent.h"

size_t
yamlf_line_end(struct span source, size_t at)
{
	while (at < source.n && yamlf_break(source, at) == 0)
		at++;
	return at < source.n ? at + yamlf_break(source, at) : at;
}

size_t
yamlf_skip_blanks(struct span s, size_t at)
{
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

static size_t
skip_spaces(struct span s, size_t at, size_t most)
{
	size_t from = at;

	while (at < s.n && s.p[at] == ' ' && at - from < most)
		at++;
	return at;
}

/* The column of a block scalar's text: stated in the header, or that of the
 * first line with text, though no less than a longer blank line before. */
static size_t
block_indent(struct span s, size_t header, size_t at, int64_t indent)
{
	size_t parent = indent < 0 ? 0 : (size_t)indent, most = 0, n;
	size_t least = (size_t)(indent + 1);

	for (header++; header < at; header++) {
		if (s.p[header] >= '1' && s.p[header] <= '9')
			return parent + (size_t)(s.p[header] - '0');
		if (s.p[header] != '+' && s.p[header] != '-')
			break;
	}
	for (; at < s.n; at += n) {
		n = skip_spaces(s, at, s.n) - at;
		if (n > most)
			most = n;
		at += n;
		n = at < s.n ? yamlf_break(s, at) : 0;
		if (n == 0)
			break;
	}
	if (most < least)
		most = least;
	return most < 1 ? 1 : most;
}

static bool
keeps_lines(struct span s, size_t header)
{
	for (header++; header < s.n; header++) {
		if (s.p[header] == '+')
			return true;
		if (s.p[header] != '-' &&
		    !(s.p[header] >= '1' && s.p[header] <= '9'))
			break;
	}
	return false;
}

void
yamlf_extent(struct yamlf_token *t, struct span s, size_t stop, int64_t indent)
{
	size_t column, line, n, at;
	bool keep = keeps_lines(s, t->start);

	t->body = yamlf_line_end(s, t->start);
	column = block_indent(s, t->start, t->body, indent);
	t->inside = skip_spaces(s, t->body, column);
	at = t->start + 1;
	while (at < t->body &&
	    ((s.p[at] >= '0' && s.p[at] <= '9') || s.p[at] == '+' ||
		s.p[at] == '-'))
		at++;
	t->end = at;
	for (line = t->body; line < stop; line = at + n) {
		at = skip_spaces(s, line, column);
		n = at < stop ? yamlf_break(s, at) : 0;
		if (n > 0 || at == stop) {
			if (keep)
				t->end = at;
			continue;
		}
		while (at < stop && (n = yamlf_break(s, at)) == 0)
			at++;
		t->end = at;
		if (at == stop)
			break;
	}
	t->resume = skip_spaces(s, stop, column);
}
