/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SOPS tells about the places it looked at. First come those that could
 * not be opened, then those that could, but held nothing or were malformed.
 */

#include "key/age_source.h"

/* Whether any source but keys.txt was opened or gave an identity: then the
 * absence of the default file is not worth telling. */
static bool
found_other(const struct age_set *set)
{
	for (size_t i = 0; i < AGE_KEYS_TXT; i++) {
		const struct age_source *s = set->source[i];

		if (s != NULL &&
		    (s->list != NULL ||
			(i >= AGE_KEY && s->state == AGE_OPENED)))
			return true;
	}
	return false;
}

static void
put_errors(struct buf *b, const struct age_set *set)
{
	const char *front = ". Errors while loading age identities: ";
	bool other = found_other(set);

	for (int opened = 0; opened < 2; opened++) {
		for (size_t i = 0; i < AGE_PLACES; i++) {
			const struct age_source *s = set->source[i];

			if (s == NULL || s->error == NULL)
				continue;
			if (opened != (i >= AGE_KEY && s->state == AGE_OPENED))
				continue;
			/* No configuration directory matters only when
			 * nothing else was there. */
			if (i == AGE_KEYS_TXT && s->location == NULL && other)
				continue;
			buf_puts(b, front);
			buf_puts(b, s->error);
			front = "; ";
		}
	}
}

/* Collect the places without identities; returns their number. */
static size_t
list_unused(const char *out[AGE_PLACES], const struct age_set *set)
{
	bool other = found_other(set);
	size_t n = 0;

	for (size_t i = 0; i < AGE_PLACES; i++) {
		const struct age_source *s = set->source[i];

		if (s == NULL || s->state != AGE_ABSENT ||
		    s->location == NULL || (i == AGE_KEYS_TXT && other))
			continue;
		out[n++] = s->location;
	}
	for (size_t i = AGE_KEY; i < AGE_PLACES; i++) {
		const struct age_source *s = set->source[i];

		if (s != NULL && s->state == AGE_OPENED && s->list == NULL &&
		    s->error == NULL)
			out[n++] = s->location;
	}
	return n;
}

void
age_source_report(struct buf *b, const struct age_set *set)
{
	const char *unused[AGE_PLACES];
	size_t n;

	put_errors(b, set);
	n = list_unused(unused, set);
	if (n == 0)
		return;
	buf_printf(b, ". Did not find keys in location%s", n > 1 ? "s" : "");
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && n > 2)
			buf_putc(b, ',');
		if (i > 0 && i == n - 1)
			buf_puts(b, " and");
		buf_printf(b, " '%s'", unused[i]);
	}
	buf_putc(b, '.');
}

/* Keys of ~/.ssh may be there for other purposes. */
static bool
matters(const struct age_source *s, enum age_place place, const char *recipient)
{
	if (s == NULL || s->list != NULL || s->location == NULL ||
	    (s->error == NULL && s->state != AGE_OPENED))
		return false;
	return (place != AGE_SSH_ED25519 && place != AGE_SSH_RSA) ||
	    span_starts(span_of(recipient), "ssh-");
}

void
age_source_hints(struct sealeaf_error *e, const struct age_set *set,
    const char *recipient)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < AGE_PLACES; i++) {
		const struct age_source *s = set->source[i];

		if (!matters(s, (enum age_place)i, recipient))
			continue;
		if (s->hint != NULL)
			buf_printf(&b, "%s\n", s->hint);
		else
			buf_printf(&b, "%s %s\n", s->location,
			    s->error == NULL
				? "holds no identity"
				: "gave no identity; the reason is above");
	}
	if (!b.failed)
		err_hints(e, b.p);
	buf_fini(&b);
}
