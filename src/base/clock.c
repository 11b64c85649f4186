/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3339 with the liberties that Go's reader takes: an hour of one digit, a
 * comma before the fraction, zones up to 24:60. What the reference accepts as
 * a time must be a time here, or the MAC differs.
 */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

struct moment {
	int year, month, day, hour, minute, second;
	struct span fraction; /* its digits */
	int offset;           /* minutes east of UTC */
};

/* What is left of a text to read, and whether all fitted so far. */
struct reader {
	struct span left;
	bool bad;
};

static bool
at_digit(const struct reader *r)
{
	return r->left.n > 0 && r->left.p[0] >= '0' && r->left.p[0] <= '9';
}

/* A number of `least` to `most` digits within bounds. */
static int
number(struct reader *r, int least, int most, int low, int high)
{
	int v = 0, n = 0;

	for (; n < most && at_digit(r); n++) {
		v = v * 10 + (r->left.p[0] - '0');
		r->left = span_sub(r->left, 1, r->left.n);
	}
	if (n < least || v < low || v > high)
		r->bad = true;
	return v;
}

/* Whether one of `chars` comes next; it is taken. */
static bool
take(struct reader *r, const char *chars, char *taken)
{
	if (r->left.n == 0 || r->left.p[0] == '\0' ||
	    strchr(chars, r->left.p[0]) == NULL)
		return false;
	if (taken != NULL)
		*taken = r->left.p[0];
	r->left = span_sub(r->left, 1, r->left.n);
	return true;
}

static void
need(struct reader *r, const char *c)
{
	if (!take(r, c, NULL))
		r->bad = true;
}

static int
days_in(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static void
read_zone(struct reader *r, struct moment *m)
{
	char sign = '+';

	m->offset = 0;
	if (take(r, "Z", NULL))
		return;
	if (!take(r, "+-", &sign))
		r->bad = true;
	m->offset = number(r, 2, 2, 0, 24) * 60;
	need(r, ":");
	m->offset += number(r, 2, 2, 0, 60);
	if (sign == '-')
		m->offset = -m->offset;
}

static bool
read_moment(struct moment *m, struct span text)
{
	struct reader r = { text, false };
	size_t n = 0;

	m->year = number(&r, 4, 4, 0, 9999);
	need(&r, "-");
	m->month = number(&r, 2, 2, 1, 12);
	need(&r, "-");
	m->day = number(&r, 2, 2, 1, 31);
	need(&r, "T");
	m->hour = number(&r, 1, 2, 0, 23);
	need(&r, ":");
	m->minute = number(&r, 2, 2, 0, 59);
	need(&r, ":");
	m->second = number(&r, 2, 2, 0, 59);
	m->fraction = span_make(NULL, 0);
	if (take(&r, ".,", NULL)) {
		while (n < r.left.n && r.left.p[n] >= '0' && r.left.p[n] <= '9')
			n++;
		m->fraction = span_sub(r.left, 0, n);
		r.left = span_sub(r.left, n, r.left.n);
		if (n == 0)
			r.bad = true;
	}
	read_zone(&r, m);
	return !r.bad && r.left.n == 0 && m->day <= days_in(m->month, m->year);
}

/* Days from 1970-01-01; years begin in March, so leap days come last. */
static int64_t
days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day -
	    1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

size_t
clock_format(char out[CLOCK_MAX], int64_t seconds)
{
	int64_t rest = ((seconds % 86400) + 86400) % 86400;
	int64_t days = (seconds - rest) / 86400 + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t of_era = days - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 -
			of_era / 146096) /
	    365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int day = (int)(of_year - (153 * month + 2) / 5 + 1);

	month += month < 10 ? 3 : -9;
	y += era * 400 + (month <= 2 ? 1 : 0);
	return (size_t)snprintf(out, CLOCK_MAX,
	    "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)y, (int)month, day,
	    (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

bool
clock_parse(struct span text, int64_t *seconds)
{
	struct moment m;

	if (!read_moment(&m, text))
		return false;
	if (seconds != NULL)
		*seconds = days_from_date(m.year, m.month, m.day) * 86400 +
		    m.hour * 3600 + (m.minute - m.offset) * 60 + m.second;
	return true;
}

size_t
clock_canonical(char out[CLOCK_MAX], struct span text)
{
	struct moment m;
	int n, offset;

	if (!read_moment(&m, text))
		return 0;
	m.fraction = span_sub(m.fraction, 0, 9);
	while (m.fraction.n > 0 && m.fraction.p[m.fraction.n - 1] == '0')
		m.fraction.n--;
	n = snprintf(out, CLOCK_MAX, "%04d-%02d-%02dT%02d:%02d:%02d%s%.*s",
	    m.year, m.month, m.day, m.hour, m.minute, m.second,
	    m.fraction.n > 0 ? "." : "", (int)m.fraction.n,
	    m.fraction.n > 0 ? m.fraction.p : "");
	offset = m.offset < 0 ? -m.offset : m.offset;
	if (offset == 0)
		n += snprintf(out + n, CLOCK_MAX - (size_t)n, "Z");
	else
		n += snprintf(out + n, CLOCK_MAX - (size_t)n, "%c%02d:%02d",
		    m.offset < 0 ? '-' : '+', offset / 60, offset % 60);
	return (size_t)n;
}
