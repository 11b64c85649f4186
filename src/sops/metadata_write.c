/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the block. Since 3.13 SOPS sorts every mapping by name, so does
 * this; what a field is called decides where it stands.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc/path.h"
#include "sops/metadata.h"
#include "sops/tree.h"

struct writer {
	struct leaves *out;
	struct arena *arena;
	const struct metadata *m;
	bool failed;
};

static struct step *
step_key(struct writer *w, struct step *up, const char *name)
{
	struct step *s = path_key(w->arena, up, span_of(name), 0);

	if (s == NULL)
		w->failed = true;
	return s;
}

static struct step *
step_item(struct writer *w, struct step *up, size_t index)
{
	struct step *s = path_item(w->arena, up, (uint32_t)index);

	if (s == NULL)
		w->failed = true;
	return s;
}

static void
put(struct writer *w, struct step *up, const char *name, enum leaf_type type,
    const char *text)
{
	struct step *path = step_key(w, up, name);

	if (!w->failed && tree_add(w->out, path, type, span_of(text)) == NULL)
		w->failed = true;
}

static size_t
open_at(struct writer *w, struct step *path, enum leaf_type type)
{
	size_t at = w->failed ? (size_t)-1 : tree_open(w->out, path, type);

	if (at == (size_t)-1)
		w->failed = true;
	return at;
}

static void
shut(struct writer *w, size_t at)
{
	if (!w->failed)
		tree_close(w->out, at);
}

static void
put_context(struct writer *w, struct step *up, const struct key *k)
{
	struct step *path;
	size_t at;

	if (k->context == NULL)
		return;
	path = step_key(w, up, "context");
	at = open_at(w, path, LEAF_MAP);
	for (const struct key_context *c = k->context; c != NULL; c = c->next)
		put(w, path, c->name, LEAF_STR, c->value);
	shut(w, at);
}

/* context, created_at and enc stand among the source's own fields. */
static void
put_special(struct writer *w, struct step *up, const struct key *k,
    const char *name)
{
	if (strcmp(name, "context") == 0)
		put_context(w, up, k);
	else if (strcmp(name, "enc") == 0)
		put(w, up, "enc", LEAF_STR, k->enc != NULL ? k->enc : "");
	else if (k->created_at != NULL)
		put(w, up, "created_at", LEAF_STR, k->created_at);
}

static void
put_key(struct writer *w, struct step *path, const struct key *k)
{
	static const char *const special[] = { "context", "created_at", "enc" };
	size_t at = open_at(w, path, LEAF_MAP), s = 0;

	for (size_t i = 0; !w->failed; i++) {
		const struct key_field *f = &k->source->fields[i];
		const char *text;

		while (s < 3 &&
		    (f->name == NULL || strcmp(special[s], f->name) < 0))
			put_special(w, path, k, special[s++]);
		if (f->name == NULL)
			break;
		text = k->field[i] != NULL ? k->field[i] : "";
		if (text[0] != '\0' || !f->omit_empty)
			put(w, path, f->name, LEAF_STR, text);
	}
	shut(w, at);
}

static size_t
count_of(const struct group *g, const struct key_source *source)
{
	size_t n = 0;

	for (const struct key *k = g->first; k != NULL; k = k->next)
		n += k->source == source;
	return n;
}

static void
put_keys(struct writer *w, struct step *up, const struct group *g,
    const struct key_source *source)
{
	struct step *path = step_key(w, up, source->list);
	size_t at = open_at(w, path, LEAF_LIST), index = 0;

	for (const struct key *k = g->first; k != NULL && !w->failed;
	     k = k->next) {
		if (k->source == source)
			put_key(w, step_item(w, path, index++), k);
	}
	shut(w, at);
}

/* By name: age azure_kv gcp_kms hc_vault hckms kms pgp. */
static const struct key_source *const by_name[] = { &key_age, &key_azure_kv,
	&key_gcp_kms, &key_hc_vault, &key_hckms, &key_aws_kms, &key_pgp };

enum { SOURCES = sizeof by_name / sizeof by_name[0] };

static void
put_key_groups(struct writer *w)
{
	const struct groups *gs = &w->m->groups;
	struct step *path = step_key(w, NULL, "key_groups");
	size_t at = open_at(w, path, LEAF_LIST);

	for (size_t g = 0; g < gs->n && !w->failed; g++) {
		struct step *item = step_item(w, path, g);
		size_t group = open_at(w, item, LEAF_MAP);

		for (int i = 0; i < SOURCES && !w->failed; i++) {
			const struct key_source *s = by_name[i];

			/* SOPS writes these two even when empty. */
			if (count_of(&gs->list[g], s) > 0 || s == &key_age ||
			    s == &key_hc_vault)
				put_keys(w, item, &gs->list[g], s);
		}
		shut(w, group);
	}
	shut(w, at);
}

static void
put_list(struct writer *w, const struct key_source *source)
{
	const struct groups *gs = &w->m->groups;

	if (gs->n == 1 && count_of(&gs->list[0], source) > 0)
		put_keys(w, NULL, &gs->list[0], source);
}

static void
put_rule(struct writer *w, enum rule_kind kind)
{
	if (w->m->rule[kind] != NULL)
		put(w, NULL, rule_names[kind], LEAF_STR, w->m->rule[kind]);
}

static void
put_threshold(struct writer *w)
{
	char text[16];
	struct span kept;

	if (w->m->groups.threshold == 0)
		return;
	(void)snprintf(text, sizeof text, "%u", w->m->groups.threshold);
	kept = arena_dup(w->arena, span_of(text));
	if (kept.p == NULL)
		w->failed = true;
	else
		put(w, NULL, "shamir_threshold", LEAF_INT, kept.p);
}

static void
put_all(struct writer *w)
{
	const struct metadata *m = w->m;

	put_list(w, &key_age);
	put_list(w, &key_azure_kv);
	put_rule(w, RULE_ENCRYPTED_COMMENT);
	put_rule(w, RULE_ENCRYPTED_REGEX);
	put_rule(w, RULE_ENCRYPTED_SUFFIX);
	put_list(w, &key_gcp_kms);
	put_list(w, &key_hc_vault);
	put_list(w, &key_hckms);
	if (m->groups.n != 1)
		put_key_groups(w);
	put_list(w, &key_aws_kms);
	put(w, NULL, "lastmodified", LEAF_STR, m->lastmodified);
	put(w, NULL, "mac", LEAF_STR, m->mac != NULL ? m->mac : "");
	if (m->mac_only)
		put(w, NULL, "mac_only_encrypted", LEAF_BOOL, "true");
	put_list(w, &key_pgp);
	if (m->spelling != NULL)
		put(w, NULL, "sealeaf_spelling", LEAF_STR, m->spelling);
	put_threshold(w);
	put_rule(w, RULE_UNENCRYPTED_COMMENT);
	put_rule(w, RULE_UNENCRYPTED_REGEX);
	put_rule(w, RULE_UNENCRYPTED_SUFFIX);
	put(w, NULL, "version", LEAF_STR, m->version);
}

enum sealeaf_code
metadata_write(struct leaves *out, struct arena *a, const struct metadata *m,
    struct sealeaf_error *e)
{
	struct writer w = { .out = out, .arena = a, .m = m };

	put_all(&w);
	return w.failed ? err_memory(e) : SEALEAF_OK;
}
