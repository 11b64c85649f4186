/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpg's words for programs. They are the same in every language and stay the
 * same between versions, other than its messages.
 */

#include "key/pgp_status.h"

/* Cut from *text its next part before `c`, which goes away. */
static struct span
cut(struct span *text, char c)
{
	size_t n = span_find(*text, c);
	struct span part = span_sub(*text, 0, n);

	*text = span_sub(*text, n + (n < text->n), text->n);
	return part;
}

static void
read_line(struct pgp_status *s, struct span line)
{
	struct span word, reason;

	word = cut(&line, ' ');
	reason = cut(&line, ' ');
	s->any = true;
	if (span_is(word, "DECRYPTION_OKAY"))
		s->okay = true;
	else if (span_is(word, "NO_SECKEY"))
		s->no_secret = true;
	else if (span_is(word, "BAD_PASSPHRASE") ||
	    span_is(word, "MISSING_PASSPHRASE") ||
	    span_is(word, "PINENTRY_LAUNCHED"))
		s->asked = true;
	else if (span_is(word, "INV_RECP") && span_is(reason, "1"))
		s->no_public = true;
	else if (span_is(word, "INV_RECP") && span_is(reason, "2"))
		s->ambiguous = true;
}

void
pgp_status_read(struct pgp_status *s, struct buf *text, struct span errors)
{
	static const struct span mark = SPAN_LIT("[GNUPG:] ");
	struct span line;
	size_t start = text->n;

	while (errors.n > 0) {
		line = cut(&errors, '\n');
		if (span_starts(line, mark.p)) {
			read_line(s, span_sub(line, mark.n, line.n));
			continue;
		}
		line = span_trim(line);
		if (line.n == 0)
			continue;
		if (text->n > start)
			buf_putc(text, '\n');
		buf_span(text, line);
	}
}

bool
pgp_status_listed(struct span colons, struct span fpr)
{
	struct span line, field;

	while (colons.n > 0) {
		line = cut(&colons, '\n');
		if (!span_starts(line, "fpr:"))
			continue;
		for (unsigned i = 0; i < 9; i++)
			(void)cut(&line, ':');
		field = cut(&line, ':');
		if (span_equal(field, fpr))
			return true;
	}
	return false;
}

char
pgp_status_validity(struct span colons)
{
	struct span line, type, field;

	while (colons.n > 0) {
		line = cut(&colons, '\n');
		type = cut(&line, ':');
		if (!span_is(type, "pub"))
			continue;
		field = cut(&line, ':');
		return field.n == 1 ? field.p[0] : '-';
	}
	return '-';
}
