/* SPDX-License-Identifier: Apache-2.0 */
/* GCP KMS: how its keys are written. A resource id becomes a path. */

#include <string.h>

#include "base/encode.h"
#include "key/gcp_kms.h"

static const struct key_field fields[] = { { "resource_id", false },
	{ NULL, false } };

#define NAME                                                                   \
	"abcdefghijklmnopqrstuvwxyz"                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* Step over `name` and the segment behind it, of characters of `allowed`. */
static bool
skip_pair(const char **p, const char *name, const char *allowed)
{
	size_t n = strlen(name);

	if (strncmp(*p, name, n) != 0)
		return false;
	*p += n;
	n = strspn(*p, allowed);
	/* "." and ".." would lead to another place. */
	if (n == 0 || **p == '.')
		return false;
	*p += n;
	return true;
}

/* Projects of a domain are DOMAIN:PROJECT; nothing else has a colon, which
 * begins the verb. */
bool
gcp_kms_resource_valid(const char *resource)
{
	const char *p = resource;

	return skip_pair(&p, "projects/", NAME ".:") &&
	    skip_pair(&p, "/locations/", NAME) &&
	    skip_pair(&p, "/keyRings/", NAME) &&
	    skip_pair(&p, "/cryptoKeys/", NAME) && *p == '\0';
}

enum sealeaf_code
gcp_kms_resource_check(const char *resource, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (gcp_kms_resource_valid(resource))
		return SEALEAF_OK;
	code = err_set(e, SEALEAF_ERR_GENERIC,
	    "no valid resource ID found in \"%s\"", resource);
	err_hint(e,
	    "a resource id looks like projects/P/locations/L/keyRings/R/cryptoKeys/K");
	return code;
}

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = key_set_packed(k, GCP_KMS_RESOURCE, text, e);

	if (code == SEALEAF_OK)
		code = gcp_kms_resource_check(k->field[GCP_KMS_RESOURCE], e);
	return code;
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, GCP_KMS_RESOURCE));
}

static bool
sealed(struct span enc, size_t n)
{
	return key_base64(enc, base64_get, n, GCP_KMS_BLOB_MAX);
}

const struct key_source key_gcp_kms = { .name = "gcp_kms",
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
	.sealed = sealed,
	.wrap = gcp_kms_wrap,
	.unwrap = gcp_kms_unwrap,
	.end = gcp_kms_end };
