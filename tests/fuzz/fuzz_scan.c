/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text into any front end. Whatever a scan accepts, the places of its
 * leaves lie inside the source, and sealing a leaf writes something.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "format/format.h"

#include "fuzz.h"

static void
look_at_leaf(const struct doc *d, const struct leaf *l)
{
	struct span envelope = span_of(
	    "ENC[AES256_GCM,data:,iv:,tag:,type:str]");
	const char *end = d->source.p + d->source.n;
	struct buf b = { 0 };

	if (l->src.p == NULL)
		return;
	assert(l->src.p >= d->source.p && l->src.p <= end);
	assert(l->src.n <= (size_t)(end - l->src.p));
	if (l->type == LEAF_NULL || l->type == LEAF_MAP || l->type == LEAF_LIST)
		return;
	d->format->seal(&b, d, l, envelope);
	assert(b.failed || b.n >= envelope.n);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct format *const formats[] = { &format_yaml, &format_json,
		&format_dotenv, &format_ini, &format_binary };
	struct sealeaf_error e = { 0 };
	struct doc d = { 0 };

	if (n == 0)
		return 0;
	d.format = formats[data[0] % 5];
	d.source = span_make((const char *)data + 1, n - 1);
	if (d.format->scan(&d, &e) == SEALEAF_OK) {
		for (size_t i = 0; i < d.leaves.n; i++)
			look_at_leaf(&d, &d.leaves.list[i]);
		for (size_t i = 0; i < d.meta.n; i++)
			look_at_leaf(&d, &d.meta.list[i]);
	} else {
		assert(e.code != SEALEAF_OK && e.text[0] != '\0');
	}
	doc_fini(&d);
	return 0;
}
