/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens of OAuth 2.0. */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "net/http.h"

/* Zeroed is none. */
struct oauth_token {
	struct secret text;
	int64_t expires; /* 0: not known */
};

void oauth_fini(struct oauth_token *t);

/* Whether there is one, good for a while yet. */
bool oauth_usable(const struct oauth_token *t, int64_t now);

SEALEAF_USED enum sealeaf_code oauth_set(struct oauth_token *t,
    struct span text, int64_t expires, struct sealeaf_error *e);

/* Add "Authorization: Bearer …". */
void oauth_header_put(struct http_request *r, struct oauth_token *t);

/* Send a form in r->body to a token endpoint, and read its answer: the member
 * `name` ("access_token"), and its life from expires_in or expires_on. */
SEALEAF_USED enum sealeaf_code oauth_ask(struct oauth_token *t, struct http *h,
    struct http_request *r, const char *name, int64_t now,
    struct sealeaf_error *e);

/* The same of an answer that came already. */
SEALEAF_USED enum sealeaf_code oauth_read(struct oauth_token *t,
    const struct http_answer *a, const char *name, int64_t now,
    struct sealeaf_error *e);

#endif
