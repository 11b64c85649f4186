/* SPDX-License-Identifier: Apache-2.0 */
/* Which creation rule fits a document, and what `stores` says. */

#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "sops/config.h"
#include "sops/tree.h"

/* SOPS resolves no symbolic links here. */
struct span
config_subject(const struct config *c, const char *path)
{
	struct span s = span_of(path);
	size_t n = strlen(c->directory);

	if (s.n > n && memcmp(s.p, c->directory, n) == 0 && s.p[n] == '/')
		return span_sub(s, n + 1, s.n);
	return s;
}

enum sealeaf_code
config_fits(bool *fit, struct regex *regex, struct span subject,
    uint64_t *effort, struct sealeaf_error *e)
{
	enum sealeaf_code code = regex_search(regex, subject, effort, fit, e);

	if (code != SEALEAF_OK)
		err_prefix(e, "path_regex");
	return code;
}

static enum sealeaf_code
fits(bool *fit, const struct config *c, size_t rule, struct span text,
    uint64_t *effort, struct sealeaf_error *e)
{
	struct regex *regex = NULL;
	char *pattern = NULL;
	enum sealeaf_code code;

	*fit = false;
	code = config_string(&pattern, c, rule, "path_regex", e);
	if (code != SEALEAF_OK)
		return code;
	if (pattern == NULL || pattern[0] == '\0') {
		*fit = true;
	} else {
		code = regex_new(&regex, pattern, e);
		if (code != SEALEAF_OK)
			err_prefix(e, "can not compile regexp");
		else
			code = config_fits(fit, regex, text, effort, e);
	}
	regex_free(regex);
	free(pattern);
	return code;
}

static enum sealeaf_code
no_rule(const struct config *c, const char *path, struct sealeaf_error *e)
{
	struct span s = config_subject(c, path != NULL ? path : "");

	(void)err_set(e, SEALEAF_ERR_NO_RULE,
	    "error loading config: no matching creation rules found");
	err_hint(e, "no path_regex of %s fits \"%.*s\"", c->shown,
	    (int)(s.n < 300 ? s.n : 300), s.p);
	return SEALEAF_ERR_NO_RULE;
}

enum sealeaf_code
config_match(size_t *rule, const struct config *c, const char *path,
    struct sealeaf_error *e)
{
	const struct leaves *ls = &c->doc.leaves;
	uint64_t effort = REGEX_EFFORT;
	size_t rules, end;
	enum sealeaf_code code;

	*rule = CONFIG_NONE;
	if (!c->found)
		return SEALEAF_OK;
	rules = config_top(c, "creation_rules");
	if (rules == CONFIG_NONE)
		return SEALEAF_OK;
	code = config_shape(c, e);
	if (code != SEALEAF_OK)
		return code;
	end = tree_next(ls, rules);
	for (size_t i = tree_child(ls, rules); i < end;
	     i = tree_sibling(ls, i, end)) {
		bool fit;

		if (ls->list[i].type == LEAF_NULL)
			continue;
		code = fits(&fit, c, i,
		    config_subject(c, path != NULL ? path : ""), &effort, e);
		if (code != SEALEAF_OK)
			return code;
		if (fit) {
			*rule = i;
			return SEALEAF_OK;
		}
	}
	return no_rule(c, path, e);
}

/* The name of a format's entry under `stores`. */
static const char *
store_name(const struct format *format)
{
	if (format == &format_yaml)
		return "yaml";
	if (format == &format_json)
		return "json";
	return format == &format_binary ? "json_binary" : NULL;
}

enum sealeaf_code
config_indent(int *indent, const struct sealeaf_ctx *ctx, const char *path,
    const struct format *format, struct sealeaf_error *e)
{
	struct config c = { 0 };
	int64_t value = format == &format_yaml ? 0 : -1;
	const char *name = store_name(format);
	enum sealeaf_code code = SEALEAF_OK;

	if (name != NULL)
		code = config_load(&c, ctx, path, false, e);
	if (code == SEALEAF_OK && c.found) {
		size_t at = config_top(&c, "stores");

		if (at != CONFIG_NONE)
			at = config_entry(&c, at, name);
		if (at != CONFIG_NONE)
			code = config_int(&value, &c, at, "indent", e);
	}
	config_fini(&c);
	*indent = value < -1000 ? -1000 : value > 1000 ? 1000 : (int)value;
	return code;
}
