/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI line by line: sections, keys, and the comments gathered above them. As
 * in SOPS, a comment belongs to the key or section that follows and comes
 * behind that key in the order of the leaves; a comment with nothing behind it
 * is no leaf and stays as it is.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/path.h"
#include "format/flat.h"
#include "format/scan.h"
#include "format/text.h"

#include "format/ini_internal.h"

#define BAD_INPUT "Could not unmarshal input data: "

struct scanner {
	struct doc *d;
	size_t at;
	struct step *section;
	size_t map; /* the section's leaf */
	uint32_t sections, keys, dashes;
	bool in_meta;
	size_t meta_from, meta_to;
	struct flat meta;
	struct ini_name *names; /* of the section, with their leaves */
	size_t n_names, cap_names;
	struct span *pending; /* comment lines that wait for an owner */
	size_t n_pending, cap_pending;
	struct buf joined;
	struct sealeaf_error *e;
};

static enum sealeaf_code
bad(struct scanner *s, struct span line, const char *why, const char *hint)
{
	char text[128] = BAD_INPUT;

	strncat(text, why, sizeof text - sizeof BAD_INPUT);
	scan_fail(s->d, line.p, s->e, text);
	err_hint(s->e, "%s", hint);
	return SEALEAF_ERR_READ;
}

size_t
inif_signs(struct span text)
{
	size_t n = 0;

	while (n < text.n && (text.p[n] == text.p[0] || text.p[n] == ' '))
		n++;
	return n;
}

/*
 * The text of `lines` without the first `skip` bytes and the blanks at its
 * end, then that of the comment behind the value (n 0: none) on a line of its
 * own. Points into the source where that has the same text in one piece.
 */
static bool
comment_text(struct scanner *s, const struct span *lines, size_t n, size_t skip,
    struct span behind, struct span *out)
{
	struct span src = *out;
	struct buf b = { 0 };
	bool whole = behind.n == 0;

	for (size_t i = 0; i < n; i++) {
		struct span line = lines[i];

		if (i + 1 == n && behind.n == 0)
			line = inif_trim_right(line);
		whole &= i == 0 || line.p == lines[i - 1].p + lines[i - 1].n;
		buf_span(&b, span_sub(line, i == 0 ? skip : 0, line.n));
	}
	buf_span(&b, behind);
	*out = b.failed ? span_make(NULL, 0)
	    : whole     ? src
			: arena_dup(&s->d->arena, buf_get(&b));
	buf_fini(&b);
	return out->p != NULL;
}

/*
 * One leaf of comment lines, signs included, whose text takes in that of
 * `behind`. With a `head` (to its section's last byte) it is LEAF_HEADED and
 * takes that in too.
 */
static enum sealeaf_code
add_comment(struct scanner *s, const struct span *lines, size_t n,
    struct span behind, uint8_t flags, struct span head)
{
	struct span last = inif_trim_right(lines[n - 1]), src, value;
	struct leaf *l = scan_leaf(&s->d->leaves, s->e);
	size_t skip;

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	skip = inif_signs(n == 1 ? last : lines[0]);
	src = span_sub(lines[0], skip, lines[0].n);
	src.n = (size_t)(last.p + last.n - src.p);
	value = src;
	if (!comment_text(s, lines, n, skip, behind, &value))
		return err_memory(s->e);
	/* SOPS dies on a text that begins with an empty line. */
	while (value.n > 0 && (value.p[0] == '\n' || value.p[0] == '\r')) {
		value = span_sub(value, 1, value.n);
		if (value.n > 0 && (value.p[0] == ';' || value.p[0] == '#'))
			value = span_sub(value, inif_signs(value), value.n);
	}
	if ((flags & LEAF_INLINE) == 0)
		src = span_make(lines[0].p,
		    (size_t)(src.p + src.n - lines[0].p));
	if (head.p != NULL) {
		src.p = (flags & LEAF_INLINE) != 0 ? head.p : src.p;
		src.n = (size_t)(head.p + head.n - src.p);
		flags |= LEAF_HEADED;
	}
	l->path = s->section;
	l->style = STYLE_LINE;
	l->flags = (uint8_t)(flags | (n > 1 ? LEAF_LONG : 0));
	scan_fill(l, LEAF_COMMENT, src, value);
	return SEALEAF_OK;
}

static bool
is_sealed_line(struct span line)
{
	return scan_sealed(span_sub(line, inif_signs(line), line.n));
}

/* Whether nothing but blanks stands between the last line and `head`. */
static bool
adjoins(const struct scanner *s, struct span head, size_t n)
{
	const char *end = s->pending[n - 1].p + s->pending[n - 1].n;
	struct span gap = span_make(end, 0);

	if (head.p == NULL)
		return false;
	gap.n = (size_t)(head.p - end);
	return span_find(gap, '\n') == gap.n;
}

/*
 * The comment above a key or section is one leaf, as SOPS sees it, and takes
 * in the one behind the value, which has a leaf of its own besides: so both
 * are sealed where they stand, and SOPS, which opens the first only, has all
 * of the text. A line with an envelope stays a leaf of its own, so that lines
 * which somebody added to it in the encrypted file do not get lost.
 *
 * Behind a section no envelope can stand: its bracket would be the section's.
 * There the comment is one leaf with the section's line inside.
 */
static enum sealeaf_code
add_comments(struct scanner *s, struct span behind, bool unread,
    struct span head)
{
	static const struct span none = { NULL, 0 };
	enum sealeaf_code rc = SEALEAF_OK;
	size_t from = 0, to, n = s->n_pending;
	bool joined = false;

	s->n_pending = 0;
	if (s->in_meta)
		return SEALEAF_OK;
	for (; from < n && rc == SEALEAF_OK; from = to) {
		bool alone = is_sealed_line(s->pending[from]);

		to = from + 1;
		while (to < n && !alone && !is_sealed_line(s->pending[to]))
			to++;
		joined = to == n && !unread && !(alone && behind.n > 0);
		rc = add_comment(s, &s->pending[from], to - from,
		    joined ? behind : none, 0,
		    joined && (behind.n > 0 || adjoins(s, head, n)) ? head
								    : none);
	}
	if (rc == SEALEAF_OK && behind.n > 0 && (head.p == NULL || !joined))
		rc = add_comment(s, &behind, 1, none, LEAF_INLINE, head);
	return rc;
}

static enum sealeaf_code
push_comment(struct scanner *s, struct span line)
{
	struct span *list;

	list = mem_grow(s->pending, &s->cap_pending, s->n_pending + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(s->e);
	s->pending = list;
	list[s->n_pending++] = line;
	return SEALEAF_OK;
}

static enum sealeaf_code
end_section(struct scanner *s, const char *end)
{
	enum sealeaf_code rc;
	struct leaf *l;

	if (s->in_meta || s->sections == 0)
		return SEALEAF_OK;
	l = &s->d->leaves.list[s->map];
	rc = inif_fold(l + 1, s->d->leaves.n - s->map - 1, s->names, s->n_names,
	    s->map + 1, s->e);
	s->n_names = 0;
	l->src.n = (size_t)(end - l->src.p);
	l->inside = (uint32_t)(s->d->leaves.n - s->map - 1);
	return rc;
}

static enum sealeaf_code
begin_section(struct scanner *s, struct span name, const char *start)
{
	enum sealeaf_code rc = end_section(s, start);
	struct leaf *l;

	if (rc != SEALEAF_OK)
		return rc;
	s->dashes = s->keys = 0;
	s->in_meta = span_is(name, "sops");
	if (s->in_meta) {
		s->d->has_meta = true;
		s->meta_from = (size_t)(start - s->d->source.p);
		return SEALEAF_OK;
	}
	l = scan_leaf(&s->d->leaves, s->e);
	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	s->map = s->d->leaves.n - 1;
	s->section = path_key(&s->d->arena, NULL, name, s->sections++);
	if (s->section == NULL)
		return err_memory(s->e);
	l->path = s->section;
	scan_fill(l, LEAF_MAP, span_make(start, 0), span_make(NULL, 0));
	return SEALEAF_OK;
}

/* `line` begins with the bracket, `start` is where the line does. */
static enum sealeaf_code
section(struct scanner *s, struct span line, const char *start)
{
	struct span name, behind;
	enum sealeaf_code rc;
	size_t close = line.n;

	while (close > 0 && line.p[close - 1] != ']')
		close--;
	if (close == 0)
		return bad(s, line, "unclosed section", "close it with ]");
	name = span_sub(line, 1, close - 1);
	if (name.n == 0)
		return bad(s, line, "empty section name", "name the section");
	if (s->d->has_meta && span_is(name, "sops"))
		return bad(s, line, "Found duplicate sops entry",
		    "keep one section [sops]");
	rc = begin_section(s, name, start);
	behind = span_sub(line, close, line.n);
	while (behind.n > 0 && behind.p[0] != '#' && behind.p[0] != ';')
		behind = span_sub(behind, 1, behind.n);
	behind = inif_trim_right(behind);
	if (behind.n > 0)
		close = (size_t)(behind.p + behind.n - line.p);
	s->at = (size_t)(line.p + line.n - s->d->source.p);
	s->meta_to = s->in_meta ? s->at : s->meta_to;
	return rc == SEALEAF_OK
	    ? add_comments(s, behind, false, span_sub(line, 0, close))
	    : rc;
}

/* A key "-" is numbered. */
static bool
number_dash(struct scanner *s, struct span *name)
{
	struct buf b = { 0 };

	if (!span_is(*name, "-"))
		return true;
	buf_printf(&b, "#%u", (unsigned)++s->dashes);
	*name = b.failed ? span_make(NULL, 0)
			 : arena_dup(&s->d->arena, buf_get(&b));
	buf_fini(&b);
	return name->p != NULL;
}

/* The metadata has newlines escaped; one older version did so twice. */
static enum sealeaf_code
add_meta(struct scanner *s, struct span name, const struct ini_value *v)
{
	bool twice = span_starts(v->text, "-----BEGIN") &&
	    span_search(v->text, span_of("\\\\n")) < v->text.n;
	struct flat_item *item = flat_add(&s->meta, s->e);
	struct buf b = { 0 };
	struct span value;

	if (item == NULL)
		return SEALEAF_ERR_MEMORY;
	text_replace(&b, v->text, twice ? "\\\\n" : "\\n", "\n");
	value = b.failed ? span_make(NULL, 0)
			 : arena_dup(&s->d->arena, buf_get(&b));
	buf_fini(&b);
	if (value.p == NULL)
		return err_memory(s->e);
	item->name = name;
	item->leaf.style = (uint8_t)v->style;
	scan_fill(&item->leaf, LEAF_STR, v->src, value);
	s->meta_to = s->at;
	return SEALEAF_OK;
}

static enum sealeaf_code
add_value(struct scanner *s, struct span name, const struct ini_value *v)
{
	struct leaf *l = scan_leaf(&s->d->leaves, s->e);
	struct span value = v->text;
	struct ini_name *names;

	names = mem_grow(s->names, &s->cap_names, s->n_names + 1,
	    sizeof *names);
	if (l == NULL || names == NULL)
		return err_memory(s->e);
	s->names = names;
	names[s->n_names].name = name;
	names[s->n_names++].at = s->d->leaves.n - 1;
	l->path = path_key(&s->d->arena, s->section, name, s->keys++);
	if (s->joined.n > 0)
		value = arena_dup(&s->d->arena, v->text);
	if (l->path == NULL || (value.p == NULL && value.n > 0))
		return err_memory(s->e);
	l->style = (uint8_t)v->style;
	l->flags = v->several ? LEAF_LONG : 0;
	scan_fill(l, LEAF_STR, v->src, value);
	return SEALEAF_OK;
}

static enum sealeaf_code
key(struct scanner *s, struct span line)
{
	static const struct span none = { NULL, 0 };
	struct span name, rest;
	enum sealeaf_code rc;
	struct ini_value v;
	const char *why;
	size_t n;

	why = inif_key(line, &name, &n);
	if (why != NULL)
		return bad(s, line, why, "write key = value");
	rest = span_sub(s->d->source, (size_t)(line.p - s->d->source.p) + n,
	    s->d->source.n);
	if (!inif_value(&v, &s->joined, rest))
		return bad(s, line, "missing closing key quote",
		    "close the quoted value");
	rc = buf_check(&s->joined, s->e);
	if (rc == SEALEAF_OK && !number_dash(s, &name))
		rc = err_memory(s->e);
	s->at = (size_t)(rest.p - s->d->source.p) + v.end;
	if (rc != SEALEAF_OK)
		return rc;
	rc = s->in_meta ? add_meta(s, name, &v) : add_value(s, name, &v);
	return rc == SEALEAF_OK ? add_comments(s, v.comment, v.unread, none)
				: rc;
}

static enum sealeaf_code
line(struct scanner *s)
{
	struct span whole, text;

	whole = inif_line(span_sub(s->d->source, s->at, s->d->source.n));
	text = inif_trim_left(whole);
	s->at += whole.n;
	if (text.n == 0)
		return SEALEAF_OK;
	if (text.p[0] == '#' || text.p[0] == ';')
		return push_comment(s, text);
	if (text.p[0] == '[')
		return section(s, text, whole.p);
	return key(s, text);
}

/* Bytes that the line end in front of `at` has, or 0. */
static size_t
eol_before(struct span s, size_t at)
{
	if (at == 0 || s.p[at - 1] != '\n')
		return 0;
	return at > 1 && s.p[at - 2] == '\r' ? 2 : 1;
}

/*
 * The section with the empty line before it; also the line end before that
 * when the file ends without one, see inif_place().
 */
static enum sealeaf_code
note_block(struct scanner *s)
{
	struct span src = s->d->source;
	size_t from = s->meta_from, n = eol_before(src, from);

	if (n > 0 && eol_before(src, from - n) > 0) {
		from -= n;
		if (s->meta_to == src.n && src.p[src.n - 1] != '\n')
			from -= eol_before(src, from);
	}
	return scan_block(s->d, from, s->meta_to, s->e);
}

static size_t
mark_size(struct span s)
{
	if (span_starts(s, "\xef\xbb\xbf"))
		return 3;
	return span_starts(s, "\xfe\xff") || span_starts(s, "\xff\xfe") ? 2 : 0;
}

enum sealeaf_code
inif_scan(struct doc *d, struct sealeaf_error *e)
{
	static const struct span first = SPAN_LIT("DEFAULT");
	struct scanner s = { .d = d, .e = e };
	enum sealeaf_code rc;

	if (d->source.p == NULL)
		d->source = span_make("", 0);
	d->documents = 1;
	scan_crlf(d);
	s.at = mark_size(d->source);
	rc = begin_section(&s, first, d->source.p + s.at);
	while (rc == SEALEAF_OK && s.at < d->source.n)
		rc = line(&s);
	if (rc == SEALEAF_OK)
		rc = end_section(&s, d->source.p + d->source.n);
	if (rc == SEALEAF_OK && d->has_meta)
		rc = note_block(&s);
	if (rc == SEALEAF_OK && d->has_meta)
		rc = flat_unflatten(d, &s.meta, e);
	free(s.meta.list);
	free(s.names);
	free(s.pending);
	buf_fini(&s.joined);
	return rc;
}
