/* SPDX-License-Identifier: Apache-2.0 */
/* One value or subtree of a decrypted document. */

#include <stdlib.h>

#include "base/number.h"
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

/* The number that `text` has for a step: no list is so long that a step
 * could hold them all. */
static long long
written(struct span text, const struct step *s)
{
	size_t left = path_depth(s);
	struct span piece;
	int64_t number = s->index;

	while (left > 0 && text.n > 0) {
		piece = span_sub(text, 0, span_find(text, '['));
		text = span_sub(text, piece.n + 1, text.n);
		if (piece.n > 0 && --left == 0)
			(void)number_int(span_sub(piece, 0, piece.n - 1),
			    &number);
	}
	return number;
}

static enum sealeaf_code
no_key(const struct step *s, struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_NOT_FOUND,
	    "error truncating tree: component ['%.*s'] not found",
	    (int)s->key.n, s->key.p);
}

/* What SOPS says, or crashes with, of step `s` into a leaf of `type`. */
static enum sealeaf_code
missing(enum leaf_type type, const struct step *s, struct span text,
    struct sealeaf_error *e)
{
	if (s->key.p != NULL)
		return no_key(s, e);
	if (type != LEAF_LIST)
		return err_set(e, SEALEAF_ERR_NOT_FOUND,
		    "error truncating tree: component [%lld] is integer, but tree part is not a slice",
		    written(text, s));
	return err_set(e, SEALEAF_ERR_NOT_FOUND,
	    "error truncating tree: component [%lld] accesses out of bounds",
	    written(text, s));
}

/* The leaf that the steps down to `s` lead to. */
static enum sealeaf_code
find(size_t *hit, const struct leaves *ls, const struct step *s,
    struct span text, struct sealeaf_error *e)
{
	enum leaf_type type = LEAF_MAP;
	size_t above, at, end;
	uint32_t position = 0;
	enum sealeaf_code code;
	size_t first;

	if (s->up == NULL) {
		root_range(ls, &at, &end);
	} else {
		code = find(&above, ls, s->up, text, e);
		if (code != SEALEAF_OK)
			return code;
		type = (enum leaf_type)ls->list[above].type;
		at = tree_child(ls, above);
		end = tree_next(ls, above);
	}
	if (type != (s->key.p != NULL ? LEAF_MAP : LEAF_LIST)) {
		code = missing(type, s, text, e);
		if (type == LEAF_LIST)
			err_hint(e, "it is a list, which has positions: '[0]'");
		if (type == LEAF_MAP)
			err_hint(e,
			    "it is a mapping, which has keys: '[\"key\"]'");
		return code;
	}
	for (first = at; at < end; at = tree_sibling(ls, at, end), position++) {
		if (type == LEAF_MAP
			? span_equal(tree_key(&ls->list[at]), s->key)
			: position == s->index) {
			*hit = at;
			return SEALEAF_OK;
		}
	}
	code = missing(type, s, text, e);
	if (type == LEAF_MAP)
		tree_hint_near(ls, first, end, s->key, e);
	return code;
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
	code = path_parse(&path, &arena, span_of(text), SEALEAF_ERR_PATH, e);
	err_prefix(e, "error parsing --extract path");
	/* Of "[" too nothing is left: that is the whole of it, as in SOPS. */
	if (code == SEALEAF_OK && path == NULL)
		return sealeaf_decrypt(d, format, out, e);
	if (code == SEALEAF_OK)
		code = document_clear(d, e);
	if (code == SEALEAF_OK)
		code = find(&at, &d->doc.leaves, path, span_of(text), e);
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
