/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers by Go's rules. Grammar is checked here; the C library only rounds,
 * in the "C" locale set for this thread and this call, because the caller's
 * locale may have a decimal comma.
 */

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool
number_int(struct span text, int64_t *value)
{
	bool minus = text.n > 0 && text.p[0] == '-';
	uint64_t limit = (uint64_t)INT64_MAX + (minus ? 1 : 0), v = 0;
	size_t i = minus || (text.n > 0 && text.p[0] == '+') ? 1 : 0;
	uint64_t digit;

	if (i == text.n)
		return false;
	for (; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;
		digit = (uint64_t)(text.p[i] - '0');
		if (v > (limit - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (minus)
		*value = v > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)v;
	else
		*value = (int64_t)v;
	return true;
}

/* Whether `s` is `word` in any case; `word` is lower case. */
static bool
is_word(struct span s, const char *word)
{
	if (s.n != strlen(word))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] | 0x20) != word[i])
			return false;
	}
	return true;
}

/* Infinities and NaN, which alone has no sign. */
static bool
special(struct span text, struct span body, double *value)
{
	if (is_word(body, "inf") || is_word(body, "infinity")) {
		*value = text.p[0] == '-' ? -INFINITY : INFINITY;
		return true;
	}
	if (!is_word(text, "nan"))
		return false;
	*value = NAN;
	return true;
}

/* Go's grammar of a number without its sign. */
static bool
well_formed(struct span s)
{
	bool hex = s.n > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x';
	bool point = false;
	size_t i = hex ? 2 : 0, digits = 0, start;

	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !point)
			point = true;
		else if (hex ? is_hex(s.p[i]) : is_digit(s.p[i]))
			digits++;
		else
			break;
	}
	if (digits == 0)
		return false;
	if (i == s.n)
		return !hex;
	if ((s.p[i] | 0x20) != (hex ? 'p' : 'e'))
		return false;
	i++;
	if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
		i++;
	for (start = i; i < s.n && is_digit(s.p[i]); i++)
		;
	return i == s.n && i > start;
}

/* strtod() of a NUL-closed text, and printing, with a decimal point. */
static double
read_c(const char *text)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t old = c != (locale_t)0 ? uselocale(c) : (locale_t)0;
	double v = strtod(text, NULL);

	if (c != (locale_t)0) {
		(void)uselocale(old);
		freelocale(c);
	}
	return v;
}

static void
print_c(char *out, size_t n, int digits, double value)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t old = c != (locale_t)0 ? uselocale(c) : (locale_t)0;

	(void)snprintf(out, n, "%.*e", digits - 1, value);
	if (c != (locale_t)0) {
		(void)uselocale(old);
		freelocale(c);
	}
}

bool
number_float(struct span text, double *value)
{
	char small[64], *closed = small;
	struct span body = text;
	struct buf b = { 0 };

	if (text.n > 0 && (text.p[0] == '+' || text.p[0] == '-'))
		body = span_sub(text, 1, text.n);
	if (body.n == 0)
		return false;
	if (special(text, body, value))
		return true;
	if (!well_formed(body))
		return false;
	if (text.n < sizeof small) {
		memcpy(small, text.p, text.n);
		small[text.n] = '\0';
	} else {
		buf_span(&b, text);
		if (b.failed)
			return false;
		closed = b.p;
	}
	*value = read_c(closed);
	buf_fini(&b);
	return !isinf(*value);
}

/* A positive finite number as its digits, and where the point stands. */
struct decimal {
	char digits[24];
	int n, point; /* 0.digits × 10^point */
};

static double
decimal_value(const struct decimal *d)
{
	char text[48];

	(void)snprintf(text, sizeof text, "0.%se%d", d->digits, d->point);
	return read_c(text);
}

/* One more in the last place. */
static void
decimal_up(struct decimal *d)
{
	int i = d->n - 1;

	while (i >= 0 && d->digits[i] == '9')
		d->digits[i--] = '0';
	if (i >= 0) {
		d->digits[i]++;
		return;
	}
	d->digits[0] = '1';
	d->point++;
}

/* The nearest decimal of `n` digits. */
static void
decimal_round(struct decimal *d, double value, int n)
{
	char text[48], *e;

	print_c(text, sizeof text, n, value);
	e = strchr(text, 'e');
	d->point = atoi(e + 1) + 1;
	d->digits[0] = text[0];
	d->n = n;
	if (n > 1)
		memcpy(d->digits + 1, text + 2, (size_t)n - 1);
	d->digits[n] = '\0';
}

/*
 * The shortest decimal that reads back. Fifteen digits always survive the way
 * there and back, so fewer need no trial but in the subnormal range. Below a
 * power of two the numbers lie closer, so there the second nearest decimal
 * may read back when the nearest does not.
 */
static void
decimal_shortest(struct decimal *d, double value)
{
	int exponent, n = value < 2.3e-308 ? 1 : 15;
	bool power = frexp(value, &exponent) == 0.5;

	for (; n < 17; n++) {
		decimal_round(d, value, n);
		if (decimal_value(d) == value)
			break;
		if (!power)
			continue;
		decimal_up(d);
		if (decimal_value(d) == value)
			break;
	}
	if (n == 17)
		decimal_round(d, value, n);
	while (d->n > 1 && d->digits[d->n - 1] == '0')
		d->digits[--d->n] = '\0';
}

size_t
number_format_float(char out[NUMBER_FLOAT_MAX], double value)
{
	struct decimal d = { "0", 1, 1 };
	char *q = out;

	if (isnan(value) || isinf(value)) {
		strcpy(out, isnan(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf");
		return strlen(out);
	}
	if (signbit(value))
		*q++ = '-';
	if (value != 0)
		decimal_shortest(&d, fabs(value));
	if (d.point <= 0) {
		*q++ = '0';
		*q++ = '.';
		for (int i = d.point; i < 0; i++)
			*q++ = '0';
	}
	for (int i = 0; i < d.n || i < d.point; i++) {
		if (i == d.point && i > 0)
			*q++ = '.';
		*q++ = i < d.n ? d.digits[i] : '0';
	}
	*q = '\0';
	return (size_t)(q - out);
}

bool
number_bool(struct span text, bool *value)
{
	static const char *const yes[] = { "1", "t", "T", "TRUE", "true",
		"True" };
	static const char *const no[] = { "0", "f", "F", "FALSE", "false",
		"False" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (span_is(text, yes[i]) || span_is(text, no[i])) {
			*value = span_is(text, yes[i]);
			return true;
		}
	}
	return false;
}
