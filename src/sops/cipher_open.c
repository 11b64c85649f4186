/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves are opened in place; values do not depend on each other, so large
 * documents are shared out over threads. A comment that does not open under its
 * own path is tried, afterwards, under the paths of the collections around it:
 * SOPS attaches a comment elsewhere once it has printed it anew.
 */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/share.h"
#include "crypt/envelope.h"
#include "doc/path.h"
#include "sops/cipher.h"

enum { LEAVES_A_THREAD = 4096, COMMENT_SHOWN = 1024 };

/* What one thread needs of its own. */
struct opener {
	struct sealeaf_doc *d;
	struct gcm *gcm;
	struct arena arena;
	struct buf aad;
	struct doc_cursor place; /* of comments that do not open */
	struct sealeaf_error e;
	enum sealeaf_code code;
};

static enum envelope_result
try_path(struct opener *o, const struct step *path, struct span text,
    struct span *plain, enum leaf_type *type)
{
	path_aad(&o->aad, path);
	if (o->aad.failed)
		return ENVELOPE_MALFORMED;
	return envelope_open(plain, type, &o->arena, o->gcm, buf_get(&o->aad),
	    text, &o->e);
}

static bool
out_of_memory(struct opener *o)
{
	if (!o->aad.failed && o->e.code == SEALEAF_OK)
		return false;
	o->code = err_memory(&o->e);
	return true;
}

/* The collection that a leaf stands in. */
static const struct step *
parent_of(const struct leaf *l)
{
	if (l->type == LEAF_COMMENT || l->path == NULL)
		return l->path;
	return l->type == LEAF_MAP || l->type == LEAF_LIST ? l->path
							   : l->path->up;
}

/* Try the collections open around leaf `at` on one side, inside out. */
static enum envelope_result
try_around(struct opener *o, size_t at, size_t neighbour, struct span *plain,
    enum leaf_type *type)
{
	const struct leaves *ls = &o->d->doc.leaves;
	const struct step *s = parent_of(&ls->list[neighbour]);
	struct span text = ls->list[at].value;
	enum envelope_result r;

	for (;; s = s->up) {
		r = try_path(o, s, text, plain, type);
		if (r != ENVELOPE_FOREIGN || s == NULL)
			return r;
	}
}

static enum envelope_result
open_comment(struct opener *o, size_t at, struct span *plain,
    enum leaf_type *type)
{
	const struct leaves *ls = &o->d->doc.leaves;
	const struct leaf *l = &ls->list[at];
	enum envelope_result r;

	r = try_path(o, l->path, l->value, plain, type);
	if (r == ENVELOPE_FOREIGN)
		r = try_around(o, at, at, plain, type);
	if (r == ENVELOPE_FOREIGN && at > 0)
		r = try_around(o, at, at - 1, plain, type);
	for (size_t i = at + 1; r == ENVELOPE_FOREIGN && i < ls->n; i++) {
		if (ls->list[i].type == LEAF_COMMENT)
			continue;
		r = try_around(o, at, i, plain, type);
		break;
	}
	return r;
}

static void
refuse(struct opener *o, const struct leaf *l, const char *what,
    const char *hint)
{
	struct buf where = { 0 };
	size_t line, column;

	doc_place(&o->d->doc, l->src.p, &line, &column);
	path_show(&where, l->path);
	o->code = err_at(&o->e, SEALEAF_ERR_DECRYPT_TREE, line, column,
	    "Error decrypting tree: the value at %s %s",
	    where.failed ? "" : where.p, what);
	err_hint(&o->e, "%s", hint);
	buf_fini(&where);
}

static void
comment_left(struct opener *o, const struct leaf *l)
{
	const struct world *w = &o->d->ctx->world;

	if (!(l->flags & LEAF_ENVELOPE)) {
		world_log(w, LOG_WARNING, "SOPS",
		    "Found possibly unencrypted "
		    "comment in file. This is to be expected if the file being "
		    "decrypted was created with an older version of SOPS."
		    "\tcomment=%.*s",
		    (int)(l->value.n < COMMENT_SHOWN ? l->value.n
						     : COMMENT_SHOWN),
		    l->value.p);
		return;
	}
	doc_place_next(&o->d->doc, &o->place, l->src.p);
	world_log(w, LOG_INFO, "SOPS",
	    "Comment in line %zu does not open; it "
	    "is left as it is.",
	    o->place.line);
}

static void
put_opened(struct opener *o, size_t at, struct span plain, enum leaf_type type)
{
	struct leaf *l = &o->d->doc.leaves.list[at];

	o->d->sealed[at] = l->value;
	l->value = plain;
	l->type = (uint8_t)type;
}

/* A value opens under its own path or not at all; a comment may wait. */
static void
open_leaf(struct opener *o, size_t at)
{
	const struct leaf *l = &o->d->doc.leaves.list[at];
	enum leaf_type type = LEAF_STR;
	struct span plain = { NULL, 0 };
	enum envelope_result r = ENVELOPE_MALFORMED;

	if ((l->type == LEAF_STR || l->type == LEAF_COMMENT) &&
	    l->flags & LEAF_ENVELOPE)
		r = try_path(o, l->path, l->value, &plain, &type);
	if (out_of_memory(o))
		return;
	if (r == ENVELOPE_OPEN)
		put_opened(o, at, plain, type);
	else if (l->type == LEAF_COMMENT)
		return;
	else if (l->type != LEAF_STR || !(l->flags & LEAF_ENVELOPE))
		refuse(o, l,
		    "is not encrypted, but the file's rules say that "
		    "it is",
		    "encrypt it with \"set\" or \"edit\", or put it "
		    "where the rules leave values clear");
	else if (r == ENVELOPE_MALFORMED)
		refuse(o, l, "is no whole envelope",
		    "restore the line from "
		    "the history of the file");
	else
		refuse(o, l,
		    "does not open: it was changed, or moved here "
		    "from another key or file",
		    "restore the line from the "
		    "history of the file; values cannot be moved between keys "
		    "while encrypted");
}

static void
open_range(void *user, unsigned part, size_t from, size_t to)
{
	struct opener *o = (struct opener *)user + part;

	for (size_t i = from; i < to && o->code == SEALEAF_OK; i++) {
		if (cipher_covers(&o->d->doc.leaves.list[i]))
			open_leaf(o, i);
	}
}

/* Comments that are left over. */
static void
open_comments(struct opener *o)
{
	const struct leaves *ls = &o->d->doc.leaves;

	for (size_t i = 0; i < ls->n && o->code == SEALEAF_OK; i++) {
		enum envelope_result r = ENVELOPE_MALFORMED;
		struct span plain = { NULL, 0 };
		enum leaf_type type = LEAF_STR;

		if (ls->list[i].type != LEAF_COMMENT ||
		    !cipher_covers(&ls->list[i]) || o->d->sealed[i].p != NULL)
			continue;
		if (ls->list[i].flags & LEAF_ENVELOPE)
			r = open_comment(o, i, &plain, &type);
		if (out_of_memory(o))
			return;
		if (r == ENVELOPE_OPEN) {
			put_opened(o, i, plain, type);
			ls->list[i].picked = LEAF_ASTRAY;
		} else {
			comment_left(o, &ls->list[i]);
		}
	}
}

/* As many openers as there are to be threads and ciphers for them. */
static enum sealeaf_code
openers_init(struct opener *list, unsigned *parts, struct sealeaf_doc *d,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;

	*parts = share_parts(d->doc.leaves.n, LEAVES_A_THREAD);
	for (unsigned i = 0; i < *parts && code == SEALEAF_OK; i++) {
		struct sealeaf_error quiet = { 0 };

		list[i].d = d;
		list[i].gcm = d->gcm;
		if (i == 0)
			continue;
		code = gcm_copy(&list[i].gcm, d->gcm, &quiet);
		if (code == SEALEAF_ERR_UNSUPPORTED) {
			*parts = i;
			return SEALEAF_OK;
		}
		if (code != SEALEAF_OK)
			return err_memory(e);
	}
	return code;
}

static enum sealeaf_code
open_leaves(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	struct opener *list = mem_array(SHARE_MAX, sizeof *list);
	enum sealeaf_code code;
	unsigned parts = 1;

	if (list == NULL)
		return err_memory(e);
	code = openers_init(list, &parts, d, e);
	if (code == SEALEAF_OK)
		share_run(parts, d->doc.leaves.n, open_range, list);
	for (unsigned i = 0; i < parts && code == SEALEAF_OK; i++) {
		if (i + 1 == parts)
			open_comments(&list[i]);
		code = list[i].code;
		if (code != SEALEAF_OK && e != NULL && e->code == SEALEAF_OK)
			*e = list[i].e;
	}
	for (unsigned i = 0; i < SHARE_MAX; i++) {
		arena_adopt(&d->doc.arena, &list[i].arena);
		buf_fini(&list[i].aad);
		if (list[i].gcm != d->gcm)
			gcm_free(list[i].gcm);
	}
	free(list);
	return code;
}

/* SOPS takes the time anew from what it parsed; both spellings are tried. */
static enum envelope_result
open_mac(struct sealeaf_doc *d, struct span *text, struct sealeaf_error *e)
{
	struct span when = span_of(d->meta.lastmodified);
	struct span mac = span_of(d->meta.mac);
	char canonical[CLOCK_MAX];
	enum leaf_type type;
	enum envelope_result r;

	r = envelope_open(text, &type, &d->doc.arena, d->gcm, when, mac, e);
	if (r == ENVELOPE_FOREIGN && clock_canonical(canonical, when) > 0)
		r = envelope_open(text, &type, &d->doc.arena, d->gcm,
		    span_of(canonical), mac, e);
	return r;
}

static enum sealeaf_code
check_mac(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	char computed[MAC_TEXT + 1];
	struct span stored = { NULL, 0 };
	enum sealeaf_code code;

	code = cipher_mac(computed, &d->doc.leaves, d->meta.mac_only, e);
	if (code != SEALEAF_OK)
		return code;
	if (d->meta.mac != NULL && d->meta.mac[0] != '\0' &&
	    open_mac(d, &stored, e) != ENVELOPE_OPEN) {
		if (e != NULL && e->code != SEALEAF_OK)
			return e->code;
		err_set(e, SEALEAF_ERR_MAC,
		    "Cannot decrypt MAC: it does not "
		    "open under the file's data key and lastmodified");
		err_hint(e,
		    "the block at the end of the file was changed; "
		    "restore it from the history of the file");
		return SEALEAF_ERR_MAC;
	}
	if (span_is(stored, computed))
		return SEALEAF_OK;
	err_set(e, SEALEAF_ERR_MAC, "MAC mismatch. File has %.*s, computed %s",
	    stored.n > 0 ? (int)stored.n : 6,
	    stored.n > 0 ? stored.p : "no MAC", computed);
	err_hint(e,
	    "a value was changed, added or removed outside of the "
	    "tool; --ignore-mac shows what is there");
	return SEALEAF_ERR_MAC;
}

enum sealeaf_code
cipher_open(struct sealeaf_doc *d, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (d->clear)
		return SEALEAF_OK;
	world_log(&d->ctx->world, LOG_DEBUG, "SOPS", "Decrypting tree");
	free(d->sealed);
	d->sealed = mem_array(d->doc.leaves.n, sizeof *d->sealed);
	if (d->sealed == NULL)
		return err_memory(e);
	code = rules_apply(&d->rules, &d->doc, e);
	if (code == SEALEAF_OK)
		code = open_leaves(d, e);
	if (code == SEALEAF_OK &&
	    !ctx_flag(d->ctx, SEALEAF_OPT_IGNORE_MAC, false))
		code = check_mac(d, e);
	d->clear = code == SEALEAF_OK;
	return code;
}
