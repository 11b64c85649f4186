/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for messages and log lines: control characters never reach the
 * terminal raw. */

#include <stdint.h>
#include <string.h>

#include "base/show.h"
#include "base/utf8.h"

#include "cli/quote.h"

static void
put_escape(struct buf *b, uint32_t code)
{
	static const char letters[] = "\aa\bb\ff\nn\rr\tt\vv\\\\\"\"";
	const char *hit;

	for (hit = letters; *hit != '\0'; hit += 2) {
		if ((uint32_t)*hit == code) {
			buf_putc(b, '\\');
			buf_putc(b, hit[1]);
			return;
		}
	}
	if (code < 0x20 || code == 0x7f)
		buf_printf(b, "\\x%02x", (unsigned)code);
	else if (code < 0x10000)
		buf_printf(b, "\\u%04x", (unsigned)code);
	else
		buf_printf(b, "\\U%08x", (unsigned)code);
}

/* Code points that Go does not print: controls, blanks but the space, byte
 * order and direction marks, surrogates and private use. */
static bool
is_plain(uint32_t code)
{
	if (code < 0xa1)
		return code >= 0x20 && code < 0x7f && code != '"' &&
		    code != '\\';
	return show_is_plain(code) && code != 0xad && code != 0x3000 &&
	    code != 0xfeff && (code < 0x2000 || code > 0x200f) &&
	    (code < 0x2028 || code > 0x202f) &&
	    (code < 0x205f || code > 0x206f) &&
	    (code < 0xe000 || code > 0xf8ff) && code < 0xe0000;
}

void
quote_append(struct buf *b, struct span s)
{
	size_t n;

	buf_putc(b, '"');
	for (size_t at = 0; at < s.n; at += n) {
		uint32_t code = utf8_get(s, at, &n);

		if (code == 0xfffd && n == 1)
			buf_printf(b, "\\x%02x", (unsigned)(uint8_t)s.p[at]);
		else if (is_plain(code))
			buf_put(b, s.p + at, n);
		else
			put_escape(b, code);
	}
	buf_putc(b, '"');
}

/* Control characters need the form $'…', which most shells have. */
static void
shell_escaped(struct buf *b, struct span s)
{
	buf_puts(b, "$'");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f)
			buf_printf(b, "\\%03o", (unsigned)c);
		else if (c == '\'' || c == '\\')
			buf_printf(b, "\\%c", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '\'');
}

void
quote_shell(struct buf *b, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@%+=:,./_-";
	struct span s = span_of(text);
	bool bare = s.n > 0;
	size_t n;

	/* Not to be taken for a flag. */
	if (text[0] == '-')
		buf_puts(b, "./");
	for (size_t at = 0; at < s.n; at += n) {
		uint32_t code = utf8_get(s, at, &n);

		if (!is_plain(code) && code != '"' && code != '\\') {
			shell_escaped(b, s);
			return;
		}
		bare = bare && code < 0x80 &&
		    memchr(plain, (int)code, sizeof plain - 1) != NULL;
	}
	if (bare) {
		buf_span(b, s);
		return;
	}
	buf_putc(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, s.p[i]);
	}
	buf_putc(b, '\'');
}

void
quote_json(struct buf *b, const char *text)
{
	struct span s = span_of(text);
	size_t n;

	buf_putc(b, '"');
	for (size_t at = 0; at < s.n; at += n) {
		uint32_t code = utf8_get(s, at, &n);

		if (code == '"' || code == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, (char)code);
		} else if (!show_is_plain(code)) {
			buf_printf(b, "\\u%04x", (unsigned)code);
		} else {
			utf8_put(b, code);
		}
	}
	buf_putc(b, '"');
}
