/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go's number formats, derived from the shortest decimal that number.c gives:
 * its digits and the place of its point are all that they differ in.
 */

#include <stdio.h>
#include <string.h>

#include "base/number.h"

#include "format/text.h"

/* value = 0.DIGITS * 10^point */
struct decimal {
	char digits[NUMBER_FLOAT_MAX];
	size_t n;
	int point;
	bool negative;
	char plain[NUMBER_FLOAT_MAX];
	size_t plain_n;
};

static void
decimal_of(struct decimal *d, double value)
{
	bool point = false;

	memset(d, 0, sizeof *d);
	d->plain_n = number_format_float(d->plain, value);
	for (size_t i = 0; i < d->plain_n; i++) {
		char c = d->plain[i];

		if (c == '-') {
			d->negative = true;
		} else if (c == '.') {
			point = true;
		} else if (c == '0' && d->n == 0) {
			d->point -= point;
		} else {
			d->digits[d->n++] = c;
			d->point += !point;
		}
	}
	while (d->n > 0 && d->digits[d->n - 1] == '0')
		d->n--;
}

/* Append d.ddde+XX; `width` is the least number of exponent digits. */
static void
put_exponent(struct buf *b, const struct decimal *d, char sign, int width)
{
	int exponent = d->point - 1;

	if (d->negative)
		buf_putc(b, '-');
	buf_putc(b, d->digits[0]);
	if (d->n > 1) {
		buf_putc(b, '.');
		buf_put(b, d->digits + 1, d->n - 1);
	}
	buf_printf(b, "%c%c%0*d", sign, exponent < 0 ? '-' : '+', width,
	    exponent < 0 ? -exponent : exponent);
}

void
text_float_json(struct buf *b, double value)
{
	struct decimal d;

	decimal_of(&d, value);
	if (d.n > 0 && d.point > 21)
		put_exponent(b, &d, 'e', 2);
	else if (d.n > 0 && d.point < -5)
		put_exponent(b, &d, 'e', 1);
	else
		buf_put(b, d.plain, d.plain_n);
}

void
text_float_plain(struct buf *b, double value)
{
	struct decimal d;

	decimal_of(&d, value);
	if (value != value || value - value != 0.0) {
		buf_put(b, d.plain, d.plain_n);
		return;
	}
	if (d.n > 0 && (d.point < -3 || d.point > 6)) {
		put_exponent(b, &d, 'E', 2);
		return;
	}
	buf_put(b, d.plain, d.plain_n);
	if (memchr(d.plain, '.', d.plain_n) == NULL)
		buf_puts(b, ".0");
}

/* RFC 3339 in whole seconds. */
static void
put_time(struct buf *b, struct span text)
{
	size_t dot = span_find(text, '.');
	size_t end = dot + 1;

	buf_span(b, span_sub(text, 0, dot));
	if (dot == text.n)
		return;
	while (end < text.n && text.p[end] >= '0' && text.p[end] <= '9')
		end++;
	buf_span(b, span_sub(text, end, text.n));
}

void
text_plain(struct buf *b, enum leaf_type type, struct span text)
{
	double number;
	bool truth;

	if (type == LEAF_NULL)
		buf_puts(b, "<nil>");
	else if (type == LEAF_FLOAT && number_float(text, &number))
		text_float_plain(b, number);
	else if (type == LEAF_BOOL && number_bool(text, &truth))
		buf_puts(b, truth ? "true" : "false");
	else if (type == LEAF_TIME)
		put_time(b, text);
	else
		buf_span(b, text);
}

void
text_replace(struct buf *b, struct span text, const char *from, const char *to)
{
	struct span needle = span_of(from);
	size_t at;

	while ((at = span_search(text, needle)) < text.n) {
		buf_span(b, span_sub(text, 0, at));
		buf_puts(b, to);
		text = span_sub(text, at + needle.n, text.n);
	}
	buf_span(b, text);
}
