/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpg's words for programs. They are the same in every language and stay the
 * same between versions, other than its messages.
 */

#include "base/number.h"
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

/* The code behind "ERROR where": its low half says what, the high one whose
 * words they are. */
static void
read_error(struct pgp_status *s, struct span text)
{
	enum { NO_PIN_ENTRY = 85, NOT_A_TERMINAL = 32768 + 102 };
	int64_t code;

	text = span_sub(text, 0, span_find(text, ' '));
	if (!number_int(text, &code) || code < 0)
		return;
	if ((code & 0xffff) == NOT_A_TERMINAL)
		s->no_terminal = true;
	else if ((code & 0xffff) == NO_PIN_ENTRY)
		s->no_pinentry = true;
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
	else if (span_is(word, "ERROR"))
		read_error(s, line);
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

/* One "pub" or "sub" line: its validity, and whether it encrypts. */
static char
read_key(struct span line, bool *encrypts)
{
	struct span validity = cut(&line, ':'), uses;

	for (unsigned i = 0; i < 9; i++)
		(void)cut(&line, ':');
	uses = cut(&line, ':');
	*encrypts = span_find(uses, 'e') < uses.n;
	return validity.n == 1 ? validity.p[0] : '-';
}

static bool
is_unusable(char letter)
{
	return letter == 'e' || letter == 'r' || letter == 'd';
}

char
pgp_status_validity(struct span colons)
{
	char letter, found = '-';
	unsigned keys = 0;
	bool encrypts;

	while (colons.n > 0) {
		struct span line = cut(&colons, '\n');
		struct span type = cut(&line, ':');

		if (span_is(type, "pub") && keys++ > 0)
			break;
		if (!span_is(type, "pub") && !span_is(type, "sub"))
			continue;
		letter = read_key(line, &encrypts);
		if (span_is(type, "pub") && is_unusable(letter))
			return letter;
		if (!encrypts)
			continue;
		if (!is_unusable(letter))
			return '-';
		found = letter;
	}
	return found;
}
