/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comments that SOPS takes for values. In a list it opens every comment that
 * the rules select; one without text is no envelope, and becomes an item.
 */
#include "format/yaml_write.h"

bool
yamlf_misread(struct span *cut, const struct doc *d, const struct leaf *l,
    bool list)
{
	struct span s = d->source;
	size_t at = (size_t)(l->src.p - s.p), end = at + l->src.n, from;

	if (!list || !l->picked || l->value.n > 0 || at == 0 ||
	    s.p[at - 1] != '#')
		return false;
	from = --at;
	while (from > 0 && (s.p[from - 1] == ' ' || s.p[from - 1] == '\t'))
		from--;
	/* With its line, where nothing else is on it. */
	if (from == 0 || s.p[from - 1] == '\n')
		end += yamlf_break_size(s, end);
	*cut = span_sub(s, from, end);
	return true;
}
