/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh data key, wrapped for every key of a document. */

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "crypt/shamir.h"
#include "key/service.h"
#include "sops/datakey.h"

enum { KEY_SIZE = 32 };

enum sealeaf_code
datakey_new(struct secret *key, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = secret_new(key, KEY_SIZE, e);

	if (code != SEALEAF_OK)
		return code;
	world_random(w, key->p, KEY_SIZE);
	secret_close(key);
	return SEALEAF_OK;
}

/* The texts of all keys that failed, and what could be done about each. */
struct failures {
	struct buf text, hints;
};

static void
note(struct failures *f, const struct key *k, const struct sealeaf_error *e)
{
	char *shown = key_show(k);

	if (f->text.n > 0)
		buf_putc(&f->text, ' ');
	buf_printf(&f->text,
	    "failed to encrypt new data key with master key "
	    "\"%s\": %s",
	    shown != NULL ? shown : "", e->text);
	buf_printf(&f->hints, "%s\n", e->hint);
	free(shown);
}

/* Ask one service: the number of a remote one, or our own sources. */
static enum sealeaf_code
wrap_by(struct sealeaf_ctx *ctx, bool local, size_t service, struct key *k,
    struct secret *part, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	struct service r;

	if (local)
		return k->source->wrap(&ctx->session, k, part, e);
	if (!service_parse(&r, ctx->keyservices[service]))
		return err_memory(e);
	code = service_wrap(&r, &ctx->session, k, part, e);
	service_fini(&r);
	return code;
}

/* One key, by the first service that can; what went wrong joins the list when
 * none could. */
static void
wrap_one(struct sealeaf_ctx *ctx, struct key *k, struct secret *part,
    struct failures *f)
{
	bool local = ctx_flag(ctx, SEALEAF_OPT_LOCAL_KEYSERVICE, true);
	struct sealeaf_error e = { 0 };
	size_t before = f->text.n, hints = f->hints.n;

	if (k->source->ready != NULL &&
	    k->source->ready(&ctx->session, k, &e) != SEALEAF_OK) {
		note(f, k, &e);
		return;
	}
	for (size_t i = local ? 0 : 1; i <= ctx->n_keyservices; i++) {
		err_clear(&e);
		if (wrap_by(ctx, i == 0, i - 1, k, part, &e) == SEALEAF_OK) {
			buf_truncate(&f->text, before);
			buf_truncate(&f->hints, hints);
			return;
		}
		note(f, k, &e);
	}
}

static enum sealeaf_code
wrap_parts(struct sealeaf_ctx *ctx, struct groups *gs, struct secret *parts,
    struct sealeaf_error *e)
{
	struct failures f = { { 0 }, { 0 } };
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < gs->n; i++) {
		if (gs->list[i].n == 0) {
			buf_truncate(&f.text, 0);
			buf_truncate(&f.hints, 0);
			buf_puts(&f.text, "empty key group provided");
			break;
		}
		for (struct key *k = gs->list[i].first; k != NULL; k = k->next)
			wrap_one(ctx, k, &parts[i], &f);
	}
	if (f.text.failed || f.hints.failed)
		code = err_memory(e);
	else if (f.text.n > 0)
		code = err_set(e, SEALEAF_ERR_GENERIC, "[%s]", f.text.p);
	err_hints(e, f.hints.p);
	buf_fini(&f.text);
	buf_fini(&f.hints);
	return code;
}

static enum sealeaf_code
split(struct sealeaf_ctx *ctx, struct groups *gs, struct secret *key,
    struct secret *parts, struct sealeaf_error *e)
{
	struct sealeaf_error cause = { 0 };
	enum sealeaf_code code;

	if (gs->threshold == 0)
		gs->threshold = (unsigned)gs->n;
	code = shamir_split(parts, gs->n, gs->threshold, key, &ctx->world,
	    &cause);
	if (code == SEALEAF_OK)
		return code;
	code = err_set(e, SEALEAF_ERR_GENERIC,
	    "[could not split data key "
	    "into parts for Shamir: %s]",
	    cause.text);
	if (gs->threshold == 1)
		err_hint(e,
		    "for a file that any group opens, put all keys "
		    "into one group (\"merge\" in .sops.yaml does)");
	return code;
}

enum sealeaf_code
datakey_wrap(struct sealeaf_ctx *ctx, struct groups *gs, struct secret *key,
    struct sealeaf_error *e)
{
	struct secret *parts;
	struct span text;
	enum sealeaf_code code;

	if (!ctx_flag(ctx, SEALEAF_OPT_LOCAL_KEYSERVICE, true) &&
	    ctx->n_keyservices == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "[no key services "
		    "provided, cannot update master keys]");
	if (gs->n == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "[no key groups provided]");
	parts = mem_array(gs->n, sizeof *parts);
	if (parts == NULL)
		return err_memory(e);
	if (gs->n > 1) {
		code = split(ctx, gs, key, parts, e);
	} else {
		code = secret_open(key, &text, e);
		if (code == SEALEAF_OK)
			code = secret_copy(&parts[0], text.p, text.n, e);
		secret_close(key);
	}
	if (code == SEALEAF_OK)
		code = wrap_parts(ctx, gs, parts, e);
	for (size_t i = 0; i < gs->n; i++)
		secret_fini(&parts[i]);
	free(parts);
	return code;
}
