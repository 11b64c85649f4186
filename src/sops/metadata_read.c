/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the block. SOPS decodes it weakly: names in any case, numbers for
 * strings and the reverse, one mapping for a list of one, null for empty.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "sops/context.h"
#include "sops/metadata.h"
#include "sops/tree.h"

/* Where in the block one is, for errors: the document is the source. */
struct reader {
	struct metadata *m;
	const struct doc *d;
	const struct leaves *ls;
	struct sealeaf_error *e;
};

static bool
named(struct span key, const char *name)
{
	return key.p != NULL && key.n == strlen(name) &&
	    strncasecmp(key.p, name, key.n) == 0;
}

static enum sealeaf_code
bad(struct reader *r, size_t at, const char *what)
{
	const struct leaf *l = &r->ls->list[at];
	size_t line = 0, column = 0;

	if (l->src.p != NULL)
		doc_place(r->d, l->src.p, &line, &column);
	return err_at(r->e, SEALEAF_ERR_METADATA, line, column, "%s", what);
}

/* The text of a scalar into *field; collections are no text. */
static enum sealeaf_code
take_text(struct reader *r, size_t at, char **field)
{
	const struct leaf *l = &r->ls->list[at];
	struct span text = tree_text(l);
	char *copy;

	if (l->type == LEAF_MAP || l->type == LEAF_LIST)
		return bad(r, at, "invalid metadata: expected a text");
	if (memchr(text.n > 0 ? text.p : "", '\0', text.n) != NULL)
		return bad(r, at, "invalid metadata: NUL in a text");
	copy = mem_dup_n(text.p != NULL ? text.p : "", text.n);
	if (copy == NULL)
		return err_memory(r->e);
	free(*field);
	*field = copy;
	return SEALEAF_OK;
}

static enum sealeaf_code
take_flag(struct reader *r, size_t at, bool *flag)
{
	struct span text = tree_text(&r->ls->list[at]);

	*flag = false;
	if (text.n == 0 || number_bool(text, flag))
		return SEALEAF_OK;
	return bad(r, at, "invalid metadata: expected true or false");
}

/* Versions before 3.10 wrote the threshold of flat files as "2.000000". */
static enum sealeaf_code
take_threshold(struct reader *r, size_t at)
{
	struct span text = tree_text(&r->ls->list[at]);
	double value = 0;

	if (text.n > 0 && !number_float(text, &value))
		return bad(r, at,
		    "invalid metadata: shamir_threshold is "
		    "not a number");
	if (!(value >= 0 && value <= 1e9) || floor(value) < value)
		return bad(r, at,
		    "invalid metadata: shamir_threshold is "
		    "not a whole number");
	r->m->groups.threshold = (unsigned)value;
	return SEALEAF_OK;
}

/* The encryption context of an AWS key. SOPS takes a null in it and crashes
 * when the key is used. */
static enum sealeaf_code
take_context(struct reader *r, size_t at, struct key *k)
{
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code;

	if (r->ls->list[at].type == LEAF_NULL)
		return SEALEAF_OK;
	code = context_from_tree(&k->context, r->ls, at, &why);
	return code == SEALEAF_OK ? code : bad(r, at, why.text);
}

static enum sealeaf_code
take_field(struct reader *r, size_t at, struct key *k)
{
	struct span name = tree_key(&r->ls->list[at]);

	if (named(name, "enc"))
		return take_text(r, at, &k->enc);
	if (named(name, "created_at"))
		return take_text(r, at, &k->created_at);
	if (named(name, "context"))
		return take_context(r, at, k);
	for (size_t i = 0; i < KEY_FIELDS && k->source->fields[i].name != NULL;
	     i++) {
		if (named(name, k->source->fields[i].name))
			return take_text(r, at, &k->field[i]);
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
check_key(struct reader *r, size_t at, struct key *k)
{
	for (size_t i = 0; k->source->fields[i].name != NULL; i++) {
		if (k->field[i] == NULL) {
			k->field[i] = mem_dup("");
			if (k->field[i] == NULL)
				return err_memory(r->e);
		}
	}
	if (k->source->dated &&
	    (k->created_at == NULL ||
		!clock_parse(span_of(k->created_at), NULL))) {
		enum sealeaf_code code = bad(r, at,
		    "created_at is missing or not a time as RFC 3339 has it");
		char *shown = key_show(k);

		err_prefix(r->e, "%s key \"%s\"", k->source->name,
		    shown != NULL ? shown : "");
		free(shown);
		return code;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
take_key(struct reader *r, size_t at, const struct key_source *source,
    struct group *g)
{
	size_t end = tree_next(r->ls, at);
	enum sealeaf_code code = SEALEAF_OK;
	struct key *k;

	if (r->ls->list[at].type != LEAF_MAP)
		return bad(r, at,
		    "invalid metadata: expected a mapping "
		    "for a key");
	k = key_new(source);
	if (k == NULL)
		return err_memory(r->e);
	for (size_t i = tree_child(r->ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(r->ls, i, end))
		code = take_field(r, i, k);
	if (code == SEALEAF_OK)
		code = check_key(r, at, k);
	if (code != SEALEAF_OK)
		key_free(k);
	else
		group_append(g, k);
	return code;
}

/* A list of keys, null, or (weakly) a single key. */
static enum sealeaf_code
take_keys(struct reader *r, size_t at, const struct key_source *source,
    struct group *g)
{
	size_t end = tree_next(r->ls, at);
	enum sealeaf_code code = SEALEAF_OK;

	switch (r->ls->list[at].type) {
	case LEAF_MAP:
		return take_key(r, at, source, g);
	case LEAF_LIST:
		for (size_t i = tree_child(r->ls, at);
		     i < end && code == SEALEAF_OK;
		     i = tree_sibling(r->ls, i, end))
			code = take_key(r, i, source, g);
		return code;
	default:
		if (tree_text(&r->ls->list[at]).n == 0)
			return SEALEAF_OK;
		return bad(r, at, "invalid metadata: expected a list of keys");
	}
}

/* The child of the mapping [at, end) that is called `name`, or `end`. */
static size_t
find(const struct leaves *ls, size_t at, size_t end, const char *name)
{
	while (at < end && ls->list[at].type == LEAF_COMMENT)
		at++;
	while (at < end && !named(tree_key(&ls->list[at]), name))
		at = tree_sibling(ls, at, end);
	return at;
}

/* All keys of one group, in the order in which SOPS loads the lists. */
static enum sealeaf_code
take_group(struct reader *r, size_t from, size_t end, struct group *g)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (int i = 0; key_sources[i] != NULL && code == SEALEAF_OK; i++) {
		size_t at = find(r->ls, from, end, key_sources[i]->list);

		if (at < end)
			code = take_keys(r, at, key_sources[i], g);
	}
	return code;
}

static enum sealeaf_code
take_groups(struct reader *r, size_t at)
{
	size_t end = tree_next(r->ls, at);
	enum sealeaf_code code = SEALEAF_OK;

	if (r->ls->list[at].type != LEAF_LIST)
		return SEALEAF_OK;
	for (size_t i = tree_child(r->ls, at); i < end && code == SEALEAF_OK;
	     i = tree_sibling(r->ls, i, end)) {
		struct group *g = groups_add(&r->m->groups);

		if (g == NULL)
			return err_memory(r->e);
		if (r->ls->list[i].type != LEAF_MAP)
			return bad(r, i,
			    "invalid metadata: expected a "
			    "mapping for a key group");
		code = take_group(r, i + 1, tree_next(r->ls, i), g);
	}
	return code;
}

/* The seven lists at the top win over key_groups, as in SOPS. */
static enum sealeaf_code
take_all_keys(struct reader *r)
{
	struct group *g = groups_add(&r->m->groups);
	enum sealeaf_code code;
	size_t at;

	if (g == NULL)
		return err_memory(r->e);
	code = take_group(r, 0, r->ls->n, g);
	if (code != SEALEAF_OK || g->n > 0)
		return code;
	groups_remove(&r->m->groups, 0);
	at = find(r->ls, 0, r->ls->n, "key_groups");
	if (at < r->ls->n)
		code = take_groups(r, at);
	if (code == SEALEAF_OK && r->m->groups.n == 0)
		code = err_set(r->e, SEALEAF_ERR_METADATA,
		    "No keys found in file");
	return code;
}

static enum sealeaf_code
take_rules(struct reader *r)
{
	unsigned count = 0;

	for (int i = 0; i < RULE_KINDS; i++) {
		size_t at = find(r->ls, 0, r->ls->n, rule_names[i]);
		enum sealeaf_code code;

		if (at == r->ls->n)
			continue;
		code = take_text(r, at, &r->m->rule[i]);
		if (code != SEALEAF_OK)
			return code;
		if (r->m->rule[i][0] == '\0') {
			free(r->m->rule[i]);
			r->m->rule[i] = NULL;
		} else {
			count++;
		}
	}
	if (count > 1)
		return err_set(r->e, SEALEAF_ERR_METADATA,
		    "C%s in the same file", metadata_one_rule);
	if (count == 0)
		return metadata_text(&r->m->rule[RULE_UNENCRYPTED_SUFFIX],
		    "_unencrypted", r->e);
	return SEALEAF_OK;
}

static enum sealeaf_code
take_scalars(struct reader *r)
{
	size_t end = r->ls->n, at;
	enum sealeaf_code code = SEALEAF_OK;

	if ((at = find(r->ls, 0, end, "mac_only_encrypted")) < end)
		code = take_flag(r, at, &r->m->mac_only);
	if (code == SEALEAF_OK &&
	    (at = find(r->ls, 0, end, "shamir_threshold")) < end)
		code = take_threshold(r, at);
	if (code == SEALEAF_OK && (at = find(r->ls, 0, end, "mac")) < end)
		code = take_text(r, at, &r->m->mac);
	if (code == SEALEAF_OK && (at = find(r->ls, 0, end, "version")) < end)
		code = take_text(r, at, &r->m->version);
	if (code == SEALEAF_OK &&
	    (at = find(r->ls, 0, end, "sealeaf_spelling")) < end)
		code = take_text(r, at, &r->m->spelling);
	if (code == SEALEAF_OK &&
	    (at = find(r->ls, 0, end, "lastmodified")) < end)
		code = take_text(r, at, &r->m->lastmodified);
	return code;
}

static enum sealeaf_code
check_scalars(struct reader *r)
{
	unsigned version[3];

	if (r->m->lastmodified == NULL ||
	    !clock_parse(span_of(r->m->lastmodified), NULL))
		return err_set(r->e, SEALEAF_ERR_METADATA,
		    "invalid metadata: parsing time \"%s\" of lastmodified: "
		    "not a time as RFC 3339 has it",
		    r->m->lastmodified != NULL ? r->m->lastmodified : "");
	return metadata_version(version,
	    r->m->version != NULL ? r->m->version : "", r->e);
}

enum sealeaf_code
metadata_read(struct metadata *m, const struct doc *d, struct sealeaf_error *e)
{
	struct reader r = { .m = m, .d = d, .ls = &d->meta, .e = e };
	enum sealeaf_code code;

	code = take_scalars(&r);
	if (code == SEALEAF_OK)
		code = check_scalars(&r);
	if (code == SEALEAF_OK)
		code = take_all_keys(&r);
	if (code == SEALEAF_OK)
		code = take_rules(&r);
	return code;
}
