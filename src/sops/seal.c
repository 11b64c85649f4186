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
#include "crypt/envelope.h"
#include "doc/path.h"
#include "sops/cipher.h"
#include "sops/seal.h"
#include "sops/weave.h"

void
seal_fini(struct seal *s)
{
	free(s->old);
	free(s->leaves);
	spelling_fini(&s->exceptions);
	edits_fini(&s->extra);
	buf_fini(&s->aad);
	buf_fini(&s->scratch);
}

enum sealeaf_code
seal_envelope(struct buf *out, struct seal *s, size_t at,
    struct sealeaf_error *e)
{
	const struct leaf *l = &s->plain->leaves.list[at];

	if (s->old != NULL && s->old[at].p != NULL) {
		buf_span(out, s->old[at]);
		return SEALEAF_OK;
	}
	if (l->value.n == 0)
		return SEALEAF_OK;
	path_aad(&s->aad, l->path);
	if (s->aad.failed)
		return err_memory(e);
	return cipher_seal(out, s->d, buf_get(&s->aad),
	    (enum leaf_type)l->type, l->value, e);
}

/* Decrypt sees the sealed form of the leaf; would it spell the source? */
static enum sealeaf_code
check_spelling(struct seal *s, size_t at, struct sealeaf_error *e)
{
	const struct leaf *l = &s->plain->leaves.list[at];
	struct leaf later = *l;
	struct sealeaf_error quiet = { 0 };
	enum sealeaf_code code;

	s->plain->format->sealed(&later, s->plain, l);
	buf_truncate(&s->scratch, 0);
	code = s->plain->format->spell(&s->scratch, s->plain, &later,
	    (enum leaf_type)l->type, l->value, &quiet);
	if (s->scratch.failed || code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code == SEALEAF_OK && span_equal(buf_get(&s->scratch), l->src))
		return SEALEAF_OK;
	return spelling_add(&s->exceptions, at, false, l->src, e);
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

	if (covers_any(ls, a->first, a->count))
		return false;
	/* An anchor may mark a key, which is never sealed. */
	return a->target >= ls->n ||
	    !covers_any(ls, a->target, 1 + ls->list[a->target].inside);
}

static enum sealeaf_code
write_alias_out(struct seal *s, const struct alias *a,
    struct sealeaf_error *e)
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
	if (code == SEALEAF_OK)
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

static enum sealeaf_code
prepare_leaf(struct seal *s, size_t at, struct sealeaf_error *e)
{
	const struct leaf *l = &s->plain->leaves.list[at];

	/* A whole file is written as an object even where it is empty. */
	if (!cipher_covers(l) && l->style != STYLE_FILE)
		return SEALEAF_OK;
	take_old(s, at);
	if (l->alias != 0)
		return SEALEAF_OK;
	s->leaves[s->n++] = (uint32_t)at;
	return l->style == STYLE_FILE ? SEALEAF_OK : check_spelling(s, at, e);
}

enum sealeaf_code
seal_prepare(struct seal *s, struct sealeaf_error *e)
{
	size_t n = s->plain->leaves.n;
	enum sealeaf_code code = SEALEAF_OK;

	s->leaves = mem_array(n, sizeof *s->leaves);
	if (s->keep != NULL)
		s->old = mem_array(n, sizeof *s->old);
	if (s->leaves == NULL || (s->keep != NULL && s->old == NULL))
		return err_memory(e);
	for (size_t i = 0; i < n && code == SEALEAF_OK; i++)
		code = prepare_leaf(s, i, e);
	if (code == SEALEAF_OK)
		code = prepare_aliases(s, e);
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

	buf_truncate(&s->scratch, 0);
	code = seal_envelope(&s->scratch, s, at, e);
	if (code != SEALEAF_OK)
		return code;
	if (l->type == LEAF_COMMENT &&
	    rules_mistakes(&s->d->rules, buf_get(&s->scratch)))
		return err_set(e, SEALEAF_ERR_ENCRYPT_TREE, "Error encrypting "
		    "tree: unencrypted_comment_regex matches the envelope of "
		    "a comment, which could then not be decrypted");
	s->plain->format->seal(out, s->plain, l, buf_get(&s->scratch));
	return SEALEAF_OK;
}

enum sealeaf_code
seal_write(struct buf *out, struct seal *s, struct sealeaf_error *e)
{
	struct weave w = { .d = s->plain, .extra = &s->extra,
		.leaves = s->leaves, .n = s->n, .put = put_leaf, .user = s };

	buf_reserve(out, seal_size(s));
	return weave_run(out, &w, e);
}
