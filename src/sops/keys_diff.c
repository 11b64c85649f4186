/* SPDX-License-Identifier: Apache-2.0 */
/* What `updatekeys` would change, as SOPS prints it (keys.md 3.5). */

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/show.h"
#include "sops/document.h"

struct diff {
	struct buf text;
	bool color, differ;
};

enum mark { SAME, ADDED, REMOVED };

static void
put_line(struct diff *d, enum mark mark, const char *text)
{
	static const char *const fronts[] = { "    ", "+++ ", "--- " };
	static const char *const colors[] = { "", "\033[32m", "\033[31m" };

	if (d->color)
		buf_puts(&d->text, colors[mark]);
	show_printf(&d->text, "%s%s\n", fronts[mark], text);
	if (d->color && mark != SAME)
		buf_puts(&d->text, "\033[0m");
	if (mark != SAME)
		d->differ = true;
}

static void
put_keys(struct diff *d, const struct group *in, const struct group *other,
    bool common, enum mark mark)
{
	static const struct group none = { 0 };

	if (in == NULL)
		return;
	for (const struct key *k = in->first; k != NULL; k = k->next) {
		char *text = key_show(k);

		if (text == NULL)
			d->text.failed = true;
		else if (group_has(other != NULL ? other : &none, k->source,
			     text) == common)
			put_line(d, mark, text);
		free(text);
	}
}

static void
put_group(struct diff *d, size_t number, const struct group *ours,
    const struct group *theirs)
{
	if (d->color)
		buf_puts(&d->text, "\033[4m");
	buf_printf(&d->text, "Group %zu\n", number);
	if (d->color)
		buf_puts(&d->text, "\033[0m");
	put_keys(d, theirs, ours, true, SAME);
	put_keys(d, theirs, ours, false, ADDED);
	put_keys(d, ours, theirs, false, REMOVED);
}

/*
 * The file's threshold counts, not the configuration's, but never more than
 * there are groups; one group needs none, and 1 cannot be split by.
 */
static unsigned
next_threshold(const struct sealeaf_doc *d, const struct groups *theirs)
{
	const char *text = ctx_option(d->ctx, SEALEAF_OPT_THRESHOLD);
	unsigned want = d->meta.groups.threshold;

	if (text != NULL && strtoul(text, NULL, 10) != 0)
		want = (unsigned)strtoul(text, NULL, 10);
	if (theirs->n > 1 && want == 1)
		want = (unsigned)theirs->n;
	return want < theirs->n ? want : (unsigned)theirs->n;
}

static void
put_threshold(struct diff *d, unsigned was, unsigned now)
{
	char text[48];

	if (was > 0 && was == now) {
		buf_printf(&d->text, "shamir_threshold: %u\n", now);
		return;
	}
	if (now > 0) {
		(void)snprintf(text, sizeof text, "shamir_threshold: %u", now);
		put_line(d, ADDED, text);
	}
	if (was > 0) {
		(void)snprintf(text, sizeof text, "shamir_threshold: %u", was);
		put_line(d, REMOVED, text);
	}
}

enum sealeaf_code
sealeaf_keys_diff(struct sealeaf_doc *doc, const struct sealeaf_doc *other,
    bool color, bool *differ, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	const struct groups *ours = &doc->meta.groups;
	const struct groups *theirs = &other->meta.groups;
	struct diff d = { .color = color };
	enum sealeaf_code code;

	buf_puts(&d.text,
	    "The following changes will be made to the file's "
	    "groups:\n");
	put_threshold(&d, ours->threshold, next_threshold(doc, theirs));
	for (size_t i = 0; i < ours->n || i < theirs->n; i++)
		put_group(&d, i + 1, i < ours->n ? &ours->list[i] : NULL,
		    i < theirs->n ? &theirs->list[i] : NULL);
	*differ = d.differ;
	code = buf_check(&d.text, e);
	if (out != NULL)
		out->p = buf_take(&d.text, &out->n);
	buf_fini(&d.text);
	return code;
}

void
sealeaf_keys_take(struct sealeaf_doc *doc, struct sealeaf_doc *other)
{
	unsigned threshold = next_threshold(doc, &other->meta.groups);
	struct groups ours = doc->meta.groups;

	doc->meta.groups = other->meta.groups;
	doc->meta.groups.threshold = threshold;
	other->meta.groups = ours;
}
