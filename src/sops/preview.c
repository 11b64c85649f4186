/* SPDX-License-Identifier: Apache-2.0 */
/* What encryption would do to a file, or has done, without any key. */

#include "doc/path.h"
#include "sops/document.h"

bool
sealeaf_rule(const struct sealeaf_doc *d, const char **name, const char **text)
{
	for (int i = 0; i < RULE_KINDS; i++) {
		if (d->meta.rule[i] == NULL)
			continue;
		*name = rule_names[i];
		*text = d->meta.rule[i];
		return true;
	}
	return false;
}

static enum sealeaf_code
show(const struct doc *doc, const struct leaf *l, bool sealed,
    struct doc_cursor *p,
    void (*put)(void *user, const char *path, uint32_t line, bool encrypted),
    void *user, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code;

	path_show(&b, l->path);
	buf_put(&b, "", 0);
	code = buf_check(&b, e);
	if (code == SEALEAF_OK) {
		doc_place_next(doc, p, l->src.p);
		put(user, b.p, (uint32_t)p->line, sealed);
	}
	buf_fini(&b);
	return code;
}

enum sealeaf_code
sealeaf_preview(struct sealeaf_doc *d, const char *plain, size_t n,
    void (*put)(void *user, const char *path, uint32_t line, bool encrypted),
    void *user, struct sealeaf_error *e)
{
	struct doc own = { 0 };
	struct doc_cursor place = { 0 };
	const struct doc *doc = d->opened ? &d->doc : &own;
	enum sealeaf_code code = SEALEAF_OK;

	if (!d->opened) {
		own.format = d->format;
		own.source = span_make(n > 0 ? plain : "", n);
		code = own.format->scan(&own, e);
		if (code == SEALEAF_OK)
			code = rules_apply(&d->rules, &own, e);
	}
	for (size_t i = 0; i < doc->leaves.n && code == SEALEAF_OK; i++) {
		const struct leaf *l = &doc->leaves.list[i];

		if (leaf_is_value(l) && l->type != LEAF_COMMENT &&
		    l->alias == 0)
			code = show(doc, l,
			    d->opened ? (l->flags & LEAF_ENVELOPE) != 0
				      : l->picked != 0,
			    &place, put, user, e);
	}
	doc_fini(&own);
	return code;
}
