/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The YAML reader's door: parse, link aliases, and write every document's
 * nodes as leaves.
 */

#include <string.h>

#include "base/mem.h"
#include "format/yaml_walk.h"

static enum sealeaf_code
write_document(struct yamlf_writer *w, const struct yamlf_document *doc)
{
	enum sealeaf_code code = yamlf_write_chain(w, doc->above, NULL, 0, 0);
	uint32_t root = doc->root;

	if (root != UINT32_MAX && code == SEALEAF_OK) {
		code = yamlf_write_slots(w, root, YAMLF_ABOVE,
		    YAMLF_INSIDE_FIRST, NULL, 0);
		if (code == SEALEAF_OK)
			code = yamlf_write_entries(w, root, NULL, 1);
		if (code == SEALEAF_OK)
			code = yamlf_write_slots(w, root, YAMLF_INSIDE_LAST,
			    YAMLF_BELOW, NULL, 0);
	}
	if (code == SEALEAF_OK)
		code = yamlf_write_chain(w, doc->below, NULL, 0, 0);
	return code;
}

static enum sealeaf_code
list_anchors(struct yamlf_writer *w)
{
	struct doc *d = w->d;
	struct anchor *list;

	for (size_t i = 0; i < w->t->n_anchors; i++) {
		const struct yamlf_anchor *a = &w->t->anchors[i];

		if (a->node == UINT32_MAX || w->t->nodes[a->node].leaf == 0)
			continue;
		list = mem_grow(d->anchors, &d->cap_anchors, d->n_anchors + 1,
		    sizeof *list);
		if (list == NULL)
			return err_memory(w->e);
		d->anchors = list;
		list[d->n_anchors].name = a->name;
		list[d->n_anchors++].leaf = w->t->nodes[a->node].leaf - 1;
	}
	return SEALEAF_OK;
}

static bool
is_crlf(struct span s)
{
	size_t at = span_find(s, '\n');

	return at > 0 && at < s.n && s.p[at - 1] == '\r';
}

static enum sealeaf_code
write_all(struct yamlf_writer *w)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct yamlf_tree *t = w->t;
	/* As many as there will be, aliases aside. */
	struct leaf *list = mem_grow(w->to->list, &w->to->cap,
	    t->n_nodes + t->scanner.n_remarks + 1, sizeof *list);

	if (list == NULL)
		return err_memory(w->e);
	w->to->list = list;
	for (size_t i = 0; i < t->n_documents && code == SEALEAF_OK; i++) {
		w->document = (uint16_t)i;
		code = write_document(w, &t->documents[i]);
	}
	w->d->documents = (uint32_t)t->n_documents;
	w->d->crlf = is_crlf(w->d->source);
	return code == SEALEAF_OK ? list_anchors(w) : code;
}

enum sealeaf_code
yamlf_scan(struct doc *d, struct sealeaf_error *e)
{
	struct yamlf_writer w = { 0 };
	struct yamlf_tree t;
	enum sealeaf_code code = yamlf_decode(d, e);

	if (code != SEALEAF_OK)
		return code;
	code = yamlf_parse(&t, d, e);
	if (code == SEALEAF_OK)
		code = yamlf_link(&t, e);
	w.t = &t;
	w.d = d;
	w.to = &d->leaves;
	w.e = e;
	if (code == SEALEAF_OK)
		code = write_all(&w);
	yamlf_tree_fini(&t);
	return code;
}
