/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a plaintext to an encrypted file: scan, select, seal, add the block.
 * The layout stays that of the plaintext; another format, or SOPS's own
 * layout, is printed anew and then treated as a plaintext whose values are
 * envelopes already.
 */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "doc/path.h"
#include "sops/attach.h"
#include "sops/block.h"
#include "sops/cipher.h"
#include "sops/conflict.h"
#include "sops/document.h"
#include "sops/lists.h"
#include "sops/seal.h"
#include "sops/tree.h"

/* Above this size the result is not decrypted again to compare: leaf by leaf
 * the spelling was compared all the same. */
enum { VERIFY_MAX = 1 << 20 };

struct job {
	struct sealeaf_doc *d;
	struct doc plain;
	const struct format *in, *out;
	struct seal seal;
	struct buf result;
	char mac[MAC_TEXT + 1];
	bool anew;          /* printed, not spliced */
	bool whole;         /* and the source's text sealed as one spelling */
	struct lists lists; /* of spellings, where a block has its own */
};

/* SOPS wraps its words at 75 columns. */
static const char already[] =
    "The file you have provided contains a top-level entry called 'sops', or "
    "for\nflat file formats top-level entries starting with 'sops_'. This is\n"
    "generally due to the file already being encrypted. SOPS uses a top-level\n"
    "entry called 'sops' to store the metadata required to decrypt the file. "
    "For\nthis reason, SOPS can not encrypt files that already contain such an "
    "entry.\n\nIf this is an unencrypted file, rename the 'sops' entry.\n\n"
    "If this is an encrypted file and you want to edit it, use the editor mode,"
    "\nfor example: `sops edit my_file.yaml`";

enum sealeaf_code
document_refuse(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_ENCRYPTED, "%s", already);
}

/* SOPS reads a later document with such a key, but cannot write it. */
static enum sealeaf_code
refuse_later(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_DUMP,
	    "Could not marshal tree: Error marshaling metadata: Found key \"sops\" in encrypted data, which is a reserved key used for SOPS metadata");
}

/* A key at the top of a document that the metadata would need. */
static enum sealeaf_code
check_top(const struct job *j, struct sealeaf_error *e)
{
	if (j->plain.has_meta && j->out->tree)
		return document_refuse(e);
	for (size_t i = 0; i < j->plain.leaves.n; i++) {
		const struct leaf *l = &j->plain.leaves.list[i];

		if (l->type == LEAF_COMMENT || l->path == NULL ||
		    l->path->up != NULL || l->path->key.p == NULL ||
		    !j->out->refused(l->path->key))
			continue;
		return l->document > 0 ? refuse_later(e) : document_refuse(e);
	}
	return j->plain.n_blocks > 0 && j->out->tree ? refuse_later(e)
						     : SEALEAF_OK;
}

static enum sealeaf_code
scan(struct job *j, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	j->plain.format = j->in;
	code = j->in->scan(&j->plain, e);
	if (code == SEALEAF_ERR_READ || code == SEALEAF_ERR_METADATA) {
		conflict_explain(&j->plain, e);
		err_prefix(e, "Error unmarshalling file");
		if (e != NULL)
			e->code = SEALEAF_ERR_READ;
		return SEALEAF_ERR_READ;
	}
	if (code != SEALEAF_OK)
		return code;
	if (j->plain.documents == 0)
		return err_set(e, SEALEAF_ERR_NO_DOCUMENT,
		    "File cannot be "
		    "completely empty, it must contain at least one document");
	return check_top(j, e);
}

/* A rule with a typing error leaves secrets clear; say so to who asks. */
static enum sealeaf_code
check_selection(const struct job *j, struct sealeaf_error *e)
{
	const struct sealeaf_ctx *ctx = j->d->ctx;
	bool any = false;

	for (size_t i = 0; i < j->plain.leaves.n; i++) {
		const struct leaf *l = &j->plain.leaves.list[i];

		if (leaf_is_value(l) && l->picked)
			return SEALEAF_OK;
		any = any || leaf_is_value(l);
	}
	if (!any)
		return SEALEAF_OK;
	if (ctx_flag(ctx, SEALEAF_OPT_STRICT, false)) {
		err_set(e, SEALEAF_ERR_ENCRYPT_TREE,
		    "%s \"%.*s\" selects no "
		    "value of the file",
		    rule_names[j->d->rules.kind], (int)j->d->rules.text.n,
		    j->d->rules.text.p);
		err_hint(e, "check the rule, or leave --strict out");
		return SEALEAF_ERR_ENCRYPT_TREE;
	}
	world_log(&ctx->world, LOG_INFO, "SOPS",
	    "The selection rule selects no value of the file.");
	return SEALEAF_OK;
}

static bool
is_text(struct span s)
{
	return utf8_valid(s) == s.n;
}

/*
 * JSON puts U+FFFD for what is not UTF-8. In clear text or in a name that
 * would be a file that nobody opens; SOPS writes it.
 */
static enum sealeaf_code
check_bytes(const struct job *j, struct sealeaf_error *e)
{
	if (j->out != &format_json || j->in == j->out)
		return SEALEAF_OK;
	for (size_t i = 0; i < j->plain.leaves.n; i++) {
		const struct leaf *l = &j->plain.leaves.list[i];

		if (!leaf_is_value(l) ||
		    (is_text(tree_key(l)) && (l->picked || is_text(l->value))))
			continue;
		err_set(e, SEALEAF_ERR_DUMP,
		    "Could not marshal tree: clear text or a name is not valid UTF-8, which JSON cannot hold");
		err_hint(e, "encrypt the file in its own format");
		return SEALEAF_ERR_DUMP;
	}
	return SEALEAF_OK;
}

/* The envelope that d->spelling was opened from. */
static struct span
old_spelling(const struct sealeaf_doc *d)
{
	const struct leaves *ls = &d->doc.meta;

	for (size_t i = 0; i < ls->n && !d->fresh; i++) {
		if (ls->list[i].path->up == NULL &&
		    span_is(tree_key(&ls->list[i]), spelling_aad))
			return ls->list[i].value;
	}
	return span_make(NULL, 0);
}

/* Its own list for each document; the first one's is in the metadata. */
static enum sealeaf_code
put_lists(struct job *j, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	char *first;

	code = lists_seal(&j->lists, j->d, &j->seal.exceptions, &j->plain, e);
	if (code != SEALEAF_OK)
		return code;
	first = mem_dup_n(j->lists.list[0].p, j->lists.list[0].n);
	if (first == NULL)
		return err_memory(e);
	code = metadata_text(&j->d->meta.spelling, first, e);
	free(first);
	return code;
}

/* The list of exceptions as an envelope; the old one when it says the same. */
static enum sealeaf_code
put_spellings(struct job *j, bool divided, struct sealeaf_error *e)
{
	struct sealeaf_doc *d = j->d;
	struct buf text = { 0 }, envelope = { 0 };
	enum sealeaf_code code;

	lists_fini(&j->lists);
	if ((j->anew && !j->whole) || j->seal.exceptions.n == 0)
		return metadata_text(&d->meta.spelling, NULL, e);
	if (divided)
		return put_lists(j, e);
	spelling_format(&text, &j->seal.exceptions, &j->plain);
	code = buf_check(&text, e);
	if (code == SEALEAF_OK && d->spelling.n > 0 &&
	    span_equal(buf_get(&text), d->spelling))
		buf_span(&envelope, old_spelling(d));
	if (code == SEALEAF_OK && envelope.n == 0)
		code = cipher_seal(&envelope, d, span_of(spelling_aad),
		    LEAF_STR, buf_get(&text), e);
	if (code == SEALEAF_OK)
		code = buf_check(&envelope, e);
	if (code == SEALEAF_OK)
		code = metadata_text(&d->meta.spelling, envelope.p, e);
	buf_fini(&text);
	buf_fini(&envelope);
	return code;
}

static bool
older(const char *version)
{
	unsigned a[3], b[3];

	if (version == NULL ||
	    metadata_version(a, version, NULL) != SEALEAF_OK ||
	    metadata_version(b, sealeaf_compatible(), NULL) != SEALEAF_OK)
		return true;
	for (int i = 0; i < 3; i++) {
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return false;
}

/* lastmodified, mac and version of the new file. */
static enum sealeaf_code
put_metadata(struct job *j, struct sealeaf_error *e)
{
	struct sealeaf_doc *d = j->d;
	struct buf envelope = { 0 };
	char now[CLOCK_MAX];
	enum sealeaf_code code;

	clock_format(now, world_now(&d->ctx->world));
	code = cipher_seal(&envelope, d, span_of(now), LEAF_STR,
	    span_of(j->mac), e);
	if (code == SEALEAF_OK)
		code = buf_check(&envelope, e);
	if (code != SEALEAF_OK && e != NULL && code != SEALEAF_ERR_MEMORY)
		e->code = code = SEALEAF_ERR_ENCRYPT_MAC;
	if (code == SEALEAF_OK)
		code = metadata_text(&d->meta.mac, envelope.p, e);
	if (code == SEALEAF_OK)
		code = metadata_text(&d->meta.lastmodified, now, e);
	if (code == SEALEAF_OK && !d->keep_version && older(d->meta.version))
		code = metadata_text(&d->meta.version, sealeaf_compatible(), e);
	buf_fini(&envelope);
	return code;
}

/* The block of the document, and the edits that put it into `to`. */
static enum sealeaf_code
place_block(struct job *j, struct doc *to, struct edits *es,
    struct sealeaf_error *e)
{
	struct buf text = { 0 };
	struct span kept;
	enum sealeaf_code code;

	code = block_text(&text, j->d, to, j->anew, e);
	if (code == SEALEAF_OK)
		code = buf_check(&text, e);
	kept = code == SEALEAF_OK ? arena_dup(&to->arena, buf_get(&text))
				  : span_make(NULL, 0);
	if (code == SEALEAF_OK && kept.p == NULL)
		code = err_memory(e);
	buf_fini(&text);
	if (code == SEALEAF_OK)
		code = to->format->place(es, to, kept, e);
	return code;
}

/* Where the text has not a block for each document, the first has all. */
static enum sealeaf_code
put_block(struct job *j, struct doc *to, struct edits *es,
    struct sealeaf_error *e)
{
	size_t before = es->n;
	enum sealeaf_code code = place_block(j, to, es, e);
	bool good = true;

	if (code == SEALEAF_OK && j->lists.n > 0)
		code = lists_spread(es, before, &j->lists, &to->arena, &good,
		    e);
	if (code != SEALEAF_OK || good)
		return code;
	es->n = before;
	code = put_spellings(j, false, e);
	return code == SEALEAF_OK ? place_block(j, to, es, e) : code;
}

/* The envelopes of the version before, where they may be used again. */
static enum sealeaf_code
index_old(struct job *j, struct sealeaf_error *e)
{
	if (!j->d->opened || j->d->fresh)
		return SEALEAF_OK;
	return keep_new(&j->seal.keep, j->d, e);
}

/* ---- in the layout of the plaintext ---- */

static enum sealeaf_code
write_kept(struct job *j, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	code = put_spellings(j, j->plain.documents > 1, e);
	if (code == SEALEAF_OK)
		code = put_metadata(j, e);
	if (code == SEALEAF_OK)
		code = put_block(j, &j->plain, &j->seal.extra, e);
	if (code == SEALEAF_OK)
		code = seal_write(&j->result, &j->seal, e);
	return code;
}

/* The result as somebody else will open it. */
static enum sealeaf_code
open_again(struct job *j, struct sealeaf_doc **again, struct sealeaf_error *e)
{
	struct span key;
	enum sealeaf_code code;

	code = sealeaf_open(j->d->ctx, NULL,
	    sealeaf_format_by_name(j->d->format->name), j->result.p,
	    j->result.n, again, e);
	if (code != SEALEAF_OK)
		return code;
	code = secret_open(&j->d->key, &key, e);
	if (code == SEALEAF_OK)
		code = secret_copy(&(*again)->key, key.p, key.n, e);
	secret_close(&j->d->key);
	return code;
}

/* The source as the caller has it. */
static struct span
original(const struct job *j)
{
	return j->plain.original.n > 0 ? j->plain.original : j->plain.source;
}

/*
 * Have SOPS find every comment's envelope, and see whether decrypting the
 * result gives the plaintext back, byte for byte.
 */
static enum sealeaf_code
check_result(struct job *j, bool *same, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct sealeaf_doc *again = NULL;
	struct buf plain = { 0 };
	enum sealeaf_code code = open_again(j, &again, &why);

	if (code == SEALEAF_OK)
		code = document_clear(again, &why);
	if (code == SEALEAF_OK)
		code = attach_mend(&j->result, again, &j->seal, &why);
	if (code == SEALEAF_OK && j->plain.source.n <= VERIFY_MAX) {
		code = document_plain(&plain, again, &why);
		*same = code == SEALEAF_OK &&
		    span_equal(buf_get(&plain), original(j));
	} else if (code != SEALEAF_ERR_MEMORY) {
		*same = code == SEALEAF_OK;
	}
	buf_fini(&plain);
	sealeaf_doc_free(again);
	if (code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	/* No other spelling would help: the rule cannot be decided. */
	if (code == SEALEAF_ERR_UNSUPPORTED)
		*e = why;
	return code == SEALEAF_ERR_UNSUPPORTED ? code : SEALEAF_OK;
}

/* The source's text becomes the one exception. */
static enum sealeaf_code
add_whole(struct job *j, struct sealeaf_error *e)
{
	j->seal.exceptions.n = 0;
	return spelling_add(&j->seal.exceptions, SPELLING_WHOLE, false,
	    original(j), e);
}

/* What no exception of a leaf could mend goes in as the whole text. */
static enum sealeaf_code
write_whole(struct job *j, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	buf_truncate(&j->result, 0);
	keep_free(j->seal.keep);
	seal_fini(&j->seal);
	memset(&j->seal, 0, sizeof j->seal);
	j->seal.d = j->d;
	j->seal.plain = &j->plain;
	code = index_old(j, e);
	if (code == SEALEAF_OK)
		code = seal_prepare(&j->seal, e);
	if (code == SEALEAF_OK)
		code = add_whole(j, e);
	return code == SEALEAF_OK ? write_kept(j, e) : code;
}

static enum sealeaf_code
encrypt_kept(struct job *j, bool *same, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	bool verify;

	*same = true;
	code = seal_prepare(&j->seal, e);
	if (code == SEALEAF_OK && (j->seal.cut || j->plain.original.n > 0))
		code = add_whole(j, e);
	if (code == SEALEAF_OK)
		code = write_kept(j, e);
	verify = j->in->sealed_as == NULL &&
	    (j->plain.source.n <= VERIFY_MAX || j->plain.n_anchors > 0 ||
		attach_matters(&j->plain));
	if (code == SEALEAF_OK && verify)
		code = check_result(j, same, e);
	if (code != SEALEAF_OK || *same)
		return code;
	code = write_whole(j, e);
	return code == SEALEAF_OK ? check_result(j, same, e) : code;
}

/* ---- printed anew ---- */

/* Empty comments at the beginning of a mapping that is an item are printed
 * above its '-', and so are the list's. */
static void
first_comments(struct leaves *ls, size_t at)
{
	size_t end = tree_next(ls, at);

	while (++at < end && ls->list[at].type == LEAF_COMMENT) {
		if (ls->list[at].picked && ls->list[at].value.n == 0)
			ls->list[at].flags |= LEAF_ITEM;
	}
}

/*
 * SOPS writes an encrypted comment of a list as an item. An empty one is an
 * empty text to it, which nobody reads as a comment: it is left out.
 */
static void
list_comments(struct leaves *ls)
{
	for (size_t i = 0; i < ls->n; i++) {
		size_t end = tree_next(ls, i);

		if (ls->list[i].type != LEAF_LIST)
			continue;
		for (size_t k = i + 1; k < end; k = tree_next(ls, k)) {
			if (ls->list[k].type == LEAF_COMMENT &&
			    ls->list[k].picked)
				ls->list[k].flags |= LEAF_ITEM;
			else if (ls->list[k].type == LEAF_MAP)
				first_comments(ls, k);
		}
	}
}

/* Values become the envelopes' text, so that print() writes them. */
static enum sealeaf_code
seal_values(struct job *j, struct sealeaf_error *e)
{
	struct buf text = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < j->plain.leaves.n && code == SEALEAF_OK; i++) {
		struct leaf *l = &j->plain.leaves.list[i];

		if (!cipher_covers(l))
			continue;
		buf_truncate(&text, 0);
		code = seal_envelope(&text, &j->seal, i, e);
		if (code == SEALEAF_OK && l->type == LEAF_COMMENT)
			code = rules_mistakes(&j->d->rules, buf_get(&text), e);
		if (code != SEALEAF_OK)
			break;
		l->value = arena_dup(&j->plain.arena, buf_get(&text));
		if (l->value.p == NULL)
			code = err_memory(e);
		else if (l->type == LEAF_COMMENT)
			code = rules_mistakes(&j->d->rules, l->value, e);
		if (l->type != LEAF_COMMENT ||
		    (l->flags & LEAF_ITEM && j->out == &format_yaml))
			l->type = LEAF_STR;
		l->style = STYLE_PLAIN;
		l->flags |= LEAF_ENVELOPE;
	}
	buf_fini(&text);
	return code;
}

static enum sealeaf_code
encrypt_anew(struct job *j, struct sealeaf_error *e)
{
	struct print_style style;
	struct buf body = { 0 };
	struct doc printed = { 0 };
	struct edits es = { 0 };
	const struct format *f = j->out->sealed_as != NULL ? j->out->sealed_as
							   : j->out;
	enum sealeaf_code code;

	j->anew = true;
	code = seal_prepare(&j->seal, e);
	if (code == SEALEAF_OK && j->whole)
		code = add_whole(j, e);
	list_comments(&j->plain.leaves);
	if (code == SEALEAF_OK)
		code = seal_values(j, e);
	if (code == SEALEAF_OK)
		code = document_style(&style, j->d, j->out, e);
	style.encrypted = true;
	style.documents = j->plain.documents;
	if (code == SEALEAF_OK)
		code = f->print(&body, &j->plain.leaves, 0, j->plain.leaves.n,
		    0, &style, e);
	if (code == SEALEAF_ERR_DUMP)
		err_prefix(e, "Could not marshal tree");
	printed.format = f;
	printed.source = buf_get(&body);
	printed.printed = true;
	if (code == SEALEAF_OK)
		code = f->scan(&printed, e);
	if (code == SEALEAF_OK)
		code = put_spellings(j, j->plain.documents > 1, e);
	if (code == SEALEAF_OK)
		code = put_metadata(j, e);
	if (code == SEALEAF_OK)
		code = put_block(j, &printed, &es, e);
	if (code == SEALEAF_OK)
		code = splice(&j->result, printed.source, &es, e);
	edits_fini(&es);
	doc_fini(&printed);
	buf_fini(&body);
	return code;
}

/* Whether the result, decrypted, is the source. */
static enum sealeaf_code
comes_back(struct job *j, bool *same, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct sealeaf_doc *again = NULL;
	struct buf plain = { 0 };
	enum sealeaf_code code = open_again(j, &again, &why);

	if (code == SEALEAF_OK)
		code = document_plain(&plain, again, &why);
	*same = code == SEALEAF_OK && span_equal(buf_get(&plain), original(j));
	buf_fini(&plain);
	sealeaf_doc_free(again);
	return code == SEALEAF_ERR_MEMORY ? err_memory(e) : SEALEAF_OK;
}

/* Once more from the source. */
static enum sealeaf_code
begin_again(struct job *j, struct sealeaf_error *e)
{
	struct span source = original(j);
	enum sealeaf_code code;

	buf_truncate(&j->result, 0);
	keep_free(j->seal.keep);
	seal_fini(&j->seal);
	doc_fini(&j->plain);
	memset(&j->seal, 0, sizeof j->seal);
	j->seal.d = j->d;
	j->seal.plain = &j->plain;
	j->plain.source = source;
	j->anew = j->whole = false;
	code = scan(j, e);
	if (code == SEALEAF_OK)
		code = rules_apply(&j->d->rules, &j->plain, e);
	return code == SEALEAF_OK ? index_old(j, e) : code;
}

/* SOPS's layout, with the source's text sealed as one spelling. */
static enum sealeaf_code
encrypt_whole(struct job *j, bool *same, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code;

	*same = false;
	j->whole = true;
	code = encrypt_anew(j, &why);
	if (code == SEALEAF_OK)
		return comes_back(j, same, e);
	/* What is wrong with the file, its own layout says better. */
	if (code != SEALEAF_ERR_MEMORY && code != SEALEAF_ERR_UNSUPPORTED)
		return SEALEAF_OK;
	if (e != NULL && e->code == SEALEAF_OK)
		*e = why;
	return code;
}

/*
 * Programs that look for the block find it in SOPS's layout alone, where the
 * root is no flow mapping and not indented; every other file keeps its own.
 * Where the one does not come back byte for byte, the other may.
 */
static enum sealeaf_code
encrypt_lossless(struct job *j, bool odd, struct sealeaf_error *e)
{
	bool same = false;
	enum sealeaf_code code = odd ? encrypt_whole(j, &same, e)
				     : encrypt_kept(j, &same, e);

	if (code != SEALEAF_OK || same)
		return code;
	code = begin_again(j, e);
	if (code == SEALEAF_OK)
		code = odd ? encrypt_kept(j, &same, e)
			   : encrypt_whole(j, &same, e);
	if (code != SEALEAF_OK || same)
		return code;
	err_set(e, SEALEAF_ERR_DUMP,
	    "the text of this file would not come back byte for byte, so the file is left as it was");
	err_hint(e,
	    "encrypt it with --layout sops, which keeps its values and not its text");
	return SEALEAF_ERR_DUMP;
}

static bool
has_odd_root(const struct doc *d)
{
	return d->format->odd_root != NULL && d->format->odd_root(d);
}

static enum sealeaf_code
encrypt(struct job *j, struct sealeaf_error *e)
{
	const char *layout = ctx_option(j->d->ctx, SEALEAF_OPT_LAYOUT);
	bool anew = j->in != j->out ||
	    (layout != NULL && strcmp(layout, "sops") == 0 &&
		j->in->sealed_as == NULL);
	enum sealeaf_code code = SEALEAF_OK;

	if (j->d->opened)
		code = document_clear(j->d, e);
	if (code == SEALEAF_OK)
		code = scan(j, e);
	if (code == SEALEAF_OK)
		code = rules_apply(&j->d->rules, &j->plain, e);
	if (code == SEALEAF_OK)
		code = check_selection(j, e);
	if (code == SEALEAF_OK)
		code = check_bytes(j, e);
	if (code == SEALEAF_OK)
		code = sealeaf_unlock(j->d, e);
	if (code == SEALEAF_OK)
		code = cipher_mac(j->mac, &j->plain.leaves, j->d->meta.mac_only,
		    e);
	if (code == SEALEAF_OK)
		code = index_old(j, e);
	if (code == SEALEAF_OK)
		code = anew ? encrypt_anew(j, e)
			    : encrypt_lossless(j, has_odd_root(&j->plain), e);
	return code;
}

enum sealeaf_code
sealeaf_encrypt(struct sealeaf_doc *d, const char *plain, size_t n,
    enum sealeaf_format in, enum sealeaf_format out_format,
    struct sealeaf_bytes *out, struct sealeaf_error *e)
{
	struct job j = { .d = d,
		.in = format_of(in),
		.out = format_of(out_format) };
	enum sealeaf_code code;

	out->p = NULL;
	out->n = 0;
	if (j.in == NULL || j.out == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "no such format");
	j.plain.source = span_make(n > 0 ? plain : "", n);
	j.seal.d = d;
	j.seal.plain = &j.plain;
	code = encrypt(&j, e);
	if (code == SEALEAF_OK) {
		out->p = buf_take(&j.result, &out->n);
		if (out->p == NULL)
			code = err_memory(e);
	} else {
		err_source(e, d->path);
	}
	keep_free(j.seal.keep);
	lists_fini(&j.lists);
	seal_fini(&j.seal);
	doc_fini(&j.plain);
	buf_fini(&j.result);
	return code;
}
