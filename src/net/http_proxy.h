/* SPDX-License-Identifier: Apache-2.0 */
/* Which proxy and which roots a request uses, by Go's rules. */
#ifndef NET_HTTP_PROXY_H
#define NET_HTTP_PROXY_H

#include "net/http.h"

/* The proxy that the environment names for `u`, or "" for none. */
const char *http_proxy(const struct world *w, const struct http_url *u);

/* Append all certificates of $SSL_CERT_FILE (or the system's file) and of the
 * folders of $SSL_CERT_DIR, as PEM. */
void http_roots(const struct world *w, struct buf *pem);

#endif
