/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of keys and lists of those. */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sops/context.h"
#include "sops/groups.h"

struct group *
groups_add(struct groups *gs)
{
	struct group *list;

	list = realloc(gs->list, (gs->n + 1) * sizeof *list);
	if (list == NULL)
		return NULL;
	gs->list = list;
	memset(&list[gs->n], 0, sizeof *list);
	return &list[gs->n++];
}

void
group_append(struct group *g, struct key *k)
{
	k->next = NULL;
	if (g->last != NULL)
		g->last->next = k;
	else
		g->first = k;
	g->last = k;
	g->n++;
}

bool
group_has(const struct group *g, const struct key_source *source,
    const char *shown)
{
	bool same = false;

	for (const struct key *k = g->first; k != NULL && !same; k = k->next) {
		char *text;

		if (k->source != source)
			continue;
		text = key_show(k);
		same = text != NULL && strcmp(text, shown) == 0;
		free(text);
	}
	return same;
}

enum sealeaf_code
group_unique(struct group *g, struct sealeaf_error *e)
{
	struct group kept = { 0 };
	struct key *k, *next;

	for (k = g->first; k != NULL; k = next) {
		char *text = key_show(k);

		next = k->next;
		if (text == NULL) {
			k->next = next;
			/* What is left stays whole, only not thinned out. */
			for (; k != NULL; k = next) {
				next = k->next;
				group_append(&kept, k);
			}
			*g = kept;
			return err_memory(e);
		}
		if (group_has(&kept, k->source, text))
			key_free(k);
		else
			group_append(&kept, k);
		free(text);
	}
	*g = kept;
	return SEALEAF_OK;
}

void
groups_remove(struct groups *gs, size_t at)
{
	group_fini(&gs->list[at]);
	memmove(&gs->list[at], &gs->list[at + 1],
	    (gs->n - at - 1) * sizeof gs->list[0]);
	gs->n--;
}

enum sealeaf_code
key_stamp(struct key *k, int64_t now, struct sealeaf_error *e)
{
	char date[CLOCK_MAX];

	if (!k->source->dated)
		return SEALEAF_OK;
	clock_format(date, now);
	free(k->created_at);
	k->created_at = mem_dup(date);
	return k->created_at != NULL ? SEALEAF_OK : err_memory(e);
}

static enum sealeaf_code
parse_one(struct group *g, const struct key_source *source, struct span text,
    int64_t now, struct sealeaf_error *e)
{
	struct key *k = key_new(source);
	enum sealeaf_code code;

	if (k == NULL)
		return err_memory(e);
	code = source->parse(k, text, e);
	if (code == SEALEAF_OK)
		code = key_stamp(k, now, e);
	if (code != SEALEAF_OK)
		key_free(k);
	else
		group_append(g, k);
	return code;
}

enum sealeaf_code
group_parse(struct group *g, const struct key_source *source, struct span text,
    int64_t now, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	size_t at = 0;

	while (at < text.n && code == SEALEAF_OK) {
		struct span rest = span_sub(text, at, text.n);
		size_t n = span_find(rest, ',');
		struct span part = span_trim(span_sub(rest, 0, n));

		if (part.n > 0)
			code = parse_one(g, source, part, now, e);
		at += n + 1;
	}
	return code;
}

void
group_fini(struct group *g)
{
	struct key *k, *next;

	for (k = g->first; k != NULL; k = next) {
		next = k->next;
		key_free(k);
	}
	memset(g, 0, sizeof *g);
}

void
groups_fini(struct groups *gs)
{
	for (size_t i = 0; i < gs->n; i++)
		group_fini(&gs->list[i]);
	free(gs->list);
	memset(gs, 0, sizeof *gs);
}

static bool
copy_text(char **out, const char *text)
{
	if (text == NULL)
		return true;
	*out = mem_dup(text);
	return *out != NULL;
}

struct key *
key_clone(const struct key *k)
{
	struct key *copy = key_new(k->source);
	bool ok;

	if (copy == NULL)
		return NULL;
	ok = context_copy(&copy->context, k->context, NULL) == SEALEAF_OK &&
	    copy_text(&copy->enc, k->enc) &&
	    copy_text(&copy->created_at, k->created_at);
	for (size_t i = 0; i < KEY_FIELDS && ok; i++)
		ok = copy_text(&copy->field[i], k->field[i]);
	if (ok)
		return copy;
	key_free(copy);
	return NULL;
}
