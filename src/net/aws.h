/* SPDX-License-Identifier: Apache-2.0 */
/* AWS: settings, credentials, and calls of its services. */
#ifndef NET_AWS_H
#define NET_AWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/world.h"
#include "net/http.h"

/* ~/.aws/config and ~/.aws/credentials as they are; hold secrets. */
struct aws_files {
	struct buf config, credentials;
};

/* What every call needs. All borrowed. */
struct aws {
	const struct world *world;
	struct http *http;
	const struct aws_files *files;
	const char *region;  /* of the key; checked by aws_region_valid() */
	const char *profile; /* whose settings apply */
};

/* Zeroed is none. */
struct aws_cred {
	char *id;
	struct secret secret, token; /* token empty: none */
	int64_t expires;             /* 0: never */
};

void aws_cred_fini(struct aws_cred *c);

/* Take over the texts as credentials; `token` may be empty. */
SEALEAF_USED enum sealeaf_code aws_cred_set(struct aws_cred *c, struct span id,
    struct span secret, struct span token, struct sealeaf_error *e);

/* The same from JSON with members of those names; false when it lacks one. */
bool aws_cred_json(struct aws_cred *c, struct span object, const char *id,
    const char *secret, const char *token);

/* aws_ini.c: a missing file is an empty one. */
void aws_files_load(struct aws_files *f, const struct world *w);
void aws_files_fini(struct aws_files *f);

/* A setting of a profile; what the credentials file says wins. */
struct span aws_profile_get(const struct aws_files *f, const char *profile,
    const char *key);
bool aws_profile_exists(const struct aws_files *f, const char *profile);

/* The static keys of a profile, of one file; empty when it has none. False
 * when one of the two is missing. */
bool aws_profile_keys(const struct aws_files *f, const char *profile,
    struct span *id, struct span *secret);

/* A setting of [KIND NAME] ("sso-session", "services") in the config file;
 * `inner`, unless NULL, is the key of an indented list that it is in. */
struct span aws_section_get(const struct aws_files *f, const char *kind,
    struct span name, const char *inner, const char *key);

/* aws_endpoint.c: letters, digits, hyphens: it becomes part of a host. */
bool aws_region_valid(struct span region);

/* Append the URL of a service: "kms", "sts", "sso" or "oidc". */
SEALEAF_USED enum sealeaf_code aws_endpoint(struct buf *url,
    const struct aws *a, const char *service, struct sealeaf_error *e);

/*
 * aws_call.c: POST r->body to a service, signed with `c` (NULL: unsigned);
 * the rest of `r` is filled in. A clock that is wrong is made up for.
 */
SEALEAF_USED enum sealeaf_code aws_call(const struct aws *a, struct aws_cred *c,
    const char *service, struct http_request *r, struct http_answer *answer,
    struct sealeaf_error *e);

/* Append the code of a failure ("AccessDeniedException"), which may be empty;
 * `message` gets its text, cleaned. */
void aws_failure(const struct http_answer *a, struct buf *code,
    struct buf *message);

/* Set the error of a failed call as AWS's SDK words it. */
enum sealeaf_code aws_refused(const struct http_answer *a, const char *service,
    const char *operation, struct sealeaf_error *e);

/* aws_sts.c */
struct aws_role {
	struct span arn;
	struct span session, external_id, mfa_serial, seconds; /* or empty */
};
SEALEAF_USED enum sealeaf_code aws_assume(struct aws_cred *out,
    const struct aws *a, struct aws_cred *base, const struct aws_role *role,
    struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code aws_web_identity(struct aws_cred *out,
    const struct aws *a, const char *token_file, const struct aws_role *role,
    struct sealeaf_error *e);

/* aws_sso.c: credentials of a profile by its sign-on. */
SEALEAF_USED enum sealeaf_code aws_sso(struct aws_cred *out,
    const struct aws *a, const char *profile, struct sealeaf_error *e);

/* aws_local.c: SEALEAF_ERR_NOT_MINE when there is no such service here. */
SEALEAF_USED enum sealeaf_code aws_process(struct aws_cred *out,
    const struct aws *a, struct span command, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code aws_container(struct aws_cred *out,
    const struct aws *a, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code aws_instance(struct aws_cred *out,
    const struct aws *a, struct sealeaf_error *e);

/*
 * aws_cred.c: the credentials for a key with that profile and role (NULL or
 * empty: none), found in the SDK's order. SEALEAF_ERR_NOT_MINE when there are
 * none anywhere.
 */
SEALEAF_USED enum sealeaf_code aws_cred_find(struct aws_cred *out,
    struct aws *a, const char *profile, const char *role,
    struct sealeaf_error *e);

#endif
