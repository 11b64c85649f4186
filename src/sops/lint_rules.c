/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging creation rules. The first that fits a path is taken, so a rule is
 * dead behind one that fits everything, or whose pattern is a piece of its own:
 * whatever then fits the later one has fitted the earlier.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "sops/lint.h"
#include "sops/tree.h"

/* A rule that was seen. */
struct seen {
	char *pattern; /* "" fits everything */
	size_t number, line;
	bool broken; /* does not compile, and so ends every search */
};

struct rule_list {
	struct seen *list;
	size_t n, cap;
};

/* Whether the text compiles as a pattern by itself; says why it does not. */
static bool
is_pattern(struct span text, struct sealeaf_error *why)
{
	struct regex *regex = NULL;
	char *copy = mem_dup_n(text.p, text.n);
	enum sealeaf_code code = copy != NULL ? regex_new(&regex, copy, why)
					      : err_memory(why);

	if (code == SEALEAF_OK)
		regex_free(regex);
	free(copy);
	return code == SEALEAF_OK;
}

/*
 * Whether pieces of the pattern mean the same alone: no alternatives, flags,
 * counts in braces, nor escapes of more than one letter.
 */
static bool
is_simple(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '|' || s.p[i] == '{')
			return false;
		if (s.p[i] == '(' && i + 1 < s.n && s.p[i + 1] == '?')
			return false;
		if (s.p[i] != '\\')
			continue;
		i++;
		if (i < s.n &&
		    ((s.p[i] >= '0' && s.p[i] <= '9') ||
			(s.p[i] >= 'a' && s.p[i] <= 'z') ||
			(s.p[i] >= 'A' && s.p[i] <= 'Z')) &&
		    strchr("dwsDWSbB", s.p[i]) == NULL)
			return false;
	}
	return true;
}

/* Whether `later` is the pattern `early` with something around it. */
static bool
is_piece(struct span early, struct span later)
{
	size_t at = span_search(later, early);
	struct sealeaf_error quiet = { 0 };
	struct span before, after;

	if (at == later.n || early.n == 0 || !is_simple(later))
		return false;
	before = span_sub(later, 0, at);
	after = span_sub(later, at + early.n, later.n);
	if (after.n > 0 && strchr("*+?", after.p[0]) != NULL)
		return false;
	return (before.n == 0 || is_pattern(before, &quiet)) &&
	    (after.n == 0 || is_pattern(after, &quiet));
}

static bool
fits_all(const char *pattern)
{
	static const char *const all[] = { "", ".*", "^", "$", "^.*", ".*$",
		"^.*$", "(.*)", "^(.*)$", ".*?", "()", ".+", "^.+", ".+$",
		"^.+$", ".", NULL };

	for (int i = 0; all[i] != NULL; i++) {
		if (strcmp(pattern, all[i]) == 0)
			return true;
	}
	return false;
}

static void
lint_shadow(struct lint *l, const struct rule_list *rs, const char *pattern,
    const char *at)
{
	for (size_t i = 0; i < rs->n; i++) {
		const struct seen *s = &rs->list[i];
		const char *why = NULL;

		if (s->broken)
			continue;
		if (fits_all(s->pattern))
			why = "fits every path";
		else if (strcmp(s->pattern, pattern) == 0)
			why = "has the same path_regex";
		else if (is_piece(span_of(s->pattern), span_of(pattern)))
			why = "fits every path that this one fits";
		if (why == NULL)
			continue;
		lint_text(l,
		    "creation rule %zu is never reached: rule %zu in "
		    "line %zu %s",
		    rs->n + 1, s->number, s->line, why);
		lint_hint(l,
		    "the first rule that fits is taken: put the "
		    "special ones first");
		lint_put(l, SEALEAF_WARNING, "shadowed-rule", at);
		return;
	}
}

static void
lint_pattern(struct lint *l, const char *pattern, bool *broken, const char *at)
{
	struct sealeaf_error why = { 0 };
	struct regex *regex = NULL;

	*broken = regex_new(&regex, pattern, &why) != SEALEAF_OK;
	regex_free(regex);
	if (*broken) {
		lint_text(l, "path_regex: %s", why.text);
		lint_hint(l, "every search that gets here fails");
		lint_put(l, SEALEAF_ERROR, "pattern", at);
	} else if (span_starts(span_of(pattern), "^/") ||
	    span_starts(span_of(pattern), "^\\./") ||
	    span_starts(span_of(pattern), "^./")) {
		lint_text(l,
		    "path_regex begins with a folder that no path "
		    "begins with");
		lint_hint(l,
		    "paths are matched as they are below the folder "
		    "of %s: secrets/db.yaml",
		    l->source);
		lint_put(l, SEALEAF_WARNING, "pattern", at);
	}
}

/* The place of an entry, else of the rule. */
static const char *
place_of(const struct config *c, size_t rule, const char *name)
{
	size_t at = config_entry(c, rule, name);
	struct span s = c->doc.leaves.list[at != CONFIG_NONE ? at : rule].src;

	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\n'))
		s = span_sub(s, 1, s.n);
	return s.p;
}

/* Keys beside key_groups are not looked at. */
static void
lint_flat_keys(struct lint *l, const struct config *c, size_t rule)
{
	size_t groups = config_entry(c, rule, "key_groups");

	if (groups == CONFIG_NONE ||
	    c->doc.leaves.list[groups].type != LEAF_LIST ||
	    c->doc.leaves.list[groups].inside == 0)
		return;
	for (int i = 0; key_sources[i] != NULL; i++) {
		if (config_entry(c, rule, key_sources[i]->rule) == CONFIG_NONE)
			continue;
		lint_text(l, "%s beside key_groups is ignored",
		    key_sources[i]->rule);
		lint_hint(l, "put the key into one of the groups");
		lint_put(l, SEALEAF_ERROR, "ignored-key",
		    place_of(c, rule, key_sources[i]->rule));
	}
}

static enum sealeaf_code
lint_rule_keys(struct lint *l, const struct config *c, size_t rule,
    struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };
	struct groups gs = { 0 };
	int64_t threshold = 0;
	const char *at = place_of(c, rule, "shamir_threshold");
	enum sealeaf_code code;
	size_t keys = 0;

	lint_flat_keys(l, c, rule);
	code = config_int(&threshold, c, rule, "shamir_threshold", &why);
	if (code == SEALEAF_OK)
		code = config_groups(&gs, c, rule, l->ctx, &why);
	for (size_t g = 0; g < gs.n; g++)
		keys += gs.list[g].n;
	if (threshold > 0 && threshold < 1000)
		gs.threshold = (unsigned)threshold;
	if (code == SEALEAF_ERR_MEMORY) {
		code = err_memory(e);
	} else if (code != SEALEAF_OK) {
		lint_text(l, "%s", why.text);
		lint_hint(l, "%s", why.hint);
		lint_put(l, SEALEAF_ERROR, "keys", place_of(c, rule, ""));
		code = SEALEAF_OK;
	} else if (keys == 0) {
		lint_text(l, "the creation rule names no keys");
		lint_put(l, SEALEAF_ERROR, "no-keys", place_of(c, rule, ""));
	} else {
		lint_groups(l, &gs, at);
	}
	groups_fini(&gs);
	return code;
}

/* A pattern that selects values, of the rule `name`. */
static enum sealeaf_code
lint_selector(struct lint *l, const char *name, const char *pattern,
    const char *at, struct sealeaf_error *e)
{
	struct sealeaf_error why = { 0 };

	if (is_pattern(span_of(pattern), &why))
		return SEALEAF_OK;
	if (why.code == SEALEAF_ERR_MEMORY)
		return err_memory(e);
	if (why.code == SEALEAF_ERR_UNSUPPORTED) {
		lint_text(l, "%s: %s", name, why.text);
		lint_hint(l, "write it in another way");
	} else {
		lint_text(l, "%s is no pattern in RE2 syntax", name);
		lint_hint(l,
		    "SOPS treats such a pattern as one that matches nothing");
	}
	lint_put(l, SEALEAF_ERROR, "pattern", at);
	return SEALEAF_OK;
}

/* At most one selection rule, which compiles. */
static enum sealeaf_code
lint_rule_selection(struct lint *l, const struct config *c, size_t rule,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	const char *first = NULL;

	for (int i = 0; i < RULE_KINDS && code == SEALEAF_OK; i++) {
		struct sealeaf_error why = { 0 };
		const char *at = place_of(c, rule, rule_names[i]);
		char *text = NULL;

		code = config_string(&text, c, rule, rule_names[i], &why);
		if (code == SEALEAF_ERR_MEMORY)
			err_memory(e);
		if (code != SEALEAF_OK || text == NULL || text[0] == '\0') {
			free(text);
			continue;
		}
		if (first != NULL) {
			lint_text(l, "%s and %s exclude each other", first,
			    rule_names[i]);
			lint_put(l, SEALEAF_ERROR, "two-rules", at);
		}
		first = rule_names[i];
		if (i != RULE_UNENCRYPTED_SUFFIX && i != RULE_ENCRYPTED_SUFFIX)
			code = lint_selector(l, first, text, at, e);
		free(text);
	}
	return code == SEALEAF_ERR_MEMORY ? code : SEALEAF_OK;
}

static enum sealeaf_code
rule_see(struct rule_list *rs, char *pattern, const struct config *c,
    size_t rule, bool broken, struct sealeaf_error *e)
{
	struct seen *list = mem_grow(rs->list, &rs->cap, rs->n + 1,
	    sizeof *list);
	const char *at = place_of(c, rule, "path_regex");
	size_t column;

	if (list == NULL || pattern == NULL) {
		free(pattern);
		return err_memory(e);
	}
	rs->list = list;
	list[rs->n].pattern = pattern;
	list[rs->n].number = rs->n + 1;
	list[rs->n].broken = broken;
	doc_place(&c->doc, at, &list[rs->n].line, &column);
	rs->n++;
	return SEALEAF_OK;
}

static enum sealeaf_code
lint_rule(struct lint *l, const struct config *c, size_t rule,
    struct rule_list *rs, struct sealeaf_error *e)
{
	const char *at = place_of(c, rule, "path_regex");
	char *pattern = NULL;
	enum sealeaf_code code;
	bool broken = false;

	code = config_string(&pattern, c, rule, "path_regex", e);
	if (code == SEALEAF_OK && pattern != NULL)
		lint_pattern(l, pattern, &broken, at);
	if (code == SEALEAF_OK)
		lint_shadow(l, rs, pattern != NULL ? pattern : "", at);
	if (code == SEALEAF_OK)
		code = lint_rule_selection(l, c, rule, e);
	if (code == SEALEAF_OK)
		code = lint_rule_keys(l, c, rule, e);
	if (code != SEALEAF_OK) {
		free(pattern);
		return code;
	}
	return rule_see(rs, pattern != NULL ? pattern : mem_dup(""), c, rule,
	    broken, e);
}

enum sealeaf_code
lint_creation(struct lint *l, const struct config *c, struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t rules = config_top(c, "creation_rules"), end;
	struct sealeaf_error why = { 0 };
	struct rule_list rs = { 0 };
	enum sealeaf_code code = SEALEAF_OK;

	if (rules == CONFIG_NONE) {
		lint_text(l, "there are no creation rules");
		lint_put(l, SEALEAF_INFO, "no-rules", NULL);
		return SEALEAF_OK;
	}
	code = config_shape(c, &why);
	end = tree_next(ls, rules);
	for (size_t i = tree_child(ls, rules); i < end && code == SEALEAF_OK;
	     i = tree_sibling(ls, i, end)) {
		if (ls->list[i].type == LEAF_MAP)
			code = lint_rule(l, c, i, &rs, &why);
	}
	if (code == SEALEAF_ERR_MEMORY)
		err_memory(e);
	else if (code != SEALEAF_OK)
		lint_error(l, "configuration", &why);
	for (size_t i = 0; i < rs.n; i++)
		free(rs.list[i].pattern);
	free(rs.list);
	return code == SEALEAF_ERR_MEMORY ? code : SEALEAF_OK;
}
