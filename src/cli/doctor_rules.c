/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the keys that are here open what each creation rule makes. Only
 * public names are compared: a key of a service counts as perhaps, and so does
 * one for age where some identity shows its recipient only when it is used.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"

enum answer { NO, PERHAPS, YES };

struct rules {
	struct doctor *d;
	struct buf mine; /* age recipients and PGP fingerprints, a line each */
	bool hidden;     /* there are age identities without a recipient */
	/* The rule whose keys are coming: */
	struct buf pattern;
	size_t number, groups, group, opened, perhaps;
	unsigned needed;
	enum answer best; /* of the group */
};

static void
put_mine(void *user, const char *location, const char *recipient,
    const char *problem)
{
	struct rules *r = user;

	(void)location;
	if (recipient != NULL)
		buf_printf(&r->mine, "%s\n", recipient);
	else if (problem == NULL)
		r->hidden = true;
}

/* Whether a line begins with `text`, letters in any case, and ends there. */
static bool
is_mine(const struct rules *r, struct span text)
{
	struct span rest = buf_get(&r->mine);

	while (rest.n > 0) {
		struct span line = span_sub(rest, 0, span_find(rest, '\n'));
		size_t i = 0;

		while (i < line.n && i < text.n &&
		    toupper((unsigned char)line.p[i]) ==
			toupper((unsigned char)text.p[i]))
			i++;
		if (line.n > 0 && i == line.n &&
		    (i == text.n || text.p[i] == ' ' || text.p[i] == '!'))
			return true;
		rest = span_sub(rest, line.n + 1, rest.n);
	}
	return false;
}

static enum answer
opens(const struct rules *r, const struct sealeaf_rule_key *key)
{
	struct span text = span_of(key->text);

	if (span_is(span_of(key->source), "pgp")) {
		if (span_starts(text, "0x"))
			text = span_sub(text, 2, text.n);
		return is_mine(r, text) ? YES : NO;
	}
	if (!span_is(span_of(key->source), "age"))
		return PERHAPS;
	if (is_mine(r, text))
		return YES;
	return r->hidden ? PERHAPS : NO;
}

static void
end_group(struct rules *r)
{
	r->opened += r->best == YES;
	r->perhaps += r->best == PERHAPS;
	r->best = NO;
}

static void
end_rule(struct rules *r)
{
	struct buf b = { 0 };
	const char *verdict = "ok";

	if (r->number == 0)
		return;
	end_group(r);
	buf_printf(&b, "%zu", r->number);
	if (r->pattern.n > 0)
		buf_printf(&b, " (%s)", r->pattern.p);
	if (r->opened >= r->needed) {
		buf_puts(&b, ": your keys open what it makes");
	} else if (r->opened + r->perhaps >= r->needed) {
		verdict = "note";
		buf_puts(&b, ": depends on keys that are not tried here");
	} else {
		verdict = "warn";
		buf_puts(&b, ": your keys do not open what it makes");
	}
	if (r->groups > 1)
		buf_printf(&b, " (%zu of %zu groups, %u needed)", r->opened,
		    r->groups, r->needed);
	if (!b.failed)
		doctor_say(r->d, verdict, "rule", b.p);
	buf_fini(&b);
}

static void
put_key(void *user, const struct sealeaf_rule_key *key)
{
	struct rules *r = user;
	enum answer answer = opens(r, key);

	if (key->number != r->number) {
		end_rule(r);
		r->number = key->number;
		r->groups = key->groups;
		r->needed = key->needed;
		r->opened = r->perhaps = r->group = 0;
		r->best = NO;
		buf_truncate(&r->pattern, 0);
		buf_puts(&r->pattern, key->pattern != NULL ? key->pattern : "");
	}
	if (key->group != r->group)
		end_group(r);
	r->group = key->group;
	if (answer > r->best)
		r->best = answer;
}

bool
doctor_rules(struct doctor *d, struct sealeaf_ctx *ctx)
{
	struct sealeaf_error e = { 0 };
	struct rules r = { .d = d };
	enum sealeaf_code code;

	doctor_fingerprints(&r.mine);
	code = sealeaf_identities(ctx, put_mine, &r, &e);
	if (code == SEALEAF_OK)
		code = sealeaf_rule_keys(ctx, put_key, &r, &e);
	if (code == SEALEAF_OK)
		end_rule(&r);
	else
		doctor_say(d, "FAIL", "rule", e.text);
	buf_fini(&r.mine);
	buf_fini(&r.pattern);
	return code == SEALEAF_OK;
}
