/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypting in place. A first pass in the order of the leaves decides for
 * each what becomes of it; a second in the order of the text writes. For each
 * leaf the first pass asks the format how decrypt would spell it, and where
 * that is not the source's spelling the source text goes on the list of
 * exceptions: that comparison is what makes losslessness unconditional.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/share.h"
#include "crypt/envelope.h"
#include "doc/path.h"
#include "doc/value.h"
#include "sops/cipher.h"
#include "sops/seal.h"
#include "sops/weave.h"

enum { LEAVES_A_THREAD = 4096 };

void
seal_fini(struct seal *s)
{
	batch_free(s);
	free(s->old);
	free(s->leaves);
	spelling_fini(&s->exceptions);
	edits_fini(&s->extra);
	buf_fini(&s->aad);
	buf_fini(&s->scratch);
	buf_fini(&s->text);
}

struct span
seal_text(struct buf *scratch, const struct leaf *l)
{
	struct span text = l->value;

	return value_hashed(&text, scratch, (enum leaf_type)l->type, l->value)
	    ? text
	    : l->value;
}

enum sealeaf_code
seal_envelope(struct buf *out, struct seal *s, size_t at,
    struct sealeaf_error *e)
{
	const struct leaf *l = &s->plain->leaves.list[at];
	struct span text;

	if (s->old != NULL && s->old[at].envelope.p != NULL) {
		buf_span(out, s->old[at].envelope);
		return SEALEAF_OK;
	}
	if (l->value.n == 0)
		return SEALEAF_OK;
	path_aad(&s->aad, l->path);
	text = seal_text(&s->text, l);
	if (s->aad.failed || s->text.failed)
		return err_memory(e);
	return cipher_seal(out, s->d, buf_get(&s->aad), (enum leaf_type)l->type,
	    text, e);
}

enum sealeaf_code
seal_spelling(struct buf *out, const struct doc *d, const struct leaf *l,
    struct span text, struct sealeaf_error *e)
{
	struct leaf later = *l;

	d->format->sealed(&later, d, l);
	return d->format->spell(out, d, &later, (enum leaf_type)l->type, text,
	    e);
}

/* Comparing spellings, one part of the leaves. */
struct checker {
	const struct seal *s;
	struct buf scratch, text;
	struct spellings found;
	struct sealeaf_error e, quiet; /* large: not one a leaf */
	enum sealeaf_code code;
};

/* Decrypt sees the sealed form of the leaf; would it spell the source? */
static void
check_spelling(struct checker *c, size_t at)
{
	const struct leaf *l = &c->s->plain->leaves.list[at];
	const struct kept *old = c->s->old;
	struct span text = old != NULL && old[at].envelope.p != NULL
	    ? old[at].plain
	    : seal_text(&c->text, l);
	enum sealeaf_code code;

	buf_truncate(&c->scratch, 0);
	code = seal_spelling(&c->scratch, c->s->plain, l, text, &c->quiet);
	c->quiet.code = SEALEAF_OK;
	if (c->scratch.failed || c->text.failed || code == SEALEAF_ERR_MEMORY)
		c->code = err_memory(&c->e);
	else if (code != SEALEAF_OK ||
	    !span_equal(buf_get(&c->scratch), l->src))
		c->code = spelling_add(&c->found, at, false, l->src, &c->e);
}

static void
check_range(void *user, unsigned part, size_t from, size_t to)
{
	struct checker *c = (struct checker *)user + part;
	const struct seal *s = c->s;

	for (size_t i = from; i < to && c->code == SEALEAF_OK; i++) {
		if (s->plain->leaves.list[s->leaves[i]].style != STYLE_FILE)
			check_spelling(c, s->leaves[i]);
	}
}

static enum sealeaf_code
check_spellings(struct seal *s, struct sealeaf_error *e)
{
	unsigned parts = share_parts(s->n, LEAVES_A_THREAD);
	struct checker *list = mem_array(parts, sizeof *list);
	enum sealeaf_code code = SEALEAF_OK;

	if (list == NULL)
		return err_memory(e);
	for (unsigned i = 0; i < parts; i++)
		list[i].s = s;
	share_run(parts, s->n, check_range, list);
	for (unsigned i = 0; i < parts; i++) {
		struct checker *c = &list[i];

		if (code == SEALEAF_OK && c->code != SEALEAF_OK)
			code = err_memory(e);
		for (size_t k = 0; k < c->found.n && code == SEALEAF_OK; k++)
			code = spelling_add(&s->exceptions,
			    c->found.list[k].leaf, false, c->found.list[k].text,
			    e);
		spelling_fini(&c->found);
		buf_fini(&c->scratch);
		buf_fini(&c->text);
	}
	free(list);
	return code;
}

static void
take_old(struct seal *s, size_t at)
{
	const struct leaf *l = &s->plain->leaves.list[at];

	if (s->keep == NULL)
		return;
	path_aad(&s->aad, l->path);
	s->old[at] = keep_take(s->keep, buf_get(&s->aad),
	    (enum leaf_type)l->type, l->value);
}

static bool
covers_any(const struct leaves *ls, size_t from, size_t n)
{
	for (size_t i = from; i < from + n && i < ls->n; i++) {
		if (cipher_covers(&ls->list[i]))
			return true;
	}
	return false;
}

/* An alias may stay one only if nothing is sealed where it stands or where
 * its anchor stands: an envelope is bound to one path. */
static bool
alias_stays(const struct seal *s, const struct alias *a)
{
	const struct leaves *ls = &s->plain->leaves;

	if (a->key || covers_any(ls, a->first, a->count))
		return false;
	/* An anchor may mark a key, which is never sealed. */
	return a->target >= ls->n ||
	    !covers_any(ls, a->target, 1 + ls->list[a->target].inside);
}

static enum sealeaf_code
write_alias_out(struct seal *s, const struct alias *a, struct sealeaf_error *e)
{
	struct span *texts = mem_array(a->count, sizeof *texts);
	enum sealeaf_code code = SEALEAF_OK;

	if (texts == NULL)
		return err_memory(e);
	for (size_t i = 0; i < a->count && code == SEALEAF_OK; i++) {
		if (!cipher_covers(&s->plain->leaves.list[a->first + i]))
			continue;
		buf_truncate(&s->scratch, 0);
		code = seal_envelope(&s->scratch, s, a->first + i, e);
		if (code != SEALEAF_OK)
			break;
		texts[i] = arena_dup(&s->plain->arena, buf_get(&s->scratch));
		if (texts[i].p == NULL)
			code = err_memory(e);
	}
	if (code == SEALEAF_OK)
		code = s->plain->format->copy(&s->extra, s->plain, a, texts, e);
	/* A key's alias comes back with the text of the whole file only. */
	if (code == SEALEAF_OK && !a->key)
		code = spelling_add(&s->exceptions, a->first, true, a->src, e);
	free(texts);
	return code;
}

/* An alias that a written-out alias brought along is part of that copy. */
static enum sealeaf_code
prepare_aliases(struct seal *s, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < s->plain->n_aliases && code == SEALEAF_OK; i++) {
		const struct alias *a = &s->plain->aliases[i];

		if (a->outer == 0 && !alias_stays(s, a))
			code = write_alias_out(s, a, e);
	}
	return code;
}

static void
prepare_leaf(struct seal *s, size_t at)
{
	const struct leaf *l = &s->plain->leaves.list[at];

	/* A whole file is written as an object even where it is empty. */
	if (!cipher_covers(l) && l->style != STYLE_FILE)
		return;
	take_old(s, at);
	if (l->alias == 0)
		s->leaves[s->n++] = (uint32_t)at;
}

enum sealeaf_code
seal_prepare(struct seal *s, struct sealeaf_error *e)
{
	size_t n = s->plain->leaves.n;
	enum sealeaf_code code;

	s->leaves = mem_array(n, sizeof *s->leaves);
	if (s->keep != NULL)
		s->old = mem_array(n, sizeof *s->old);
	if (s->leaves == NULL || (s->keep != NULL && s->old == NULL))
		return err_memory(e);
	for (size_t i = 0; i < n; i++)
		prepare_leaf(s, i);
	code = check_spellings(s, e);
	if (code == SEALEAF_OK)
		code = prepare_aliases(s, e);
	if (code == SEALEAF_OK)
		code = seal_clear(s, e);
	return code;
}

size_t
seal_size(const struct seal *s)
{
	size_t size = s->plain->source.n;

	for (size_t i = 0; i < s->n; i++) {
		const struct leaf *l = &s->plain->leaves.list[s->leaves[i]];

		size += envelope_size(l->value.n, (enum leaf_type)l->type) + 8;
	}
	for (size_t i = 0; i < s->extra.n; i++)
		size += s->extra.list[i].text.n;
	return size;
}

static enum sealeaf_code
put_leaf(struct buf *out, size_t at, void *user, struct sealeaf_error *e)
{
	struct seal *s = user;
	const struct leaf *l = &s->plain->leaves.list[at];
	enum sealeaf_code code;

	if (s->batch != NULL)
		return batch_put(out, s, at, e);
	buf_truncate(&s->scratch, 0);
	code = seal_envelope(&s->scratch, s, at, e);
	if (code != SEALEAF_OK)
		return code;
	if (l->type == LEAF_COMMENT)
		code = rules_mistakes(&s->d->rules, buf_get(&s->scratch), e);
	if (code != SEALEAF_OK)
		return code;
	s->plain->format->seal(out, s->plain, l, buf_get(&s->scratch));
	return SEALEAF_OK;
}

enum sealeaf_code
seal_write(struct buf *out, struct seal *s, struct sealeaf_error *e)
{
	struct weave w = { .d = s->plain,
		.extra = &s->extra,
		.leaves = s->leaves,
		.n = s->n,
		.put = put_leaf,
		.user = s };
	enum sealeaf_code code;

	weave_sort(&w);
	code = batch_new(s, e);
	buf_reserve(out, seal_size(s));
	return code == SEALEAF_OK ? weave_run(out, &w, e) : code;
}
