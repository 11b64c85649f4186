/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each document's block has the list of its own spellings, so that what a file
 * costs grows with its documents and not with their square.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypt/envelope.h"
#include "sops/cipher.h"
#include "sops/lists.h"

/* The plaintext of a list is its entries between these. */
static const char head[] = "{\"v\":1,\"s\":[", tail[] = "]}";

enum { HEAD = sizeof head - 1, TAIL = sizeof tail - 1 };

/* The document that an exception belongs to; the whole text to the first. */
static size_t
document_of(const struct spelling *s, const struct doc *plain)
{
	return s->leaf == SPELLING_WHOLE ? 0
					 : plain->leaves.list[s->leaf].document;
}

/* Sort by document, else as it was; the part of document i then begins at
 * ends[i - 1] and stops at ends[i]. */
static bool
divide(struct spellings *ss, const struct doc *plain, size_t *ends)
{
	struct spelling *sorted = mem_array(ss->n, sizeof *sorted);

	if (sorted == NULL)
		return false;
	for (size_t i = 0; i < ss->n; i++)
		ends[document_of(&ss->list[i], plain) + 1]++;
	for (size_t i = 1; i < plain->documents; i++)
		ends[i] += ends[i - 1];
	for (size_t i = 0; i < ss->n; i++)
		sorted[ends[document_of(&ss->list[i], plain)]++] = ss->list[i];
	memcpy(ss->list, sorted, ss->n * sizeof *sorted);
	free(sorted);
	return true;
}

/* The envelope with that text that document `i` had before, or p NULL. */
static struct span
old_list(const struct sealeaf_doc *d, size_t i, struct span text)
{
	if (!d->fresh && i < d->n_lists && d->lists[i].plain.p != NULL &&
	    span_equal(d->lists[i].plain, text))
		return d->lists[i].envelope;
	return span_make(NULL, 0);
}

static enum sealeaf_code
seal_list(struct span *out, struct sealeaf_doc *d, size_t i, struct span text,
    struct arena *a, struct sealeaf_error *e)
{
	struct span old = old_list(d, i, text);
	struct buf envelope = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (old.p != NULL)
		buf_span(&envelope, old);
	else
		code = cipher_seal(&envelope, d, span_of(spelling_aad),
		    LEAF_STR, text, e);
	if (code == SEALEAF_OK)
		code = buf_check(&envelope, e);
	if (code == SEALEAF_OK) {
		*out = arena_dup(a, buf_get(&envelope));
		if (out->p == NULL)
			code = err_memory(e);
	}
	buf_fini(&envelope);
	return code;
}

enum sealeaf_code
lists_seal(struct lists *l, struct sealeaf_doc *d, struct spellings *ss,
    struct doc *plain, struct sealeaf_error *e)
{
	size_t *ends = mem_array((size_t)plain->documents + 2, sizeof *ends);
	enum sealeaf_code code = SEALEAF_OK;
	struct buf text = { 0 };

	l->list = mem_array(plain->documents, sizeof *l->list);
	if (ends == NULL || l->list == NULL || !divide(ss, plain, ends))
		code = err_memory(e);
	for (size_t i = 0; i < plain->documents && code == SEALEAF_OK; i++) {
		size_t from = i > 0 ? ends[i - 1] : 0;
		struct spellings part = { .list = ss->list + from,
			.n = ends[i] - from };

		buf_truncate(&text, 0);
		spelling_format(&text, &part, plain);
		code = buf_check(&text, e);
		if (code == SEALEAF_OK)
			code = seal_list(&l->list[i], d, i, buf_get(&text),
			    &plain->arena, e);
	}
	l->n = plain->documents;
	free(ends);
	buf_fini(&text);
	return code;
}

enum sealeaf_code
lists_keep(struct lists *l, const struct sealeaf_doc *d,
    struct sealeaf_error *e)
{
	const struct leaves *ls = &d->doc.lists;

	if (d->meta.spelling == NULL || ls->n + 1 != d->doc.documents)
		return SEALEAF_OK;
	l->list = mem_array(ls->n + 1, sizeof *l->list);
	if (l->list == NULL)
		return err_memory(e);
	l->n = ls->n + 1;
	l->list[0] = span_of(d->meta.spelling);
	for (size_t i = 0; i < ls->n; i++)
		l->list[i + 1] = ls->list[i].value;
	return SEALEAF_OK;
}

static enum sealeaf_code
replace_list(struct edit *edit, struct span from, struct span to,
    struct arena *a, struct sealeaf_error *e)
{
	size_t at = span_search(edit->text, from);
	struct buf b = { 0 };
	enum sealeaf_code code;

	buf_span(&b, span_sub(edit->text, 0, at));
	buf_span(&b, to);
	buf_span(&b, span_sub(edit->text, at + from.n, edit->text.n));
	code = buf_check(&b, e);
	if (code == SEALEAF_OK) {
		edit->text = arena_dup(a, buf_get(&b));
		if (edit->text.p == NULL)
			code = err_memory(e);
	}
	buf_fini(&b);
	return code;
}

static bool
has_list(const struct edit *edit, const struct lists *l)
{
	return span_search(edit->text, l->list[0]) < edit->text.n;
}

enum sealeaf_code
lists_spread(struct edits *es, size_t from, const struct lists *l,
    struct arena *a, bool *good, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	size_t blocks = 0, next = 0;

	for (size_t i = from; i < es->n; i++)
		blocks += has_list(&es->list[i], l);
	*good = blocks == l->n;
	for (size_t i = from; *good && i < es->n && code == SEALEAF_OK; i++) {
		if (!has_list(&es->list[i], l))
			continue;
		if (next > 0 && !span_equal(l->list[next], l->list[0]))
			code = replace_list(&es->list[i], l->list[0],
			    l->list[next], a, e);
		next++;
	}
	return code;
}

/* Open one; one that does not open is as good as none, and *dropped is set. */
static enum sealeaf_code
open_list(struct opened_list *l, struct sealeaf_doc *d, struct span envelope,
    bool *dropped, struct sealeaf_error *e)
{
	enum leaf_type type;

	if (envelope_open(&l->plain, &type, &d->doc.arena, d->gcm,
		span_of(spelling_aad), envelope, e) == ENVELOPE_OPEN) {
		l->envelope = envelope;
		return SEALEAF_OK;
	}
	l->plain = span_make(NULL, 0);
	*dropped = true;
	return e != NULL ? e->code : SEALEAF_OK;
}

/* The entries of a list: what stands between its brackets. */
static struct span
entries(struct span plain)
{
	if (plain.n < HEAD + TAIL || !span_starts(plain, head) ||
	    !span_ends(plain, tail))
		return span_make(NULL, 0);
	return span_sub(plain, HEAD, plain.n - TAIL);
}

static enum sealeaf_code
join(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code;

	buf_puts(&b, head);
	for (size_t i = 0; i < d->n_lists; i++) {
		struct span s = entries(d->lists[i].plain);

		if (s.n > 0 && b.n > HEAD)
			buf_putc(&b, ',');
		buf_span(&b, s);
	}
	buf_puts(&b, tail);
	code = buf_check(&b, e);
	if (code == SEALEAF_OK) {
		d->spelling = arena_dup(&d->doc.arena, buf_get(&b));
		if (d->spelling.p == NULL)
			code = err_memory(e);
	}
	buf_fini(&b);
	return code;
}

enum sealeaf_code
lists_open(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	const struct leaves *ls = &d->doc.lists;
	struct span first = span_make(NULL, 0);
	enum sealeaf_code code = SEALEAF_OK;
	bool several = false, dropped = false;

	if (d->lists != NULL || (d->meta.spelling == NULL && ls->n == 0))
		return SEALEAF_OK;
	d->n_lists = d->doc.documents > 0 ? d->doc.documents : 1;
	d->lists = mem_array(d->n_lists, sizeof *d->lists);
	if (d->lists == NULL)
		return err_memory(e);
	if (d->meta.spelling != NULL) {
		first = arena_dup(&d->doc.arena, span_of(d->meta.spelling));
		if (first.p == NULL)
			return err_memory(e);
		code = open_list(&d->lists[0], d, first, &dropped, e);
	}
	for (size_t i = 0; i < ls->n && code == SEALEAF_OK; i++) {
		const struct leaf *l = &ls->list[i];

		if (span_equal(l->value, first) || l->document >= d->n_lists)
			continue;
		several = true;
		code = open_list(&d->lists[l->document], d, l->value, &dropped,
		    e);
	}
	if (code == SEALEAF_OK && dropped)
		world_log(&d->ctx->world, LOG_WARNING, "SOPS",
		    "sealeaf_spelling was changed and does not open; values come in the spelling of SOPS");
	if (code == SEALEAF_OK && several)
		return join(d, e);
	d->spelling = d->lists[0].plain;
	return code;
}

void
lists_fini(struct lists *l)
{
	free(l->list);
	memset(l, 0, sizeof *l);
}
