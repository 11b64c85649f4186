/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl can sign too, but with its own clock, unsorted queries and headers
 * that it does not send. Here the time is an argument, so the published
 * vectors can check every step.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/digest.h"
#include "net/aws_sign.h"

enum { PARTS_MAX = 64, DATE = 8, TIME = 16 };

/* A header or a part of the query. */
struct pair {
	struct span name, value;
};

struct canonical {
	struct pair pair[PARTS_MAX];
	size_t n;
	struct buf names; /* lower-case names, which pairs point into */
};

/* "20150830T123600Z" */
static void
stamp(char out[TIME + 1], int64_t now)
{
	char text[CLOCK_MAX];
	size_t n = clock_format(text, now), at = 0;

	for (size_t i = 0; i < n && at < TIME; i++)
		if (text[i] != '-' && text[i] != ':')
			out[at++] = text[i];
	out[at] = '\0';
}

static bool
add(struct canonical *c, struct span name, struct span value)
{
	size_t at = c->n;

	if (c->n == PARTS_MAX)
		return false;
	/* Equal headers keep their order. */
	while (at > 0 && span_compare(c->pair[at - 1].name, name) > 0) {
		c->pair[at] = c->pair[at - 1];
		at--;
	}
	c->pair[at].name = name;
	c->pair[at].value = value;
	c->n++;
	return true;
}

/* Header lines into sorted pairs; their names go to c->names in lower case,
 * which has been given room for them. */
static bool
add_headers(struct canonical *c, struct span lines)
{
	for (size_t at = 0; at < lines.n;) {
		struct span line = span_sub(lines, at, lines.n);
		size_t colon, start = c->names.n;

		line = span_sub(line, 0, span_find(line, '\n'));
		at += line.n + 1;
		colon = span_find(line, ':');
		for (size_t i = 0; i < colon; i++)
			buf_putc(&c->names,
			    (char)tolower((unsigned char)line.p[i]));
		if (c->names.failed ||
		    !add(c, span_make(c->names.p + start, colon),
			span_trim(span_sub(line, colon + 1, line.n))))
			return false;
	}
	return true;
}

/* A value with runs of blanks as one. */
static void
put_value(struct buf *b, struct span value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != ' ' || i == 0 || value.p[i - 1] != ' ')
			buf_putc(b, value.p[i]);
}

static void
put_headers(struct buf *b, const struct canonical *c)
{
	for (size_t i = 0; i < c->n; i++) {
		bool more = i > 0 &&
		    span_equal(c->pair[i - 1].name, c->pair[i].name);

		if (!more && i > 0)
			buf_putc(b, '\n');
		if (!more)
			buf_span(b, c->pair[i].name);
		buf_putc(b, more ? ',' : ':');
		put_value(b, c->pair[i].value);
	}
	buf_puts(b, "\n\n");
}

static void
put_names(struct buf *b, const struct canonical *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (i > 0 && span_equal(c->pair[i - 1].name, c->pair[i].name))
			continue;
		if (i > 0)
			buf_putc(b, ';');
		buf_span(b, c->pair[i].name);
	}
}

static int
by_name_then_value(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = span_compare(x->name, y->name);

	return order != 0 ? order : span_compare(x->value, y->value);
}

static bool
put_query(struct buf *b, struct span query)
{
	struct canonical c = { .n = 0 };

	for (size_t at = 0; at < query.n;) {
		struct span part = span_sub(query, at, query.n);
		size_t n = span_find(part, '&');

		part = span_sub(part, 0, n);
		at += n + 1;
		n = span_find(part, '=');
		if (!add(&c, span_sub(part, 0, n),
			span_sub(part, n + 1, part.n)))
			return false;
	}
	qsort(c.pair, c.n, sizeof *c.pair, by_name_then_value);
	for (size_t i = 0; i < c.n; i++) {
		if (i > 0)
			buf_putc(b, '&');
		buf_span(b, c.pair[i].name);
		buf_putc(b, '=');
		buf_span(b, c.pair[i].value);
	}
	return true;
}

static bool
put_request(struct buf *b, const struct aws_sign *s, const struct canonical *c)
{
	buf_puts(b, s->method);
	buf_putc(b, '\n');
	buf_span(b, s->path.n > 0 ? s->path : span_of("/"));
	buf_putc(b, '\n');
	if (!put_query(b, s->query))
		return false;
	buf_putc(b, '\n');
	put_headers(b, c);
	put_names(b, c);
	buf_putc(b, '\n');
	return digest_sha256_hex(b, s->body);
}

static void
put_scope(struct buf *b, const char *date, const struct aws_sign *s)
{
	buf_put(b, date, DATE);
	buf_printf(b, "/%s/%s/aws4_request", s->region, s->service);
}

/* The key derived from the secret for a day, a region and a service. */
static bool
derive(uint8_t key[DIGEST_SIZE], const char *date, const struct aws_sign *s)
{
	struct span k = span_make((const char *)key, DIGEST_SIZE);
	struct buf first = { 0 };
	bool done;

	buf_puts(&first, "AWS4");
	buf_span(&first, s->secret);
	done = !first.failed &&
	    digest_hmac(key, buf_get(&first), span_make(date, DATE)) &&
	    digest_hmac(key, k, span_of(s->region)) &&
	    digest_hmac(key, k, span_of(s->service)) &&
	    digest_hmac(key, k, span_of("aws4_request"));
	buf_fini(&first);
	return done;
}

static bool
put_authorization(struct buf *out, const struct aws_sign *s, const char *date,
    const struct canonical *c)
{
	struct buf request = { 0 }, text = { 0 };
	uint8_t key[DIGEST_SIZE];
	bool done;

	done = put_request(&request, s, c) && !request.failed &&
	    derive(key, date, s);
	buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n", date);
	put_scope(&text, date, s);
	buf_putc(&text, '\n');
	done = done && digest_sha256_hex(&text, buf_get(&request));
	buf_puts(out, "Authorization: AWS4-HMAC-SHA256 Credential=");
	buf_span(out, s->id);
	buf_putc(out, '/');
	put_scope(out, date, s);
	buf_puts(out, ", SignedHeaders=");
	put_names(out, c);
	buf_puts(out, ", Signature=");
	done = done &&
	    digest_hmac_hex(out, span_make((const char *)key, sizeof key),
		buf_get(&text));
	buf_putc(out, '\n');
	mem_wipe(key, sizeof key);
	buf_fini(&request);
	buf_fini(&text);
	return done && !out->failed;
}

enum sealeaf_code
aws_sign(struct buf *out, const struct aws_sign *s, struct sealeaf_error *e)
{
	struct canonical c = { .n = 0 };
	char date[TIME + 1];
	struct buf own = { 0 };
	bool done;

	stamp(date, s->now);
	buf_puts(&own, "Host: ");
	buf_span(&own, s->host);
	buf_printf(&own, "\nX-Amz-Date: %s\n", date);
	if (s->token.n > 0) {
		buf_puts(&own, "X-Amz-Security-Token: ");
		buf_span(&own, s->token);
		buf_putc(&own, '\n');
	}
	/* Names are no longer than their lines, and must not move. */
	buf_reserve(&c.names, own.n + s->headers.n);
	done = !own.failed && add_headers(&c, buf_get(&own)) &&
	    add_headers(&c, s->headers);
	if (done) {
		size_t line = span_find(buf_get(&own), '\n') + 1;

		buf_span(out, span_sub(buf_get(&own), line, own.n));
		done = put_authorization(out, s, date, &c);
	}
	buf_fini(&own);
	buf_fini(&c.names);
	return done ? SEALEAF_OK
		    : err_set(e, SEALEAF_ERR_GENERIC, "cannot sign a request");
}
