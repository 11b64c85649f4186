/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: SOPS knows strings alone. */

#include <string.h>

#include "format/yaml_build.h"

bool
yamlf_is_key_place(const struct yamlf_parser *p)
{
	const struct yamlf_frame *f = yamlf_top(p);

	return f != NULL && !yamlf_is_list(f) && !f->wants_value;
}

static const char *
go_type(enum leaf_type type)
{
	switch (type) {
	case LEAF_INT:
		return "int";
	case LEAF_FLOAT:
		return "float64";
	case LEAF_BOOL:
		return "bool";
	case LEAF_TIME:
		return "time.Time";
	default:
		return "<nil>";
	}
}

/* A mapping key that is no string: SOPS's parser reads it, its encryption
 * does not. */
static enum sealeaf_code
refuse_key(struct yamlf_parser *p, size_t at, enum leaf_type type,
    struct span text)
{
	enum sealeaf_code code = yamlf_fail(p->t, at, SEALEAF_ERR_ENCRYPT_TREE,
	    p->e,
	    "Error encrypting tree: Error walking tree: Tree contains a non-string key (type %s): %.*s. Only string keys are supported",
	    go_type(type), (int)(text.n < 64 ? text.n : 64),
	    text.n > 0 ? text.p : "");

	err_hint(p->e, "put the key in quotes");
	return code;
}

/* "{{" begins a mapping that is the key of a mapping, which nobody means. */
static bool
is_template(const struct yamlf_parser *p, size_t at)
{
	struct span s = p->t->d->source;

	return at > 0 && s.p[at] == '{' && s.p[at - 1] == '{';
}

enum sealeaf_code
yamlf_refuse_complex_key(struct yamlf_parser *p, size_t at, bool list)
{
	bool template = is_template(p, at);
	enum sealeaf_code code = yamlf_fail(p->t, at, SEALEAF_ERR_READ, p->e,
	    template
		? "invalid map key: a mapping in a mapping, as in the braces of a template"
		: "invalid map key: a %s is no key of a mapping",
	    list ? "list" : "mapping");

	err_hint(p->e,
	    template
		? "this looks like a template ({{ … }}): encrypt the rendered file, or put the braces in quotes"
		: "SOPS knows no keys but strings: write the key as one");
	return code;
}

enum sealeaf_code
yamlf_hold_key(struct yamlf_parser *p, struct yamlf_frame *f,
    const struct yamlf_notes *notes)
{
	enum sealeaf_code code = SEALEAF_OK;

	f->wants_value = true;
	f->key_notes = *notes;
	if (f->kind == YAMLF_BLOCK_MAP && f->last != UINT32_MAX) {
		code = yamlf_note(p, f->last, YAMLF_KEY_BELOW, notes->foot);
		memset(&f->key_notes.foot, 0, sizeof f->key_notes.foot);
	}
	return code;
}

enum sealeaf_code
yamlf_put_key(struct yamlf_parser *p, const struct yamlf_props *props,
    const struct yamlf_token *token, const struct yamlf_notes *notes)
{
	struct yamlf_frame *f = yamlf_top(p);
	size_t at = token != NULL ? token->start
	    : props->any          ? props->start
				  : f->key_at;
	struct span text = token != NULL ? token->text : span_make("", 0);
	bool plain = token == NULL || token->style == STYLE_PLAIN;
	enum sealeaf_code code = SEALEAF_OK;
	enum yamlf_result result;
	enum leaf_type type;

	result = yamlf_resolve(&type, &f->key, &p->t->d->arena, text, plain,
	    (enum yamlf_tag)props->tag);
	if (result == YAMLF_MEMORY)
		return err_memory(p->e);
	if (result == YAMLF_UNSIGNED)
		type = LEAF_INT;
	if (p->t->d->settings)
		f->key = text;
	else if (result == YAMLF_MISFIT || type != LEAF_STR)
		return refuse_key(p, at, type, text);
	if (f->key.p == NULL)
		f->key = span_make("", 0);
	f->key_bits = plain && props->tag == YAMLF_TAG_NONE &&
		span_is(text, "<<")
	    ? YAMLF_NODE_MERGE
	    : 0;
	if (token != NULL)
		f->behind = token->end;
	if (props->anchor.p != NULL)
		code = yamlf_add_anchor(p, props->anchor, UINT32_MAX, f->key);
	return code == SEALEAF_OK ? yamlf_hold_key(p, f, notes) : code;
}
