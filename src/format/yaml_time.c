/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timestamps. SOPS's parser tries four layouts with Go's time.Parse: a date;
 * date and time joined by 'T' or 't' with a zone; date and time separated by
 * blanks without a zone. All fields but the year may have one digit.
 */

#include <stdbool.h>
#include <stdio.h>

#include "format/yaml_time.h"

struct reader {
	struct span s;
	size_t at;
};

static bool
is_digit(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->s.n && r->s.p[r->at + ahead] >= '0' &&
	    r->s.p[r->at + ahead] <= '9';
}

static bool
take(struct reader *r, char c)
{
	if (r->at >= r->s.n || r->s.p[r->at] != c)
		return false;
	r->at++;
	return true;
}

/* A number of `least` to `most` digits, as many as there are. */
static bool
take_number(struct reader *r, size_t least, size_t most, unsigned *value)
{
	size_t n = 0;

	*value = 0;
	while (n < most && is_digit(r, 0)) {
		*value = *value * 10 + (unsigned)(r->s.p[r->at++] - '0');
		n++;
	}
	return n >= least;
}

static unsigned
days_in(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

/* The fraction's digits without trailing zeros: at most nine count. */
static int
take_fraction(struct reader *r, const char **digits)
{
	int n = 0;

	if (r->at >= r->s.n || (r->s.p[r->at] != '.' && r->s.p[r->at] != ',') ||
	    !is_digit(r, 1))
		return 0;
	*digits = r->s.p + ++r->at;
	for (; is_digit(r, 0); r->at++) {
		if (n < 9)
			n++;
	}
	while (n > 0 && (*digits)[n - 1] == '0')
		n--;
	return n;
}

/* "Z" or an offset with two digits each. Go reads up to 24 hours and 60
 * minutes, but not the sum of both: it is left a string. */
static bool
take_zone(struct reader *r, char zone[16])
{
	unsigned hours, minutes;
	char sign;

	(void)snprintf(zone, 16, "Z");
	if (take(r, 'Z'))
		return true;
	if (r->at >= r->s.n)
		return false;
	sign = r->s.p[r->at++];
	if ((sign != '+' && sign != '-') || !take_number(r, 2, 2, &hours) ||
	    !take(r, ':') || !take_number(r, 2, 2, &minutes) || hours > 24 ||
	    minutes > 60)
		return false;
	minutes += hours * 60;
	if (minutes >= 25 * 60)
		return false;
	if (minutes > 0)
		(void)snprintf(zone, 16, "%c%02u:%02u", sign, minutes / 60,
		    minutes % 60);
	return true;
}

size_t
yamlf_time(char out[YAMLF_TIME_MAX], struct span s)
{
	struct reader r = { s, 0 };
	unsigned year, month, day, h = 0, m = 0, sec = 0;
	const char *digits = "";
	char zone[16] = "Z";
	bool zoned = false;
	int n = 0;

	if (!take_number(&r, 4, 4, &year) || !take(&r, '-') ||
	    !take_number(&r, 1, 2, &month) || !take(&r, '-') ||
	    !take_number(&r, 1, 2, &day) || month < 1 || month > 12 ||
	    day < 1 || day > days_in(year, month))
		return 0;
	if (r.at < s.n) {
		zoned = take(&r, 'T') || take(&r, 't');
		if (!zoned && !take(&r, ' '))
			return 0;
		while (!zoned && take(&r, ' '))
			;
		if (!take_number(&r, 1, 2, &h) || !take(&r, ':') ||
		    !take_number(&r, 1, 2, &m) || !take(&r, ':') ||
		    !take_number(&r, 1, 2, &sec) || h > 23 || m > 59 ||
		    sec > 59)
			return 0;
		n = take_fraction(&r, &digits);
		if ((zoned && !take_zone(&r, zone)) || r.at < s.n)
			return 0;
	}
	n = snprintf(out, YAMLF_TIME_MAX,
	    "%04u-%02u-%02uT%02u:%02u:%02u%s%.*s%s", year, month, day, h, m,
	    sec, n > 0 ? "." : "", n, digits, zone);
	return (size_t)n;
}
