/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plaintext of the sealed spellings, as if it had been authenticated: it is
 * read against a document, never fails but for memory, and what it names is
 * written and read again as the same list.
 */

#include <assert.h>
#include <string.h>

#include "format/format.h"
#include "sops/spelling.h"

#include "fuzz.h"

static const char text[] =
    "a: 1\nb:\n- x\n- {c: 0644}\n# note\nd: {e: f}\n---\n"
    "a: 2\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct doc d = { .format = &format_yaml,
		.source = { text, sizeof text - 1 } };
	struct spellings one = { 0 }, two = { 0 };
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	assert(format_yaml.scan(&d, &e) == SEALEAF_OK);
	assert(spelling_parse(&one, &d, span_make((const char *)data, n), &e) ==
	    SEALEAF_OK);
	for (size_t i = 0; i < one.n;) {
		if (one.list[i].leaf == SPELLING_NONE)
			one.list[i] = one.list[--one.n];
		else
			i++;
	}
	spelling_format(&b, &one, &d);
	assert(!b.failed);
	assert(spelling_parse(&two, &d, buf_get(&b), &e) == SEALEAF_OK);
	assert(one.n == two.n);
	for (size_t i = 0; i < one.n; i++)
		assert(span_equal(one.list[i].text, two.list[i].text));
	spelling_fini(&one);
	spelling_fini(&two);
	buf_fini(&b);
	doc_fini(&d);
	return 0;
}
