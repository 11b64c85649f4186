/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging values: how they are spelled, and what the rules make of them. A
 * spelling is canonical when the style of an envelope carries it; whatever
 * else a file has, SOPS loses when it writes that file.
 */

#include <string.h>

#include "crypt/envelope.h"
#include "sops/cipher.h"
#include "sops/lint.h"
#include "sops/seal.h"
#include "sops/tree.h"

/* Where a leaf is, a comment with its sign. */
static const char *
place_of(const struct lint *l, const struct leaf *leaf)
{
	const char *at = leaf->src.p;

	return leaf->type == LEAF_COMMENT && at > l->doc->source.p &&
		at[-1] == '#'
	    ? at - 1
	    : at;
}

/* What kind of spelling it is, for people. */
static const char *
spelling_kind(const struct leaf *l)
{
	struct span s = span_trim(l->src);
	size_t sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');

	if (l->flags & LEAF_TAGGED)
		return "a value with a tag like !!str";
	if (l->type == LEAF_TIME)
		return "a date or time";
	if (l->style == STYLE_FOLDED)
		return "folded text";
	if (l->style == STYLE_LITERAL)
		return "a block of text with its own indentation or end";
	if (l->flags & LEAF_LONG)
		return "text over several lines";
	if (l->type == LEAF_BOOL)
		return "a boolean that is not true or false";
	if (l->type == LEAF_STR)
		return "text with unusual escapes or quotes";
	if (span_find(s, '_') < s.n)
		return "a number with underscores";
	if (s.n > sign + 1 && s.p[sign] == '0' &&
	    strchr("xXoObB01234567", s.p[sign + 1]) != NULL)
		return "a number in octal, hexadecimal or binary";
	return "a number that is not plainly decimal";
}

static void
put_spelling(struct lint *l, const struct leaf *leaf, const char *kind)
{
	lint_text(l, "%s at ", kind);
	lint_path(l, leaf->path);
	lint_more(l, ", which SOPS spells in another way");
	lint_hint(l,
	    "sealeaf keeps the spelling; write it as SOPS does where "
	    "both tools write the file");
	lint_put(l, SEALEAF_WARNING, "spelling", leaf->src.p);
}

enum sealeaf_code
lint_spellings(struct lint *l, struct sealeaf_error *e)
{
	const struct doc *d = l->doc;
	struct buf scratch = { 0 }, text = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	for (size_t i = 0; i < d->leaves.n && code == SEALEAF_OK; i++) {
		const struct leaf *leaf = &d->leaves.list[i];
		struct sealeaf_error quiet = { 0 };

		if (!leaf_is_value(leaf) || leaf->alias != 0 ||
		    leaf->value.n == 0 || (leaf->flags & LEAF_ENVELOPE) ||
		    leaf->style == STYLE_FILE)
			continue;
		buf_truncate(&scratch, 0);
		code = seal_spelling(&scratch, d, leaf, seal_text(&text, leaf),
		    &quiet);
		if (code == SEALEAF_ERR_MEMORY || scratch.failed || text.failed)
			code = err_memory(e);
		else if (code != SEALEAF_OK ||
		    !span_equal(buf_get(&scratch), leaf->src))
			put_spelling(l, leaf, spelling_kind(leaf));
		if (code != SEALEAF_ERR_MEMORY)
			code = SEALEAF_OK;
	}
	for (size_t i = 0; i < d->n_aliases; i++) {
		const struct alias *a = &d->aliases[i];

		if (a->outer != 0 || a->key || a->first >= d->leaves.n)
			continue;
		lint_text(l, "%s at ", a->merge ? "a merge key" : "an alias");
		lint_path(l, a->path);
		lint_more(l, ", which SOPS writes out as a copy");
		lint_hint(l,
		    "sealeaf keeps it while both are equal; SOPS "
		    "does not");
		lint_put(l, SEALEAF_WARNING, "alias", span_trim(a->src).p);
	}
	buf_fini(&scratch);
	buf_fini(&text);
	return code;
}

static const char *
rule_name(const struct rules *r)
{
	return rule_names[r->kind];
}

void
lint_lists(struct lint *l)
{
	const struct leaves *ls = &l->doc->leaves;

	for (size_t i = 0; i < ls->n; i++) {
		size_t end = tree_next(ls, i), k = i + 1;

		if (ls->list[i].type != LEAF_LIST || ls->list[i].alias != 0)
			continue;
		while (k < end && ls->list[k].type != LEAF_COMMENT)
			k = tree_next(ls, k);
		if (k == end || tree_sibling(ls, k, end) == end)
			continue;
		lint_text(l, "the list at ");
		lint_path(l, ls->list[i].path);
		lint_more(l, " holds comments, which SOPS counts as items");
		lint_hint(l,
		    "positions in --extract, set and unset are those of the "
		    "items here, and higher in SOPS behind a comment");
		lint_put(l, SEALEAF_INFO, "list-comment",
		    place_of(l, &ls->list[k]));
	}
}

/* "a comment in" or "the value at" and the path. */
static void
put_subject(struct lint *l, const struct leaf *leaf)
{
	bool comment = leaf->type == LEAF_COMMENT;

	if (comment && leaf->path == NULL) {
		lint_text(l, "a comment at the top of the file");
		return;
	}
	lint_text(l, comment ? "a comment in " : "the value at ");
	lint_path(l, leaf->path);
}

/* What should be an envelope and is none, or the reverse. */
static void
judge(struct lint *l, const struct rules *r, const struct leaf *leaf)
{
	bool sealed = (leaf->flags & LEAF_ENVELOPE) != 0;
	bool comment = leaf->type == LEAF_COMMENT;

	if (leaf->alias != 0 && sealed) {
		lint_text(l, "the alias at ");
		lint_path(l, leaf->path);
		lint_more(l, " stands for an encrypted value of another path");
		lint_hint(l,
		    "a value opens under its own path only: write the "
		    "alias out with the edit command");
		lint_put(l, SEALEAF_ERROR, "alias", leaf->src.p);
	} else if (cipher_covers(leaf) && !sealed) {
		put_subject(l, leaf);
		lint_more(l, " is clear, though %s says encrypted",
		    rule_name(r));
		lint_hint(l,
		    comment
			? "the edit command encrypts it"
			: "set it with the set command; clear values cannot be "
			  "decrypted, and were perhaps committed");
		lint_put(l, comment ? SEALEAF_WARNING : SEALEAF_ERROR, "clear",
		    place_of(l, leaf));
	} else if (!leaf->picked && sealed) {
		put_subject(l, leaf);
		lint_more(l, " is encrypted, though %s says clear",
		    rule_name(r));
		lint_hint(l,
		    "it is not decrypted: the rule or the key's name "
		    "was changed by hand");
		lint_put(l, comment ? SEALEAF_WARNING : SEALEAF_ERROR,
		    "not-selected", place_of(l, leaf));
	}
}

void
lint_envelopes(struct lint *l)
{
	for (size_t i = 0; i < l->doc->leaves.n; i++) {
		const struct leaf *leaf = &l->doc->leaves.list[i];

		if (!(leaf->flags & LEAF_ENVELOPE) || !leaf->picked ||
		    envelope_whole(leaf->value))
			continue;
		put_subject(l, leaf);
		lint_more(l, " is a damaged envelope");
		lint_hint(l, "restore it from the history of the file");
		lint_put(l, SEALEAF_ERROR, "envelope", place_of(l, leaf));
	}
}

void
lint_selection(struct lint *l, const struct rules *r, bool sealed)
{
	const struct leaves *ls = &l->doc->leaves;
	bool any = false, hit = false;

	for (size_t i = 0; i < ls->n; i++) {
		const struct leaf *leaf = &ls->list[i];

		if (leaf_is_value(leaf)) {
			any = true;
			hit = hit || leaf->picked;
		}
		if (sealed)
			judge(l, r, leaf);
	}
	if (!any || hit)
		return;
	lint_text(l, "%s \"%.*s\" selects no value: nothing %s encrypted",
	    rule_name(r), (int)(r->text.n < 200 ? r->text.n : 200), r->text.p,
	    sealed ? "is" : "would be");
	lint_hint(l, "check the rule against the names of the keys");
	lint_put(l, SEALEAF_WARNING, "selects-nothing",
	    ls->n > 0 ? l->doc->source.p : NULL);
}

/* The last line before `end`, without its newline. */
static struct span
line_before(struct span text)
{
	size_t n = text.n;

	if (n > 0 && text.p[n - 1] == '\n')
		n--;
	while (n > 0 && text.p[n - 1] != '\n')
		n--;
	return span_sub(text, n, text.n);
}

void
lint_ini_tail(struct lint *l)
{
	struct span text = l->doc->source;
	const char *first = NULL;

	if (l->doc->n_blocks > 0)
		text.n = (size_t)(l->doc->blocks[0].src.p - text.p);
	while (text.n > 0) {
		struct span line = line_before(text), bare = span_trim(line);

		if (bare.n > 0 && bare.p[0] != ';' && bare.p[0] != '#')
			break;
		if (bare.n > 0 &&
		    span_search(bare, span_of("ENC[AES256_GCM")) == bare.n)
			first = bare.p;
		text.n -= line.n;
	}
	if (first == NULL)
		return;
	lint_text(l,
	    "a comment at the end of an INI file stays clear, and "
	    "SOPS drops it");
	lint_hint(l, "put it above the entry or section that it is about");
	lint_put(l, SEALEAF_WARNING, "ini-comment", first);
}
