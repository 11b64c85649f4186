/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suffixes and patterns are decided once for each step of a path and inherited
 * below; the answer is kept in step->rule. Comment rules look at the comments
 * that stand before an item in any of the collections that are open there.
 */

#include <stdlib.h>

#include "base/mem.h"
#include "base/regex.h"
#include "sops/rules.h"

enum { STEP_UNKNOWN, STEP_MISS, STEP_HIT };

enum sealeaf_code
rules_init(struct rules *r, const struct metadata *m, bool lenient,
    struct sealeaf_error *e)
{
	struct sealeaf_error quiet = { 0 };
	enum sealeaf_code code;

	r->kind = RULE_UNENCRYPTED_SUFFIX;
	r->text = span_make("", 0);
	r->regex = NULL;
	for (int i = 0; i < RULE_KINDS; i++) {
		if (m->rule[i] != NULL) {
			r->kind = (enum rule_kind)i;
			r->text = span_of(m->rule[i]);
		}
	}
	if (r->kind == RULE_UNENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_SUFFIX)
		return SEALEAF_OK;
	code = regex_new(&r->regex, r->text.p, lenient ? &quiet : e);
	if (code == SEALEAF_OK || (lenient && code != SEALEAF_ERR_MEMORY))
		return SEALEAF_OK;
	err_prefix(e, "%s", rule_names[r->kind]);
	err_hint(e,
	    "SOPS itself would store everything as if nothing "
	    "matched; write the pattern in RE2 syntax");
	return code;
}

void
rules_fini(struct rules *r)
{
	regex_free(r->regex);
	r->regex = NULL;
}

static bool
by_comment(const struct rules *r)
{
	return r->kind == RULE_UNENCRYPTED_COMMENT ||
	    r->kind == RULE_ENCRYPTED_COMMENT;
}

static bool
matches(const struct rules *r, struct span text)
{
	bool failed;

	if (r->kind == RULE_UNENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_SUFFIX)
		return r->text.n > 0 && span_ends(text, r->text.p);
	return r->regex != NULL && regex_search(r->regex, text, &failed);
}

/* Whether some key from the root down to `s` matches. */
static bool
step_hit(const struct rules *r, struct step *s)
{
	if (s == NULL)
		return false;
	if (s->rule == STEP_UNKNOWN) {
		bool hit = step_hit(r, s->up) ||
		    (s->key.p != NULL && matches(r, s->key));

		s->rule = hit ? STEP_HIT : STEP_MISS;
	}
	return s->rule == STEP_HIT;
}

static bool
inert(const struct leaf *l)
{
	return l->type == LEAF_NULL || l->type == LEAF_MAP ||
	    l->type == LEAF_LIST;
}

static void
apply_by_path(const struct rules *r, struct doc *d)
{
	bool on_hit = r->kind == RULE_ENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_REGEX;

	for (size_t i = 0; i < d->leaves.n; i++) {
		struct leaf *l = &d->leaves.list[i];

		l->picked = !inert(l) && step_hit(r, l->path) == on_hit;
	}
}

/* One open collection: whether a comment before the next item matched. */
struct level {
	size_t end;
	bool hit;
};

struct levels {
	struct level *list;
	size_t n, cap;
	size_t hits;
};

static void
level_set(struct levels *ls, bool hit)
{
	struct level *top = &ls->list[ls->n - 1];

	ls->hits = ls->hits - top->hit + hit;
	top->hit = hit;
}

static bool
level_push(struct levels *ls, size_t end)
{
	struct level *list;

	list = mem_grow(ls->list, &ls->cap, ls->n + 1, sizeof *list);
	if (list == NULL)
		return false;
	ls->list = list;
	ls->list[ls->n].end = end;
	ls->list[ls->n].hit = false;
	ls->n++;
	return true;
}

/* Close the collections that end at leaf `at`: each is an item that clears
 * the comments of the collection around it. */
static void
levels_close(struct levels *ls, size_t at)
{
	while (ls->n > 1 && ls->list[ls->n - 1].end <= at) {
		level_set(ls, false);
		ls->n--;
		level_set(ls, false);
	}
}

static void
comment_add(const struct rules *r, struct levels *ls, const struct leaf *l)
{
	if (!ls->list[ls->n - 1].hit && matches(r, l->value))
		level_set(ls, true);
}

/*
 * A comment counts before it is judged itself, but never for itself under
 * encrypted_comment_regex. A comment that SOPS wrote as a list item is an
 * item to it.
 */
static bool
judge(const struct rules *r, struct levels *ls, struct leaf *l)
{
	bool comment = l->type == LEAF_COMMENT && !(l->flags & LEAF_ITEM);
	bool on_hit = r->kind == RULE_ENCRYPTED_COMMENT, hit;

	if (comment && !on_hit)
		comment_add(r, ls, l);
	hit = ls->hits > 0;
	if (comment && on_hit)
		comment_add(r, ls, l);
	if (!comment)
		level_set(ls, false);
	return hit == on_hit;
}

static enum sealeaf_code
apply_by_comment(const struct rules *r, struct doc *d, struct sealeaf_error *e)
{
	struct levels ls = { 0 };
	uint16_t document = 0;
	bool ok = level_push(&ls, d->leaves.n);

	for (size_t i = 0; i < d->leaves.n && ok; i++) {
		struct leaf *l = &d->leaves.list[i];

		levels_close(&ls, i);
		if (l->document != document) {
			document = l->document;
			level_set(&ls, false);
		}
		l->picked = false;
		if (l->type == LEAF_MAP || l->type == LEAF_LIST)
			ok = level_push(&ls, i + 1 + l->inside);
		else if (l->type == LEAF_NULL)
			level_set(&ls, false);
		else
			l->picked = judge(r, &ls, l);
	}
	free(ls.list);
	return ok ? SEALEAF_OK : err_memory(e);
}

enum sealeaf_code
rules_apply(const struct rules *r, struct doc *d, struct sealeaf_error *e)
{
	if (by_comment(r))
		return apply_by_comment(r, d, e);
	apply_by_path(r, d);
	return SEALEAF_OK;
}

bool
rules_mistakes(const struct rules *r, struct span envelope)
{
	return r->kind == RULE_UNENCRYPTED_COMMENT && matches(r, envelope);
}
