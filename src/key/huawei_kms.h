/* SPDX-License-Identifier: Apache-2.0 */
/* Asking HuaweiCloud KMS. */
#ifndef KEY_HUAWEI_KMS_H
#define KEY_HUAWEI_KMS_H

#include "key/source.h"

enum { HUAWEI_KMS_ID };

SEALEAF_USED enum sealeaf_code huawei_kms_wrap(struct key_session *s,
    struct key *k, struct secret *secret, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code huawei_kms_unwrap(struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e);
void huawei_kms_end(struct key_session *s);

#endif
