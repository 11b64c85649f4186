/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Web Tokens signed with RSA. */
#ifndef NET_JWT_H
#define NET_JWT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum jwt_algorithm { JWT_RS256, JWT_PS256 };

/* Append the token of a header and claims, both JSON, signed with the private
 * RSA key in `pem` (PKCS#8 or PKCS#1, not encrypted). */
SEALEAF_USED enum sealeaf_code jwt_sign(struct buf *out, struct span header,
    struct span claims, struct span pem, enum jwt_algorithm algorithm,
    struct sealeaf_error *e);

/*
 * Of a file with a certificate and its private key, PEM or PKCS#12 (`password`
 * may be NULL): append the key as PEM, the certificate's SHA-256 in base64url,
 * and all certificates as they stand in "x5c" ("\"…\",\"…\"").
 */
SEALEAF_USED enum sealeaf_code jwt_certificate(struct span file,
    const char *password, struct buf *key, struct buf *thumbprint,
    struct buf *chain, struct sealeaf_error *e);

#endif
