/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Azure Key Vault: how its keys are written. A URL without a version means the
 * newest one; SOPS asks for it while it reads the configuration, here ready()
 * does so when the key is about to be used.
 */

#include "base/encode.h"
#include "key/azure_kv.h"

enum { BLOB_MAX = 4096 };

static const struct key_field fields[] = { { "name", false },
	{ "vault_url", false }, { "version", false }, { NULL, false } };

/* Cut text at its next '/', which goes away. */
static struct span
cut(struct span *text)
{
	size_t n = span_find(*text, '/');
	struct span part = span_sub(*text, 0, n);

	*text = span_sub(*text, n + (n < text->n), text->n);
	return part;
}

/* https://HOST/keys/NAME[/[VERSION]] */
static bool
take_apart(struct span url, struct span part[3])
{
	struct span scheme = SPAN_LIT("https://");
	struct span rest, host, keys;

	if (!span_starts(url, scheme.p))
		return false;
	rest = span_sub(url, scheme.n, url.n);
	host = cut(&rest);
	keys = cut(&rest);
	part[AZURE_KV_VAULT] = span_sub(url, 0, scheme.n + host.n);
	part[AZURE_KV_NAME] = cut(&rest);
	part[AZURE_KV_VERSION] = rest;
	return host.n > 0 && span_is(keys, "keys") &&
	    part[AZURE_KV_NAME].n > 0 && span_find(rest, '/') == rest.n;
}

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	struct span part[3];

	text = span_trim(text);
	if (!take_apart(text, part)) {
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "could not parse "
		    "\"%.*s\" into a valid Azure Key Vault MasterKey []",
		    (int)(text.n < 2000 ? text.n : 2000), text.p);
		err_hint(e,
		    "a key looks like "
		    "https://NAME.vault.azure.net/keys/KEY/VERSION");
		return code;
	}
	for (size_t i = 0; i < 3 && code == SEALEAF_OK; i++)
		code = key_set(k, i, part[i], e);
	return code;
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, AZURE_KV_VAULT));
	buf_puts(b, "/keys/");
	buf_puts(b, key_get(k, AZURE_KV_NAME));
	buf_putc(b, '/');
	buf_puts(b, key_get(k, AZURE_KV_VERSION));
}

/* What RSA makes: as long as the key, of at most 4096 bits. */
static bool
sealed(struct span enc, size_t n)
{
	return key_base64(enc, base64url_get_raw, n, BLOB_MAX);
}

const struct key_source key_azure_kv = { .name = "azure_kv",
	.list = "azure_kv",
	.config = "azure_keyvault",
	.rule = "azure_keyvault",
	.flag = "azure-kv",
	.variable = "SOPS_AZURE_KEYVAULT_URLS",
	.fields = fields,
	.slot = KEY_SLOT_AZURE,
	.dated = true,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.ready = azure_kv_ready,
	.wrap = azure_kv_wrap,
	.unwrap = azure_kv_unwrap,
	.end = azure_kv_end };
