/* SPDX-License-Identifier: Apache-2.0 */
/* The public view of a document's keys: listing, adding, removing. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/context.h"
#include "sops/document.h"

size_t
sealeaf_group_count(const struct sealeaf_doc *d)
{
	return d->meta.groups.n;
}

size_t
sealeaf_key_count(const struct sealeaf_doc *d, size_t group)
{
	return group < d->meta.groups.n ? d->meta.groups.list[group].n : 0;
}

static void
tell(struct sealeaf_key *key, struct key *k)
{
	if (k->shown == NULL)
		k->shown = key_show(k);
	key->source = k->source->name;
	key->text = k->shown != NULL ? k->shown : "";
	key->created_at = k->created_at;
}

bool
sealeaf_key_get(const struct sealeaf_doc *d, size_t group, size_t index,
    struct sealeaf_key *key)
{
	struct key *k;

	if (index >= sealeaf_key_count(d, group))
		return false;
	k = d->meta.groups.list[group].first;
	while (index-- > 0)
		k = k->next;
	tell(key, k);
	return true;
}

bool
sealeaf_key_next(const struct sealeaf_doc *d, struct sealeaf_key_walk *w,
    struct sealeaf_key *key)
{
	const struct groups *gs = &d->meta.groups;
	const struct key *last = w->place;
	struct key *k = NULL;

	if (w->group >= gs->n)
		return false;
	if (last == NULL) {
		k = gs->list[w->group].first;
	} else {
		k = last->next;
		w->index++;
	}
	while (k == NULL && ++w->group < gs->n) {
		k = gs->list[w->group].first;
		w->index = 0;
	}
	w->place = k;
	if (k == NULL)
		return false;
	tell(key, k);
	return true;
}

unsigned
sealeaf_threshold(const struct sealeaf_doc *d)
{
	return d->meta.groups.threshold;
}

void
sealeaf_threshold_set(struct sealeaf_doc *d, unsigned n)
{
	d->meta.groups.threshold = n;
}

/* Keys parsed from `text`, with the context and profile of the options. */
static enum sealeaf_code
parse(struct group *g, const struct sealeaf_doc *d, const char *source,
    const char *text, struct sealeaf_error *e)
{
	const struct key_source *s = key_source_by_list(span_of(source));
	const char *profile = ctx_option(d->ctx, SEALEAF_OPT_AWS_PROFILE);
	const char *context = ctx_option(d->ctx,
	    SEALEAF_OPT_ENCRYPTION_CONTEXT);
	enum sealeaf_code code;

	if (s == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "unknown key source \"%s\"", source);
	code = group_parse(g, s, span_of(text), world_now(&d->ctx->world), e);
	for (struct key *k = g->first;
	     k != NULL && s == &key_aws_kms && code == SEALEAF_OK;
	     k = k->next) {
		if (profile != NULL)
			code = key_set(k,
			    key_field_index(s, span_of("aws_profile")),
			    span_of(profile), e);
		if (code == SEALEAF_OK && context != NULL)
			code = context_parse(&k->context, context, e);
	}
	return code;
}

enum sealeaf_code
sealeaf_key_add(struct sealeaf_doc *d, size_t group, const char *source,
    const char *text, struct sealeaf_error *e)
{
	struct group fresh = { 0 }, *g;
	enum sealeaf_code code;
	struct key *k;

	if (group > d->meta.groups.n)
		return err_set(e, SEALEAF_ERR_GENERIC, "no key group %zu",
		    group);
	code = parse(&fresh, d, source, text, e);
	if (code == SEALEAF_OK && group == d->meta.groups.n &&
	    groups_add(&d->meta.groups) == NULL)
		code = err_memory(e);
	if (code != SEALEAF_OK) {
		group_fini(&fresh);
		return code;
	}
	g = &d->meta.groups.list[group];
	while ((k = fresh.first) != NULL) {
		char *shown = key_show(k);

		fresh.first = k->next;
		if (shown != NULL && group_has(g, k->source, shown))
			key_free(k);
		else
			group_append(g, k);
		free(shown);
	}
	return SEALEAF_OK;
}

/* Take every key of that string form out of `g`. */
static size_t
drop(struct group *g, const struct key_source *source, const char *shown)
{
	struct group kept = { 0 };
	struct key *k, *next;
	size_t n = 0;

	for (k = g->first; k != NULL; k = next) {
		char *text = key_show(k);

		next = k->next;
		if (k->source == source && text != NULL &&
		    strcmp(text, shown) == 0) {
			key_free(k);
			n++;
		} else {
			group_append(&kept, k);
		}
		free(text);
	}
	*g = kept;
	return n;
}

enum sealeaf_code
sealeaf_key_remove(struct sealeaf_doc *d, const char *source, const char *text,
    size_t *removed, struct sealeaf_error *e)
{
	struct group gone = { 0 };
	size_t n = 0;
	enum sealeaf_code code = parse(&gone, d, source, text, e);

	for (struct key *k = gone.first; k != NULL && code == SEALEAF_OK;
	     k = k->next) {
		char *shown = key_show(k);

		if (shown == NULL)
			code = err_memory(e);
		for (size_t i = 0; i < d->meta.groups.n && shown != NULL; i++)
			n += drop(&d->meta.groups.list[i], k->source, shown);
		free(shown);
	}
	group_fini(&gone);
	if (removed != NULL)
		*removed = n;
	return code;
}

enum sealeaf_code
sealeaf_group_remove(struct sealeaf_doc *d, size_t group,
    struct sealeaf_error *e)
{
	struct groups *gs = &d->meta.groups;

	if (group >= gs->n)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "no key group %zu: the "
		    "file has %zu, counted from 0",
		    group, gs->n);
	if (gs->n == 1 || (gs->threshold > 1 && gs->n - 1 < gs->threshold))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "removing this key "
		    "group will make the Shamir threshold impossible to "
		    "satisfy: Shamir threshold is %u, but we only have %zu "
		    "key groups",
		    gs->threshold, gs->n);
	groups_remove(gs, group);
	return SEALEAF_OK;
}
