/* SPDX-License-Identifier: Apache-2.0 */
/* Key sources: what can wrap and unwrap a data key. */
#ifndef KEY_SOURCE_H
#define KEY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/world.h"

enum { KEY_FIELDS = 6 };

/* Places in key_session.state. */
enum key_slot {
	KEY_SLOT_AWS,
	KEY_SLOT_GCP,
	KEY_SLOT_AZURE,
	KEY_SLOT_VAULT,
	KEY_SLOT_HUAWEI,
	KEY_SLOT_PGP,
	KEY_SLOT_AGE,
	KEY_SLOT_REMOTE, /* remote.c's, for all with a network */
	KEY_SLOTS
};

/* One entry of the encryption context of an AWS KMS key. */
struct key_context {
	char *name, *value;
	struct key_context *next; /* sorted by name */
};

/*
 * One key of a group: who it is (fields), and the data key or Shamir share as
 * wrapped for it (enc). Heap strings that belong to the key; unset ones NULL.
 */
struct key {
	const struct key_source *source;
	char *field[KEY_FIELDS];     /* as source->fields names them */
	struct key_context *context; /* AWS only */
	char *created_at;            /* RFC 3339; NULL for age */
	char *enc;
	char *shown; /* string form for the public interface, or NULL */
	struct key *next;
};

/*
 * What the sources remember for the length of one process: identities once
 * loaded, passphrases asked, credentials. One a sealeaf_ctx.
 */
struct key_session {
	const struct world *world;
	void *state[KEY_SLOTS]; /* by source->slot; freed by its end() */
	unsigned seconds;       /* limit for a remote answer, 0: 10 */
};

/* A field of a key in the metadata. */
struct key_field {
	const char *name; /* "recipient" */
	bool omit_empty;
};

/*
 * One constant table a source.
 *
 * parse    fill the fields of `k` from the text of a flag, a variable or a
 *          flat creation rule (one element, already split at commas).
 *          Makes no network request.
 * show     append the string form (keys.md 1.4).
 * sealed   whether `enc` can be what `n` bytes are wrapped to: what a service
 *          answers is looked at before it is stored.
 * ready    NULL, or complete the fields that are looked up when encrypting
 *          (Azure's key version).
 * wrap     k->enc becomes the wrapped form of `secret` (32 or 33 bytes).
 * fits     NULL, or whether an identity at hand is made for this key, as the
 *          metadata says; such keys are asked before their likes. Runs nothing,
 *          asks nobody.
 * unwrap   *secret is what k->enc wraps. SEALEAF_ERR_NOT_MINE: no identity or
 *          credential for this one, try the next; any other error is kept and
 *          shown if none opens it. The text is what SOPS prints behind "- |".
 * end      free session->state[slot]; NULL when there is none.
 */
struct key_source {
	const char *name;     /* in --decryption-order: "age", "azure_kv" */
	const char *list;     /* in the metadata; the same for all sources */
	const char *config;   /* list of a key group in .sops.yaml */
	const char *rule;     /* key of a flat creation rule */
	const char *flag;     /* "azure-kv": --azure-kv, --add-azure-kv */
	const char *variable; /* "SOPS_AZURE_KEYVAULT_URLS" */
	const struct key_field *fields; /* sorted by name; NULL-closed */
	unsigned slot;                  /* enum key_slot */
	bool offline;                   /* tried first, needs no network */
	bool dated;                     /* has created_at */

	enum sealeaf_code (
	    *parse)(struct key *k, struct span text, struct sealeaf_error *e);
	void (*show)(struct buf *b, const struct key *k);
	bool (*sealed)(struct span enc, size_t n);
	enum sealeaf_code (*ready)(struct key_session *s, struct key *k,
	    struct sealeaf_error *e);
	enum sealeaf_code (*wrap)(struct key_session *s, struct key *k,
	    struct secret *secret, struct sealeaf_error *e);
	bool (*fits)(struct key_session *s, const struct key *k);
	enum sealeaf_code (*unwrap)(struct key_session *s, const struct key *k,
	    struct secret *secret, struct sealeaf_error *e);
	void (*end)(struct key_session *s);
};

extern const struct key_source key_age, key_pgp, key_aws_kms, key_gcp_kms,
    key_azure_kv, key_hc_vault, key_hckms;

/* All sources in the order in which SOPS loads them from a file: kms,
 * gcp_kms, hckms, azure_kv, hc_vault, pgp, age; NULL-closed. */
extern const struct key_source *const key_sources[];

/* By metadata list name, NULL when unknown. */
const struct key_source *key_source_by_list(struct span list);

/* A new zeroed key, or NULL; key_free() frees one (not its next). */
struct key *key_new(const struct key_source *source);
void key_free(struct key *k);

/* Index of a field by name, or KEY_FIELDS. */
size_t key_field_index(const struct key_source *source, struct span name);

/* Set a field to a copy of `text` (empty text too). */
SEALEAF_USED enum sealeaf_code key_set(struct key *k, size_t field,
    struct span text, struct sealeaf_error *e);

/* The same without the spaces (U+0020 only) that SOPS takes out of
 * fingerprints, ARNs and resource ids. */
SEALEAF_USED enum sealeaf_code key_set_packed(struct key *k, size_t field,
    struct span text, struct sealeaf_error *e);

/* k->enc becomes a copy of `enc`, which is to be `n` bytes wrapped; an error
 * when it cannot be that. */
SEALEAF_USED enum sealeaf_code key_set_enc(struct key *k, struct span enc,
    size_t n, struct sealeaf_error *e);

/* Whether `enc` is base64 (by `get`) of more than `n` and at most `most`
 * bytes. */
bool key_base64(struct span enc,
    bool (*get)(struct span text, void *out, size_t cap, size_t *n), size_t n,
    size_t most);

/* A field's text, "" when unset. */
const char *key_get(const struct key *k, size_t field);

/* The string form as a C string freed by the caller, or NULL. */
char *key_show(const struct key *k);

void key_session_init(struct key_session *s, const struct world *w);
void key_session_fini(struct key_session *s);

#endif
