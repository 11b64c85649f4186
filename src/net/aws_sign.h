/* SPDX-License-Identifier: Apache-2.0 */
/* Signature Version 4 of AWS. */
#ifndef NET_AWS_SIGN_H
#define NET_AWS_SIGN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* What is signed. Borrowed for the call. */
struct aws_sign {
	const char *method;
	struct span host;        /* with the port, as sent */
	struct span path, query; /* percent-encoded, as sent; "" is "/" */
	struct span headers;     /* "Name: value\n" of the others to sign */
	struct span body;
	const char *service, *region;
	int64_t now;
	struct span id, secret, token; /* token empty: none */
};

/* Append the headers X-Amz-Date, X-Amz-Security-Token and Authorization, as
 * "Name: value\n". */
SEALEAF_USED enum sealeaf_code aws_sign(struct buf *out,
    const struct aws_sign *s, struct sealeaf_error *e);

#endif
