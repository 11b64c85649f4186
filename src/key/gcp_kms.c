/* SPDX-License-Identifier: Apache-2.0 */
/* GCP KMS: how its keys are written. A resource id becomes a path. */

#include <string.h>

#include "key/source.h"

enum { RESOURCE };

static const struct key_field fields[] = {
	{ "resource_id", false },
	{ NULL, false }
};

/* Step over "/NAME/" (the first without its '/') and the segment behind. */
static bool
skip_pair(const char **p, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";
	size_t n = strlen(name);

	if (strncmp(*p, name, n) != 0)
		return false;
	*p += n;
	n = strspn(*p, allowed);
	*p += n;
	return n > 0;
}

static bool
resource_valid(const char *p)
{
	return skip_pair(&p, "projects/") && skip_pair(&p, "/locations/") &&
	    skip_pair(&p, "/keyRings/") && skip_pair(&p, "/cryptoKeys/") &&
	    *p == '\0';
}

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = key_set_packed(k, RESOURCE, text, e);

	if (code != SEALEAF_OK || resource_valid(k->field[RESOURCE]))
		return code;
	code = err_set(e, SEALEAF_ERR_GENERIC,
	    "no valid resource ID found in \"%s\"", k->field[RESOURCE]);
	err_hint(e, "a resource id looks like "
	    "projects/P/locations/L/keyRings/R/cryptoKeys/K");
	return code;
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, RESOURCE));
}

static enum sealeaf_code
wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	(void)s;
	(void)k;
	(void)secret;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "this build of sealeaf has no GCP KMS support");
}

static enum sealeaf_code
unwrap(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	(void)s;
	(void)k;
	(void)secret;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "this build of sealeaf has no GCP KMS support");
}

const struct key_source key_gcp_kms = {
	.name = "gcp_kms",
	.list = "gcp_kms",
	.config = "gcp_kms",
	.rule = "gcp_kms",
	.flag = "gcp-kms",
	.variable = "SOPS_GCP_KMS_IDS",
	.fields = fields,
	.slot = KEY_SLOT_GCP,
	.dated = true,
	.parse = parse,
	.show = show,
	.wrap = wrap,
	.unwrap = unwrap
};
