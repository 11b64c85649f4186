/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves in flow style on one line: copies of anchors inside flow
 * collections, and the metadata of a file that is one flow mapping.
 */
#include "base/utf8.h"
#include "format/yaml_write.h"

static void
put_string(struct buf *b, struct span s, bool json)
{
	enum leaf_style style = json ? STYLE_DOUBLE : yamlf_style(s, true);

	if (utf8_valid(s) < s.n) {
		struct buf binary = { 0 };

		yamlf_put_binary(&binary, s);
		buf_puts(b, "!!binary ");
		yamlf_put_double(b, buf_get(&binary), false);
		b->failed |= binary.failed;
		buf_fini(&binary);
	} else if (style == STYLE_PLAIN) {
		buf_span(b, s);
	} else if (style == STYLE_SINGLE) {
		yamlf_put_single(b, s, 0);
	} else {
		yamlf_put_double(b, s, false);
	}
}

void
yamlf_put_flow(struct buf *b, const struct leaf *l, bool json)
{
	bool list = l->type == LEAF_LIST;

	if (list || l->type == LEAF_MAP) {
		buf_putc(b, list ? '[' : '{');
		yamlf_put_flow_content(b, l + 1, l + 1 + l->inside, list, json);
		buf_putc(b, list ? ']' : '}');
	} else if (l->type == LEAF_STR || l->type == LEAF_BYTES) {
		put_string(b, l->value, json);
	} else {
		yamlf_put_plain(b, (enum leaf_type)l->type, l->value, false);
	}
}

void
yamlf_put_flow_content(struct buf *b, const struct leaf *from,
    const struct leaf *to, bool list, bool json)
{
	bool first = true;

	for (const struct leaf *l = from; l < to; l += 1 + l->inside) {
		if (l->type == LEAF_COMMENT)
			continue;
		if (!first)
			buf_puts(b, ", ");
		first = false;
		if (!list) {
			if (l->path->key.n > 128)
				buf_puts(b, "? ");
			put_string(b, l->path->key, json);
			buf_puts(b, ": ");
		}
		yamlf_put_flow(b, l, json);
	}
}
