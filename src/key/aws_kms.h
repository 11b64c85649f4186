/* SPDX-License-Identifier: Apache-2.0 */
/* Asking AWS KMS. */
#ifndef KEY_AWS_KMS_H
#define KEY_AWS_KMS_H

#include "key/source.h"

enum { AWS_KMS_BLOB_MAX = 6144 };
enum { AWS_KMS_ARN, AWS_KMS_PROFILE, AWS_KMS_ROLE };

/* arn:aws[\w-]*:kms:REGION:ACCOUNT:key/… or alias/…, REGION [a-z0-9-]+. */
bool aws_kms_arn_valid(const char *arn);

/* arn:… without blanks, or none. */
bool aws_kms_role_valid(const char *role);

/* The same as an error, with a hint. */
SEALEAF_USED enum sealeaf_code aws_kms_arn_check(const char *arn,
    struct sealeaf_error *e);

SEALEAF_USED enum sealeaf_code aws_kms_wrap(struct key_session *s,
    struct key *k, struct secret *secret, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code aws_kms_unwrap(struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e);
void aws_kms_end(struct key_session *s);

#endif
