/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request at a time on a libcurl handle; idle handles are kept, since they
 * hold the open connections. Whatever the server does, an answer takes no
 * longer and is no bigger than the limits, and nothing is sent to a host that
 * the caller did not name. What was sent and received is wiped here; libcurl
 * has copies of its own that nobody can reach.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/number.h"
#include "net/http_setup.h"

enum { IDLE_MAX = 8, SECONDS = 10, TRIES = 3, PAUSE_MAX = 5000 };

struct http {
	const struct world *world;
	unsigned seconds;
	atomic_bool stop;
	pthread_mutex_t lock; /* guards the rest */
	CURL *idle[IDLE_MAX];
	size_t n;
};

struct http *
http_new(const struct world *w, unsigned seconds)
{
	struct http *h = mem_zero(sizeof *h);

	if (h == NULL)
		return NULL;
	h->world = w;
	h->seconds = seconds != 0 ? seconds : SECONDS;
	atomic_init(&h->stop, false);
	if (pthread_mutex_init(&h->lock, NULL) != 0) {
		free(h);
		return NULL;
	}
	return h;
}

void
http_free(struct http *h)
{
	const struct http_curl *c;

	if (h == NULL)
		return;
	c = h->n > 0 ? http_curl(NULL) : NULL;
	for (size_t i = 0; c != NULL && i < h->n; i++)
		c->easy_cleanup(h->idle[i]);
	(void)pthread_mutex_destroy(&h->lock);
	free(h);
}

void
http_stop(struct http *h, bool stopped)
{
	atomic_store(&h->stop, stopped);
}

void
http_answer_fini(struct http_answer *a)
{
	buf_fini(&a->headers);
	buf_fini(&a->body);
	a->status = 0;
}

void
http_request_fini(struct http_request *r)
{
	buf_fini(&r->headers);
	buf_fini(&r->body);
}

void
http_header_put(struct http_request *r, const char *name, struct span value)
{
	if (value.n > 0 &&
	    (memchr(value.p, '\n', value.n) != NULL ||
		memchr(value.p, '\r', value.n) != NULL ||
		memchr(value.p, '\0', value.n) != NULL)) {
		r->headers.failed = true;
		return;
	}
	buf_puts(&r->headers, name);
	buf_puts(&r->headers, ": ");
	buf_span(&r->headers, value);
	buf_putc(&r->headers, '\n');
}

struct span
http_header(const struct http_answer *a, const char *name)
{
	struct span all = buf_get(&a->headers);
	size_t n = strlen(name);

	for (size_t at = 0; at < all.n;) {
		struct span line = span_sub(all, at, all.n);

		line = span_sub(line, 0, span_find(line, '\n'));
		at += line.n + 1;
		if (span_starts(line, name) && line.n > n && line.p[n] == ':')
			return span_trim(span_sub(line, n + 1, line.n));
	}
	return span_of(NULL);
}

static CURL *
handle_take(struct http *h, const struct http_curl *c)
{
	CURL *curl = NULL;

	(void)pthread_mutex_lock(&h->lock);
	if (h->n > 0)
		curl = h->idle[--h->n];
	(void)pthread_mutex_unlock(&h->lock);
	if (curl == NULL)
		return c->easy_init();
	c->easy_reset(curl);
	return curl;
}

static void
handle_give(struct http *h, const struct http_curl *c, CURL *curl)
{
	bool kept = false;

	(void)pthread_mutex_lock(&h->lock);
	if (h->n < IDLE_MAX) {
		h->idle[h->n++] = curl;
		kept = true;
	}
	(void)pthread_mutex_unlock(&h->lock);
	if (!kept)
		c->easy_cleanup(curl);
}

static void
list_wipe(struct http_exchange *x, struct curl_slist *list)
{
	for (struct curl_slist *l = list; l != NULL; l = l->next)
		mem_wipe(l->data, strlen(l->data));
	x->c->slist_free_all(list);
}

static int64_t
milliseconds(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What went wrong, without anything that was sent. */
static enum sealeaf_code
failed(const struct http_exchange *x, const struct http_url *u, CURLcode result,
    unsigned seconds, struct sealeaf_error *e)
{
	const char *why = x->error[0] != '\0' ? x->error
					      : x->c->easy_strerror(result);
	struct span path = span_sub(u->path, 0, 200);

	if (x->big)
		why = "the answer is larger than 1 MiB";
	else if (result == CURLE_OPERATION_TIMEDOUT)
		why = NULL;
	if (result == CURLE_OUT_OF_MEMORY)
		return err_memory(e);
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "%s \"%.*s://%.*s%.*s\": ", x->r->method, (int)u->scheme.n,
	    u->scheme.p, (int)u->host.n, u->host.p, (int)path.n, path.p);
	if (e == NULL)
		return SEALEAF_ERR_GENERIC;
	if (why != NULL)
		(void)strncat(e->text, why, 600);
	else if (x->r->local)
		(void)strncat(e->text, "no answer", 600);
	else
		(void)snprintf(e->text + strlen(e->text), 64,
		    "no answer within %u s", seconds);
	if (result == CURLE_PEER_FAILED_VERIFICATION)
		err_hint(e, "SSL_CERT_FILE names a file of trusted roots");
	return SEALEAF_ERR_GENERIC;
}

/* One try. *again: whether the failure is one of the connection. */
static enum sealeaf_code
exchange(struct http *h, const struct http_request *r, const struct http_url *u,
    struct http_answer *a, long left, unsigned seconds, bool *again,
    struct sealeaf_error *e)
{
	struct http_exchange x = { .world = h->world,
		.stop = &h->stop,
		.r = r,
		.a = a };
	CURLcode result = CURLE_OUT_OF_MEMORY;
	enum sealeaf_code code = SEALEAF_OK;
	long status = 0;

	x.c = http_curl(e);
	if (x.c == NULL)
		return SEALEAF_ERR_UNSUPPORTED;
	x.curl = handle_take(h, x.c);
	if (x.curl == NULL)
		return err_memory(e);
	if (http_setup(&x, u, left))
		result = x.refused ? CURLE_UNKNOWN_OPTION
				   : x.c->easy_perform(x.curl);
	if (result == CURLE_OK)
		(void)x.c->easy_getinfo(x.curl, CURLINFO_RESPONSE_CODE,
		    &status);
	a->status = (unsigned)status;
	*again = result == CURLE_COULDNT_CONNECT ||
	    result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR ||
	    result == CURLE_GOT_NOTHING || result == CURLE_PARTIAL_FILE;
	if (result != CURLE_OK)
		code = failed(&x, u, result, seconds, e);
	x.c->easy_reset(x.curl);
	handle_give(h, x.c, x.curl);
	list_wipe(&x, x.headers);
	x.c->slist_free_all(x.connect);
	buf_fini(&x.url);
	buf_fini(&x.text);
	buf_fini(&x.roots);
	return code;
}

static bool
worth_again(const struct http_request *r, const struct http_answer *a)
{
	switch (a->status) {
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		return true;
	default:
		return r->again != NULL && r->again(a);
	}
}

/* Doubling, with a random half so that many do not come back at once; longer
 * when the server says so. */
static long
pause_before(const struct http *h, const struct http_answer *a, unsigned try)
{
	int64_t after = 0;
	long pause = 200L << try;
	uint8_t random;

	world_random(h->world, &random, sizeof random);
	pause = pause / 2 + pause * random / 512;
	if (number_int(http_header(a, "retry-after"), &after) && after > 0)
		pause = after > PAUSE_MAX / 1000 ? PAUSE_MAX
						 : (long)after * 1000;
	return pause;
}

static void
sleep_for(struct http *h, long pause)
{
	while (pause > 0 && !atomic_load(&h->stop)) {
		long part = pause < 50 ? pause : 50;
		struct timespec t = { 0, part * 1000000 };

		(void)nanosleep(&t, NULL);
		pause -= part;
	}
}

enum sealeaf_code
http_ask(struct http *h, const struct http_request *r, struct http_answer *a,
    struct sealeaf_error *e)
{
	unsigned seconds = r->seconds != 0 ? r->seconds : h->seconds;
	unsigned tries = r->tries != 0 ? r->tries : r->local ? 1 : TRIES;
	int64_t end = milliseconds() + (int64_t)seconds * 1000;
	struct http_url u;

	memset(a, 0, sizeof *a);
	if (buf_check(&r->headers, NULL) != SEALEAF_OK ||
	    buf_check(&r->body, NULL) != SEALEAF_OK)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "a header cannot be sent: it holds a line break");
	if (!http_url_parse(&u, span_of(r->url)))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not a usable http or https URL: \"%.300s\"", r->url);
	for (unsigned try = 0;; try++) {
		int64_t left = end - milliseconds();
		struct sealeaf_error problem = { 0 };
		enum sealeaf_code code;
		bool again = false;
		long pause;

		http_answer_fini(a);
		code = exchange(h, r, &u, a, left > 1 ? (long)left : 1, seconds,
		    &again, &problem);
		if (code == SEALEAF_OK)
			again = worth_again(r, a);
		pause = pause_before(h, a, try);
		if (!again || try + 1 >= tries || atomic_load(&h->stop) ||
		    milliseconds() + pause >= end) {
			if (code != SEALEAF_OK && e != NULL &&
			    e->code == SEALEAF_OK)
				*e = problem;
			return code;
		}
		sleep_for(h, pause);
	}
}
