/* SPDX-License-Identifier: Apache-2.0 */
/* One value or subtree of a decrypted document. */

#include <stdlib.h>

#include "doc/path.h"
#include "sops/document.h"
#include "sops/tree.h"

/* The children of the root stand in [*at, end) of the first document. */
static void
root_range(const struct leaves *ls, size_t *at, size_t *end)
{
	*at = 0;
	*end = 0;
	while (*end < ls->n && ls->list[*end].document == 0)
		(*end)++;
	while (*at < *end && ls->list[*at].type == LEAF_COMMENT)
		(*at)++;
	if (*at < *end && ls->list[*at].path == NULL) {
		*end = tree_next(ls, *at);
		*at = tree_child(ls, *at);
	}
}

/* A negative position was kept as the number it makes unsigned. */
static long
written(const struct step *s)
{
	return (long)(int32_t)s->index;
}

static enum sealeaf_code
missing(const struct step *s, struct sealeaf_error *e)
{
	if (s->key.p != NULL)
		return err_set(e, SEALEAF_ERR_NOT_FOUND,
		    "error truncating "
		    "tree: component ['%.*s'] not found",
		    (int)s->key.n, s->key.p);
	return err_set(e, SEALEAF_ERR_NOT_FOUND,
	    "error truncating tree: "
	    "component [%ld] accesses out of bounds",
	    written(s));
}

/* One step down, among the children in [at, end) of a `map` or a list. */
static enum sealeaf_code
descend(size_t *hit, const struct leaves *ls, size_t at, size_t end, bool map,
    const struct step *s, struct sealeaf_error *e)
{
	uint32_t position = 0;
	size_t first = at;

	if (!map && s->key.p != NULL) {
		(void)missing(s, e);
		err_hint(e, "it is a list, which has positions: '[0]'");
		return e->code;
	}
	if (map && s->key.p == NULL) {
		(void)err_set(e, SEALEAF_ERR_NOT_FOUND,
		    "error truncating tree: component [%ld] is integer, but tree part is not a slice",
		    written(s));
		err_hint(e, "it is a mapping, which has keys: '[\"key\"]'");
		return e->code;
	}
	for (; at < end; at = tree_sibling(ls, at, end), position++) {
		if (map ? span_equal(tree_key(&ls->list[at]), s->key)
			: position == s->index) {
			*hit = at;
			return SEALEAF_OK;
		}
	}
	(void)missing(s, e);
	if (map)
		tree_hint_near(ls, first, end, s->key, e);
	return e->code;
}

static enum sealeaf_code
find(size_t *hit, const struct leaves *ls, const struct step *s,
    struct sealeaf_error *e)
{
	const struct leaf *l;
	size_t above, at, end;
	enum sealeaf_code code;

	if (s->up == NULL) {
		root_range(ls, &at, &end);
		return descend(hit, ls, at, end, true, s, e);
	}
	code = find(&above, ls, s->up, e);
	if (code != SEALEAF_OK)
		return code;
	l = &ls->list[above];
	if (l->type != LEAF_MAP && l->type != LEAF_LIST) {
		if (s->key.p == NULL)
			return err_set(e, SEALEAF_ERR_NOT_FOUND,
			    "error "
			    "truncating tree: component [%ld] is integer, "
			    "but tree part is not a slice",
			    written(s));
		return missing(s, e);
	}
	return descend(hit, ls, tree_child(ls, above), tree_next(ls, above),
	    l->type == LEAF_MAP, s, e);
}

static enum sealeaf_code
put_subtree(struct buf *b, const struct sealeaf_doc *d, size_t at,
    const struct step *path, const struct format *f, struct sealeaf_error *e)
{
	const struct leaves *ls = &d->doc.leaves;
	struct print_style style;
	enum sealeaf_code code;

	if (ls->list[at].type == LEAF_STR) {
		buf_span(b, ls->list[at].value);
		return buf_check(b, e);
	}
	code = document_style(&style, d, f, e);
	if (code != SEALEAF_OK)
		return code;
	if (ls->list[at].type == LEAF_MAP)
		code = f->print(b, ls, at + 1, ls->list[at].inside,
		    path_depth(path), &style, e);
	else
		code = f->value(b, ls, at, path_depth(path), &style, e);
	if (code == SEALEAF_ERR_DUMP)
		err_prefix(e,
		    ls->list[at].type == LEAF_MAP ? "Error dumping file"
						  : "Error dumping tree");
	return code;
}

enum sealeaf_code
sealeaf_extract(struct sealeaf_doc *d, const char *text,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	struct arena arena = { 0 };
	struct buf b = { 0 };
	struct step *path = NULL;
	size_t at = 0;
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	if (f == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	if (text[0] == '\0')
		return sealeaf_decrypt(d, format, out, e);
	code = document_clear(d, e);
	if (code == SEALEAF_OK) {
		code = path_parse(&path, &arena, span_of(text),
		    SEALEAF_ERR_PATH, e);
		err_prefix(e, "error parsing --extract path");
	}
	if (code == SEALEAF_OK)
		code = find(&at, &d->doc.leaves, path, e);
	if (code == SEALEAF_OK)
		code = put_subtree(&b, d, at, path, f, e);
	if (code == SEALEAF_OK) {
		out->p = buf_take(&b, &out->n);
		if (out->p == NULL)
			code = err_memory(e);
	}
	buf_fini(&b);
	arena_fini(&arena);
	return code;
}
