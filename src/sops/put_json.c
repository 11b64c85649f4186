/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON scanner reads objects, so the value is scanned as the only member
 * of one. Numbers that fit into 64 bits are integers; SOPS makes all of them
 * floats.
 */

#include <string.h>

#include "format/format.h"
#include "format/text.h"
#include "sops/put_json.h"

enum sealeaf_code
put_value_parse(struct put_value *v, const char *json, struct sealeaf_error *e)
{
	struct span inner = span_of(json);
	struct sealeaf_error why = { 0 };
	const struct leaves *ls = &v->doc.leaves;
	enum sealeaf_code code;

	buf_puts(&v->text, "{\"v\":");
	buf_span(&v->text, inner);
	buf_puts(&v->text, "}");
	code = buf_check(&v->text, e);
	if (code != SEALEAF_OK)
		return code;
	v->doc.format = &format_json;
	v->doc.source = buf_get(&v->text);
	code = format_json.scan(&v->doc, &why);
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	/* The text may close the object and open another member. */
	if (code == SEALEAF_OK && ls->n > 0 &&
	    ls->list[0].inside + 1 == ls->n &&
	    span_equal(ls->list[0].src, span_trim(inner)))
		return SEALEAF_OK;
	err_set(e, SEALEAF_ERR_INDEX, "Value for --set is not valid JSON");
	err_hint(e,
	    "write a string with its double quotes, and those in "
	    "single ones for the shell: '\"text\"'");
	return SEALEAF_ERR_INDEX;
}

enum sealeaf_code
put_value_flatten(struct put_value *v, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < v->doc.leaves.n && code == SEALEAF_OK; i++) {
		struct leaf *l = &v->doc.leaves.list[i];

		if (l->type == LEAF_NULL) {
			code = err_set(e, SEALEAF_ERR_DUMP,
			    "this format has no null; set \"\", or unset the entry");
			break;
		}
		if (!leaf_is_value(l) || l->type == LEAF_STR)
			continue;
		buf_truncate(&text, 0);
		text_plain(&text, (enum leaf_type)l->type, l->value);
		code = buf_check(&text, e);
		l->type = LEAF_STR;
		l->value = arena_dup(&v->doc.arena, buf_get(&text));
		if (code == SEALEAF_OK && l->value.p == NULL)
			code = err_memory(e);
	}
	buf_fini(&text);
	return code;
}

void
put_value_fini(struct put_value *v)
{
	doc_fini(&v->doc);
	buf_fini(&v->text);
}
