/* SPDX-License-Identifier: Apache-2.0 */
/* One try of a request, as options of a libcurl handle. */
#ifndef NET_HTTP_SETUP_H
#define NET_HTTP_SETUP_H

#include <stdatomic.h>

#include "net/http.h"
#include "net/http_curl.h"

/* Set what is above the line; the rest zeroed, and freed by the caller once
 * the handle is done with it. */
struct http_exchange {
	const struct http_curl *c;
	CURL *curl;
	const struct world *world;
	const atomic_bool *stop; /* give up when it is set */
	const struct http_request *r;
	struct http_answer *a;

	struct curl_slist *headers, *connect;
	struct buf url, roots, text;
	char error[CURL_ERROR_SIZE];
	bool big;     /* the answer passed the limit */
	bool refused; /* libcurl did not take an option */
};

/* Ready the handle; the answer may take `left` milliseconds. False when out
 * of memory. */
bool http_setup(struct http_exchange *x, const struct http_url *u, long left);

#endif
