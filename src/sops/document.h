/* SPDX-License-Identifier: Apache-2.0 */
/* One document through its operations: what struct sealeaf_doc holds. */
#ifndef SOPS_DOCUMENT_H
#define SOPS_DOCUMENT_H

#include <stdbool.h>

#include <sealeaf.h>

#include "base/secret.h"
#include "crypt/gcm.h"
#include "doc/doc.h"
#include "format/format.h"
#include "sops/ctx.h"
#include "sops/metadata.h"
#include "sops/rules.h"

/* The sealed spellings in one document's block; p NULL: none of its own. */
struct opened_list {
	struct span plain, envelope;
};

/*
 * Opened documents have the leaves of the encrypted file in `doc`. After
 * cipher_open() their values and types are those of the plaintext, and
 * `sealed` remembers the envelope that each was opened from.
 */
struct sealeaf_doc {
	struct sealeaf_ctx *ctx;
	char *path;                  /* as the user spells it, or NULL */
	const struct format *format; /* of the input */
	const struct format
	    *scanned; /* of the text in `doc`: JSON for binary */
	bool opened;
	bool clear; /* cipher_open() was done */
	bool fresh; /* the data key is not the one that `sealed` is under */
	bool keep_version; /* that of the metadata, though it is older */
	bool verified;     /* and the MAC compared, or to be ignored */
	struct doc doc;
	struct metadata meta;
	struct rules rules;
	struct secret key;
	struct gcm *gcm;           /* under the data key, once there is one */
	struct span *sealed;       /* one a leaf; p NULL: not opened */
	struct span spelling;      /* plaintext of the sealed spellings */
	struct opened_list *lists; /* the same, one a document */
	size_t n_lists;
	uint8_t ivs[128 * GCM_IV]; /* random, drawn ahead: a call each costs */
	size_t n_ivs; /* as much as the cipher; used from the end */
};

/* By number, NULL when out of range. */
const struct format *format_of(enum sealeaf_format format);

/* A new document of `ctx` with a copy of `path`, or NULL. */
struct sealeaf_doc *document_new(struct sealeaf_ctx *ctx, const char *path,
    const struct format *format);

/* The cipher under the data key, when it is not there yet. */
SEALEAF_USED enum sealeaf_code document_gcm(struct sealeaf_doc *d,
    struct sealeaf_error *e);

/* Style for text of `d` written anew in `format`: from the options, else
 * from `stores` of the configuration. */
SEALEAF_USED enum sealeaf_code document_style(struct print_style *style,
    const struct sealeaf_doc *d, const struct format *format,
    struct sealeaf_error *e);

/* Decrypt and verify, once. */
SEALEAF_USED enum sealeaf_code document_clear(struct sealeaf_doc *d,
    struct sealeaf_error *e);

/* The plaintext of an opened document in its own layout. */
SEALEAF_USED enum sealeaf_code document_plain(struct buf *out,
    struct sealeaf_doc *d, struct sealeaf_error *e);

/* SEALEAF_ERR_ENCRYPTED with SOPS's text: a key at the top collides with the
 * metadata. */
enum sealeaf_code document_refuse(struct sealeaf_error *e);

#endif
