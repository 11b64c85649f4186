/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's credentials. */
#ifndef NET_AZURE_H
#define NET_AZURE_H

#include "net/oauth.h"

struct azure {
	const struct world *world;
	struct http *http;
	const char *resource; /* "https://vault.azure.net" */
	const char *tenant;   /* of the resource, as it says; or "" */
};

/*
 * A token by the first credential that there is, in the order of Azure's own
 * clients; AZURE_TOKEN_CREDENTIALS narrows them. SEALEAF_ERR_NOT_MINE, with all
 * of them in the text, when there is none.
 */
SEALEAF_USED enum sealeaf_code azure_token(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);

/* A variable's text, "" when unset. */
const char *azure_env(const struct azure *z, const char *name);

/* Each is SEALEAF_ERR_NOT_MINE when it is not set up here, which is why the
 * next is tried; any other error is final. */
SEALEAF_USED enum sealeaf_code azure_environment(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_workload(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_managed(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_cli(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code azure_azd(struct oauth_token *t,
    const struct azure *z, struct sealeaf_error *e);

#endif
