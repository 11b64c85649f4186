/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl, loaded when the first request is made. */
#ifndef NET_HTTP_CURL_H
#define NET_HTTP_CURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/err.h"

/* The functions used. */
struct http_curl {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *curl);
	void (*easy_reset)(CURL *curl);
	CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
	CURLcode (*easy_perform)(CURL *curl);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(
	    *slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* The table, once a process; NULL with an error when there is no libcurl.
 * Safe from any thread. */
const struct http_curl *http_curl(struct sealeaf_error *e);

#endif
