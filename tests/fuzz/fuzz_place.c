/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON, dotenv and INI: for whatever scan() takes, cutting what place() added
 * gives the source back, and every value reads back as it is spelled.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "doc/splice.h"
#include "doc/value.h"
#include "format/format.h"

#include "fuzz.h"

static enum sealeaf_code
scan(struct doc *d, const struct format *f, struct span source)
{
	struct sealeaf_error e = { 0 };

	memset(d, 0, sizeof *d);
	d->format = f;
	d->source = source;
	return f->scan(d, &e);
}

static void
require(bool good)
{
	if (!good)
		abort();
}

static void
try_place(struct doc *d)
{
	static const char text[] =
	    "{\"sops\": {\"age\": [{\"enc\": "
	    "\"-----BEGIN\\nx\\n\"}], \"mac\": \"x\", \"version\": \"1\"}}";
	struct buf block = { 0 }, out = { 0 }, back = { 0 };
	const struct format *f = d->format;
	struct edits es = { 0 };
	struct doc meta, sealed;

	require(scan(&meta, &format_json, span_of(text)) == SEALEAF_OK);
	require(f->block(&block, d, &meta.meta, NULL, NULL) == SEALEAF_OK);
	require(f->place(&es, d, buf_get(&block), NULL) == SEALEAF_OK);
	require(splice(&out, d->source, &es, NULL) == SEALEAF_OK);
	edits_fini(&es);
	require(scan(&sealed, f, buf_get(&out)) == SEALEAF_OK);
	require(sealed.n_blocks == 1 && sealed.meta.n == meta.meta.n);
	require(sealed.leaves.n == d->leaves.n);
	edits_add(&es, (size_t)(sealed.blocks[0].src.p - out.p),
	    sealed.blocks[0].src.n, span_make(NULL, 0));
	require(splice(&back, buf_get(&out), &es, NULL) == SEALEAF_OK);
	require(span_equal(buf_get(&back), d->source));
	edits_fini(&es);
	buf_fini(&block);
	buf_fini(&out);
	buf_fini(&back);
	doc_fini(&sealed);
	doc_fini(&meta);
}

/* Seal one leaf, spell it again in that place, and read all of it. */
static void
try_spell(const struct doc *d, size_t at)
{
	const struct leaf *l = &d->leaves.list[at];
	struct buf spelled = { 0 }, out = { 0 };
	struct edits es = { 0 };
	struct leaf later = *l;
	struct doc again;

	d->format->sealed(&later, d, l);
	require(d->format->spell(&spelled, d, &later, (enum leaf_type)l->type,
		    l->value, NULL) == SEALEAF_OK);
	edits_add(&es, (size_t)(l->src.p - d->source.p), l->src.n,
	    buf_get(&spelled));
	require(splice(&out, d->source, &es, NULL) == SEALEAF_OK);
	require(scan(&again, d->format, buf_get(&out)) == SEALEAF_OK);
	require(again.leaves.n == d->leaves.n);
	require(again.leaves.list[at].type == l->type);
	require(value_equal((enum leaf_type)l->type,
	    again.leaves.list[at].value, l->value));
	edits_fini(&es);
	buf_fini(&spelled);
	buf_fini(&out);
	doc_fini(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct format *const formats[] = { NULL, &format_json,
		&format_dotenv, &format_ini, NULL };
	size_t tried = 0;
	struct doc d;

	if (n == 0 || formats[data[0] % 5] == NULL)
		return 0;
	if (scan(&d, formats[data[0] % 5],
		span_make((const char *)data + 1, n - 1)) == SEALEAF_OK &&
	    !d.has_meta) {
		try_place(&d);
		for (size_t i = 0; i < d.leaves.n && tried < 50; i++) {
			if (leaf_is_value(&d.leaves.list[i])) {
				try_spell(&d, i);
				tried++;
			}
		}
	}
	doc_fini(&d);
	return 0;
}
