/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: aliases find their anchors, and no mapping has a key twice. Both by
 * sorting, so that no input makes them slow.
 */

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/show.h"
#include "format/yaml_tree.h"

/* Mappings of up to so many keys are compared pair by pair. */
enum { FEW = 10 };

enum sealeaf_code
yamlf_fail(const struct yamlf_tree *t, size_t at, enum sealeaf_code code,
    struct sealeaf_error *e, const char *format, ...)
{
	size_t line, column;
	char text[512];
	va_list ap;

	va_start(ap, format);
	(void)show_format(text, sizeof text, format, ap);
	va_end(ap);
	doc_place(t->d, t->d->source.p + at, &line, &column);
	/* A byte order mark is no character of the first line. */
	if (line == 1 && column > 1 &&
	    span_starts(t->d->source, "\xef\xbb\xbf"))
		column--;
	return err_at(e, code, line, column, "%s", text);
}

struct name {
	struct span text;
	uint32_t number; /* order in the text */
};

static int
compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int c = span_compare(x->text, y->text);

	if (c != 0)
		return c;
	return x->number < y->number ? -1 : x->number > y->number;
}

static enum sealeaf_code
refuse_twice(const struct yamlf_tree *t, uint32_t first, uint32_t second,
    struct sealeaf_error *e)
{
	const struct yamlf_node *a = &t->nodes[first], *b = &t->nodes[second];
	size_t line, column;

	doc_place(t->d, t->d->source.p + a->key_at, &line, &column);
	return yamlf_fail(t, b->key_at, SEALEAF_ERR_READ, e,
	    "mapping key \"%.*s\" already defined at line %lu, column %lu",
	    (int)(b->key.n < 128 ? b->key.n : 128), b->key.p,
	    (unsigned long)line, (unsigned long)column);
}

static bool
is_named(const struct yamlf_node *n)
{
	return !(n->bits & YAMLF_NODE_KEY_ALIAS);
}

static enum sealeaf_code
check_many(const struct yamlf_tree *t, uint32_t map, size_t count,
    struct sealeaf_error *e)
{
	const struct yamlf_node *m = &t->nodes[map];
	struct name *names = mem_array(count, sizeof *names);
	uint32_t first = 0, second = UINT32_MAX;
	size_t n = 0;

	if (names == NULL)
		return err_memory(e);
	for (uint32_t i = map + 1; i < m->next; i = t->nodes[i].next) {
		if (!is_named(&t->nodes[i]))
			continue;
		names[n].text = t->nodes[i].key;
		names[n++].number = i;
	}
	qsort(names, n, sizeof *names, compare_names);
	for (size_t i = 1; i < n; i++) {
		if (names[i].number < second &&
		    span_equal(names[i - 1].text, names[i].text)) {
			first = names[i - 1].number;
			second = names[i].number;
		}
	}
	free(names);
	if (second == UINT32_MAX)
		return SEALEAF_OK;
	return refuse_twice(t, first, second, e);
}

enum sealeaf_code
yamlf_check_keys(const struct yamlf_tree *t, uint32_t map,
    struct sealeaf_error *e)
{
	const struct yamlf_node *nodes = t->nodes, *m = &nodes[map];
	size_t count = 0;

	for (uint32_t i = map + 1; i < m->next; i = nodes[i].next)
		count++;
	if (count > FEW)
		return check_many(t, map, count, e);
	for (uint32_t i = map + 1; i < m->next; i = nodes[i].next) {
		for (uint32_t j = map + 1; j < i; j = nodes[j].next) {
			if (span_equal(nodes[i].key, nodes[j].key) &&
			    is_named(&nodes[i]) && is_named(&nodes[j]))
				return refuse_twice(t, j, i, e);
		}
	}
	return SEALEAF_OK;
}

/* The last anchor `name` among the first `seen` ones, or NULL. `names` are
 * sorted. */
static const struct yamlf_anchor *
find_anchor(const struct yamlf_tree *t, const struct name *names,
    struct span name, uint32_t seen)
{
	struct name wanted = { name, seen };
	size_t from = 0, to = t->n_anchors, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (compare_names(&names[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == 0 || !span_equal(names[from - 1].text, name))
		return NULL;
	return &t->anchors[names[from - 1].number];
}

static enum sealeaf_code
refuse_unknown(const struct yamlf_tree *t, size_t at, struct span name,
    struct sealeaf_error *e)
{
	return yamlf_fail(t, at, SEALEAF_ERR_READ, e,
	    "unknown anchor '%.*s' referenced",
	    (int)(name.n < 128 ? name.n : 128), name.p);
}

static enum sealeaf_code
link_alias(struct yamlf_tree *t, const struct name *names, uint32_t index,
    struct sealeaf_error *e)
{
	struct yamlf_node *n = &t->nodes[index];
	const struct yamlf_anchor *a = find_anchor(t, names, n->value,
	    n->target);
	size_t at = n->end - n->value.n - 1;

	if (a == NULL)
		return refuse_unknown(t, at, n->value, e);
	n->target = a->node;
	if (a->node == UINT32_MAX) {
		n->start = at;
		n->value = a->key;
		return SEALEAF_OK;
	}
	if (index > a->node && index < t->nodes[a->node].next)
		return yamlf_fail(t, at, SEALEAF_ERR_READ, e,
		    "anchor '%.*s' value contains itself",
		    (int)(n->value.n < 128 ? n->value.n : 128), n->value.p);
	return SEALEAF_OK;
}

static enum sealeaf_code
link_key(struct yamlf_tree *t, const struct name *names, struct yamlf_node *n,
    struct sealeaf_error *e)
{
	const struct yamlf_anchor *a = find_anchor(t, names, n->key,
	    n->key_number);
	enum sealeaf_code code;

	if (a == NULL)
		return refuse_unknown(t, n->key_at, n->key, e);
	if (a->node == UINT32_MAX || t->nodes[a->node].type == LEAF_STR) {
		n->key = a->key;
		return SEALEAF_OK;
	}
	code = yamlf_fail(t, n->key_at, SEALEAF_ERR_ENCRYPT_TREE, e,
	    "Error encrypting tree: Error walking tree: Tree contains a non-string key: *%.*s. Only string keys are supported",
	    (int)(n->key.n < 64 ? n->key.n : 64), n->key.p);
	err_hint(e, "write the key out, in quotes");
	return code;
}

static bool
is_map(const struct yamlf_tree *t, const struct yamlf_node *n)
{
	if (n->type != YAMLF_TYPE_ALIAS)
		return n->type == LEAF_MAP;
	return n->target != UINT32_MAX && t->nodes[n->target].type == LEAF_MAP;
}

/* SOPS's parser refuses a merge of anything else, so no file of ours may hold
 * one. */
static enum sealeaf_code
check_merge(const struct yamlf_tree *t, const struct yamlf_node *n,
    struct sealeaf_error *e)
{
	bool good = is_map(t, n);
	uint32_t i;

	if (n->type == LEAF_LIST) {
		i = (uint32_t)(n - t->nodes) + 1;
		for (good = true; good && i < n->next; i = t->nodes[i].next)
			good = is_map(t, &t->nodes[i]);
	}
	if (good)
		return SEALEAF_OK;
	return yamlf_fail(t, n->key_at, SEALEAF_ERR_READ, e,
	    "map merge requires map or sequence of maps as the value");
}

enum sealeaf_code
yamlf_link(struct yamlf_tree *t, struct sealeaf_error *e)
{
	struct name *names = mem_array(t->n_anchors, sizeof *names);
	enum sealeaf_code code = SEALEAF_OK;
	struct yamlf_node *n;

	if (names == NULL)
		return err_memory(e);
	for (size_t i = 0; i < t->n_anchors; i++) {
		names[i].text = t->anchors[i].name;
		names[i].number = (uint32_t)i;
	}
	qsort(names, t->n_anchors, sizeof *names, compare_names);
	for (size_t i = 0; i < t->n_nodes && code == SEALEAF_OK; i++) {
		n = &t->nodes[i];
		if (n->bits & YAMLF_NODE_KEY_ALIAS)
			code = link_key(t, names, n, e);
		if (code == SEALEAF_OK && n->type == YAMLF_TYPE_ALIAS)
			code = link_alias(t, names, (uint32_t)i, e);
	}
	free(names);
	for (size_t i = 0; i < t->n_nodes && code == SEALEAF_OK; i++) {
		if (t->nodes[i].bits & YAMLF_NODE_MERGE)
			code = check_merge(t, &t->nodes[i], e);
	}
	return code;
}
