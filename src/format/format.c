/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, and how a name or a path picks one. */

#include "format/format.h"

static const struct format *const formats[] = {
	&format_yaml,
	&format_json,
	&format_dotenv,
	&format_ini,
	&format_binary,
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const struct format *
format_by_name(struct span name)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (span_is(name, formats[i]->name))
			return formats[i];
	}
	return NULL;
}

const struct format *
format_by_path(const char *path)
{
	struct span s = span_of(path);

	for (size_t i = 0; i < FORMATS; i++) {
		const char *const *suffix = formats[i]->suffixes;

		for (; *suffix != NULL; suffix++) {
			if (span_ends(s, *suffix))
				return formats[i];
		}
	}
	return &format_binary;
}
