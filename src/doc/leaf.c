/* SPDX-License-Identifier: Apache-2.0 */
/* The types of leaves and their names in envelopes. */

#include "doc/leaf.h"

static const char *const names[] = {
	[LEAF_STR] = "str",
	[LEAF_INT] = "int",
	[LEAF_FLOAT] = "float",
	[LEAF_BOOL] = "bool",
	[LEAF_TIME] = "time",
	[LEAF_BYTES] = "bytes",
	[LEAF_COMMENT] = "comment",
};

enum { NAMES = sizeof names / sizeof *names };

bool
leaf_is_value(const struct leaf *l)
{
	return l->type < LEAF_COMMENT;
}

const char *
leaf_type_name(enum leaf_type type)
{
	return (unsigned)type < NAMES ? names[type] : NULL;
}

bool
leaf_type_parse(struct span name, enum leaf_type *type)
{
	for (unsigned i = 0; i < NAMES; i++) {
		if (span_is(name, names[i])) {
			*type = (enum leaf_type)i;
			return true;
		}
	}
	return false;
}
