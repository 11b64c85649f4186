/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI text made from leaves as SOPS prints it: keys of a section aligned, an
 * empty line between sections, a comment above the key that it follows.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/scan.h"
#include "format/text.h"

#include "format/ini_internal.h"

#define BAD_OUTPUT "Error marshaling to INI: "

/* What SOPS puts before a comment that has no sign. */
static const struct span usual = SPAN_LIT("; ");

static bool
has(struct span s, const char *any)
{
	for (; *any != '\0'; any++) {
		if (span_find(s, *any) < s.n)
			return true;
	}
	return false;
}

/* Append the key in the quotes that it needs. */
static void
put_key(struct buf *b, struct span name, bool exact)
{
	bool odd = !exact && (name.n == 0 || has(span_sub(name, 0, 1), "#;["));

	if (has(name, "\"=:") || (odd && !has(name, "`")))
		inif_quote(b, name, STYLE_BACKTICK);
	else if (has(name, "`"))
		inif_quote(b, name, STYLE_TRIPLE);
	else
		buf_span(b, name);
}

static size_t
key_width(struct span name)
{
	return name.n + (has(name, "\"=:") ? 2 : has(name, "`") ? 6 : 0);
}

static enum sealeaf_code
put_value(struct buf *b, struct span text, bool exact, struct sealeaf_error *e)
{
	if (exact) {
		inif_quote(b, text,
		    has(text, "\n`")                  ? STYLE_TRIPLE
			: has(text, "#;")             ? STYLE_BACKTICK
			: inif_trim(text).n != text.n ? STYLE_DOUBLE
						      : STYLE_PLAIN);
		return SEALEAF_OK;
	}
	if (!inif_spell_value(b, text, STYLE_PLAIN))
		return err_set(e, SEALEAF_ERR_DUMP,
		    BAD_OUTPUT "a value has a form that INI cannot hold");
	return SEALEAF_OK;
}

enum sealeaf_code
inif_entries(struct buf *b, const struct ini_entry *entries, size_t n,
    bool exact, const char *eol, struct sealeaf_error *e)
{
	enum sealeaf_code rc = SEALEAF_OK;
	size_t width = 0, mark;

	for (size_t i = 0; i < n; i++) {
		if (key_width(entries[i].name) > width)
			width = key_width(entries[i].name);
	}
	for (size_t i = 0; i < n && rc == SEALEAF_OK; i++) {
		if (entries[i].comment.n > 0) {
			inif_comment(b, entries[i].comment, usual, eol);
			buf_puts(b, eol);
		}
		mark = b->n;
		put_key(b, entries[i].name, exact);
		if (!b->failed && b->n - mark < width)
			buf_fill(b, ' ', width - (b->n - mark));
		buf_puts(b, " = ");
		rc = put_value(b, entries[i].value, exact, e);
		buf_puts(b, eol);
	}
	return rc;
}

/* A section that is being gathered. */
struct section {
	struct ini_entry *list;
	struct ini_name *names;
	size_t n;
	struct span comment; /* of the section itself */
	struct arena arena;
};

static bool
ends_with(struct span s, struct span end)
{
	return s.n > end.n && span_equal(span_sub(s, s.n - end.n, s.n), end);
}

/* `above` and the inline comment `l`, which SOPS knows as one, and which
 * scan() has joined already where both were clear. */
static struct span
join(struct section *s, struct span above, const struct leaf *l)
{
	const char *sign = l->src.p - 1;
	struct buf b = { 0 };
	struct span out;

	if (above.n == 0 || (l->flags & LEAF_INLINE) == 0)
		return l->value;
	if (ends_with(above, l->value))
		return above;
	while ((l->flags & LEAF_HEADED) == 0 && *sign == ' ')
		sign--;
	buf_span(&b, above);
	buf_puts(&b, *sign == '#' ? "\n#" : "\n;");
	buf_span(&b, l->value);
	out = b.failed ? span_make(NULL, 0) : arena_dup(&s->arena, buf_get(&b));
	buf_fini(&b);
	return out;
}

static enum sealeaf_code
add_entry(struct section *s, const struct leaf *l, bool encrypted,
    struct sealeaf_error *e)
{
	enum leaf_type type = (enum leaf_type)l->type;
	struct ini_entry *entry = &s->list[s->n];
	struct buf b = { 0 };

	if (type == LEAF_MAP || type == LEAF_LIST)
		return err_set(e, SEALEAF_ERR_DUMP,
		    BAD_OUTPUT
		    "cannot use complex value in INI file; offending key %.*s",
		    l->path->key.n < 200 ? (int)l->path->key.n : 200,
		    l->path->key.p != NULL ? l->path->key.p : "");
	if (l->path->key.n == 0)
		return err_set(e, SEALEAF_ERR_DUMP,
		    BAD_OUTPUT "Error encoding "
			       "key: error creating new key: empty key name");
	entry->name = l->path->key;
	entry->value = l->value;
	if (type != LEAF_STR && !(encrypted && scan_sealed(l->value))) {
		text_plain(&b, type, l->value);
		entry->value = b.failed ? span_make(NULL, 0)
					: arena_dup(&s->arena, buf_get(&b));
		buf_fini(&b);
		if (entry->value.p == NULL)
			return err_memory(e);
	}
	s->names[s->n].name = entry->name;
	s->names[s->n].at = s->n;
	s->n++;
	return SEALEAF_OK;
}

/* Whether SOPS does not see the comment `l`, which stands behind a quoted value
 * on one line. */
static bool
is_unread(const struct leaf *l, const struct leaf *value)
{
	return (l->flags & LEAF_INLINE) != 0 &&
	    (value->flags & LEAF_LONG) == 0 &&
	    (value->style == STYLE_BACKTICK || value->style == STYLE_TRIPLE);
}

/* The leaves of the section at `at`: comments go to the key before them, or
 * to the section. Values that were overwritten are dropped. */
static enum sealeaf_code
gather(struct section *s, const struct leaves *ls, size_t at,
    const struct print_style *style, struct sealeaf_error *e)
{
	const struct leaf *l, *last = &ls->list[at];
	const struct step *path = ls->list[at].path;
	size_t end = at + 1 + ls->list[at].inside;
	enum sealeaf_code rc = SEALEAF_OK;
	struct span *comment;

	s->list = mem_array(end - at, sizeof *s->list);
	s->names = mem_array(end - at, sizeof *s->names);
	if (s->list == NULL || s->names == NULL)
		return err_memory(e);
	for (size_t i = at + 1; i < end && rc == SEALEAF_OK;
	     i += 1 + l->inside) {
		l = &ls->list[i];
		if (l->type != LEAF_COMMENT) {
			rc = add_entry(s, l, style->encrypted, e);
			last = l;
		} else if (l->path == path &&
		    !(style->reference && is_unread(l, last))) {
			comment = s->n > 0 ? &s->list[s->n - 1].comment
					   : &s->comment;
			*comment = join(s, *comment, l);
		}
	}
	return rc;
}

/* A key that comes again gives its value to the first one. */
static void
fold(struct section *s)
{
	size_t to, kept = 0;

	inif_sort(s->names, s->n);
	for (size_t i = 0; i < s->n; i = to) {
		struct ini_entry *first = &s->list[s->names[i].at];

		for (to = i + 1; to < s->n &&
		     span_equal(s->names[i].name, s->names[to].name);
		     to++) {
			struct ini_entry *other = &s->list[s->names[to].at];

			first->value = other->value;
			if (other->comment.p != NULL)
				first->comment = other->comment;
			other->name.p = NULL;
		}
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i].name.p != NULL)
			s->list[kept++] = s->list[i];
	}
	s->n = kept;
}

static bool
is_default(struct span name)
{
	static const char word[] = "DEFAULT";

	for (size_t i = 0; i < name.n && i < sizeof word; i++) {
		if ((name.p[i] & ~0x20) != word[i])
			return false;
	}
	return name.n == sizeof word - 1;
}

/* Append the section; *any says whether it was the kind that is shown. */
static enum sealeaf_code
put_section(struct buf *b, const struct leaves *ls, size_t at, bool first,
    const struct print_style *style, bool *any, struct sealeaf_error *e)
{
	struct span name = ls->list[at].path->key;
	struct section s = { 0 };
	enum sealeaf_code rc;

	rc = gather(&s, ls, at, style, e);
	fold(&s);
	if (s.comment.n > 0) {
		inif_comment(b, s.comment, usual, "\n");
		buf_putc(b, '\n');
	}
	*any = !first || !is_default(name) || s.n > 0;
	if (!first || !is_default(name)) {
		buf_putc(b, '[');
		buf_span(b, name);
		buf_puts(b, "]\n");
	}
	if (rc == SEALEAF_OK)
		rc = inif_entries(b, s.list, s.n, style->reference, "\n", e);
	free(s.list);
	free(s.names);
	arena_fini(&s.arena);
	return rc;
}

/* The sections of all documents, as SOPS does. */
enum sealeaf_code
inif_print(struct buf *b, const struct leaves *ls, size_t from, size_t n,
    size_t depth, const struct print_style *style, struct sealeaf_error *e)
{
	static const struct print_style plain = { .indent = -1 };
	bool first = true, any = false;
	enum sealeaf_code rc;
	const struct leaf *l;

	(void)depth;
	if (style == NULL)
		style = &plain;
	for (size_t i = from; i < from + n; i += 1 + l->inside) {
		l = &ls->list[i];
		if (l->type == LEAF_COMMENT)
			continue;
		if (l->type != LEAF_MAP || l->path == NULL ||
		    l->path->key.p == NULL)
			return err_set(e, SEALEAF_ERR_DUMP,
			    BAD_OUTPUT
			    "Error encoding section: Section values should "
			    "always be TreeBranches");
		if (l->path->key.n == 0)
			return err_set(e, SEALEAF_ERR_DUMP,
			    BAD_OUTPUT
			    "Error encoding section : empty section name");
		if (any)
			buf_putc(b, '\n');
		rc = put_section(b, ls, i, first, style, &any, e);
		if (rc != SEALEAF_OK)
			return rc;
		first = false;
	}
	return buf_check(b, e);
}
