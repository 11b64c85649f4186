/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys, names and messages come from files and servers that somebody else may
 * have written. Printed as they are they could move the cursor, hide a line or
 * look like another one. All diagnostics are formatted here, so that no message
 * has to remember it.
 */

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/show.h"

enum { NO_UTF8 = 0xfffd };

/* What has no room any more is only counted. */
struct room {
	char *p;
	size_t size, n;
};

/* A list of arguments that can be handed down. */
struct args {
	va_list list;
};

struct spec {
	bool left, zeros;
	int width, precision; /* precision -1: none */
	char length;          /* 'H' for hh, 'L' for ll, or 0 */
	char conversion;
};

bool
show_is_plain(uint32_t code)
{
	if (code < 0xa0)
		return code >= 0x20 && code < 0x7f;
	return code != 0x61c && code != 0x200e && code != 0x200f &&
	    (code < 0x2028 || code > 0x202e) &&
	    (code < 0x2066 || code > 0x206f);
}

static void
put(struct room *r, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++, r->n++) {
		if (r->n + 1 < r->size)
			r->p[r->n] = p[i];
	}
}

static void
fill(struct room *r, char c, int n)
{
	for (; n > 0; n--)
		put(r, &c, 1);
}

static size_t
escape(char out[static 12], uint32_t code, bool byte)
{
	static const char letters[] = "\nn\rr\tt";
	const char *hit = code != 0 && code < 0x20 ? strchr(letters, (int)code)
						   : NULL;

	if (hit != NULL)
		return (size_t)snprintf(out, 12, "\\%c", hit[1]);
	if (byte || code < 0x80)
		return (size_t)snprintf(out, 12, "\\x%02x", (unsigned)code);
	return (size_t)snprintf(out, 12, code < 0x10000 ? "\\u%04x" : "\\U%08x",
	    (unsigned)code);
}

/* A line's end, if lines are kept: a lone carriage return would write over
 * the line. */
static bool
ends_line(struct span s, size_t at, bool lines)
{
	return lines &&
	    (s.p[at] == '\n' || s.p[at] == '\t' ||
		(s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n'));
}

static void
put_shown(struct room *r, struct span s, bool lines)
{
	char out[12];
	size_t n;

	for (size_t at = 0; at < s.n; at += n) {
		uint32_t code = utf8_get(s, at, &n);
		bool byte = code == NO_UTF8 && n == 1;

		if (byte)
			code = (uint8_t)s.p[at];
		if ((!byte && show_is_plain(code)) || ends_line(s, at, lines))
			put(r, s.p + at, n);
		else
			put(r, out, escape(out, code, byte));
	}
}

static void
append(struct buf *b, struct span s, bool lines)
{
	struct room r = { NULL, 0, 0 };
	size_t n;

	put_shown(&r, s, lines);
	n = r.n;
	r.p = buf_extend(b, n);
	r.size = n + 1;
	r.n = 0;
	if (r.p != NULL)
		put_shown(&r, s, lines);
}

void
show_span(struct buf *b, struct span s)
{
	append(b, s, false);
}

void
show_lines(struct buf *b, struct span s)
{
	append(b, s, true);
}

/* ---- formats ---- */

static int
take_number(const char **p, struct args *a)
{
	int n = 0;

	if (**p == '*') {
		++*p;
		return va_arg(a->list, int);
	}
	for (; **p >= '0' && **p <= '9'; ++*p)
		n = n * 10 + (**p - '0');
	return n;
}

/* From behind the '%'; returns what stands behind the conversion. */
static const char *
take_spec(struct spec *s, const char *p, struct args *a)
{
	memset(s, 0, sizeof *s);
	s->precision = -1;
	for (; *p != '\0' && strchr("-+ #0", *p) != NULL; p++) {
		s->left = s->left || *p == '-';
		s->zeros = s->zeros || *p == '0';
	}
	s->width = take_number(&p, a);
	if (s->width < 0) {
		s->left = true;
		s->width = -s->width;
	}
	if (*p == '.') {
		p++;
		s->precision = take_number(&p, a);
	}
	for (; *p != '\0' && strchr("hlzjt", *p) != NULL; p++)
		s->length = s->length == *p ? (char)(*p - 'a' + 'A') : *p;
	s->conversion = *p;
	return *p != '\0' ? p + 1 : p;
}

static intmax_t
take_signed(char length, struct args *a)
{
	switch (length) {
	case 'l':
		return va_arg(a->list, long);
	case 'L':
		return va_arg(a->list, long long);
	case 'j':
		return va_arg(a->list, intmax_t);
	case 'z':
	case 't':
		return va_arg(a->list, ptrdiff_t);
	default:
		return va_arg(a->list, int);
	}
}

static uintmax_t
take_unsigned(char length, struct args *a)
{
	switch (length) {
	case 'l':
		return va_arg(a->list, unsigned long);
	case 'L':
		return va_arg(a->list, unsigned long long);
	case 'j':
		return va_arg(a->list, uintmax_t);
	case 'z':
	case 't':
		return va_arg(a->list, size_t);
	default:
		return va_arg(a->list, unsigned);
	}
}

static void
put_integer(struct room *r, const struct spec *s, struct args *a)
{
	char text[32];
	int n, pad;
	size_t sign;

	if (s->conversion == 'd' || s->conversion == 'i')
		n = snprintf(text, sizeof text, "%jd",
		    take_signed(s->length, a));
	else if (s->conversion == 'u')
		n = snprintf(text, sizeof text, "%ju",
		    take_unsigned(s->length, a));
	else
		n = snprintf(text, sizeof text,
		    s->conversion == 'x' ? "%jx" : "%jX",
		    take_unsigned(s->length, a));
	pad = s->width - n;
	sign = s->zeros && text[0] == '-' ? 1 : 0;
	put(r, text, sign);
	if (!s->left)
		fill(r, s->zeros ? '0' : ' ', pad);
	put(r, text + sign, (size_t)n - sign);
	if (s->left)
		fill(r, ' ', pad);
}

static void
put_text(struct room *r, const struct spec *s, const char *text, bool lines)
{
	struct room wide = { NULL, 0, 0 };
	size_t n = 0;
	struct span t;
	int pad;

	if (text == NULL)
		text = "(null)";
	while (
	    (s->precision < 0 || n < (size_t)s->precision) && text[n] != '\0')
		n++;
	t = span_make(text, n);
	put_shown(&wide, t, lines);
	pad = wide.n < (size_t)s->width ? s->width - (int)wide.n : 0;
	if (!s->left)
		fill(r, ' ', pad);
	put_shown(r, t, lines);
	if (s->left)
		fill(r, ' ', pad);
}

static void
put_conversion(struct room *r, const struct spec *s, struct args *a, bool lines)
{
	char c[2] = { 0 };

	switch (s->conversion) {
	case '%':
		put(r, "%", 1);
		break;
	case 'c':
		c[0] = (char)va_arg(a->list, int);
		put_text(r, s, c, false);
		break;
	case 's':
		put_text(r, s, va_arg(a->list, const char *), lines);
		break;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
		put_integer(r, s, a);
		break;
	default:
		assert(false && "a conversion that is known here");
	}
}

size_t
show_format(char *p, size_t size, const char *format, va_list ap)
{
	bool lines = strcmp(format, "%s") == 0;
	struct room r = { p, size, 0 };
	struct args a;
	struct spec s;

	va_copy(a.list, ap);
	while (*format != '\0') {
		size_t n = strcspn(format, "%");

		put(&r, format, n);
		format += n;
		if (*format == '\0')
			break;
		format = take_spec(&s, format + 1, &a);
		put_conversion(&r, &s, &a, lines);
	}
	va_end(a.list);
	if (size > 0)
		p[r.n < size ? r.n : size - 1] = '\0';
	return r.n;
}

void
show_vprintf(struct buf *b, const char *format, va_list ap)
{
	size_t n = show_format(NULL, 0, format, ap);
	char *p = buf_extend(b, n);

	if (p != NULL)
		(void)show_format(p, n + 1, format, ap);
}

void
show_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	show_vprintf(b, format, ap);
	va_end(ap);
}
