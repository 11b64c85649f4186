/* SPDX-License-Identifier: Apache-2.0 */
/* HuaweiCloud: signing, hosts, credentials. */
#ifndef NET_HUAWEI_H
#define NET_HUAWEI_H

#include "net/aws.h"

/* What is signed. Borrowed for the call. */
struct huawei_sign {
	const char *method;
	struct span path, query; /* as sent */
	struct span headers;     /* all to sign, "Name: value\n" */
	struct span body;
	int64_t now;
	struct span id, secret;
};

/* Append the headers X-Sdk-Date and Authorization. */
SEALEAF_USED enum sealeaf_code huawei_sign(struct buf *out,
    const struct huawei_sign *s, struct sealeaf_error *e);

struct huawei {
	const struct world *world;
	struct http *http;
	const char *region; /* checked by aws_region_valid() */
};

/* Keys like AWS's, and the project that requests are made in. */
struct huawei_cred {
	struct aws_cred keys;
	char *project; /* NULL: not known */
	char *iam;     /* endpoint set by a file, or NULL */
};

void huawei_cred_fini(struct huawei_cred *c);

/* Append the URL of the key service, without a '/' at its end. */
SEALEAF_USED enum sealeaf_code huawei_endpoint(struct buf *url,
    const struct huawei *h, struct sealeaf_error *e);

/* Add the headers that sign a request: r->url, r->method and r->body are set.
 * `project` may be NULL. */
SEALEAF_USED enum sealeaf_code huawei_authorize(const struct huawei *h,
    struct huawei_cred *c, const char *project, struct http_request *r,
    struct sealeaf_error *e);

/* Set the error of a refused request. */
enum sealeaf_code huawei_refused(const struct http_answer *a,
    struct sealeaf_error *e);

/* Environment, file, metadata. SEALEAF_ERR_NOT_MINE when there are none. */
SEALEAF_USED enum sealeaf_code huawei_cred_find(struct huawei_cred *c,
    const struct huawei *h, struct sealeaf_error *e);

/* The only project of a region, freed by the caller. */
SEALEAF_USED enum sealeaf_code huawei_project(char **project,
    const struct huawei *h, struct huawei_cred *c, struct sealeaf_error *e);

/* huawei_login.c: keys for a token of another identity provider. */
SEALEAF_USED enum sealeaf_code huawei_federated(struct huawei_cred *c,
    const struct huawei *h, const char *provider, const char *token_file,
    struct sealeaf_error *e);

/* Append the URL of the identity service, without a '/' at its end. */
SEALEAF_USED enum sealeaf_code huawei_iam(struct buf *url,
    const struct huawei *h, const struct huawei_cred *c,
    struct sealeaf_error *e);

#endif
