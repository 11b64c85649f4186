/* SPDX-License-Identifier: Apache-2.0 */
/* Asking Azure Key Vault. */
#ifndef KEY_AZURE_KV_H
#define KEY_AZURE_KV_H

#include "key/source.h"
#include "net/http.h"

enum { AZURE_KV_NAME, AZURE_KV_VAULT, AZURE_KV_VERSION };

/* azure_kv_auth.c: make a request of a vault, with a token by its challenge.
 * r->url is set; the answer may be any but 401. */
SEALEAF_USED enum sealeaf_code azure_kv_send(struct key_session *s,
    struct http_request *r, struct http_answer *a, struct sealeaf_error *e);
void azure_kv_end(struct key_session *s);

SEALEAF_USED enum sealeaf_code azure_kv_ready(struct key_session *s,
    struct key *k, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_kv_wrap(struct key_session *s,
    struct key *k, struct secret *secret, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_kv_unwrap(struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e);

#endif
