/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the identities of a user; only what is public is told. */

#include "key/age.h"
#include "key/gpg_agent.h"
#include "sops/identities.h"

enum { SHOWN = 4 };

enum sealeaf_code
sealeaf_identities(struct sealeaf_ctx *ctx,
    void (*put)(void *user, const char *location, const char *recipient,
	const char *problem),
    void *user, struct sealeaf_error *e)
{
	return age_look(&ctx->session, put, user, e);
}

bool
sealeaf_agent(struct sealeaf_ctx *ctx)
{
	return gpg_agent_reachable(&ctx->world);
}

struct tried {
	struct buf text;
	size_t n;
};

static void
put_tried(void *user, const char *location, const char *recipient,
    const char *problem)
{
	struct tried *t = user;

	if (problem != NULL || t->n++ >= SHOWN)
		return;
	buf_printf(&t->text, "%s%.90s from %.200s", t->n > 1 ? ", " : "",
	    recipient != NULL ? recipient : "one whose recipient is not known",
	    location);
}

void
identities_hint(struct sealeaf_ctx *ctx, struct sealeaf_error *e)
{
	struct sealeaf_error quiet = { 0 };
	struct buf hint = { 0 };
	struct tried t = { 0 };

	if (age_look(&ctx->session, put_tried, &t, &quiet) != SEALEAF_OK)
		goto out;
	if (t.n == 0)
		buf_puts(&hint,
		    "no age identity was found: name a file with one in SOPS_AGE_KEY_FILE");
	else if (t.n > SHOWN)
		buf_printf(&hint, "age identities tried: %s and %zu more",
		    t.text.p, t.n - SHOWN);
	else
		buf_printf(&hint,
		    "age identities tried: %s; the file is for the keys above",
		    t.text.p);
	if (!t.text.failed && !hint.failed)
		err_hints(e, hint.p);
out:
	buf_fini(&t.text);
	buf_fini(&hint);
}
