/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata block: keys, rules, MAC, version (format.md 8). */
#ifndef SOPS_METADATA_H
#define SOPS_METADATA_H

#include <stdbool.h>

#include "base/err.h"
#include "doc/doc.h"
#include "sops/groups.h"

enum rule_kind {
	RULE_UNENCRYPTED_SUFFIX,
	RULE_ENCRYPTED_SUFFIX,
	RULE_UNENCRYPTED_REGEX,
	RULE_ENCRYPTED_REGEX,
	RULE_UNENCRYPTED_COMMENT,
	RULE_ENCRYPTED_COMMENT,
	RULE_KINDS
};

/* Names of the six rules in files and configuration. */
extern const char *const rule_names[RULE_KINDS];

/* Heap strings, NULL when absent. Zeroed is empty. */
struct metadata {
	struct groups groups;
	char *rule[RULE_KINDS]; /* at most one, never empty */
	bool mac_only;
	char *lastmodified; /* as written: it is the AAD of the MAC */
	char *mac;          /* envelope; empty in files without one */
	char *version;
	char *spelling; /* envelope of the sealed spellings, or NULL */
};

/*
 * Read the block of `d`. Fields match without case, types are weak, unknown
 * fields are ignored. Errors have SOPS's texts (SEALEAF_ERR_METADATA).
 */
SEALEAF_USED enum sealeaf_code metadata_read(struct metadata *m,
    const struct doc *d, struct sealeaf_error *e);

/*
 * Append the block as leaves in SOPS's order, sorted by name; their texts
 * belong to `m`, their steps to `a`.
 */
SEALEAF_USED enum sealeaf_code metadata_write(struct leaves *out,
    struct arena *a, const struct metadata *m, struct sealeaf_error *e);

/* Replace a string field by a copy of `text` (NULL: none). */
SEALEAF_USED enum sealeaf_code metadata_text(char **field, const char *text,
    struct sealeaf_error *e);

/* Parse "major.minor.patch" wherever it stands in `text`; SOPS's errors. */
SEALEAF_USED enum sealeaf_code metadata_version(unsigned out[3],
    const char *text, struct sealeaf_error *e);

/* The text of SOPS about more than one rule. */
extern const char metadata_one_rule[];

void metadata_fini(struct metadata *m);

#endif
