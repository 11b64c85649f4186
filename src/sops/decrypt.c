/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an opened document to its plaintext. In its own layout: values are
 * spelled in the places of their envelopes, the metadata block is cut out, and
 * the sealed spellings are put back where they still mean the same.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypt/envelope.h"
#include "doc/path.h"
#include "doc/value.h"
#include "sops/cipher.h"
#include "sops/comments.h"
#include "sops/document.h"
#include "sops/lists.h"
#include "sops/spelling.h"
#include "sops/weave.h"

struct plain {
	struct sealeaf_doc *d;
	struct span *spelled; /* one a leaf, or NULL: no exceptions */
};

static enum sealeaf_code
put_leaf(struct buf *out, size_t at, void *user, struct sealeaf_error *e)
{
	struct plain *p = user;
	const struct leaf *l = &p->d->doc.leaves.list[at];

	if (p->spelled != NULL && p->spelled[at].p != NULL) {
		buf_span(out, p->spelled[at]);
		return SEALEAF_OK;
	}
	return p->d->scanned->spell(out, &p->d->doc, l, (enum leaf_type)l->type,
	    l->value, e);
}

/* Whether a document of the file holds nothing but metadata and comments. */
static bool
nothing_else(const struct doc *d, uint16_t document)
{
	for (size_t i = 0; i < d->leaves.n; i++) {
		if (d->leaves.list[i].document == document &&
		    d->leaves.list[i].path != NULL)
			return false;
	}
	return true;
}

/* What is left of an empty YAML document would be no document, so SOPS
 * prints an empty mapping. Not so in a flow mapping, which stays. */
static struct span
empty_map(const struct doc *d, struct span block)
{
	size_t at = (size_t)(block.p - d->source.p);
	bool fresh = at == 0 || d->source.p[at - 1] == '\n' ||
	    (at == 3 && span_starts(d->source, "\xef\xbb\xbf"));
	bool breaks = block.n > 0 && (block.p[0] == '\n' || block.p[0] == '\r');

	if (!span_starts(span_trim(block), "sops") || (!fresh && !breaks))
		return span_make("", 0);
	if (!fresh)
		return span_of("\n{}\n");
	return span_of(span_ends(block, "\n") ? "{}\n" : "{}");
}

static void
cut_blocks(struct edits *es, const struct doc *d)
{
	for (size_t i = 0; i < d->n_blocks; i++) {
		struct span block = d->blocks[i].src, text = { "", 0 };

		if (d->format == &format_yaml &&
		    nothing_else(d, d->blocks[i].document))
			text = empty_map(d, block);
		edits_add(es, (size_t)(block.p - d->source.p), block.n, text);
	}
}

/*
 * SOPS writes an encrypted comment of a list as an item, so a list that held
 * nothing else has items only as long as they are sealed.
 */
static void
keep_empty_lists(struct edits *es, const struct sealeaf_doc *d)
{
	const struct leaves *ls = &d->doc.leaves;

	for (size_t i = 0; i < ls->n; i++) {
		size_t end = i + 1 + ls->list[i].inside, k = i + 1;
		bool item = false;

		if (ls->list[i].type != LEAF_LIST ||
		    ls->list[i].flags & LEAF_FLOW)
			continue;
		for (; k < end && ls->list[k].type == LEAF_COMMENT &&
		     (!(ls->list[k].flags & LEAF_ITEM) ||
			 d->sealed[k].p != NULL);
		     k++)
			item = item || ls->list[k].flags & LEAF_ITEM;
		if (item && k == end)
			edits_add(es,
			    (size_t)(ls->list[i].src.p - d->doc.source.p), 0,
			    span_of(" []"));
	}
}

/*
 * SOPS writes a comment that stood in the header of a block scalar behind the
 * envelope. The block's lines go below it again.
 */
static enum sealeaf_code
split_blocks(struct edits *es, struct plain *p, struct sealeaf_error *e)
{
	struct sealeaf_doc *d = p->d;
	struct buf head = { 0 }, tail = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	size_t at;

	for (size_t i = 0; i < d->doc.leaves.n && code == SEALEAF_OK; i++) {
		const struct leaf *l = &d->doc.leaves.list[i];
		struct span lines;

		if (d->sealed[i].p == NULL || l->alias != 0 ||
		    p->spelled[i].p != NULL ||
		    !d->scanned->split(&head, &tail, &at, &d->doc, l,
			(enum leaf_type)l->type, l->value))
			continue;
		p->spelled[i] = arena_dup(&d->doc.arena, buf_get(&head));
		lines = arena_dup(&d->doc.arena, buf_get(&tail));
		if (head.failed || tail.failed || p->spelled[i].p == NULL ||
		    lines.p == NULL)
			code = err_memory(e);
		edits_add(es, at, 0, lines);
		buf_truncate(&head, 0);
		buf_truncate(&tail, 0);
	}
	buf_fini(&head);
	buf_fini(&tail);
	return code;
}

/* The file with the exceptions `ss` (entries with SPELLING_NONE skipped). */
static enum sealeaf_code
render(struct buf *out, struct sealeaf_doc *d, const struct spellings *ss,
    struct sealeaf_error *e)
{
	struct edits extra = { 0 };
	struct plain p = { .d = d };
	struct weave w = { .d = &d->doc,
		.extra = &extra,
		.put = put_leaf,
		.user = &p };
	enum sealeaf_code code = SEALEAF_OK;
	size_t n = d->doc.leaves.n;

	w.leaves = mem_array(n, sizeof *w.leaves);
	if (ss->n > 0 || d->scanned->split != NULL)
		p.spelled = mem_array(n, sizeof *p.spelled);
	if (w.leaves == NULL ||
	    (p.spelled == NULL && (ss->n > 0 || d->scanned->split != NULL)))
		code = err_memory(e);
	for (size_t i = 0; i < ss->n && code == SEALEAF_OK; i++) {
		const struct spelling *s = &ss->list[i];

		if (s->leaf >= n)
			continue;
		if (s->alias && d->scanned->restore != NULL) {
			code = d->scanned->restore(&extra, &d->doc, s->leaf,
			    s->text, e);
			for (size_t k = s->leaf;
			     k <= s->leaf + d->doc.leaves.list[s->leaf].inside;
			     k++)
				p.spelled[k] = span_make("", 0);
		} else if (d->sealed[s->leaf].p != NULL)
			p.spelled[s->leaf] = s->text;
	}
	for (size_t i = 0; i < n && code == SEALEAF_OK; i++) {
		if (d->sealed[i].p != NULL && d->doc.leaves.list[i].alias == 0)
			w.leaves[w.n++] = (uint32_t)i;
	}
	if (code == SEALEAF_OK && d->scanned->split != NULL)
		code = split_blocks(&extra, &p, e);
	cut_blocks(&extra, &d->doc);
	keep_empty_lists(&extra, d);
	weave_sort(&w);
	if (code == SEALEAF_OK)
		code = weave_run(out, &w, e);
	free(w.leaves);
	free(p.spelled);
	edits_fini(&extra);
	return code;
}

/* The next leaf that is no comment, from `at` on. */
static size_t
next_value(const struct leaves *ls, size_t at)
{
	while (at < ls->n && ls->list[at].type == LEAF_COMMENT)
		at++;
	return at;
}

static bool
agrees(const struct leaf *a, const struct leaf *b)
{
	if (a->type != b->type || a->document != b->document ||
	    !path_equal(a->path, b->path))
		return false;
	if (!leaf_is_value(a))
		return true;
	return value_equal((enum leaf_type)a->type, a->value, b->value);
}

/*
 * Whether `text`, read as a plain file, has the values of `d`, and its clear
 * comments where they count. The first leaf
 * of `d` that differs goes to *at, SIZE_MAX when the structure does.
 */
static enum sealeaf_code
reads_back(struct sealeaf_doc *d, struct span text, bool comments, bool *same,
    size_t *at, struct sealeaf_error *e)
{
	struct doc again = { .format = d->scanned,
		.source = span_make(text.n > 0 ? text.p : "", text.n) };
	struct sealeaf_error quiet = { 0 };
	const struct leaves *a = &d->doc.leaves, *b = &again.leaves;
	enum sealeaf_code code = d->scanned->scan(&again, &quiet);
	size_t i = 0, j = 0;

	*same = false;
	*at = SIZE_MAX;
	if (code == SEALEAF_ERR_MEMORY) {
		doc_fini(&again);
		return err_memory(e);
	}
	while (code == SEALEAF_OK) {
		i = next_value(a, i);
		j = next_value(b, j);
		if (i == a->n || j == b->n) {
			*same = i == a->n && j == b->n && !again.has_meta;
			break;
		}
		if (!agrees(&a->list[i], &b->list[j])) {
			*at = i;
			break;
		}
		i++;
		j++;
	}
	code = SEALEAF_OK;
	if (*same && comments)
		code = comments_within(same, d, b, e);
	doc_fini(&again);
	return code;
}

/* Take the exception that covers leaf `at` off the list; false: none does. */
static bool
drop_covering(struct spellings *ss, const struct doc *d, size_t at)
{
	bool dropped = false;

	for (size_t i = 0; i < ss->n; i++) {
		struct spelling *s = &ss->list[i];

		if (s->leaf >= d->leaves.n || at < s->leaf ||
		    at > s->leaf + d->leaves.list[s->leaf].inside)
			continue;
		s->leaf = SPELLING_NONE;
		dropped = true;
	}
	return dropped;
}

enum { TRIES = 64 };

/*
 * The exceptions were authenticated when they were made, but another tool may
 * have changed the values since. So the result is read back; what no longer
 * means the same is left out.
 */
static enum sealeaf_code
render_checked(struct buf *out, struct sealeaf_doc *d, struct spellings *ss,
    struct sealeaf_error *e)
{
	static const struct spellings none = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	bool same = false;

	for (int i = 0; i < TRIES && code == SEALEAF_OK; i++) {
		size_t at;

		buf_truncate(out, 0);
		code = render(out, d, ss, e);
		if (code == SEALEAF_OK)
			code = reads_back(d, buf_get(out), false, &same, &at,
			    e);
		if (same || code != SEALEAF_OK)
			return code;
		if (at == SIZE_MAX || !drop_covering(ss, &d->doc, at))
			break;
	}
	buf_truncate(out, 0);
	return code == SEALEAF_OK ? render(out, d, &none, e) : code;
}

/* The file's whole text, sealed as one exception. */
static enum sealeaf_code
take_whole(struct buf *out, struct sealeaf_doc *d, const struct spellings *ss,
    bool *taken, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	size_t at;

	*taken = false;
	for (size_t i = 0; i < ss->n && code == SEALEAF_OK; i++) {
		if (ss->list[i].leaf != SPELLING_WHOLE)
			continue;
		code = reads_back(d, ss->list[i].text, true, taken, &at, e);
		if (*taken)
			buf_span(out, ss->list[i].text);
		break;
	}
	return code;
}

/* Into another format, or into SOPS's own layout: printed anew. */
static enum sealeaf_code
print_anew(struct buf *out, struct sealeaf_doc *d, const struct format *f,
    struct sealeaf_error *e)
{
	struct print_style style;
	enum sealeaf_code code = document_clear(d, e);

	if (code != SEALEAF_OK)
		return code;
	code = document_style(&style, d, f, e);
	if (code != SEALEAF_OK)
		return code;
	style.documents = d->doc.documents;
	return f->print(out, &d->doc.leaves, 0, d->doc.leaves.n, 0, &style, e);
}

/* Whether it is YAML that another program, or another type, wrote as JSON,
 * where the name of the block is in quotes. */
static bool
is_json(const struct sealeaf_doc *d)
{
	struct span s;

	if (d->scanned->odd_root == NULL || d->doc.n_blocks == 0 ||
	    !d->scanned->odd_root(&d->doc))
		return false;
	s = span_trim(d->doc.blocks[0].src);
	if (s.n > 0 && s.p[0] == ',')
		s = span_trim(span_sub(s, 1, s.n));
	return span_starts(s, "\"");
}

enum sealeaf_code
document_plain(struct buf *out, struct sealeaf_doc *d, struct sealeaf_error *e)
{
	struct spellings ss = { 0 };
	enum sealeaf_code code = document_clear(d, e);
	bool whole = false;

	if (code == SEALEAF_OK)
		code = lists_open(d, e);
	if (code == SEALEAF_OK && d->spelling.n > 0)
		code = spelling_parse(&ss, &d->doc, d->spelling, e);
	if (code == SEALEAF_OK && ss.n > 0)
		code = take_whole(out, d, &ss, &whole, e);
	if (code == SEALEAF_OK && !whole && is_json(d))
		code = print_anew(out, d, d->scanned, e);
	else if (code == SEALEAF_OK && !whole)
		code = ss.n > 0 ? render_checked(out, d, &ss, e)
				: render(out, d, &ss, e);
	spelling_fini(&ss);
	return code;
}

static enum sealeaf_code
hand_over(struct sealeaf_bytes *out, struct buf *b, enum sealeaf_code code,
    struct sealeaf_error *e)
{
	if (code == SEALEAF_OK) {
		out->p = buf_take(b, &out->n);
		if (out->p == NULL)
			code = err_memory(e);
	}
	buf_fini(b);
	return code;
}

enum sealeaf_code
sealeaf_decrypt(struct sealeaf_doc *d, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	const char *layout = ctx_option(d->ctx, SEALEAF_OPT_LAYOUT);
	bool anew = layout != NULL && strcmp(layout, "sops") == 0;
	struct buf b = { 0 };
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	if (f == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	if (f == d->format && f == d->scanned && !anew)
		code = document_plain(&b, d, e);
	else
		code = print_anew(&b, d, f, e);
	if (code == SEALEAF_ERR_DUMP)
		err_prefix(e, "Error dumping file");
	if (code != SEALEAF_OK)
		err_source(e, d->path);
	return hand_over(out, &b, code, e);
}
