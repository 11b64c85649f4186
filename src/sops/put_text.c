/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plaintext is changed in its own layout. The same change is made on the
 * leaves, and the new text must read as they do; where it does not, it is
 * printed anew.
 */

#include "sops/put_change.h"
#include "sops/tree.h"

/* ---- what the path means here ---- */

enum sealeaf_code
put_not_found(const struct step *s, struct sealeaf_error *e)
{
	if (s->key.p != NULL)
		return err_set(e, SEALEAF_ERR_NOT_FOUND, "Key not found: %.*s",
		    (int)s->key.n, s->key.p);
	if (s->index == UINT32_MAX)
		return err_set(e, SEALEAF_ERR_NOT_FOUND, "Index out of bounds");
	return err_set(e, SEALEAF_ERR_NOT_FOUND, "Index %lu out of bounds",
	    (unsigned long)s->index);
}

static enum sealeaf_code
no_way_through(const struct change *c, const struct step *s,
    struct sealeaf_error *e)
{
	static const char *const names[] = {
		[LEAF_STR] = "string",
		[LEAF_INT] = "int",
		[LEAF_FLOAT] = "float64",
		[LEAF_BOOL] = "bool",
		[LEAF_TIME] = "time.Time",
		[LEAF_BYTES] = "[]uint8",
		[LEAF_COMMENT] = "sops.Comment",
		[LEAF_NULL] = "<nil>",
		[LEAF_MAP] = "sops.TreeBranch",
		[LEAF_LIST] = "[]interface {}",
	};
	const char *name = names[c->doc.leaves.list[c->place.at].type];

	if (s->key.p != NULL)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "Unsupported type: %s "
		    "for item '%.*s'",
		    name, (int)s->key.n, s->key.p);
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "Unsupported type: %s for item '%lu'", name,
	    (unsigned long)s->index);
}

/* An entry that is to go is not there. */
static enum sealeaf_code
not_there(const struct change *c, const struct step *s, struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t from, end;

	(void)put_not_found(s, e);
	put_entries(ls, c->place.at, &from, &end);
	if (s->key.p != NULL)
		tree_hint_near(ls, from, end, s->key, e);
	return e->code;
}

/* What SOPS would say, or crash with. */
static enum sealeaf_code
check_place(struct change *c, struct sealeaf_error *e)
{
	const struct put_place *p = &c->place;
	struct step *s;

	if (p->end == PUT_FOUND)
		return SEALEAF_OK;
	s = c->path.list[p->steps];
	if (p->end == PUT_KEY)
		return err_set(e,
		    c->value != NULL ? SEALEAF_ERR_INDEX
				     : SEALEAF_ERR_NOT_FOUND,
		    "Key not found: %.*s (a list has "
		    "positions)",
		    (int)s->key.n, s->key.p);
	if (c->value == NULL && p->end == PUT_SCALAR)
		return no_way_through(c, s, e);
	if (c->value == NULL)
		return not_there(c, s, e);
	for (size_t i = p->steps; i < c->path.n; i++) {
		if (c->path.list[i]->key.p == NULL &&
		    c->path.list[i]->index == UINT32_MAX)
			return err_set(e, SEALEAF_ERR_INDEX,
			    "Invalid set index format");
	}
	return SEALEAF_OK;
}

/* ---- aliases ---- */

static bool
holds(const struct leaves *ls, size_t at, size_t other)
{
	return at <= other && other < tree_next(ls, at);
}

/* Whether the alias must be written out first: the change is in its copy, or
 * in what its anchor marks. */
static bool
is_concerned(const struct change *c, const struct alias *a)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t at = c->place.at;

	if (at == FORMAT_ROOT)
		return false;
	if (at >= a->first && at < a->first + a->count)
		return true;
	if (c->place.end == PUT_MISSING)
		return a->target < ls->n && holds(ls, a->target, at);
	/* A key may be marked as well, which goes with its entry. */
	return a->target >= ls->n || holds(ls, a->target, at) ||
	    holds(ls, at, a->target);
}

static enum sealeaf_code
write_out(struct edits *es, struct change *c, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < c->doc.n_aliases && code == SEALEAF_OK; i++) {
		const struct alias *a = &c->doc.aliases[i];
		struct span *none;

		if (a->outer != 0 || a->key || !is_concerned(c, a))
			continue;
		none = arena_alloc(&c->doc.arena, a->count * sizeof *none);
		if (none == NULL)
			return err_memory(e);
		for (size_t j = 0; j < a->count; j++)
			none[j] = span_make(NULL, 0);
		code = c->format->copy(es, &c->doc, a, none, e);
	}
	return code;
}

/* ---- text and leaves ---- */

static enum sealeaf_code
scan(struct change *c, struct sealeaf_error *e)
{
	doc_fini(&c->doc);
	c->doc.format = c->format;
	c->doc.source = span_make(c->text.n > 0 ? c->text.p : "", c->text.n);
	return c->format->scan(&c->doc, e);
}

/* The text becomes what the edits make of it. */
static enum sealeaf_code
apply(struct change *c, struct edits *es, struct sealeaf_error *e)
{
	struct buf next = { 0 };
	enum sealeaf_code code = splice(&next, c->doc.source, es, e);

	buf_fini(code == SEALEAF_OK ? &c->text : &next);
	if (code == SEALEAF_OK)
		c->text = next; /* transferred */
	return code;
}

/* Scan the text and find the place in it, where no alias is. */
static enum sealeaf_code
find(struct change *c, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	size_t left = 1;

	for (int i = 0; i < 8 && code == SEALEAF_OK && left > 0; i++) {
		struct edits es = { 0 };

		code = scan(c, e);
		if (code == SEALEAF_OK) {
			put_find(&c->place, &c->doc.leaves, &c->path);
			code = check_place(c, e);
		}
		if (code == SEALEAF_OK)
			code = write_out(&es, c, e);
		left = es.n;
		if (code == SEALEAF_OK && left > 0)
			code = apply(c, &es, e);
		edits_fini(&es);
	}
	return code;
}

/* The new tree, or what stays of the old one, as it must read. */
static enum sealeaf_code
want(struct change *c, struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	const struct put_place *p = &c->place;
	size_t at = p->at, n = 0, limit = 0;
	enum sealeaf_code code = SEALEAF_OK;

	if (c->value != NULL) {
		if (p->end == PUT_MISSING)
			c->path.list[p->steps]->index = (uint32_t)put_count(ls,
			    at);
		code = put_chain(&c->with, &c->path,
		    p->end == PUT_MISSING ? p->steps : p->steps - 1,
		    &c->value->doc.leaves, e);
	}
	/* A section that is always there. */
	if (c->value == NULL && c->format == &format_ini &&
	    span_is(tree_key(&ls->list[at]), "DEFAULT") &&
	    ls->list[at].type == LEAF_MAP &&
	    tree_open(&c->with, ls->list[at].path, LEAF_MAP) == (size_t)-1)
		code = err_memory(e);
	if (code != SEALEAF_OK)
		return code;
	if (p->end != PUT_MISSING) {
		n = tree_next(ls, at) - at;
		limit = at;
	} else if (at != FORMAT_ROOT) {
		limit = at + 1;
	}
	/* A new entry comes behind all that its collection has. */
	if (at == FORMAT_ROOT) {
		for (at = 0; at < ls->n && ls->list[at].document == 0;)
			at++;
	} else if (p->end == PUT_MISSING) {
		at = tree_next(ls, at);
	}
	return put_leaves(&c->wanted, ls, at, n, &c->with, limit, p->at, e);
}

static enum sealeaf_code
edit(struct change *c, struct sealeaf_error *e)
{
	const struct format *f = c->format;
	struct edits es = { 0 };
	enum sealeaf_code code;

	if (f->replace == NULL)
		code = err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "setting values "
		    "in %s files is not part of this build",
		    f->name);
	else if (c->value == NULL)
		code = f->remove(&es, &c->doc, c->place.at, e);
	else if (c->place.end == PUT_MISSING)
		code = f->insert(&es, &c->doc, c->place.at, c->with.list, e);
	else
		code = f->replace(&es, &c->doc, c->place.at, c->with.list, e);
	if (code == SEALEAF_OK)
		code = splice(&c->after, c->doc.source, &es, e);
	edits_fini(&es);
	return code;
}

/* Whether the new text reads as it must. */
static enum sealeaf_code
check(struct change *c, bool *good, struct sealeaf_error *e)
{
	struct doc doc = { .format = c->format };
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code;

	*good = false;
	doc.source = span_make(c->after.n > 0 ? c->after.p : "", c->after.n);
	code = c->format->scan(&doc, &why);
	if (code == SEALEAF_ERR_MEMORY)
		err_memory(e);
	else if (code == SEALEAF_OK && !doc.has_meta)
		code = put_same(good, doc.leaves.list, doc.leaves.n,
		    c->wanted.list, c->wanted.n, e);
	else
		code = SEALEAF_OK;
	if (code == SEALEAF_OK && *good)
		code = put_guard(&c->d->rules, &c->doc, &doc, e);
	doc_fini(&doc);
	return code;
}

static enum sealeaf_code
print_anew(struct change *c, struct sealeaf_error *e)
{
	struct print_style style;
	enum sealeaf_code code = document_style(&style, c->d, c->format, e);

	style.reference = false;
	buf_truncate(&c->after, 0);
	if (code == SEALEAF_OK)
		code = c->format->print(&c->after, &c->wanted, 0, c->wanted.n,
		    0, &style, e);
	return code;
}

/* Make the change in the text. */
static enum sealeaf_code
change_text(struct change *c, struct sealeaf_error *e)
{
	enum sealeaf_code code = edit(c, e);
	bool good = false;

	if (code == SEALEAF_OK)
		code = check(c, &good, e);
	if (code == SEALEAF_OK && !good) {
		code = print_anew(c, e);
		if (code == SEALEAF_OK)
			code = check(c, &good, e);
	}
	if (code == SEALEAF_OK && !good)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "the result cannot be "
		    "written as %s",
		    c->format->name);
	return code;
}

/* Whether the change makes a difference: SOPS compares comments too, and the
 * new value has none. */
static enum sealeaf_code
compare(struct change *c, struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t at = c->place.at, n;
	bool same;
	enum sealeaf_code code;

	c->changed = true;
	if (c->value == NULL || c->place.end != PUT_FOUND)
		return SEALEAF_OK;
	n = tree_next(ls, at) - at;
	for (size_t i = at; i < at + n; i++) {
		if (ls->list[i].type == LEAF_COMMENT)
			return SEALEAF_OK;
	}
	code = put_same(&same, ls->list + at, n, c->with.list, c->with.n, e);
	c->changed = !same;
	return code;
}

/* Find the place, and what is to stand there. */
static enum sealeaf_code
prepare(struct change *c, const struct format *out, struct sealeaf_error *e)
{
	const struct span first = c->path.list[0]->key;
	enum sealeaf_code code = SEALEAF_OK;

	if (c->value != NULL &&
	    (c->format == &format_dotenv || c->format == &format_ini))
		code = put_value_flatten(c->value, e);
	buf_span(&c->text, buf_get(&c->before));
	if (code == SEALEAF_OK)
		code = buf_check(&c->text, e);
	if (code == SEALEAF_OK)
		code = find(c, e);
	/* SOPS takes a position in a mapping in silence. */
	if (code != SEALEAF_OK || c->place.end == PUT_POSITION)
		return code;
	if (c->value != NULL && first.p != NULL && out->refused(first))
		return document_refuse(e);
	code = want(c, e);
	return code == SEALEAF_OK ? compare(c, e) : code;
}

enum sealeaf_code
put_change(struct change *c, const struct format *out, struct sealeaf_error *e)
{
	enum sealeaf_code code = prepare(c, out, e);

	if (code == SEALEAF_OK && c->changed)
		return change_text(c, e);
	/* Not even an alias is written out. */
	if (code == SEALEAF_OK)
		buf_span(&c->after, buf_get(&c->before));
	return code == SEALEAF_OK ? buf_check(&c->after, e) : code;
}
