/* SPDX-License-Identifier: Apache-2.0 */
/* A short sorted list of names and values. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/context.h"
#include "sops/tree.h"

void
context_free(struct key_context *list)
{
	struct key_context *next;

	for (; list != NULL; list = next) {
		next = list->next;
		free(list->name);
		free(list->value);
		free(list);
	}
}

enum sealeaf_code
context_put(struct key_context **list, struct span name, struct span value,
    struct sealeaf_error *e)
{
	struct key_context **to = list, *c;
	char *text = mem_dup_n(value.p, value.n);
	int order = 1;

	if (text == NULL)
		return err_memory(e);
	while (*to != NULL &&
	    (order = span_compare(span_of((*to)->name), name)) < 0)
		to = &(*to)->next;
	if (*to != NULL && order == 0) {
		free((*to)->value);
		(*to)->value = text;
		return SEALEAF_OK;
	}
	c = mem_zero(sizeof *c);
	if (c != NULL)
		c->name = mem_dup_n(name.p, name.n);
	if (c == NULL || c->name == NULL) {
		free(c);
		free(text);
		return err_memory(e);
	}
	c->value = text;
	c->next = *to;
	*to = c;
	return SEALEAF_OK;
}

enum sealeaf_code
context_from_tree(struct key_context **list, const struct leaves *ls, size_t at,
    struct sealeaf_error *e)
{
	size_t end = tree_next(ls, at);
	enum sealeaf_code code = SEALEAF_OK;

	if (ls->list[at].type != LEAF_MAP)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "an encryption context is a mapping of texts");
	for (size_t i = tree_child(ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end)) {
		if (!leaf_is_value(&ls->list[i]))
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "an encryption "
			    "context holds texts, no null, list or mapping");
		code = context_put(list, tree_key(&ls->list[i]),
		    tree_text(&ls->list[i]), e);
	}
	return code;
}

enum sealeaf_code
context_parse(struct key_context **list, const char *text,
    struct sealeaf_error *e)
{
	struct span rest = span_of(text);
	size_t at = 0;

	while (at <= rest.n) {
		struct span part = span_sub(rest, at, rest.n);
		enum sealeaf_code code;
		size_t colon;

		part = span_sub(part, 0, span_find(part, ','));
		colon = span_find(part, ':');
		if (colon == part.n ||
		    span_find(span_sub(part, colon + 1, part.n), ':') !=
			part.n - colon - 1)
			return err_set(e, SEALEAF_ERR_CONTEXT,
			    "Invalid KMS encryption context format");
		code = context_put(list, span_trim(span_sub(part, 0, colon)),
		    span_trim(span_sub(part, colon + 1, part.n)), e);
		if (code != SEALEAF_OK)
			return code;
		at += part.n + 1;
	}
	return SEALEAF_OK;
}

enum sealeaf_code
context_copy(struct key_context **list, const struct key_context *from,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (; from != NULL && code == SEALEAF_OK; from = from->next)
		code = context_put(list, span_of(from->name),
		    span_of(from->value), e);
	return code;
}
