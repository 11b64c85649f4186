/* SPDX-License-Identifier: Apache-2.0 */
/* Google's credentials. */
#ifndef NET_GCP_H
#define NET_GCP_H

#include "net/oauth.h"

#define GCP_SCOPE "https://www.googleapis.com/auth/cloud-platform"

struct gcp {
	const struct world *world;
	struct http *http;
};

/*
 * gcp_cred.c: a token by GOOGLE_CREDENTIALS, GOOGLE_OAUTH_ACCESS_TOKEN, or the
 * application default credentials. `quota` gets the project that requests are
 * to be counted for, if any. SEALEAF_ERR_NOT_MINE when there are none.
 */
SEALEAF_USED enum sealeaf_code gcp_token(struct oauth_token *t,
    struct buf *quota, const struct gcp *g, struct sealeaf_error *e);

/* A token by a credentials file, JSON; `depth` counts files in files. */
SEALEAF_USED enum sealeaf_code gcp_token_by(struct oauth_token *t,
    const struct gcp *g, struct span json, unsigned depth,
    struct sealeaf_error *e);

/* Whether a token may be asked for there: https, or this machine. */
bool gcp_url_safe(const char *url);

/* gcp_account.c: types of credential files. */
SEALEAF_USED enum sealeaf_code gcp_service_account(struct oauth_token *t,
    const struct gcp *g, struct span json, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code gcp_authorized_user(struct oauth_token *t,
    const struct gcp *g, struct span json, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code gcp_machine(struct oauth_token *t,
    const struct gcp *g, struct sealeaf_error *e);

/* Exchange *t for a token of the account of `url`. */
SEALEAF_USED enum sealeaf_code gcp_impersonate(struct oauth_token *t,
    const struct gcp *g, const char *url, struct span delegates,
    struct sealeaf_error *e);

/* gcp_federation.c: a token for what another provider said. */
SEALEAF_USED enum sealeaf_code gcp_external(struct oauth_token *t,
    const struct gcp *g, struct span json, struct sealeaf_error *e);

/* gcp_subject.c: what the other provider says, by credential_source. */
SEALEAF_USED enum sealeaf_code gcp_subject(struct buf *token,
    const struct gcp *g, struct span json, struct sealeaf_error *e);

/* gcp_aws.c: the same where the other provider is AWS. */
SEALEAF_USED enum sealeaf_code gcp_aws_subject(struct buf *token,
    const struct gcp *g, struct span json, struct sealeaf_error *e);

#endif
