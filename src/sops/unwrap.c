/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Getting the data key back. SOPS asks every group to the end; here sources
 * that need no network are asked first across all groups, and no group more
 * than the threshold needs. What each key said is kept for the report.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypt/shamir.h"
#include "key/service.h"
#include "sops/datakey.h"
#include "sops/identities.h"
#include "sops/unwrap.h"

enum { KEY_SIZE = 32 };

/* Stands for our own sources among the numbers of services. */
#define OWN SIZE_MAX

/* Names are neither trimmed nor checked, only repeated ones refused. */
static enum sealeaf_code
order_parse(struct unwrap_order *o, const char *text, struct sealeaf_error *e)
{
	struct span rest = span_of(text);
	size_t at = 0;

	while (at <= rest.n && rest.n > 0) {
		struct span part = span_sub(rest, at, rest.n);

		part = span_sub(part, 0, span_find(part, ','));
		for (size_t i = 0; i < o->n; i++) {
			if (span_equal(o->name[i], part))
				return err_set(e, SEALEAF_ERR_ORDER,
				    "Duplicate decryption key type: %.*s",
				    (int)part.n, part.p);
		}
		if (o->n < UNWRAP_ORDER_MAX)
			o->name[o->n++] = part;
		at += part.n + 1;
	}
	return SEALEAF_OK;
}

static size_t
rank(const struct unwrap_order *o, const struct key *k)
{
	for (size_t i = 0; i < o->n; i++) {
		if (span_is(o->name[i], k->source->name))
			return i;
	}
	return o->n;
}

/* The keys of a group in the order to try. */
static enum sealeaf_code
attempts_init(struct group_result *r, const struct group *g,
    const struct unwrap_order *o, struct sealeaf_error *e)
{
	r->list = mem_array(g->n, sizeof *r->list);
	if (r->list == NULL)
		return err_memory(e);
	for (size_t i = 0; i <= o->n; i++) {
		for (const struct key *k = g->first; k != NULL; k = k->next) {
			if (rank(o, k) == i)
				r->list[r->n++].key = k;
		}
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
attempt_note(struct attempt *a, const struct sealeaf_error *why, bool unmatched,
    struct sealeaf_error *e)
{
	struct refusal *list = realloc(a->list, (a->n + 1) * sizeof *list);

	if (list == NULL)
		return err_memory(e);
	a->list = list;
	list += a->n++;
	list->unmatched = unmatched;
	list->text = mem_dup(why->text);
	list->hint = mem_dup(why->hint);
	if (list->text == NULL || list->hint == NULL)
		return err_memory(e);
	return SEALEAF_OK;
}

/* One group has the data key, several have shares of it; nothing else is any
 * good, whoever gave it. */
static enum sealeaf_code
check_size(const struct unwrap *u, struct secret *part, struct sealeaf_error *e)
{
	bool whole = u->gs->n == 1;
	int size = whole ? KEY_SIZE : KEY_SIZE + 1;
	enum sealeaf_code code;

	if (part->n == (size_t)size)
		return SEALEAF_OK;
	code = err_set(e, SEALEAF_ERR_GENERIC,
	    "the %s has %zu bytes instead of %d",
	    whole ? "data key" : "share of the data key", part->n, size);
	secret_fini(part);
	return code;
}

/* Ask one service for one key: the number of a remote one, or OWN. */
static enum sealeaf_code
ask_service(const struct unwrap *u, struct attempt *a, size_t service,
    struct secret *part, struct sealeaf_error *e)
{
	struct key_session *s = &u->ctx->session;
	struct sealeaf_error cause = { 0 };
	enum sealeaf_code code;
	struct service r;

	if (service == OWN) {
		code = a->key->source->unwrap(s, a->key, part, &cause);
	} else if (service_parse(&r, u->ctx->keyservices[service])) {
		code = service_unwrap(&r, s, a->key, part, &cause);
		service_fini(&r);
	} else {
		code = SEALEAF_ERR_MEMORY;
	}
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code == SEALEAF_OK)
		code = check_size(u, part, &cause);
	if (code == SEALEAF_OK)
		return SEALEAF_OK;
	return attempt_note(a, &cause,
	    service == OWN && a->key->source == &key_age &&
		code == SEALEAF_ERR_NOT_MINE,
	    e);
}

static bool
asks_own(const struct unwrap *u, const struct key *k, bool offline)
{
	return k->source->offline == offline &&
	    ctx_flag(u->ctx, SEALEAF_OPT_LOCAL_KEYSERVICE, true);
}

bool
unwrap_concerns(const struct unwrap *u, const struct key *k, bool offline)
{
	return asks_own(u, k, offline) ||
	    (!offline && u->ctx->n_keyservices > 0);
}

/* The texts of a key stand in the order of its services. */
enum sealeaf_code
unwrap_ask(const struct unwrap *u, struct attempt *a, bool offline,
    struct secret *part, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	if (asks_own(u, a->key, offline))
		code = ask_service(u, a, OWN, part, e);
	for (size_t i = 0; code == SEALEAF_OK && !offline && part->n == 0 &&
	     i < u->ctx->n_keyservices;
	     i++)
		code = ask_service(u, a, i, part, e);
	return code;
}

void
unwrap_opened(struct unwrap *u, size_t group, struct attempt *a,
    struct secret *part)
{
	u->parts[group] = *part;
	memset(part, 0, sizeof *part); /* transferred */
	a->opened = u->results[group].opened = true;
	u->have++;
}

/* Ask the keys from `from` to `to`, those that fit an identity or the rest. */
static enum sealeaf_code
ask_some(struct unwrap *u, size_t group, size_t from, size_t to, bool fitting,
    struct sealeaf_error *e)
{
	struct group_result *r = &u->results[group];
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = from; i < to && !r->opened && code == SEALEAF_OK; i++) {
		struct attempt *a = &r->list[i];
		struct secret part = { 0 };

		if (!asks_own(u, a->key, true))
			return SEALEAF_OK;
		if (fitting)
			a->fits = a->key->source->fits != NULL &&
			    a->key->source->fits(&u->ctx->session, a->key);
		if (a->fits != fitting)
			continue;
		code = unwrap_ask(u, a, true, &part, e);
		if (code == SEALEAF_OK && part.n > 0)
			unwrap_opened(u, group, a, &part);
	}
	return code;
}

/* The first pass, over all groups. Of neighbours of one source those that are
 * known to fit come first: there may be thousands of others. */
static enum sealeaf_code
ask_offline(struct unwrap *u, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t g = 0; g < u->gs->n && u->have < u->need; g++) {
		struct group_result *r = &u->results[g];

		for (size_t i = 0, end; i < r->n && !r->opened; i = end) {
			const struct key_source *s = r->list[i].key->source;

			end = i + 1;
			while (end < r->n && r->list[end].key->source == s)
				end++;
			code = ask_some(u, g, i, end, true, e);
			if (code == SEALEAF_OK)
				code = ask_some(u, g, i, end, false, e);
			if (code != SEALEAF_OK)
				return code;
		}
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
combine(struct unwrap *u, struct secret *key, struct sealeaf_error *e)
{
	struct secret *shares;
	enum sealeaf_code code;
	size_t n = 0;

	if (u->gs->n == 1) {
		*key = u->parts[0];
		memset(&u->parts[0], 0, sizeof u->parts[0]); /* transferred */
		return SEALEAF_OK;
	}
	shares = mem_array(u->gs->n, sizeof *shares);
	if (shares == NULL)
		return err_memory(e);
	for (size_t g = 0; g < u->gs->n; g++) {
		if (u->results[g].opened)
			shares[n++] = u->parts[g];
	}
	code = shamir_combine(key, shares, n, e);
	free(shares);
	if (code == SEALEAF_OK && key->n != KEY_SIZE) {
		secret_fini(key);
		code = err_set(e, SEALEAF_ERR_NO_KEY,
		    "the shares give a "
		    "wrong data key");
	}
	if (code != SEALEAF_OK && e != NULL) {
		err_prefix(e, "could not get data key from shamir parts");
		e->code = code = SEALEAF_ERR_NO_KEY;
	}
	return code;
}

/* Hand over the hints of one key. Returns whether it is one for age that fits
 * no identity, about which there is no hint yet. */
static bool
take_hints(struct sealeaf_error *e, const struct attempt *a)
{
	bool unmatched = false;

	for (size_t i = 0; i < a->n; i++) {
		err_hints(e, a->list[i].hint);
		unmatched = unmatched ||
		    (a->list[i].unmatched && a->list[i].hint[0] == '\0');
	}
	return unmatched;
}

/* What to do, for each key that failed; the identities come last. */
static void
hint(const struct unwrap *u, struct sealeaf_error *e)
{
	bool unmatched = false;

	for (size_t g = 0; g < u->gs->n; g++) {
		const struct group_result *r = &u->results[g];

		for (size_t i = 0; i < r->n && !r->opened; i++)
			if (take_hints(e, &r->list[i]))
				unmatched = true;
	}
	if (unmatched)
		identities_hint(u->ctx, e);
}

static enum sealeaf_code
refuse(struct unwrap *u, struct sealeaf_error *e)
{
	struct buf report = { 0 };
	enum sealeaf_code code;

	report_append(&report, u->results, u->gs->n, u->gs->threshold);
	if (report.failed)
		code = err_memory(e);
	else
		code = err_set(e, SEALEAF_ERR_NO_KEY, "%s", report.p);
	if (code == SEALEAF_ERR_NO_KEY)
		hint(u, e);
	buf_fini(&report);
	return code;
}

static void
unwrap_fini(struct unwrap *u)
{
	for (size_t g = 0; g < u->gs->n; g++) {
		if (u->parts != NULL)
			secret_fini(&u->parts[g]);
		for (size_t i = 0; u->results != NULL && i < u->results[g].n;
		     i++) {
			struct attempt *a = &u->results[g].list[i];

			for (size_t j = 0; j < a->n; j++) {
				free(a->list[j].text);
				free(a->list[j].hint);
			}
			free(a->list);
		}
		if (u->results != NULL)
			free(u->results[g].list);
	}
	free(u->parts);
	free(u->results);
}

/* A threshold of 0 in a file with several groups passes SOPS's check with
 * whatever is there; all groups are needed then. */
static size_t
needed(const struct groups *gs)
{
	if (gs->n <= 1)
		return gs->n;
	return gs->threshold != 0 ? gs->threshold : gs->n;
}

enum sealeaf_code
datakey_unwrap(struct sealeaf_ctx *ctx, const struct groups *gs,
    struct secret *key, struct sealeaf_error *e)
{
	struct unwrap u = { .ctx = ctx, .gs = gs, .need = needed(gs) };
	const char *order = ctx->option[SEALEAF_OPT_DECRYPTION_ORDER];
	enum sealeaf_code code;

	code = order_parse(&u.order, order != NULL ? order : "age,pgp", e);
	if (code != SEALEAF_OK)
		return code;
	u.results = mem_array(gs->n, sizeof *u.results);
	u.parts = mem_array(gs->n, sizeof *u.parts);
	if (u.results == NULL || u.parts == NULL)
		code = err_memory(e);
	for (size_t g = 0; g < gs->n && code == SEALEAF_OK; g++)
		code = attempts_init(&u.results[g], &gs->list[g], &u.order, e);
	if (code == SEALEAF_OK)
		code = ask_offline(&u, e);
	if (code == SEALEAF_OK)
		code = unwrap_remote(&u, e);
	if (code == SEALEAF_OK && u.have < u.need)
		code = refuse(&u, e);
	else if (code == SEALEAF_OK)
		code = combine(&u, key, e);
	if (code == SEALEAF_OK)
		world_log(&ctx->world, LOG_INFO, "SOPS",
		    "Data key recovered successfully");
	unwrap_fini(&u);
	return code;
}
