/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HashiCorp Vault and OpenBao transit: how their keys are written. The URL of
 * a key is taken apart as SOPS does it, but a URL whose address could not be
 * used later is refused here.
 */

#include <ctype.h>
#include <string.h>

#include "base/encode.h"
#include "key/vault.h"

#define EXAMPLE "https://vault.example.com:8200/v1/transit/keys/keyName"

enum { BLOB_MAX = 64 << 10 };

static const struct key_field fields[] = { { "engine_path", false },
	{ "key_name", false }, { "vault_address", false }, { NULL, false } };

static struct span
segment(struct span path)
{
	return span_sub(path, 0, span_find(path, '/'));
}

/* Whether `path` begins with vN and three more segments. */
static bool
versioned(struct span path)
{
	struct span first = segment(path), next;

	if (first.n < 2 || first.p[0] != 'v')
		return false;
	for (size_t i = 1; i < first.n; i++)
		if (!isdigit((unsigned char)first.p[i]))
			return false;
	for (unsigned i = 0; i < 3; i++) {
		path = span_sub(path, segment(path).n + 1, path.n);
		next = segment(path);
		if (next.n == 0)
			return false;
	}
	return true;
}

/* The same somewhere behind the first segment. */
static bool
versioned_later(struct span path)
{
	size_t n;

	while ((n = span_find(path, '/')) < path.n) {
		path = span_sub(path, n + 1, path.n);
		if (versioned(path))
			return true;
	}
	return false;
}

/* Bytes that no URL has, or that SOPS would take into the key's name. */
static bool
odd(struct span url)
{
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f ||
		    url.p[i] == '?' || url.p[i] == '#')
			return true;
	return span_search(url, span_of("/../")) < url.n ||
	    span_search(url, span_of("/./")) < url.n;
}

/* Length of "http://" or "https://" before `url`'s host; 0 when it has another
 * scheme or none. */
static size_t
scheme_size(struct span url, struct sealeaf_error *e)
{
	static const char *const known[] = { "https", "http" };
	size_t n = span_search(url, span_of("://"));
	int most = (int)(url.n < 2000 ? url.n : 2000);
	size_t i;

	if (n == url.n || n == 0 || span_find(url, '/') < n) {
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "missing scheme in Vault "
		    "URL (should be like this: +" EXAMPLE "), got: %.*s",
		    most, url.p);
		return 0;
	}
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == n) {
			size_t j = 0;

			while (j < n &&
			    tolower((unsigned char)url.p[j]) == known[i][j])
				j++;
			if (j == n)
				return n + 3;
		}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "scheme of Vault URL is neither "
	    "https nor http: %.*s",
	    most, url.p);
	return 0;
}

static enum sealeaf_code
check(struct span url, size_t host, struct span path, struct sealeaf_error *e)
{
	bool plain = host > 0 && !odd(url);

	if (plain && versioned_later(path))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "running Vault with a "
		    "prefixed URL is not supported! (Format has to be "
		    "like " EXAMPLE ")");
	if (!plain || !versioned(path))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "vault path does not "
		    "seem to be formatted correctly: (eg. " EXAMPLE ")");
	return SEALEAF_OK;
}

/* vN/ENGINE…/keys/NAME; SOPS checks neither the number nor "keys". */
static enum sealeaf_code
set_path(struct key *k, struct span path, struct sealeaf_error *e)
{
	size_t start = segment(path).n + 1, last = path.n, before;
	enum sealeaf_code code;

	while (path.p[last - 1] != '/')
		last--;
	before = last - 1;
	while (path.p[before - 1] != '/')
		before--;
	code = key_set(k, VAULT_KEY, span_sub(path, last, path.n), e);
	if (code != SEALEAF_OK)
		return code;
	return key_set(k, VAULT_ENGINE, span_sub(path, start, before - 1), e);
}

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	size_t scheme = scheme_size(text, e), host;
	enum sealeaf_code code;
	struct span path;

	if (scheme == 0)
		return SEALEAF_ERR_GENERIC;
	host = scheme + span_find(span_sub(text, scheme, text.n), '/');
	path = span_sub(text, host, text.n);
	while (path.n > 0 && path.p[0] == '/')
		path = span_sub(path, 1, path.n);
	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	code = check(text, host - scheme, path, e);
	if (code == SEALEAF_OK)
		code = key_set(k, VAULT_ADDRESS, span_sub(text, 0, host), e);
	if (code != SEALEAF_OK)
		return code;
	for (size_t i = 0; i < scheme; i++)
		k->field[VAULT_ADDRESS][i] = (char)tolower(
		    (unsigned char)k->field[VAULT_ADDRESS][i]);
	return set_path(k, path, e);
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, VAULT_ADDRESS));
	buf_puts(b, "/v1/");
	buf_puts(b, key_get(k, VAULT_ENGINE));
	buf_puts(b, "/keys/");
	buf_puts(b, key_get(k, VAULT_KEY));
}

/* vault:vN:BASE64, N the version of the key. */
static bool
sealed(struct span enc, size_t n)
{
	struct span rest = span_sub(enc, strlen("vault:v"), enc.n);
	size_t digits = span_find(rest, ':');

	if (!span_starts(enc, "vault:v") || digits == rest.n || digits == 0 ||
	    rest.p[0] == '0')
		return false;
	for (size_t i = 0; i < digits; i++)
		if (!isdigit((unsigned char)rest.p[i]))
			return false;
	return key_base64(span_sub(rest, digits + 1, rest.n), base64_get, n,
	    BLOB_MAX);
}

const struct key_source key_hc_vault = { .name = "hc_vault",
	.list = "hc_vault",
	.config = "hc_vault",
	.rule = "hc_vault_transit_uri",
	.flag = "hc-vault-transit",
	.variable = "SOPS_VAULT_URIS",
	.fields = fields,
	.slot = KEY_SLOT_VAULT,
	.dated = true,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.wrap = vault_wrap,
	.unwrap = vault_unwrap,
	.end = vault_end };
