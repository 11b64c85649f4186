/* SPDX-License-Identifier: Apache-2.0 */
/* The top-level values of a document as environment variables. */

#include <string.h>

#include "format/text.h"
#include "sops/document.h"
#include "sops/tree.h"

/* The children of the root of the first document are [*at, end). */
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

static enum sealeaf_code
check(const struct leaf *l, struct sealeaf_error *e)
{
	struct span key = tree_key(l);

	if (l->type == LEAF_MAP || l->type == LEAF_LIST)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "cannot use complex "
		    "value in environment; offending key %.*s",
		    (int)key.n, key.p != NULL ? key.p : "");
	if (span_find(key, '=') < key.n)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "cannot use keys with "
		    "'=' in environment: %.*s",
		    (int)key.n, key.p);
	if (span_find(key, '\0') < key.n ||
	    span_find(l->value, '\0') < l->value.n)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "exec: environment "
		    "variable contains NUL; offending key %.*s",
		    (int)strnlen(key.p, key.n), key.p);
	return SEALEAF_OK;
}

static enum sealeaf_code
put_one(const struct leaf *l,
    enum sealeaf_code (*put)(void *user, const char *name, const char *value),
    void *user, struct sealeaf_error *e)
{
	struct buf name = { 0 }, value = { 0 };
	enum sealeaf_code code;

	buf_span(&name, tree_key(l));
	buf_putc(&name, '\0');
	text_plain(&value, (enum leaf_type)l->type, l->value);
	buf_putc(&value, '\0');
	code = buf_check(&name, e);
	if (code == SEALEAF_OK)
		code = buf_check(&value, e);
	if (code == SEALEAF_OK)
		code = put(user, name.p, value.p);
	buf_fini(&name);
	buf_fini(&value);
	return code;
}

enum sealeaf_code
sealeaf_environment(struct sealeaf_doc *d,
    enum sealeaf_code (*put)(void *user, const char *name, const char *value),
    void *user, struct sealeaf_error *e)
{
	const struct leaves *ls = &d->doc.leaves;
	enum sealeaf_code code = document_clear(d, e);
	size_t first, end;

	root_range(ls, &first, &end);
	for (size_t at = first; at < end && code == SEALEAF_OK;
	     at = tree_sibling(ls, at, end))
		code = check(&ls->list[at], e);
	for (size_t at = first; at < end && code == SEALEAF_OK;
	     at = tree_sibling(ls, at, end))
		code = put_one(&ls->list[at], put, user, e);
	return code;
}
