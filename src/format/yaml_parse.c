/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stream of documents: where each begins and ends, and the comments that
 * belong to none of its entries.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/yaml_build.h"

/* What of the head comment lies before its last empty line belongs to the
 * document, the rest to its first entry. */
static struct yamlf_chain
split_head(struct yamlf_scanner *s)
{
	struct yamlf_chain all = s->notes.head, front = { 0, 0 };
	uint32_t last = 0;

	for (uint32_t i = all.first; i != 0; i = s->remarks[i].next) {
		if (s->remarks[i].gap)
			last = i;
		if (i == all.last)
			break;
	}
	if (last == 0)
		return front;
	front.first = all.first;
	front.last = last;
	s->notes.head.first = s->remarks[last].next;
	if (last == all.last)
		s->notes.head.first = s->notes.head.last = 0;
	s->remarks[last].next = 0;
	return front;
}

static struct yamlf_document *
add_document(struct yamlf_parser *p)
{
	struct yamlf_tree *t = p->t;
	struct yamlf_document *list;

	if (t->n_documents >= UINT16_MAX) {
		(void)err_set(p->e, SEALEAF_ERR_READ,
		    "more than %d documents in one file", UINT16_MAX);
		return NULL;
	}
	list = mem_grow(t->documents, &t->cap_documents, t->n_documents + 1,
	    sizeof *list);
	if (list == NULL) {
		(void)err_memory(p->e);
		return NULL;
	}
	t->documents = list;
	list += t->n_documents++;
	memset(list, 0, sizeof *list);
	list->root = UINT32_MAX;
	p->root = UINT32_MAX;
	p->open_block = 0;
	return list;
}

/* Collected comments that SOPS's parser drops, or puts below the document. */
static void
join_below(struct yamlf_parser *p, struct yamlf_document *doc)
{
	struct yamlf_scanner *s = &p->t->scanner;
	struct yamlf_notes n = yamlf_take_notes(p);

	yamlf_join(s, &doc->below, n.line);
	yamlf_join(s, &doc->below, n.head);
	yamlf_join(s, &doc->below, n.foot);
}

static bool
ends_document(const struct yamlf_token *t)
{
	return t->type == YAMLF_STREAM_END || t->type == YAMLF_DIRECTIVE ||
	    t->type == YAMLF_DOCUMENT_START || t->type == YAMLF_DOCUMENT_END;
}

/* From its first token, which is `t`, to its end. */
static enum sealeaf_code
parse_document(struct yamlf_parser *p, const struct yamlf_token *t,
    bool may_be_bare)
{
	struct yamlf_document *doc = add_document(p);
	enum sealeaf_code code = SEALEAF_OK;

	if (doc == NULL)
		return p->e != NULL ? p->e->code : SEALEAF_ERR_MEMORY;
	if (may_be_bare && !ends_document(t)) {
		doc->above = split_head(&p->t->scanner);
	} else {
		while (code == SEALEAF_OK && t->type == YAMLF_DIRECTIVE)
			code = yamlf_advance(p, &t);
		if (code == SEALEAF_OK && t->type != YAMLF_DOCUMENT_START)
			return err_at(p->e, SEALEAF_ERR_READ, t->line + 1,
			    t->column + 1,
			    "did not find expected <document start>");
		if (code == SEALEAF_OK)
			code = yamlf_advance(p, &t);
	}
	if (code == SEALEAF_OK && !ends_document(t))
		code = yamlf_parse_root(p);
	if (code == SEALEAF_OK)
		code = yamlf_peek(&p->t->scanner, &t, p->e);
	if (code != SEALEAF_OK)
		return code;
	if (t->type == YAMLF_DOCUMENT_END)
		yamlf_skip(&p->t->scanner);
	doc = &p->t->documents[p->t->n_documents - 1];
	doc->root = p->root;
	join_below(p, doc);
	return SEALEAF_OK;
}

static enum sealeaf_code
parse_stream(struct yamlf_parser *p)
{
	const struct yamlf_token *t;
	enum sealeaf_code code = yamlf_peek(&p->t->scanner, &t, p->e);
	bool first = true;

	if (code == SEALEAF_OK)
		code = yamlf_advance(p, &t);
	while (code == SEALEAF_OK) {
		while (!first && code == SEALEAF_OK &&
		    t->type == YAMLF_DOCUMENT_END)
			code = yamlf_advance(p, &t);
		if (code != SEALEAF_OK || t->type == YAMLF_STREAM_END)
			break;
		code = parse_document(p, t, first);
		if (p->t->d->settings)
			break;
		first = false;
		if (code == SEALEAF_OK)
			code = yamlf_peek(&p->t->scanner, &t, p->e);
	}
	if (code != SEALEAF_OK || p->t->scanner.n_remarks == 0)
		return code;
	/* A file of comments alone is a document all the same. */
	if (p->t->n_documents == 0 && add_document(p) == NULL)
		return p->e != NULL ? p->e->code : SEALEAF_ERR_MEMORY;
	join_below(p, &p->t->documents[p->t->n_documents - 1]);
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_parse(struct yamlf_tree *t, struct doc *d, struct sealeaf_error *e)
{
	struct yamlf_parser p = { 0 };
	enum sealeaf_code code;

	memset(t, 0, sizeof *t);
	t->d = d;
	p.t = t;
	p.e = e;
	code = yamlf_scanner_init(&t->scanner, d->source, &d->arena, e);
	if (code == SEALEAF_OK)
		code = parse_stream(&p);
	free(p.frames);
	return code;
}

void
yamlf_tree_fini(struct yamlf_tree *t)
{
	yamlf_scanner_fini(&t->scanner);
	free(t->nodes);
	free(t->slots);
	free(t->anchors);
	free(t->documents);
	memset(t, 0, sizeof *t);
}
