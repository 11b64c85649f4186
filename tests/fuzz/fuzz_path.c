/* SPDX-License-Identifier: Apache-2.0 */
/* Index texts: parsed, shown, and as AAD. */

#include <assert.h>

#include "doc/path.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sealeaf_error e = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct step *path = NULL;

	if (path_parse(&path, &a, span_make((const char *)data, n),
		SEALEAF_ERR_PATH, &e) == SEALEAF_OK) {
		path_show(&b, path);
		path_aad(&b, path);
		assert(b.n > 0 && path_equal(path, path));
	} else {
		assert(e.code == SEALEAF_ERR_PATH);
	}
	buf_fini(&b);
	arena_fini(&a);
	return 0;
}
