/* SPDX-License-Identifier: Apache-2.0 */
/* Any pattern over any text, divided by the first newline. */

#include <stdlib.h>
#include <string.h>

#include "base/regex.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *line = n > 0 ? memchr(data, '\n', n) : NULL;
	size_t cut = line != NULL ? (size_t)(line - data) : n;
	struct sealeaf_error e = { 0 };
	uint64_t effort = 1 << 24;
	bool found;
	struct regex *r;
	char *pattern = malloc(cut + 1);

	if (pattern == NULL)
		return 0;
	if (cut > 0)
		memcpy(pattern, data, cut);
	pattern[cut] = '\0';
	if (regex_new(&r, pattern, &e) == SEALEAF_OK) {
		if (cut < n)
			(void)!regex_search(r,
			    span_make((const char *)data + cut + 1,
				n - cut - 1),
			    &effort, &found, &e);
		regex_free(r);
	}
	free(pattern);
	return 0;
}
