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
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code;

	r->kind = RULE_UNENCRYPTED_SUFFIX;
	r->text = span_make("", 0);
	r->regex = NULL;
	r->effort = REGEX_EFFORT;
	for (int i = 0; i < RULE_KINDS; i++) {
		if (m->rule[i] != NULL) {
			r->kind = (enum rule_kind)i;
			r->text = span_of(m->rule[i]);
		}
	}
	if (r->kind == RULE_UNENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_SUFFIX)
		return SEALEAF_OK;
	code = regex_new(&r->regex, r->text.p, &why);
	if (code == SEALEAF_OK || (lenient && code == SEALEAF_ERR_GENERIC))
		return SEALEAF_OK;
	err_set(e, code, "%s: %s", rule_names[r->kind], why.text);
	err_hint(e,
	    code == SEALEAF_ERR_GENERIC
		? "SOPS itself would store everything as if nothing matched; write the pattern in RE2 syntax"
		: "write the pattern in another way");
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

static enum sealeaf_code
matches(struct rules *r, struct span text, bool *hit, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	*hit = false;
	if (r->kind == RULE_UNENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_SUFFIX) {
		*hit = r->text.n > 0 && span_ends(text, r->text.p);
		return SEALEAF_OK;
	}
	if (r->regex == NULL)
		return SEALEAF_OK;
	code = regex_search(r->regex, text, &r->effort, hit, e);
	if (code != SEALEAF_OK)
		err_prefix(e, "%s", rule_names[r->kind]);
	return code;
}

/* Whether some key from the root down to `s` matches. */
static enum sealeaf_code
step_hit(struct rules *r, struct step *s, bool *hit, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	*hit = false;
	if (s == NULL)
		return SEALEAF_OK;
	if (s->rule == STEP_UNKNOWN) {
		code = step_hit(r, s->up, hit, e);
		if (code == SEALEAF_OK && !*hit && s->key.p != NULL)
			code = matches(r, s->key, hit, e);
		if (code == SEALEAF_OK)
			s->rule = *hit ? STEP_HIT : STEP_MISS;
	}
	*hit = s->rule == STEP_HIT;
	return code;
}

static bool
inert(const struct leaf *l)
{
	return l->type == LEAF_NULL || l->type == LEAF_MAP ||
	    l->type == LEAF_LIST;
}

static enum sealeaf_code
apply_by_path(struct rules *r, struct doc *d, struct sealeaf_error *e)
{
	bool on_hit = r->kind == RULE_ENCRYPTED_SUFFIX ||
	    r->kind == RULE_ENCRYPTED_REGEX;
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < d->leaves.n && code == SEALEAF_OK; i++) {
		struct leaf *l = &d->leaves.list[i];
		bool hit;

		l->picked = false;
		if (inert(l))
			continue;
		code = step_hit(r, l->path, &hit, e);
		l->picked = code == SEALEAF_OK && hit == on_hit;
	}
	return code;
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

static enum sealeaf_code
comment_add(struct rules *r, struct levels *ls, const struct leaf *l,
    struct sealeaf_error *e)
{
	enum sealeaf_code code;
	bool hit;

	if (ls->list[ls->n - 1].hit)
		return SEALEAF_OK;
	code = matches(r, l->value, &hit, e);
	if (hit)
		level_set(ls, true);
	return code;
}

/*
 * A comment counts before it is judged itself, but never for itself under
 * encrypted_comment_regex. A comment that SOPS wrote as a list item is an
 * item to it.
 */
static enum sealeaf_code
judge(struct rules *r, struct levels *ls, struct leaf *l,
    struct sealeaf_error *e)
{
	bool comment = l->type == LEAF_COMMENT && !(l->flags & LEAF_ITEM);
	bool on_hit = r->kind == RULE_ENCRYPTED_COMMENT;
	enum sealeaf_code code = SEALEAF_OK;

	if (comment && !on_hit)
		code = comment_add(r, ls, l, e);
	l->picked = (ls->hits > 0) == on_hit;
	if (comment && on_hit)
		code = comment_add(r, ls, l, e);
	if (!comment)
		level_set(ls, false);
	return code;
}

static enum sealeaf_code
apply_by_comment(struct rules *r, struct doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct levels ls = { 0 };
	uint16_t document = 0;
	bool ok = level_push(&ls, d->leaves.n);

	for (size_t i = 0; i < d->leaves.n && ok && code == SEALEAF_OK; i++) {
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
			code = judge(r, &ls, l, e);
	}
	free(ls.list);
	return ok ? code : err_memory(e);
}

enum sealeaf_code
rules_apply(struct rules *r, struct doc *d, struct sealeaf_error *e)
{
	/* A document is gone through several times, and each costs the same. */
	r->effort = REGEX_EFFORT;
	return by_comment(r) ? apply_by_comment(r, d, e)
			     : apply_by_path(r, d, e);
}

enum sealeaf_code
rules_mistakes(struct rules *r, struct span envelope, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	bool hit;

	if (r->kind != RULE_UNENCRYPTED_COMMENT)
		return SEALEAF_OK;
	code = matches(r, envelope, &hit, e);
	if (code == SEALEAF_OK && hit)
		code = err_set(e, SEALEAF_ERR_ENCRYPT_TREE,
		    "Error encrypting tree: unencrypted_comment_regex matches the envelope of a comment, which could then not be decrypted");
	return code;
}
