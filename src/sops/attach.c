/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SOPS prints a file anew when it encrypts, and there too a comment may end up
 * in another collection, so that SOPS cannot open its own. To tell, its print
 * of the plaintext is made (with numbers for comments), the metadata put behind
 * it, and the result read again.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "doc/path.h"
#include "sops/attach.h"
#include "sops/cipher.h"

bool
attach_matters(const struct doc *plain)
{
	if (plain->format != &format_yaml)
		return false;
	for (size_t i = 0; i < plain->leaves.n; i++) {
		if (plain->leaves.list[i].type == LEAF_COMMENT &&
		    cipher_covers(&plain->leaves.list[i]))
			return true;
	}
	return false;
}

/* SOPS's encryption of a file, as far as comments are concerned. */
struct mirror {
	struct arena arena;
	struct leaves leaves;
	struct buf text, whole;
	struct doc printed, read;
	bool *opens; /* one a leaf of the plaintext: SOPS opens its own */
};

static void
mirror_fini(struct mirror *m)
{
	free(m->opens);
	free(m->leaves.list);
	doc_fini(&m->printed);
	doc_fini(&m->read);
	buf_fini(&m->text);
	buf_fini(&m->whole);
	arena_fini(&m->arena);
}

/* The plaintext's leaves; a comment is the number of its leaf. */
static enum sealeaf_code
mirror_leaves(struct mirror *m, const struct doc *plain,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < plain->leaves.n; i++) {
		struct leaf *l = leaves_add(&m->leaves);
		char number[24];

		if (l == NULL)
			return err_memory(e);
		*l = plain->leaves.list[i];
		if (!cipher_covers(l))
			continue;
		(void)snprintf(number, sizeof number, "%zu", i);
		l->value = arena_dup(&m->arena, span_of(number));
		if (l->value.p == NULL)
			return err_memory(e);
		if (l->type != LEAF_COMMENT)
			l->type = LEAF_STR;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
mirror_print(struct mirror *m, const struct doc *plain, struct sealeaf_error *e)
{
	const struct print_style style = { .indent = 4,
		.encrypted = true,
		.reference = true,
		.documents = plain->documents };
	struct edits es = { 0 };
	enum sealeaf_code code;

	code = format_yaml.print(&m->text, &m->leaves, 0, m->leaves.n, 0,
	    &style, e);
	m->printed.format = m->read.format = &format_yaml;
	m->printed.source = buf_get(&m->text);
	if (code == SEALEAF_OK)
		code = format_yaml.scan(&m->printed, e);
	if (code == SEALEAF_OK)
		code = format_yaml.place(&es, &m->printed,
		    span_of("sops:\n    mac: x\n"), e);
	if (code == SEALEAF_OK)
		code = splice(&m->whole, m->printed.source, &es, e);
	edits_fini(&es);
	m->read.source = buf_get(&m->whole);
	if (code == SEALEAF_OK)
		code = format_yaml.scan(&m->read, e);
	return code;
}

static bool
same_aad(const struct step *a, const struct step *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	path_aad(&x, a);
	path_aad(&y, b);
	same = !x.failed && !y.failed && span_equal(buf_get(&x), buf_get(&y));
	buf_fini(&x);
	buf_fini(&y);
	return same;
}

static enum sealeaf_code
mirror_init(struct mirror *m, const struct doc *plain, struct sealeaf_error *e)
{
	enum sealeaf_code code = mirror_leaves(m, plain, e);

	if (code == SEALEAF_OK)
		code = mirror_print(m, plain, e);
	m->opens = mem_array(plain->leaves.n, sizeof *m->opens);
	if (m->opens == NULL)
		return err_memory(e);
	for (size_t i = 0; i < m->read.leaves.n && code == SEALEAF_OK; i++) {
		const struct leaf *l = &m->read.leaves.list[i];
		int64_t number;

		if (l->type == LEAF_COMMENT && number_int(l->value, &number) &&
		    number >= 0 && (uint64_t)number < plain->leaves.n)
			m->opens[number] = same_aad(l->path,
			    plain->leaves.list[number].path);
	}
	return code;
}

/* Whether SOPS opens its own envelope of a comment with that text. */
static bool
opens_own(const struct mirror *m, const struct doc *plain, struct span text)
{
	for (size_t i = 0; i < plain->leaves.n; i++) {
		const struct leaf *l = &plain->leaves.list[i];

		if (l->type == LEAF_COMMENT && span_equal(l->value, text) &&
		    m->opens[i])
			return true;
	}
	return false;
}

static enum sealeaf_code
mend(struct buf *result, const struct leaf *l, struct seal *s,
    struct sealeaf_error *e)
{
	size_t at = (size_t)(l->src.p - result->p);
	struct kept old;
	enum sealeaf_code code = SEALEAF_OK;

	path_aad(&s->aad, l->path);
	buf_truncate(&s->scratch, 0);
	old = keep_take(s->keep, buf_get(&s->aad), LEAF_COMMENT, l->value);
	if (old.envelope.p != NULL)
		buf_span(&s->scratch, old.envelope);
	else
		code = cipher_seal(&s->scratch, s->d, buf_get(&s->aad),
		    LEAF_COMMENT, l->value, e);
	if (s->aad.failed || s->scratch.failed)
		return err_memory(e);
	if (code == SEALEAF_OK && s->scratch.n == l->src.n)
		memcpy(result->p + at, s->scratch.p, s->scratch.n);
	return code;
}

enum sealeaf_code
attach_mend(struct buf *result, const struct sealeaf_doc *again, struct seal *s,
    struct sealeaf_error *e)
{
	struct mirror m = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	bool ready = false;

	for (size_t i = 0; i < again->doc.leaves.n && code == SEALEAF_OK; i++) {
		const struct leaf *l = &again->doc.leaves.list[i];

		if (l->type != LEAF_COMMENT || l->picked != LEAF_ASTRAY)
			continue;
		if (!ready)
			code = mirror_init(&m, s->plain, e);
		ready = true;
		if (code == SEALEAF_OK && opens_own(&m, s->plain, l->value))
			code = mend(result, l, s, e);
	}
	mirror_fini(&m);
	return code;
}
