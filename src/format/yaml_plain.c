/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are no strings, as plain YAML text: numbers, booleans, times.
 */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "doc/value.h"
#include "format/yaml_internal.h"
#include "format/yaml_write.h"

/* Whether the plain text reads back as this value. An integer may stand for
 * the float of the same text: SOPS prints 2.0 so. */
static bool
reads_as(enum leaf_type type, struct span text, struct span value)
{
	struct arena a = { 0 };
	struct span got;
	enum leaf_type found;
	bool same;

	same = yamlf_resolve(&found, &got, &a, text, true, YAMLF_TAG_NONE) ==
		YAMLF_FITS &&
	    (found == type || (type == LEAF_FLOAT && found == LEAF_INT)) &&
	    value_equal(type, got, value);
	arena_fini(&a);
	return same;
}

/* The digits of a number as number_format_float() writes it, without zeros at
 * either end; *exponent is that of the first. */
static size_t
get_digits(char *digits, int *exponent, const char *text, size_t length)
{
	size_t n = 0;
	int whole = 0;
	bool fraction = false;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '-')
			continue;
		if (text[i] == '.') {
			fraction = true;
			continue;
		}
		if (n > 0 || text[i] != '0')
			digits[n++] = text[i];
		if (!fraction && n > 0)
			whole++;
		else if (fraction && n == 0)
			whole--;
	}
	*exponent = whole - 1;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

/* As Go's FormatFloat 'g' with the shortest digits: an exponent below -4, or
 * of 6 and above, is written out. */
static void
put_go_float(struct buf *b, double value)
{
	char text[NUMBER_FLOAT_MAX], digits[NUMBER_FLOAT_MAX];
	size_t n, length = number_format_float(text, value);
	int exponent;

	n = get_digits(digits, &exponent, text, length);
	if (n == 0 || (exponent >= -4 && exponent < 6)) {
		buf_put(b, text, length);
		return;
	}
	if (value < 0)
		buf_putc(b, '-');
	buf_putc(b, digits[0]);
	if (n > 1)
		buf_putc(b, '.');
	buf_put(b, digits + 1, n - 1);
	buf_printf(b, "e%c%02d", exponent < 0 ? '-' : '+',
	    exponent < 0 ? -exponent : exponent);
}

static void
put_float(struct buf *b, struct span text, bool reference)
{
	double value;

	if (!number_float(text, &value)) {
		buf_span(b, text);
	} else if (isinf(value)) {
		buf_puts(b, value < 0 ? "-.inf" : ".inf");
	} else if (isnan(value)) {
		buf_puts(b, ".nan");
	} else if (!reference && reads_as(LEAF_FLOAT, text, text)) {
		buf_span(b, text);
	} else {
		put_go_float(b, value);
	}
}

static void
put_bool(struct buf *b, struct span text, bool reference)
{
	bool value;

	if (!number_bool(text, &value))
		buf_span(b, text);
	else if (!reference &&
	    (span_is(text, "TRUE") || span_is(text, "FALSE")))
		buf_span(b, text);
	else
		buf_puts(b, value ? "true" : "false");
}

void
yamlf_put_plain(struct buf *b, enum leaf_type type, struct span text,
    bool reference)
{
	switch (type) {
	case LEAF_NULL:
		buf_puts(b, "null");
		break;
	case LEAF_FLOAT:
		put_float(b, text, reference);
		break;
	case LEAF_BOOL:
		put_bool(b, text, reference);
		break;
	default:
		if (!value_canonical(b, type, text))
			buf_span(b, text);
	}
}
