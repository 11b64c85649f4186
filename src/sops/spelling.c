/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list as JSON, and back. It is read by the scanner that reads JSON files;
 * the nodes are found by a hash of their paths, in order where a path repeats.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/queues.h"
#include "base/utf8.h"
#include "doc/path.h"
#include "format/format.h"
#include "sops/spelling.h"
#include "sops/tree.h"

const char spelling_aad[] = "sealeaf_spelling";

enum sealeaf_code
spelling_add(struct spellings *ss, size_t leaf, bool alias, struct span text,
    struct sealeaf_error *e)
{
	struct spelling *list;

	list = mem_grow(ss->list, &ss->cap, ss->n + 1, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	ss->list = list;
	list[ss->n].leaf = (uint32_t)leaf;
	list[ss->n].alias = alias;
	list[ss->n].text = text;
	ss->n++;
	return SEALEAF_OK;
}

void
spelling_fini(struct spellings *ss)
{
	free(ss->list);
	memset(ss, 0, sizeof *ss);
}

static void
put_string(struct buf *b, struct span s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7F)
			buf_printf(b, "\\u%04x", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '"');
}

/* JSON has no other bytes than UTF-8, so such text is base64 in a list. */
static void
put_text(struct buf *b, struct span s)
{
	if (utf8_valid(s) == s.n) {
		put_string(b, s);
		return;
	}
	buf_puts(b, "[\"");
	base64_append(b, s.p, s.n);
	buf_puts(b, "\"]");
}

static void
put_path(struct buf *b, const struct step *s)
{
	if (s == NULL)
		return;
	put_path(b, s->up);
	if (s->key.p != NULL)
		put_string(b, s->key);
	else
		buf_printf(b, "%lu", (unsigned long)s->index);
	buf_putc(b, ',');
}

void
spelling_format(struct buf *b, const struct spellings *ss, const struct doc *d)
{
	buf_puts(b, "{\"v\":1,\"s\":[");
	for (size_t i = 0; i < ss->n; i++) {
		const struct spelling *s = &ss->list[i];

		buf_puts(b, i > 0 ? ",[" : "[");
		if (s->leaf == SPELLING_WHOLE) {
			buf_puts(b, "-1,");
		} else {
			const struct leaf *l = &d->leaves.list[s->leaf];

			buf_printf(b, "%u,", (unsigned)l->document);
			if (l->type == LEAF_COMMENT)
				buf_printf(b, "true,");
			put_path(b, l->path);
		}
		put_text(b, s->text);
		buf_putc(b, ']');
	}
	buf_puts(b, "]}");
}

/* ---- reading ---- */

/* Leaves by their paths, and the path that is looked for. */
struct finder {
	const struct doc *d;
	struct queues queues;
	const struct step *path;
	uint32_t document;
	bool comment;
};

static uint32_t
mix(uint32_t h, const void *p, size_t n)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * 16777619u;
	return (h ^ 0x9E) * 16777619u;
}

static uint32_t
hash_path(const struct step *s, uint32_t seed)
{
	uint32_t h = seed;

	for (; s != NULL; s = s->up) {
		if (s->key.p != NULL)
			h = mix(h, s->key.p, s->key.n);
		else
			h = mix(h, &s->index, sizeof s->index);
	}
	return h;
}

static bool
same(void *user, uint32_t leaf)
{
	const struct finder *f = user;
	const struct leaf *l = &f->d->leaves.list[leaf];

	return l->document == f->document &&
	    (l->type == LEAF_COMMENT) == f->comment &&
	    path_equal(l->path, f->path);
}

static struct queue *
finder_find(struct finder *f, const struct step *path, uint32_t document,
    bool comment, uint32_t *hash)
{
	f->path = path;
	f->document = document;
	f->comment = comment;
	*hash = hash_path(path, 2166136261u ^ (document << 1) ^ comment);
	return queues_find(&f->queues, *hash, same, f);
}

static bool
finder_init(struct finder *f, const struct doc *d)
{
	uint32_t hash;

	f->d = d;
	if (!queues_init(&f->queues, d->leaves.n))
		return false;
	for (size_t i = 0; i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];
		struct queue *at = finder_find(f, l->path, l->document,
		    l->type == LEAF_COMMENT, &hash);

		queues_add(&f->queues, at, hash, (uint32_t)i);
	}
	return true;
}

/* The first leaf at the path that was not taken yet. */
static uint32_t
finder_take(struct finder *f, const struct step *path, uint32_t document,
    bool comment)
{
	uint32_t hash, leaf;

	leaf = queues_take(&f->queues,
	    finder_find(f, path, document, comment, &hash), true);
	return leaf == QUEUE_NONE ? SPELLING_NONE : leaf;
}

/* The text of an entry: its last leaf, in a list of its own when base64. */
static enum sealeaf_code
take_text(struct span *out, size_t *last, struct doc *d, const struct leaves *j,
    size_t at, struct sealeaf_error *e)
{
	const struct leaf *l = &j->list[*last];
	size_t n;
	char *p;

	if (l->path->up == j->list[at].path) {
		*out = arena_dup(&d->arena, l->value);
		return out->p != NULL ? SEALEAF_OK : err_memory(e);
	}
	(*last)--;
	p = arena_text(&d->arena, l->value.n + 1);
	if (p == NULL)
		return err_memory(e);
	if (!base64_get(l->value, p, l->value.n, &n))
		n = 0;
	*out = span_make(p, n);
	return SEALEAF_OK;
}

/* One entry, the list at `at` of the JSON document `j`. */
static enum sealeaf_code
take_entry(struct spellings *ss, struct doc *d, struct finder *f,
    const struct leaves *j, size_t at, struct sealeaf_error *e)
{
	size_t end = tree_next(j, at), last = end - 1;
	struct step *path = NULL;
	bool comment = false;
	struct span text;
	int64_t document = 0;
	enum sealeaf_code code;

	if (j->list[at].type != LEAF_LIST || end - at < 3 ||
	    j->list[last].type != LEAF_STR ||
	    j->list[at + 1].type != LEAF_INT ||
	    !number_int(j->list[at + 1].value, &document))
		return SEALEAF_OK;
	code = take_text(&text, &last, d, j, at, e);
	if (code != SEALEAF_OK)
		return code;
	if (document < 0)
		return spelling_add(ss, SPELLING_WHOLE, false, text, e);
	for (size_t i = at + 2; i < last; i++) {
		const struct leaf *l = &j->list[i];
		int64_t index = 0;

		if (l->type == LEAF_BOOL) {
			comment = true;
			continue;
		}
		if (l->type == LEAF_INT && number_int(l->value, &index))
			path = path_item(&d->arena, path, (uint32_t)index);
		else
			path = path_key(&d->arena, path,
			    arena_dup(&d->arena, l->value), 0);
		if (path == NULL)
			return err_memory(e);
	}
	return spelling_add(ss,
	    finder_take(f, path, (uint32_t)document, comment),
	    text.n > 0 && memchr(text.p, '*', text.n) != NULL &&
		span_trim(text).p[0] == '*',
	    text, e);
}

static enum sealeaf_code
take_entries(struct spellings *ss, struct doc *d, const struct leaves *j,
    struct sealeaf_error *e)
{
	struct finder f = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (!finder_init(&f, d)) {
		queues_fini(&f.queues);
		return err_memory(e);
	}
	for (size_t i = 0; i < j->n; i++) {
		size_t end;

		if (j->list[i].type != LEAF_LIST)
			continue;
		end = tree_next(j, i);
		for (size_t k = tree_child(j, i); k < end && code == SEALEAF_OK;
		     k = tree_sibling(j, k, end))
			code = take_entry(ss, d, &f, j, k, e);
		break;
	}
	queues_fini(&f.queues);
	return code;
}

enum sealeaf_code
spelling_parse(struct spellings *ss, struct doc *d, struct span text,
    struct sealeaf_error *e)
{
	struct sealeaf_error quiet = { 0 };
	struct doc json = { .format = &format_json, .source = text };
	enum sealeaf_code code;

	code = format_json.scan(&json, &quiet);
	if (code == SEALEAF_OK)
		code = take_entries(ss, d, &json.leaves, e);
	else if (code != SEALEAF_ERR_MEMORY)
		code = SEALEAF_OK;
	doc_fini(&json);
	return code;
}
