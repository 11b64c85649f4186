/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of a configuration. SOPS ignores those that it does not know, so a
 * typing error in encrypted_regex leaves every secret under another rule.
 */

#include <string.h>

#include "sops/lint.h"
#include "sops/tree.h"

enum section {
	NONE, /* what is inside is not looked at */
	TOP,
	CREATION,
	DESTINATION,
	STORES,
	STORE,
	GROUP,
	AWS,
	GCP,
	AZURE,
	HUAWEI,
	SECTIONS
};

struct entry {
	const char *name;
	enum section below;
};

enum { NAMES = 20, NAME_MAX_BYTES = 64 };

/* clang-format off */
static const struct entry known[SECTIONS][NAMES] = {
	[TOP] = { { "creation_rules", CREATION },
		{ "destination_rules", DESTINATION }, { "stores", STORES } },
	[CREATION] = { { "path_regex", NONE }, { "kms", NONE },
		{ "aws_profile", NONE }, { "age", NONE }, { "pgp", NONE },
		{ "gcp_kms", NONE }, { "hckms", NONE },
		{ "azure_keyvault", NONE }, { "hc_vault_transit_uri", NONE },
		{ "key_groups", GROUP }, { "shamir_threshold", NONE },
		{ "unencrypted_suffix", NONE }, { "encrypted_suffix", NONE },
		{ "unencrypted_regex", NONE }, { "encrypted_regex", NONE },
		{ "unencrypted_comment_regex", NONE },
		{ "encrypted_comment_regex", NONE },
		{ "mac_only_encrypted", NONE } },
	[DESTINATION] = { { "path_regex", NONE }, { "s3_bucket", NONE },
		{ "s3_prefix", NONE }, { "gcs_bucket", NONE },
		{ "gcs_prefix", NONE }, { "vault_path", NONE },
		{ "vault_address", NONE }, { "vault_kv_mount_name", NONE },
		{ "vault_kv_version", NONE }, { "recreation_rule", CREATION },
		{ "omit_extensions", NONE } },
	[STORES] = { { "dotenv", NONE }, { "ini", NONE },
		{ "json", STORE }, { "json_binary", STORE },
		{ "yaml", STORE } },
	[STORE] = { { "indent", NONE } },
	[GROUP] = { { "merge", GROUP }, { "kms", AWS }, { "gcp_kms", GCP },
		{ "hckms", HUAWEI }, { "azure_keyvault", AZURE },
		{ "hc_vault", NONE }, { "age", NONE }, { "pgp", NONE } },
	[AWS] = { { "arn", NONE }, { "role", NONE }, { "context", NONE },
		{ "aws_profile", NONE } },
	[GCP] = { { "resource_id", NONE } },
	[AZURE] = { { "vaultUrl", NONE }, { "key", NONE },
		{ "version", NONE } },
	[HUAWEI] = { { "key_id", NONE } },
};
/* clang-format on */

/* Letters in lower case, without what people put between words. */
static size_t
reduce(char out[NAME_MAX_BYTES], struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < NAME_MAX_BYTES; i++) {
		char c = name.p[i];

		if (c == '_' || c == '-' || c == ' ')
			continue;
		out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return n;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* How many letters must be changed, added or taken away; two that are swapped
 * count as two. */
static size_t
distance(struct span a, struct span b)
{
	char x[NAME_MAX_BYTES], y[NAME_MAX_BYTES];
	size_t row[NAME_MAX_BYTES + 1];
	size_t n = reduce(x, a), m = reduce(y, b);

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 0; i < n; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < m; j++) {
			size_t next = least(corner + (x[i] != y[j]), row[j] + 1,
			    row[j + 1] + 1);

			corner = row[j + 1];
			row[j + 1] = next;
		}
	}
	return row[m];
}

/* The entry of that name; else the nearest goes to *near, if any is. */
static const struct entry *
find(enum section section, struct span name, const char **near)
{
	size_t best = name.n < 6 ? 2 : 3;

	*near = NULL;
	for (int i = 0; i < NAMES && known[section][i].name != NULL; i++) {
		const struct entry *k = &known[section][i];
		size_t d;

		if (span_is(name, k->name))
			return k;
		d = name.n <= NAME_MAX_BYTES ? distance(name, span_of(k->name))
					     : best;
		if (d < best) {
			best = d;
			*near = k->name;
		}
	}
	return NULL;
}

static void
unknown(struct lint *l, const struct leaf *leaf, enum section section,
    const char *near)
{
	struct span key = leaf->path->key;
	int n = (int)(key.n < 80 ? key.n : 80);
	const char *at = key.p >= l->doc->source.p &&
		key.p < l->doc->source.p + l->doc->source.n
	    ? key.p
	    : leaf->src.p;

	/* At the top people keep their own things, often anchors. */
	if (section == TOP && near == NULL)
		return;
	lint_text(l, "\"%.*s\" is no entry that SOPS knows, and is ignored", n,
	    key.p);
	if (near != NULL)
		lint_hint(l, "did you mean \"%s\"?", near);
	lint_put(l, near != NULL ? SEALEAF_ERROR : SEALEAF_WARNING,
	    "unknown-name", at);
}

/* The entries of one mapping: leaves [at, end). Nesting is that of the file,
 * and the scanner has a limit; merges of groups are as deep as they are. */
static void
check_entries(struct lint *l, enum section section, size_t at, size_t end)
{
	const struct leaves *ls = &l->doc->leaves;

	for (; at < end; at = tree_sibling(ls, at, end)) {
		const struct leaf *leaf = &ls->list[at];
		const struct entry *k;
		size_t stop = tree_next(ls, at);
		const char *near;

		if (leaf->path == NULL || leaf->path->key.p == NULL)
			continue;
		if (span_is(leaf->path->key, "<<")) {
			if (leaf->type == LEAF_MAP)
				check_entries(l, section, tree_child(ls, at),
				    stop);
			continue;
		}
		k = find(section, leaf->path->key, &near);
		if (k == NULL)
			unknown(l, leaf, section, near);
		if (k == NULL || k->below == NONE)
			continue;
		if (leaf->type == LEAF_MAP)
			check_entries(l, k->below, tree_child(ls, at), stop);
		if (leaf->type != LEAF_LIST)
			continue;
		for (size_t i = tree_child(ls, at); i < stop;
		     i = tree_sibling(ls, i, stop)) {
			if (ls->list[i].type == LEAF_MAP)
				check_entries(l, k->below, tree_child(ls, i),
				    tree_next(ls, i));
		}
	}
}

void
lint_names(struct lint *l, const struct config *c)
{
	const struct leaves *ls = &c->doc.leaves;
	size_t at = 0, end = ls->n;

	while (at < end && ls->list[at].type == LEAF_COMMENT)
		at++;
	if (at == end)
		return;
	if (ls->list[at].path == NULL) {
		end = tree_next(ls, at);
		at = tree_child(ls, at);
	}
	check_entries(l, TOP, at, end);
}
