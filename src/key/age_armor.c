/* SPDX-License-Identifier: Apache-2.0 */
/*
 * There is one armored form of a file, but for line ends and white space
 * around it: whatever else differs is refused, so that nobody can vary the
 * text of a wrapped key without the reader noticing.
 */

#include <stdint.h>

#include "base/encode.h"
#include "key/age_armor.h"

enum { COLUMNS = 64, LINE = COLUMNS / 4 * 3, BLANK_MAX = 1024 };

static const char header[] = "-----BEGIN AGE ENCRYPTED FILE-----";
static const char footer[] = "-----END AGE ENCRYPTED FILE-----";

bool
age_armor_looks(struct span text)
{
	return span_starts(span_trim(text), "-----BEGIN AGE");
}

void
age_armor_append(struct buf *b, struct span file)
{
	buf_puts(b, header);
	buf_putc(b, '\n');
	for (size_t at = 0; at < file.n; at += LINE) {
		struct span line = span_sub(file, at, at + LINE);

		base64_append(b, line.p, line.n);
		buf_putc(b, '\n');
	}
	buf_puts(b, footer);
	buf_putc(b, '\n');
}

static enum sealeaf_code
bad(struct sealeaf_error *e, const char *why)
{
	return err_set(e, SEALEAF_ERR_GENERIC, "invalid armor: %s", why);
}

/* Cut the next line off `rest`, without its LF or CRLF. False at the end. */
static bool
next_line(struct span *rest, struct span *line)
{
	size_t at = span_find(*rest, '\n');

	if (rest->n == 0)
		return false;
	*line = span_sub(*rest, 0, at);
	*rest = span_sub(*rest, at + 1, rest->n);
	if (span_ends(*line, "\r"))
		line->n--;
	return true;
}

/* Skip blank lines and the header. */
static enum sealeaf_code
skip_header(struct span *rest, struct sealeaf_error *e)
{
	struct span line;
	size_t blank = 0;

	while (next_line(rest, &line)) {
		if (span_trim(line).n > 0)
			return span_is(line, header)
			    ? SEALEAF_OK
			    : bad(e, "invalid first line");
		blank += line.n + 1;
		if (blank > BLANK_MAX)
			return bad(e, "too much leading whitespace");
	}
	return bad(e, "unexpected EOF");
}

static enum sealeaf_code
check_trailing(struct span rest, struct sealeaf_error *e)
{
	if (span_trim(rest).n > 0)
		return bad(e, "trailing data after armored file");
	if (rest.n >= BLANK_MAX)
		return bad(e, "too much trailing whitespace");
	return SEALEAF_OK;
}

static enum sealeaf_code
get_line(struct buf *b, struct span line, size_t *n, struct sealeaf_error *e)
{
	uint8_t bytes[LINE];

	if (line.n == 0)
		return bad(e, "empty line in armored data");
	if (line.n > COLUMNS)
		return bad(e, "column limit exceeded");
	if (!base64_get(line, bytes, sizeof bytes, n))
		return bad(e, "illegal base64 data");
	buf_put(b, bytes, *n);
	return SEALEAF_OK;
}

enum sealeaf_code
age_armor_get(struct buf *b, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = skip_header(&text, e);
	struct span line;
	size_t n = LINE;

	if (code != SEALEAF_OK)
		return code;
	while (next_line(&text, &line)) {
		if (span_is(line, footer))
			return check_trailing(text, e);
		if (n < LINE)
			return bad(e, "invalid closing line");
		code = get_line(b, line, &n, e);
		if (code != SEALEAF_OK)
			return code;
	}
	return bad(e, "unexpected EOF");
}
