/* SPDX-License-Identifier: Apache-2.0 */
/* Small steps that every hand-written scanner takes. */

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#include "format/scan.h"

bool
scan_sealed(struct span s)
{
	return span_starts(s, "ENC[AES256_GCM,data:");
}

struct leaf *
scan_leaf(struct leaves *ls, struct sealeaf_error *e)
{
	struct leaf *l = leaves_add(ls);

	if (l == NULL)
		err_memory(e);
	return l;
}

void
scan_fill(struct leaf *l, enum leaf_type type, struct span src,
    struct span value)
{
	l->type = (uint8_t)type;
	l->src = src;
	l->value = value;
	if (scan_sealed(value))
		l->flags |= LEAF_ENVELOPE;
}

enum sealeaf_code
scan_block(struct doc *d, size_t from, size_t to, struct sealeaf_error *e)
{
	struct block *list;

	list = mem_grow(d->blocks, &d->cap_blocks, d->n_blocks + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(e);
	d->blocks = list;
	memset(&list[d->n_blocks], 0, sizeof *list);
	list[d->n_blocks++].src = span_sub(d->source, from, to);
	return SEALEAF_OK;
}

void
scan_crlf(struct doc *d)
{
	size_t at = span_find(d->source, '\n');

	d->crlf = at < d->source.n && at > 0 && d->source.p[at - 1] == '\r';
}

enum sealeaf_code
scan_utf8(const struct doc *d, struct sealeaf_error *e)
{
	size_t good = utf8_valid(d->source);

	if (good == d->source.n)
		return SEALEAF_OK;
	scan_fail(d, d->source.p + good, e, "the text is not valid UTF-8");
	err_hint(e,
	    "convert the file to UTF-8, or encrypt it as binary "
	    "(--input-type binary)");
	return SEALEAF_ERR_READ;
}

enum sealeaf_code
scan_fail(const struct doc *d, const char *at, struct sealeaf_error *e,
    const char *text)
{
	size_t line, column;

	doc_place(d, at, &line, &column);
	return err_at(e, SEALEAF_ERR_READ, line, column, "%s", text);
}

size_t
scan_rest(const struct doc *d)
{
	size_t rest = d->source.n;

	for (size_t i = d->n_blocks; i > 0; i--) {
		const struct span s = d->blocks[i - 1].src;

		if (s.p + s.n != d->source.p + rest)
			break;
		rest -= s.n;
	}
	return rest;
}

const char *
scan_eol(const struct doc *d)
{
	return d->crlf ? "\r\n" : "\n";
}
