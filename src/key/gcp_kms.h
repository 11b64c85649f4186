/* SPDX-License-Identifier: Apache-2.0 */
/* Asking GCP KMS. */
#ifndef KEY_GCP_KMS_H
#define KEY_GCP_KMS_H

#include "key/source.h"

enum { GCP_KMS_BLOB_MAX = 70000 };
enum { GCP_KMS_RESOURCE };

/* projects/P/locations/L/keyRings/R/cryptoKeys/K, each part [\w.:-]+. */
bool gcp_kms_resource_valid(const char *resource);

/* The same as an error, with a hint. */
SEALEAF_USED enum sealeaf_code gcp_kms_resource_check(const char *resource,
    struct sealeaf_error *e);

SEALEAF_USED enum sealeaf_code gcp_kms_wrap(struct key_session *s,
    struct key *k, struct secret *secret, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code gcp_kms_unwrap(struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e);
void gcp_kms_end(struct key_session *s);

#endif
