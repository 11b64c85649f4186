/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical text of typed values (format.md, "Typed values"). */

#include <inttypes.h>
#include <math.h>

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
	bool yes;

	*out = text;
	if (type == LEAF_STR || type == LEAF_BYTES || type == LEAF_COMMENT)
		return true;
	if (type == LEAF_INT && number_int(text, &number) &&
	    is_canonical_int(text))
		return true;
	if (type == LEAF_BOOL && number_bool(text, &yes)) {
		*out = span_of(yes ? "True" : "False");
		return true;
	}
	buf_truncate(scratch, 0);
	if (!value_canonical(scratch, type, text))
		return false;
	*out = buf_get(scratch);
	return true;
}

/* Floats are equal where their canonical texts are: NaN is itself, and the
 * two zeros differ. */
static bool
equal_floats(struct span a, struct span b)
{
	double x, y;

	if (!number_float(a, &x) || !number_float(b, &y))
		return false;
	if (isnan(x) || isnan(y))
		return isnan(x) && isnan(y);
	return x >= y && x <= y && signbit(x) == signbit(y);
}

static bool
equal_times(struct span a, struct span b)
{
	char x[CLOCK_MAX], y[CLOCK_MAX];
	size_t n = clock_canonical(x, a), m = clock_canonical(y, b);

	return n > 0 && span_equal(span_make(x, n), span_make(y, m));
}

bool
value_equal(enum leaf_type type, struct span a, struct span b)
{
	int64_t m, n;
	bool x, y;

	if (span_equal(a, b))
		return true;
	switch (type) {
	case LEAF_INT:
		return number_int(a, &m) && number_int(b, &n) && m == n;
	case LEAF_FLOAT:
		return equal_floats(a, b);
	case LEAF_BOOL:
		return number_bool(a, &x) && number_bool(b, &y) && x == y;
	case LEAF_TIME:
		return equal_times(a, b);
	default:
		return false;
	}
}
