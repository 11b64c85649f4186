/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a file before it does harm. Everything here works without a key: the
 * rules say what should be an envelope, and the scanner says what is one.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/show.h"
#include "crypt/envelope.h"
#include "doc/path.h"
#include "sops/conflict.h"
#include "sops/lint.h"

static void append(struct buf *b, const char *format, va_list ap)
    PRINTF_LIKE(2, 0);

static void
append(struct buf *b, const char *format, va_list ap)
{
	show_vprintf(b, format, ap);
}

void
lint_text(struct lint *l, const char *format, ...)
{
	va_list ap;

	buf_truncate(&l->text, 0);
	buf_truncate(&l->hint, 0);
	va_start(ap, format);
	append(&l->text, format, ap);
	va_end(ap);
}

void
lint_more(struct lint *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	append(&l->text, format, ap);
	va_end(ap);
}

void
lint_path(struct lint *l, const struct step *path)
{
	path_show(&l->text, path);
}

void
lint_hint(struct lint *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	append(&l->hint, format, ap);
	va_end(ap);
}

void
lint_put(struct lint *l, enum sealeaf_level level, const char *check,
    const char *at)
{
	struct span source = l->doc->source;
	struct sealeaf_finding f = { .level = level,
		.check = check,
		.source = l->source };

	buf_putc(&l->hint, '\0');
	if (l->text.failed || l->hint.failed)
		return;
	if (at != NULL && source.p != NULL && at >= source.p &&
	    at <= source.p + source.n) {
		if (l->placed != l->doc)
			memset(&l->place, 0, sizeof l->place);
		l->placed = l->doc;
		doc_place_next(l->doc, &l->place, at);
		f.line = (uint32_t)l->place.line;
		f.column = (uint32_t)l->place.column;
	}
	f.text = l->text.p;
	f.hint = l->hint.p;
	l->put(l->user, &f);
}

void
lint_error(struct lint *l, const char *check, const struct sealeaf_error *why)
{
	struct sealeaf_finding f = { .level = SEALEAF_ERROR,
		.check = check,
		.source = l->source,
		.line = why->line,
		.column = why->column,
		.text = why->text,
		.hint = why->hint };

	l->put(l->user, &f);
}

static void
lint_fini(struct lint *l)
{
	buf_fini(&l->text);
	buf_fini(&l->hint);
}

/* ---- an encrypted file ---- */

static enum sealeaf_code
lint_sealed(struct lint *l, struct sealeaf_doc *d, struct sealeaf_error *e)
{
	const char *block = d->doc.n_blocks > 0 ? d->doc.blocks[0].src.p : NULL;
	enum sealeaf_code code = rules_apply(&d->rules, &d->doc, e);

	l->doc = &d->doc;
	if (code != SEALEAF_OK)
		return code;
	lint_selection(l, &d->rules, true);
	lint_envelopes(l);
	lint_groups(l, &d->meta.groups, block);
	if (d->meta.mac == NULL || d->meta.mac[0] == '\0') {
		lint_text(l, "the file has no MAC");
		lint_hint(l,
		    "take the file from its history; decrypting it "
		    "needs --ignore-mac");
		lint_put(l, SEALEAF_ERROR, "mac", block);
	} else if (!envelope_whole(span_of(d->meta.mac))) {
		lint_text(l, "the MAC is damaged");
		lint_hint(l, "restore it from the history of the file");
		lint_put(l, SEALEAF_ERROR, "mac", block);
	}
	if (d->meta.spelling != NULL) {
		lint_text(l,
		    "the spelling of some values is sealed in "
		    "the field sealeaf_spelling");
		lint_hint(l,
		    "SOPS drops the field when it writes the file, "
		    "and then spells these values its own way");
		lint_put(l, SEALEAF_INFO, "sealed-spelling", block);
	}
	if (d->scanned == &format_ini)
		lint_ini_tail(l);
	lint_lists(l);
	return d->format->tree ? lint_spellings(l, e) : SEALEAF_OK;
}

/* ---- a plain file ---- */

/* A key at the top that the metadata would need. */
static void
lint_reserved(struct lint *l, const struct format *f)
{
	for (size_t i = 0; i < l->doc->leaves.n; i++) {
		const struct leaf *leaf = &l->doc->leaves.list[i];

		if (leaf->type == LEAF_COMMENT || leaf->path == NULL ||
		    leaf->path->up != NULL || leaf->path->key.p == NULL ||
		    !f->refused(leaf->path->key))
			continue;
		lint_text(l, "the entry ");
		lint_path(l, leaf->path);
		lint_more(l,
		    " has the name of the metadata, so the file "
		    "cannot be encrypted");
		lint_hint(l, "rename it");
		lint_put(l, SEALEAF_ERROR, "reserved-name", leaf->src.p);
	}
}

/* Envelopes without the metadata that opens them. */
static void
lint_orphans(struct lint *l)
{
	for (size_t i = 0; i < l->doc->leaves.n; i++) {
		const struct leaf *leaf = &l->doc->leaves.list[i];

		if (!(leaf->flags & LEAF_ENVELOPE))
			continue;
		lint_text(l, "an encrypted value, but no metadata to open it");
		lint_hint(l,
		    "restore the sops block from the history of the "
		    "file; encrypting would seal the envelope once more");
		lint_put(l, SEALEAF_ERROR, "no-metadata", leaf->src.p);
		return;
	}
}

struct secret_rule {
	size_t number;
	char pattern[200];
};

static void
note_rule(void *user, const struct sealeaf_trial *t)
{
	struct secret_rule *r = user;

	if (!t->chosen || t->pattern == NULL)
		return;
	r->number = t->number;
	(void)snprintf(r->pattern, sizeof r->pattern, "%s", t->pattern);
}

/* A plain file that a rule names by its path, with something to encrypt. A
 * rule without a path is for whatever gets encrypted. */
static enum sealeaf_code
lint_secret(struct lint *l, const char *path, const struct doc *plain,
    struct sealeaf_error *e)
{
	struct secret_rule r = { 0 };
	const struct leaf *first = NULL;
	enum sealeaf_code code;

	for (size_t i = 0; i < plain->leaves.n && first == NULL; i++) {
		const struct leaf *leaf = &plain->leaves.list[i];

		if (leaf->picked && leaf_is_value(leaf) && leaf->value.n > 0)
			first = leaf;
	}
	if (first == NULL)
		return SEALEAF_OK;
	code = sealeaf_trials(l->ctx, path, note_rule, &r, e);
	if (code != SEALEAF_OK || r.number == 0)
		return code;
	lint_text(l,
	    "the file is not encrypted, though path_regex %s of creation rule %zu says that it is secret",
	    r.pattern, r.number);
	lint_hint(l,
	    "encrypt it in place; where it was committed or sent, what it holds is known and must be changed");
	lint_put(l, SEALEAF_ERROR, "not-encrypted", first->src.p);
	return SEALEAF_OK;
}

/* The creation rule's view of the file; mistakes in the configuration are
 * found where it is judged. */
static enum sealeaf_code
lint_planned(struct lint *l, const char *path, enum sealeaf_format format,
    struct doc *plain, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct sealeaf_doc *d = NULL;
	enum sealeaf_code code;

	code = sealeaf_create(l->ctx, path, format, &d, &why);
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (code != SEALEAF_OK) {
		if (code == SEALEAF_ERR_NO_RULE && plain->format->tree)
			lint_error(l, "no-rule", &why);
		else if (code == SEALEAF_ERR_UNSUPPORTED)
			lint_error(l, "pattern", &why);
		return SEALEAF_OK;
	}
	code = rules_apply(&d->rules, plain, e);
	if (code == SEALEAF_OK && plain->format->tree)
		lint_selection(l, &d->rules, false);
	if (code == SEALEAF_OK)
		code = lint_secret(l, path, plain, e);
	sealeaf_doc_free(d);
	return code;
}

static enum sealeaf_code
lint_plain(struct lint *l, const char *path, enum sealeaf_format format,
    const char *data, size_t n, struct sealeaf_error *e)
{
	const struct format *f = format_of(format);
	struct doc plain = { .format = f,
		.source = span_make(n > 0 ? data : "", n) };
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code = f->scan(&plain, &why);

	l->doc = &plain;
	if (code == SEALEAF_ERR_MEMORY)
		code = err_memory(e);
	else if (code != SEALEAF_OK) {
		conflict_explain(&plain, &why);
		lint_error(l, "syntax", &why);
	}
	if (code == SEALEAF_OK && !f->tree)
		code = lint_planned(l, path, format, &plain, e);
	if (code == SEALEAF_OK && f->tree) {
		lint_reserved(l, f);
		lint_orphans(l);
		code = lint_planned(l, path, format, &plain, e);
		if (f == &format_ini)
			lint_ini_tail(l);
		lint_lists(l);
		if (code == SEALEAF_OK)
			code = lint_spellings(l, e);
	}
	l->doc = NULL;
	doc_fini(&plain);
	return code == SEALEAF_ERR_MEMORY ? code : SEALEAF_OK;
}

/* Whether the file has a metadata block at all, good or bad. */
static bool
has_block(const struct format *f, const char *data, size_t n)
{
	struct sealeaf_error quiet = { 0 };
	struct doc d = { 0 };
	bool has;

	d.format = f->sealed_as != NULL ? f->sealed_as : f;
	d.source = span_make(n > 0 ? data : "", n);
	has = d.format->scan(&d, &quiet) == SEALEAF_OK && d.has_meta;
	doc_fini(&d);
	return has;
}

enum sealeaf_code
sealeaf_lint(struct sealeaf_ctx *ctx, const char *path,
    enum sealeaf_format format, const char *data, size_t n,
    void (*put)(void *user, const struct sealeaf_finding *finding), void *user,
    struct sealeaf_error *e)
{
	struct lint l = { .ctx = ctx, .put = put, .user = user };
	static const struct doc nowhere = { 0 };
	struct sealeaf_error why = { 0 };
	struct sealeaf_doc *d = NULL;
	enum sealeaf_code code;

	l.doc = &nowhere;
	if (format_of(format) == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	if (n == 0)
		data = "";
	code = sealeaf_open(ctx, path, format, data, n, &d, &why);
	if (code == SEALEAF_ERR_MEMORY)
		code = err_memory(e);
	else if (code == SEALEAF_OK)
		code = lint_sealed(&l, d, e);
	else if (code == SEALEAF_ERR_CONFIG)
		code = err_set(e, code, "%s", why.text);
	else if (!has_block(format_of(format), data, n))
		code = lint_plain(&l, path, format, data, n, e);
	else {
		err_hint(&why,
		    "restore the sops block from the history of "
		    "the file; in a plain file, rename the entry");
		lint_error(&l, "metadata", &why);
		code = SEALEAF_OK;
	}
	sealeaf_doc_free(d);
	lint_fini(&l);
	return code;
}

/* ---- a configuration ---- */

/* The folder that the paths of `path` are below. */
static char *
folder_of(struct sealeaf_ctx *ctx, const char *path)
{
	char *absolute = file_absolute(path,
	    ctx_option(ctx, SEALEAF_OPT_DIRECTORY));
	char *slash = absolute != NULL ? strrchr(absolute, '/') : NULL;

	if (slash != NULL)
		*slash = '\0';
	return absolute;
}

enum sealeaf_code
sealeaf_lint_config(struct sealeaf_ctx *ctx, const char *path, const char *data,
    size_t n, void (*put)(void *user, const struct sealeaf_finding *finding),
    void *user, struct sealeaf_error *e)
{
	struct lint l = { .ctx = ctx,
		.put = put,
		.user = user,
		.source = path };
	struct config c = { .found = true };
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	c.shown = mem_dup(path);
	c.directory = folder_of(ctx, path);
	c.doc.format = &format_yaml;
	c.doc.source = span_make(n > 0 ? data : "", n);
	l.doc = &c.doc;
	if (c.shown == NULL || c.directory == NULL)
		code = err_memory(e);
	else if (format_yaml.scan(&c.doc, &why) != SEALEAF_OK)
		lint_error(&l, "syntax", &why);
	else {
		lint_names(&l, &c);
		code = lint_creation(&l, &c, e);
	}
	lint_fini(&l);
	config_fini(&c);
	return code == SEALEAF_OK && why.code == SEALEAF_ERR_MEMORY
	    ? err_memory(e)
	    : code;
}
