/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source that begins with UTF-16's byte order mark is read as UTF-8, as
 * SOPS's parser reads it. Encrypted it is UTF-8; its own bytes are sealed.
 */

#include "base/utf8.h"
#include "format/yaml_internal.h"

static uint32_t
unit(struct span s, size_t at, bool big)
{
	uint32_t a = (uint8_t)s.p[at], b = (uint8_t)s.p[at + 1];

	return big ? a << 8 | b : b << 8 | a;
}

/* False at a surrogate without its other half. */
static bool
put_all(struct buf *b, struct span s, bool big)
{
	for (size_t at = 2; at + 1 < s.n; at += 2) {
		uint32_t code = unit(s, at, big), low;

		if (code >= 0xdc00 && code < 0xe000)
			return false;
		if (code >= 0xd800 && code < 0xdc00) {
			at += 2;
			low = at + 1 < s.n ? unit(s, at, big) : 0;
			if (low < 0xdc00 || low >= 0xe000)
				return false;
			code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
		}
		utf8_put(b, code);
	}
	return s.n % 2 == 0;
}

enum sealeaf_code
yamlf_decode(struct doc *d, struct sealeaf_error *e)
{
	struct span s = d->source;
	bool big = span_starts(s, "\xfe\xff");
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (!big && !span_starts(s, "\xff\xfe"))
		return SEALEAF_OK;
	if (!put_all(&b, s, big)) {
		code = err_at(e, SEALEAF_ERR_READ, 1, 1,
		    "the UTF-16 of this file is incomplete");
		err_hint(e, "save it again, as UTF-8");
	} else if ((code = buf_check(&b, e)) == SEALEAF_OK) {
		d->original = s;
		d->source = arena_dup(&d->arena, buf_get(&b));
		if (d->source.p == NULL)
			code = err_memory(e);
	}
	buf_fini(&b);
	return code;
}
