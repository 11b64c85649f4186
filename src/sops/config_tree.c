/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the configuration's tree: entries by name, typed scalars. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/number.h"
#include "sops/config.h"
#include "sops/tree.h"

/* Entries of the mapping [at, end), then those merged in with "<<". */
static size_t
lookup(const struct config *c, size_t at, size_t end, const char *name,
    unsigned depth)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t from = at, hit = CONFIG_NONE;

	if (depth > 16)
		return CONFIG_NONE;
	for (; at < end; at = tree_sibling(ls, at, end)) {
		if (span_is(tree_key(&ls->list[at]), name))
			return at;
	}
	for (at = from; at < end && hit == CONFIG_NONE;
	     at = tree_sibling(ls, at, end)) {
		size_t stop = tree_next(ls, at);

		if (!span_is(tree_key(&ls->list[at]), "<<"))
			continue;
		if (ls->list[at].type == LEAF_MAP)
			hit = lookup(c, tree_child(ls, at), stop, name,
			    depth + 1);
		if (ls->list[at].type != LEAF_LIST)
			continue;
		for (size_t i = tree_child(ls, at);
		     i < stop && hit == CONFIG_NONE;
		     i = tree_sibling(ls, i, stop))
			hit = lookup(c, tree_child(ls, i), tree_next(ls, i),
			    name, depth + 1);
	}
	return hit;
}

static size_t
not_null(const struct config *c, size_t at)
{
	if (at != CONFIG_NONE && c->doc.leaves.list[at].type == LEAF_NULL)
		return CONFIG_NONE;
	return at;
}

size_t
config_entry(const struct config *c, size_t map, const char *name)
{
	const struct leaves *ls = &c->doc.leaves;

	if (ls->list[map].type != LEAF_MAP)
		return CONFIG_NONE;
	return not_null(c,
	    lookup(c, tree_child(ls, map), tree_next(ls, map), name, 0));
}

/* Comments may stand before the first entry, and before the root mapping. */
size_t
config_top(const struct config *c, const char *name)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t at = 0;

	while (at < ls->n && ls->list[at].type == LEAF_COMMENT)
		at++;
	if (at == ls->n)
		return CONFIG_NONE;
	if (ls->list[at].path == NULL)
		return config_entry(c, at, name);
	return not_null(c, lookup(c, at, ls->n, name, 0));
}

enum sealeaf_code
config_bad(const struct config *c, size_t at, const char *wanted,
    struct sealeaf_error *e)
{
	const struct leaf *l = &c->doc.leaves.list[at];
	size_t line = 0, column = 0;

	if (l->src.p != NULL)
		doc_place(&c->doc, l->src.p, &line, &column);
	err_at(e, SEALEAF_ERR_CONFIG, line, column,
	    "error loading config: "
	    "Could not unmarshal config file: yaml: unmarshal errors:\n"
	    "  line %zu: cannot unmarshal value into %s",
	    line, wanted);
	err_source(e, c->shown);
	return SEALEAF_ERR_CONFIG;
}

enum sealeaf_code
config_string(char **out, const struct config *c, size_t map, const char *name,
    struct sealeaf_error *e)
{
	size_t at = config_entry(c, map, name);
	struct span text;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	if (!leaf_is_value(&c->doc.leaves.list[at]))
		return config_bad(c, at, "string", e);
	text = tree_text(&c->doc.leaves.list[at]);
	if (span_find(text, '\0') < text.n)
		return err_set(e, SEALEAF_ERR_CONFIG, "%s holds a NUL byte",
		    name);
	free(*out);
	*out = mem_dup_n(text.p, text.n);
	return *out != NULL ? SEALEAF_OK : err_memory(e);
}

static bool
old_boolean(struct span text, bool *out)
{
	static const char *const yes[] = { "y", "Y", "yes", "Yes", "YES", "on",
		"On", "ON", NULL };
	static const char *const no[] = { "n", "N", "no", "No", "NO", "off",
		"Off", "OFF", NULL };

	for (int i = 0; yes[i] != NULL; i++) {
		if (span_is(text, yes[i]) || span_is(text, no[i])) {
			*out = span_is(text, yes[i]);
			return true;
		}
	}
	return false;
}

enum sealeaf_code
config_flag(bool *out, const struct config *c, size_t map, const char *name,
    struct sealeaf_error *e)
{
	size_t at = config_entry(c, map, name);
	const struct leaf *l;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	l = &c->doc.leaves.list[at];
	if (l->type == LEAF_BOOL && number_bool(l->value, out))
		return SEALEAF_OK;
	if (l->type == LEAF_STR && l->style == STYLE_PLAIN &&
	    old_boolean(l->value, out))
		return SEALEAF_OK;
	return config_bad(c, at, "bool", e);
}

/* Go's YAML takes a float for an integer, and cuts what is behind the point. */
static bool
cut_float(struct span text, int64_t *out)
{
	double value;

	if (!number_float(text, &value) ||
	    !(value >= -9223372036854775808.0 && value < 9223372036854775808.0))
		return false;
	*out = (int64_t)value;
	return true;
}

enum sealeaf_code
config_int(int64_t *out, const struct config *c, size_t map, const char *name,
    struct sealeaf_error *e)
{
	size_t at = config_entry(c, map, name);
	const struct leaf *l;

	if (at == CONFIG_NONE)
		return SEALEAF_OK;
	l = &c->doc.leaves.list[at];
	if ((l->type == LEAF_INT && number_int(l->value, out)) ||
	    (l->type == LEAF_FLOAT && cut_float(l->value, out)))
		return SEALEAF_OK;
	return config_bad(c, at, "int", e);
}
