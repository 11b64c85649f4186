/* SPDX-License-Identifier: Apache-2.0 */
/* Where AWS's services are: by region, or where the user says. */

#include <string.h>

#include "net/aws.h"

struct partition {
	const char *prefix, *suffix, *dual; /* dual NULL: has no such hosts */
};

/* The first prefix that fits; the last fits all. */
static const struct partition partitions[] = {
	{ "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
	{ "us-gov-", "amazonaws.com", "api.aws" },
	{ "eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu" },
	{ "us-isof-", "csp.hci.ic.gov", NULL },
	{ "us-isob-", "sc2s.sgov.gov", NULL },
	{ "us-iso-", "c2s.ic.gov", NULL },
	{ "eu-isoe-", "cloud.adc-e.uk", NULL },
	{ "", "amazonaws.com", "api.aws" }
};

struct service {
	const char *name, *host, *variable, *setting;
};

static const struct service services[] = { { "kms", "kms",
					       "AWS_ENDPOINT_URL_KMS", "kms" },
	{ "sts", "sts", "AWS_ENDPOINT_URL_STS", "sts" },
	{ "sso", "portal.sso", "AWS_ENDPOINT_URL_SSO", "sso" },
	{ "oidc", "oidc", "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc" } };

bool
aws_region_valid(struct span region)
{
	for (size_t i = 0; i < region.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-",
			region.p[i]) == NULL ||
		    region.p[i] == '\0')
			return false;
	return region.n > 0 && region.n < 64 && region.p[0] != '-';
}

/* A switch of the environment, else of the profile. */
static bool
is_on(const struct aws *a, const char *variable, const char *setting)
{
	struct span value = span_of(world_env(a->world, variable));

	if (value.n == 0)
		value = aws_profile_get(a->files, a->profile, setting);
	return value.n == 4 && (value.p[0] == 't' || value.p[0] == 'T') &&
	    (span_ends(value, "rue") || span_ends(value, "RUE"));
}

/* What the user set instead of AWS's host; p NULL when nothing. */
static struct span
override(const struct aws *a, const struct service *s)
{
	struct span url, name;

	if (is_on(a, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
		"ignore_configured_endpoint_urls"))
		return span_of(NULL);
	url = span_of(world_env(a->world, s->variable));
	if (url.n == 0)
		url = span_of(world_env(a->world, "AWS_ENDPOINT_URL"));
	name = aws_profile_get(a->files, a->profile, "services");
	if (url.n == 0 && name.n > 0)
		url = aws_section_get(a->files, "services", name, s->setting,
		    "endpoint_url");
	if (url.n == 0)
		url = aws_profile_get(a->files, a->profile, "endpoint_url");
	return url.n > 0 ? url : span_of(NULL);
}

static enum sealeaf_code
by_region(struct buf *url, const struct aws *a, const struct service *s,
    bool fips, bool dual, struct sealeaf_error *e)
{
	struct span region = span_of(a->region);
	const struct partition *p = partitions;

	if (!aws_region_valid(region))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "failed to bind endpoint params, invalid input region "
		    "\"%.100s\"",
		    a->region);
	while (!span_starts(region, p->prefix))
		p++;
	if (dual && p->dual == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "region \"%s\" has no dual-stack endpoints", a->region);
	buf_printf(url, "https://%s%s.%s.%s/", s->host, fips ? "-fips" : "",
	    a->region, dual ? p->dual : p->suffix);
	return buf_check(url, e);
}

enum sealeaf_code
aws_endpoint(struct buf *url, const struct aws *a, const char *service,
    struct sealeaf_error *e)
{
	const struct service *s = services;
	bool fips = is_on(a, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
	bool dual = is_on(a, "AWS_USE_DUALSTACK_ENDPOINT",
	    "use_dualstack_endpoint");
	struct span own;

	while (strcmp(s->name, service) != 0)
		s++;
	own = override(a, s);
	if (own.p == NULL)
		return by_region(url, a, s, fips, dual, e);
	if (fips || dual)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "a custom endpoint for "
		    "%s cannot be a %s endpoint too",
		    s->name, fips ? "FIPS" : "dual-stack");
	while (own.n > 0 && own.p[own.n - 1] == '/')
		own.n--;
	buf_span(url, own);
	buf_putc(url, '/');
	return buf_check(url, e);
}
