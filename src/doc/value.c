/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical text of typed values (format.md, "Typed values"). */

#include <inttypes.h>

#include "base/clock.h"
#include "base/number.h"
#include "doc/value.h"

static bool
canonical_float(struct buf *b, struct span text)
{
	char out[NUMBER_FLOAT_MAX];
	double v;

	if (!number_float(text, &v))
		return false;
	buf_put(b, out, number_format_float(out, v));
	return true;
}

static bool
canonical_time(struct buf *b, struct span text)
{
	char out[CLOCK_MAX];
	size_t n = clock_canonical(out, text);

	buf_put(b, out, n);
	return n > 0;
}

bool
value_canonical(struct buf *b, enum leaf_type type, struct span text)
{
	int64_t number;
	bool yes;

	switch (type) {
	case LEAF_STR:
	case LEAF_BYTES:
	case LEAF_COMMENT:
		buf_span(b, text);
		return true;
	case LEAF_INT:
		if (!number_int(text, &number))
			return false;
		buf_printf(b, "%" PRId64, number);
		return true;
	case LEAF_FLOAT:
		return canonical_float(b, text);
	case LEAF_BOOL:
		if (!number_bool(text, &yes))
			return false;
		buf_puts(b, yes ? "True" : "False");
		return true;
	case LEAF_TIME:
		return canonical_time(b, text);
	case LEAF_NULL:
	case LEAF_MAP:
	case LEAF_LIST:
		break;
	}
	return false;
}

/* Whether an integer that number_int() reads is canonical as it stands. */
static bool
is_canonical_int(struct span s)
{
	if (s.p[0] == '-')
		return s.p[1] != '0';
	return s.p[0] != '+' && (s.p[0] != '0' || s.n == 1);
}

bool
value_hashed(struct span *out, struct buf *scratch, enum leaf_type type,
    struct span text)
{
	int64_t number;

	*out = text;
	if (type == LEAF_STR || type == LEAF_BYTES || type == LEAF_COMMENT)
		return true;
	if (type == LEAF_INT && number_int(text, &number) &&
	    is_canonical_int(text))
		return true;
	buf_truncate(scratch, 0);
	if (!value_canonical(scratch, type, text))
		return false;
	*out = buf_get(scratch);
	return true;
}

bool
value_equal(enum leaf_type type, struct span a, struct span b)
{
	struct buf canonical_a = { 0 }, canonical_b = { 0 };
	bool equal = span_equal(a, b);

	if (equal || type == LEAF_STR || type == LEAF_BYTES ||
	    type == LEAF_COMMENT)
		return equal;
	if (value_canonical(&canonical_a, type, a) &&
	    value_canonical(&canonical_b, type, b) && !canonical_a.failed &&
	    !canonical_b.failed)
		equal = span_equal(buf_get(&canonical_a),
		    buf_get(&canonical_b));
	buf_fini(&canonical_a);
	buf_fini(&canonical_b);
	return equal;
}
