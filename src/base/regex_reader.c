/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a pattern, writing a character, and saying what is wrong. */

#include "base/regex_gate.h"
#include "base/utf8.h"

void
regex_fail(struct regex_reader *r, const char *kind, struct span piece)
{
	r->failed = true;
	(void)err_set(r->e,
	    r->unsupported ? SEALEAF_ERR_UNSUPPORTED : SEALEAF_ERR_GENERIC,
	    "error parsing regexp: %s: `%.*s`", kind, (int)piece.n,
	    piece.n > 0 ? piece.p : "");
}

struct span
regex_left(const struct regex_reader *r)
{
	return span_sub(r->all, r->at, r->all.n);
}

bool
regex_is_utf8(struct regex_reader *r, struct span piece)
{
	size_t valid = utf8_valid(piece);

	if (valid < piece.n)
		regex_fail(r, "invalid UTF-8", span_sub(piece, valid, piece.n));
	return valid == piece.n;
}

struct span
regex_taken(const struct regex_reader *r, size_t from)
{
	return span_sub(r->all, from, r->at);
}

char
regex_peek(const struct regex_reader *r, size_t ahead)
{
	return r->all.n - r->at > ahead ? r->all.p[r->at + ahead] : '\0';
}

bool
regex_at_end(const struct regex_reader *r)
{
	return r->at >= r->all.n;
}

uint32_t
regex_next(struct regex_reader *r)
{
	uint32_t code;
	size_t n;

	if (regex_at_end(r))
		return 0xFFFD;
	code = utf8_get(r->all, r->at, &n);
	if (code == 0xFFFD && n == 1)
		regex_fail(r, "invalid UTF-8", regex_left(r));
	else
		r->at += n;
	return code;
}

void
regex_put_char(struct buf *b, uint32_t code)
{
	if ((code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
	    (code >= 'A' && code <= 'Z'))
		buf_putc(b, (char)code);
	else
		buf_printf(b, "\\x{%lx}", (unsigned long)code);
}
