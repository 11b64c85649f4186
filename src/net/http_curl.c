/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl brings some thirty shared libraries along. Commands that need no
 * network would start several times slower if it were linked, so it is loaded
 * here, on first use, and stays until the process ends.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "net/http_curl.h"

static struct http_curl table;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

/* ISO C knows no cast from an object to a function. */
static bool
find(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);

	memcpy(function, &symbol, sizeof symbol);
	return symbol != NULL;
}

static void
load(void)
{
	static const char *const names[] = { "libcurl.so.4",
		"libcurl-gnutls.so.4" };
	void *l = NULL;

	for (size_t i = 0; l == NULL && i < sizeof names / sizeof *names; i++)
		l = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	loaded = l != NULL && find(l, "curl_global_init", &table.global_init) &&
	    find(l, "curl_easy_init", &table.easy_init) &&
	    find(l, "curl_easy_cleanup", &table.easy_cleanup) &&
	    find(l, "curl_easy_reset", &table.easy_reset) &&
	    find(l, "curl_easy_setopt", &table.easy_setopt) &&
	    find(l, "curl_easy_getinfo", &table.easy_getinfo) &&
	    find(l, "curl_easy_perform", &table.easy_perform) &&
	    find(l, "curl_easy_strerror", &table.easy_strerror) &&
	    find(l, "curl_slist_append", &table.slist_append) &&
	    find(l, "curl_slist_free_all", &table.slist_free_all) &&
	    table.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct http_curl *
http_curl(struct sealeaf_error *e)
{
	(void)pthread_once(&once, load);
	if (loaded)
		return &table;
	(void)err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "cannot load libcurl, which remote keys need");
	err_hint(e, "install it: apt-get install libcurl4");
	return NULL;
}
