/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing single keys and sections of an INI file. A new key copies the blanks
 * around the delimiter of the key before it.
 */

#include "format/change.h"
#include "format/scan.h"

#include "format/ini_internal.h"

static bool
is_section(const struct leaf *l)
{
	return l->type == LEAF_MAP;
}

/* What SOPS says of a tree that is not two levels deep. */
static enum sealeaf_code
check_depth(const struct leaf *with, struct sealeaf_error *e)
{
	bool top = with->path->up == NULL;

	if (top != is_section(with))
		return err_set(e, SEALEAF_ERR_DUMP,
		    "Could not marshal tree: "
		    "Error marshaling to INI: Error encoding section: Section "
		    "values should always be TreeBranches");
	for (uint32_t i = 1; top && i <= with->inside; i++) {
		if (with[i].type == LEAF_MAP || with[i].type == LEAF_LIST)
			return err_set(e, SEALEAF_ERR_DUMP,
			    "a section of an "
			    "INI file cannot hold a nested value");
	}
	return SEALEAF_OK;
}

/* The last value of a section in the order of the text, NULL for none. */
static const struct leaf *
last_value(const struct leaf *section)
{
	const struct leaf *last = NULL;

	for (uint32_t i = 1; i <= section->inside; i++) {
		const struct leaf *l = section + i;

		/* Values that a later one overwrites count as well. */
		if ((l->type != LEAF_COMMENT || l->style != STYLE_LINE) &&
		    (last == NULL || l->src.p > last->src.p))
			last = l;
	}
	return last;
}

/* DEFAULT may have no header. */
static bool
has_header(const struct doc *d, const struct leaf *section)
{
	size_t at = change_start(d, section);

	return !span_is(section->path->key, "DEFAULT") ||
	    span_starts(inif_trim_left(span_sub(d->source, at, d->source.n)),
		"[DEFAULT]");
}

/* Behind the section's last line that means something. */
static size_t
section_end(const struct doc *d, const struct leaf *section)
{
	const struct leaf *last = last_value(section);

	if (last == NULL && !has_header(d, section))
		return change_start(d, section);
	return change_next_line(d->source,
	    last != NULL ? change_end(d, last) : change_start(d, section));
}

/* "key = value", as the line of `beside` has it (NULL: the usual way). */
static enum sealeaf_code
put_entry(struct buf *b, const struct doc *d, const struct leaf *with,
    const struct leaf *beside, struct sealeaf_error *e)
{
	struct span key = with->path->key, line, name = { NULL, 0 };
	struct leaf plain = { .style = STYLE_PLAIN };
	struct span blanks = SPAN_LIT(" "), behind = SPAN_LIT("= ");
	size_t at, n = 0;

	if (beside != NULL) {
		at = change_line(d->source, change_start(d, beside));
		line = inif_trim_left(span_sub(d->source, at, d->source.n));
		buf_span(b,
		    span_sub(d->source, at, (size_t)(line.p - d->source.p)));
		if (inif_key(line, &name, &n) == NULL && n > 0 &&
		    line.p + n <= beside->src.p) {
			const char *end = name.p + name.n;

			blanks = span_make(end, (size_t)(line.p + n - 1 - end));
			behind = span_make(line.p + n - 1,
			    (size_t)(beside->src.p - line.p - (long)n + 1));
		}
	}
	buf_span(b, key);
	/* Where delimiters are aligned, they stay so. */
	if (blanks.n > 1 && key.n < name.n + blanks.n)
		buf_fill(b, ' ', name.n + blanks.n - key.n);
	else if (blanks.n > 0)
		buf_putc(b, ' ');
	buf_span(b, behind);
	return format_ini.spell(b, d, &plain, (enum leaf_type)with->type,
	    with->value, e);
}

static enum sealeaf_code
put_entries(struct buf *b, const struct doc *d, const struct leaf *section,
    struct sealeaf_error *e)
{
	enum sealeaf_code rc = SEALEAF_OK;

	for (uint32_t i = 1; i <= section->inside && rc == SEALEAF_OK; i++) {
		rc = put_entry(b, d, section + i, NULL, e);
		buf_puts(b, scan_eol(d));
	}
	return rc;
}

/* Insert lines, each closed, at the start of a line or the source's end. */
static enum sealeaf_code
add_lines(struct edits *es, struct doc *d, size_t from, size_t to,
    struct buf *b, struct sealeaf_error *e)
{
	struct span s = d->source, lines = buf_get(b);
	struct buf text = { 0 };
	enum sealeaf_code rc;

	if (to == s.n && s.n > 0 && s.p[s.n - 1] != '\n') {
		if (from == to)
			buf_puts(&text, scan_eol(d));
		lines = inif_trim_right(lines);
	}
	buf_span(&text, lines);
	text.failed |= b->failed;
	rc = change_add(es, d, from, to, &text, e);
	buf_fini(&text);
	return rc;
}

/* The lines of a section between its header and its end. */
static enum sealeaf_code
replace_section(struct edits *es, struct doc *d, const struct leaf *l,
    const struct leaf *with, struct sealeaf_error *e)
{
	size_t from = change_start(d, l), to = section_end(d, l);
	struct buf b = { 0 };
	enum sealeaf_code rc = put_entries(&b, d, with, e);

	if (has_header(d, l))
		from = change_next_line(d->source, from);
	if (rc == SEALEAF_OK)
		rc = add_lines(es, d, from, to, &b, e);
	buf_fini(&b);
	return rc;
}

enum sealeaf_code
inif_replace(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	const struct leaf *l = &d->leaves.list[at];
	struct buf b = { 0 };
	enum sealeaf_code rc = check_depth(with, e);

	if (rc != SEALEAF_OK)
		return rc;
	if (is_section(l))
		return replace_section(es, d, l, with, e);
	rc = format_ini.spell(&b, d, l, (enum leaf_type)with->type, with->value,
	    e);
	if (rc == SEALEAF_OK)
		rc = change_add(es, d, change_start(d, l), change_end(d, l), &b,
		    e);
	buf_fini(&b);
	return rc;
}

/* A new section at the end. */
static enum sealeaf_code
insert_section(struct edits *es, struct doc *d, const struct leaf *with,
    struct sealeaf_error *e)
{
	struct span s = d->source;
	struct buf b = { 0 };
	enum sealeaf_code rc;

	if (inif_trim(s).n > 0)
		buf_puts(&b, scan_eol(d));
	buf_putc(&b, '[');
	buf_span(&b, with->path->key);
	buf_putc(&b, ']');
	buf_puts(&b, scan_eol(d));
	rc = put_entries(&b, d, with, e);
	if (rc == SEALEAF_OK)
		rc = add_lines(es, d, s.n, s.n, &b, e);
	buf_fini(&b);
	return rc;
}

enum sealeaf_code
inif_insert(struct edits *es, struct doc *d, size_t at, const struct leaf *with,
    struct sealeaf_error *e)
{
	const struct leaf *section;
	struct buf b = { 0 };
	size_t end;
	enum sealeaf_code rc = check_depth(with, e);

	if (rc != SEALEAF_OK)
		return rc;
	if (at == FORMAT_ROOT)
		return insert_section(es, d, with, e);
	section = &d->leaves.list[at];
	end = section_end(d, section);
	rc = put_entry(&b, d, with, last_value(section), e);
	buf_puts(&b, scan_eol(d));
	/* The first key of a section that is not written out. */
	if (section->inside == 0 && !has_header(d, section) &&
	    end < d->source.n)
		buf_puts(&b, scan_eol(d));
	if (rc == SEALEAF_OK)
		rc = add_lines(es, d, end, end, &b, e);
	buf_fini(&b);
	return rc;
}

/* The empty lines that set a section off go with it. */
static size_t
behind_section(const struct doc *d, const struct leaf *l)
{
	struct span s = d->source;
	size_t end = section_end(d, l), next;

	for (;; end = next) {
		next = change_next_line(s, end);
		if (next == end || inif_trim(span_sub(s, end, next)).n > 0)
			return end;
	}
}

/* The comment above a key or section goes with it: with no key behind it, it
 * would be left clear. */
static size_t
above(const struct doc *d, size_t at)
{
	const struct leaf *l = &d->leaves.list[at], *c = l + 1;
	const struct leaf *end = leaves_at(&d->leaves, d->leaves.n);
	size_t from = change_start(d, l);

	for (; c < end && c->type == LEAF_COMMENT; c++) {
		if (c->style == STYLE_LINE && c->src.p < l->src.p &&
		    change_start(d, c) < from)
			from = change_start(d, c);
	}
	return change_line(d->source, from);
}

enum sealeaf_code
inif_remove(struct edits *es, struct doc *d, size_t at, struct sealeaf_error *e)
{
	const struct leaf *l = &d->leaves.list[at];

	(void)e;
	change_cut_lines(es, d, above(d, at),
	    is_section(l) ? behind_section(d, l)
			  : change_next_line(d->source, change_end(d, l)));
	return SEALEAF_OK;
}
