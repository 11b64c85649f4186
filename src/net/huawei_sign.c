/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SDK-HMAC-SHA256: like AWS's signature at first sight, but without a derived
 * key and a scope, and with a '/' at the end of every path.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/digest.h"
#include "net/huawei.h"

enum { PARTS_MAX = 32, STAMP = 16 };

/* "20060102T150405Z" */
static void
stamp(char out[STAMP + 1], int64_t now)
{
	char text[CLOCK_MAX];
	size_t n = clock_format(text, now), at = 0;

	for (size_t i = 0; i < n && at < STAMP; i++)
		if (text[i] != '-' && text[i] != ':')
			out[at++] = text[i];
	out[at] = '\0';
}

static int
compare(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* Cut `text` at `c` into sorted parts; PARTS_MAX + 1 when there are more. */
static size_t
split(struct span parts[PARTS_MAX], struct span text, char c)
{
	size_t n = 0;

	for (size_t at = 0; at < text.n;) {
		struct span part = span_sub(text, at, text.n);

		part = span_sub(part, 0, span_find(part, c));
		at += part.n + 1;
		if (n == PARTS_MAX)
			return PARTS_MAX + 1;
		parts[n++] = part;
	}
	qsort(parts, n, sizeof *parts, compare);
	return n;
}

/* Header lines with names in lower case and values trimmed. */
static void
lower(struct buf *b, struct span lines)
{
	for (size_t at = 0; at < lines.n;) {
		struct span line = span_sub(lines, at, lines.n);
		size_t colon;

		line = span_sub(line, 0, span_find(line, '\n'));
		at += line.n + 1;
		colon = span_find(line, ':');
		for (size_t i = 0; i < colon; i++)
			buf_putc(b, (char)tolower((unsigned char)line.p[i]));
		buf_putc(b, ':');
		buf_span(b, span_trim(span_sub(line, colon + 1, line.n)));
		buf_putc(b, '\n');
	}
}

static void
names_put(struct buf *b, const struct span *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ';');
		buf_span(b, span_sub(lines[i], 0, span_find(lines[i], ':')));
	}
}

static bool
request_put(struct buf *b, const struct huawei_sign *s,
    const struct span *lines, size_t n)
{
	struct span query[PARTS_MAX];
	size_t parts = split(query, s->query, '&');

	if (parts > PARTS_MAX)
		return false;
	buf_printf(b, "%s\n", s->method);
	buf_span(b, s->path);
	if (s->path.n == 0 || s->path.p[s->path.n - 1] != '/')
		buf_putc(b, '/');
	buf_putc(b, '\n');
	for (size_t i = 0; i < parts; i++) {
		if (i > 0)
			buf_putc(b, '&');
		buf_span(b, query[i]);
	}
	buf_putc(b, '\n');
	for (size_t i = 0; i < n; i++) {
		buf_span(b, lines[i]);
		buf_putc(b, '\n');
	}
	buf_putc(b, '\n');
	names_put(b, lines, n);
	buf_putc(b, '\n');
	return digest_sha256_hex(b, s->body);
}

enum sealeaf_code
huawei_sign(struct buf *out, const struct huawei_sign *s,
    struct sealeaf_error *e)
{
	struct buf all = { 0 }, lines = { 0 }, request = { 0 }, text = { 0 };
	struct span parts[PARTS_MAX];
	char date[STAMP + 1];
	size_t n;
	bool done;

	stamp(date, s->now);
	buf_span(&all, s->headers);
	buf_printf(&all, "X-Sdk-Date: %s\n", date);
	lower(&lines, buf_get(&all));
	n = split(parts, buf_get(&lines), '\n');
	done = !lines.failed && n <= PARTS_MAX &&
	    request_put(&request, s, parts, n) && !request.failed;
	buf_printf(&text, "SDK-HMAC-SHA256\n%s\n", date);
	done = done && digest_sha256_hex(&text, buf_get(&request));
	buf_printf(out, "X-Sdk-Date: %s\n", date);
	buf_puts(out, "Authorization: SDK-HMAC-SHA256 Access=");
	buf_span(out, s->id);
	buf_puts(out, ", SignedHeaders=");
	if (done)
		names_put(out, parts, n);
	buf_puts(out, ", Signature=");
	done = done && digest_hmac_hex(out, s->secret, buf_get(&text));
	buf_putc(out, '\n');
	buf_fini(&all);
	buf_fini(&lines);
	buf_fini(&request);
	buf_fini(&text);
	return done && !out->failed
	    ? SEALEAF_OK
	    : err_set(e, SEALEAF_ERR_GENERIC, "cannot sign a request");
}
