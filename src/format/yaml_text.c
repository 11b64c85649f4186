/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings and plain values as YAML text.
 *
 * SOPS prints through a library that looks at a string once and then takes
 * the first of plain, single-quoted, double-quoted that its findings allow
 * (literal first, where there is a line feed). The findings here are the same,
 * so that a file in SOPS's own layout comes out byte for byte.
 */
#include <string.h>

#include "base/arena.h"
#include "base/encode.h"
#include "base/number.h"
#include "base/utf8.h"
#include "doc/value.h"
#include "format/yaml_internal.h"
#include "format/yaml_write.h"

/* What the look at a text finds. */
struct findings {
	bool block_indicator, flow_indicator, line_break, special, tab;
	bool lead_space, lead_break, trail_space, trail_break;
	bool break_space, space_break; /* "\n " and " \n" */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t
yamlf_break_size(struct span s, size_t i)
{
	const uint8_t *p = (const uint8_t *)s.p + i;
	size_t n = s.n - i;

	if (n > 0 && (p[0] == '\n' || p[0] == '\r'))
		return 1;
	if (n > 1 && p[0] == 0xC2 && p[1] == 0x85)
		return 2;
	if (n > 2 && p[0] == 0xE2 && p[1] == 0x80 &&
	    (p[2] == 0xA8 || p[2] == 0xA9))
		return 3;
	return 0;
}

/* What SOPS's printer calls printable: nothing beyond the basic plane. */
static bool
is_printable(uint32_t c)
{
	return c == '\n' || (c >= 0x20 && c <= 0x7E) ||
	    (c >= 0xA0 && c <= 0xFFFD && c != 0xFEFF);
}

/* Indicators, as the printer judges them at the start of a text. */
static void
find_first(struct findings *f, char c, bool before_blank)
{
	if (strchr("#,[]{}&*!|>'\"%@`", c) != NULL) {
		f->flow_indicator = f->block_indicator = true;
	} else if (c == '?' || c == ':') {
		f->flow_indicator = true;
		f->block_indicator |= before_blank;
	} else if (c == '-' && before_blank) {
		f->flow_indicator = f->block_indicator = true;
	}
}

static void
find_later(struct findings *f, char c, bool behind_blank, bool before_blank)
{
	if (strchr(",?[]{}", c) != NULL) {
		f->flow_indicator = true;
	} else if (c == ':') {
		f->flow_indicator = true;
		f->block_indicator |= before_blank;
	} else if (c == '#' && behind_blank) {
		f->flow_indicator = f->block_indicator = true;
	}
}

/* Blanks and breaks around each other; `at_end`: of the last character. */
static void
find_space(struct findings *f, struct span s, size_t i, size_t n, char *before)
{
	if (s.p[i] == ' ') {
		f->lead_space |= i == 0;
		f->trail_space |= i + n == s.n;
		f->break_space |= *before == '\n';
		*before = ' ';
	} else if (yamlf_break_size(s, i) > 0) {
		f->line_break = true;
		f->lead_break |= i == 0;
		f->trail_break |= i + n == s.n;
		f->space_break |= *before == ' ';
		*before = '\n';
	} else {
		*before = 0;
	}
}

static void
find(struct findings *f, struct span s)
{
	size_t n;
	char before = 0;
	bool behind = true, ahead;

	memset(f, 0, sizeof *f);
	if (span_starts(s, "---") || span_starts(s, "..."))
		f->block_indicator = f->flow_indicator = true;
	for (size_t i = 0; i < s.n; i += n) {
		uint32_t c = utf8_get(s, i, &n);

		ahead = i + n >= s.n || is_blank(s.p[i + n]);
		if (c == 0)
			f->special = true;
		else if (i == 0 && c < 0x80)
			find_first(f, (char)c, ahead);
		else if (c < 0x80)
			find_later(f, (char)c, behind, ahead);
		if (c == '\t')
			f->tab = true;
		else if (!is_printable(c))
			f->special = true;
		find_space(f, s, i, n, &before);
		behind = is_blank(s.p[i]) || c == 0 ||
		    yamlf_break_size(s, i) > 0;
	}
}

void
yamlf_analyze(struct yamlf_form *form, struct span s)
{
	struct findings f;
	bool odd;

	find(&f, s);
	odd = f.lead_space || f.lead_break || f.trail_space || f.trail_break ||
	    f.break_space || f.space_break || f.tab || f.special ||
	    f.line_break;
	form->multiline = f.line_break;
	form->flow_plain = s.n > 0 && !odd && !f.flow_indicator;
	form->block_plain = !odd && !f.block_indicator;
	form->single = !f.break_space && !f.space_break && !f.tab && !f.special;
	form->block = s.n > 0 && !f.trail_space && !f.space_break && !f.special;
}

/* "1:20" and the like: [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? */
static bool
is_base60(struct span s)
{
	size_t i = 0, groups = 0;

	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
		return false;
	while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
		i++;
	while (i + 1 < s.n && s.p[i] == ':' && s.p[i + 1] >= '0' &&
	    s.p[i + 1] <= '9') {
		i += 2;
		if (i < s.n && s.p[i - 1] <= '5' && s.p[i] >= '0' &&
		    s.p[i] <= '9')
			i++;
		groups++;
	}
	if (groups > 0 && i < s.n && s.p[i] == '.')
		for (i++; i < s.n &&
		     ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_');
		     i++)
			;
	return groups > 0 && i == s.n;
}

static bool
is_old_bool(struct span s)
{
	static const char *const words[] = { "y", "Y", "yes", "Yes", "YES",
		"on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off",
		"OFF" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_is(s, words[i]))
			return true;
	return false;
}

bool
yamlf_stays_string(struct span text)
{
	return yamlf_is_str(text) && !is_base60(text) && !is_old_bool(text);
}

/* Whether a literal block is to carry the text: a tab at the front is not
 * read back, and line breaks beyond ASCII are left to quotes. */
static bool
literal_reads_back(struct span text)
{
	size_t n;

	if (text.p[0] == '\t')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		n = yamlf_break_size(text, i);
		if (n > 1)
			return false;
	}
	return true;
}

enum leaf_style
yamlf_style(struct span text, bool flow)
{
	struct yamlf_form f;
	enum leaf_style style;

	yamlf_analyze(&f, text);
	if (span_find(text, '\n') < text.n)
		return f.block && !flow && literal_reads_back(text)
		    ? STYLE_LITERAL
		    : STYLE_DOUBLE;
	if (!yamlf_stays_string(text) || (flow && f.multiline))
		return STYLE_DOUBLE;
	style = (flow ? f.flow_plain : f.block_plain) ? STYLE_PLAIN
						      : STYLE_SINGLE;
	if (style == STYLE_SINGLE && !f.single)
		style = STYLE_DOUBLE;
	return style;
}

/* The letter of a short escape, or 0. */
static char
short_escape(uint32_t c)
{
	/* clang-format off */
	static const struct {
		uint32_t c;
		char letter;
	} escapes[] = {
		{ 0x00, '0' }, { 0x07, 'a' }, { 0x08, 'b' }, { 0x09, 't' },
		{ 0x0A, 'n' }, { 0x0B, 'v' }, { 0x0C, 'f' }, { 0x0D, 'r' },
		{ 0x1B, 'e' }, { '"', '"' }, { '\\', '\\' }, { 0x85, 'N' },
		{ 0xA0, '_' }, { 0x2028, 'L' }, { 0x2029, 'P' },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
		if (escapes[i].c == c)
			return escapes[i].letter;
	return 0;
}

static void
put_escape(struct buf *b, uint32_t c)
{
	char letter = short_escape(c);

	buf_putc(b, '\\');
	if (letter != 0)
		buf_putc(b, letter);
	else if (c <= 0xFF)
		buf_printf(b, "x%02X", (unsigned)c);
	else if (c <= 0xFFFF)
		buf_printf(b, "u%04X", (unsigned)c);
	else
		buf_printf(b, "U%08X", (unsigned)c);
}

void
yamlf_put_double(struct buf *b, struct span text, bool reference)
{
	size_t n;
	/* The printer asks whether the text, not the character, is a mark. */
	bool all = reference && span_starts(text, "\xEF\xBB\xBF");

	buf_putc(b, '"');
	for (size_t i = 0; i < text.n; i += n) {
		uint32_t c = utf8_get(text, i, &n);

		if (all || c == '"' || c == '\\' ||
		    yamlf_break_size(text, i) > 0 ||
		    !(is_printable(c) || (!reference && c > 0xFFFF)))
			put_escape(b, c);
		else
			buf_put(b, text.p + i, n);
	}
	buf_putc(b, '"');
}

void
yamlf_put_single(struct buf *b, struct span text, size_t column)
{
	size_t n;
	bool broken = false;

	buf_putc(b, '\'');
	for (size_t i = 0; i < text.n; i += n) {
		n = yamlf_break_size(text, i);
		if (n == 0 && broken)
			buf_fill(b, ' ', column);
		broken = n > 0;
		n += n == 0;
		if (text.p[i] == '\'')
			buf_putc(b, '\'');
		buf_put(b, text.p + i, n);
	}
	buf_putc(b, '\'');
}

void
yamlf_put_binary(struct buf *b, struct span bytes)
{
	struct buf all = { 0 };

	base64_append(&all, bytes.p, bytes.n);
	b->failed |= all.failed;
	for (size_t i = 0; i < all.n; i += 70) {
		buf_put(b, all.p + i, all.n - i < 70 ? all.n - i : 70);
		if (all.n >= 70)
			buf_putc(b, '\n');
	}
	buf_fini(&all);
}
