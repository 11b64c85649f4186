/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests against a server that hangs, refuses and floods
 * (tests/servers/odd.py), and the readers of URLs, JSON and proxies.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/digest.h"
#include "net/http.h"
#include "net/http_proxy.h"
#include "net/json.h"

static struct world world;
static pid_t child;
static int to_child = -1;
static unsigned port; /* 0: no Python here */

static const char *
no_env(void *user, const char *name)
{
	(void)user;
	(void)name;
	return NULL;
}

static int
start(void **state)
{
	int in[2], out[2];
	FILE *f;

	(void)state;
	world_process(&world);
	world.env = no_env;
	if (pipe(in) != 0 || pipe(out) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		(void)close(in[1]);
		(void)execlp("python3", "python3", "-B",
		    TESTDATA "/../tests/servers/odd.py", (char *)NULL);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	to_child = in[1];
	f = fdopen(out[0], "r");
	if (f == NULL || fscanf(f, "%u", &port) != 1)
		port = 0;
	if (f != NULL)
		(void)fclose(f);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	(void)close(to_child);
	(void)waitpid(child, NULL, 0);
	return 0;
}

/* Ask for a path; its outcome, the answer and the time it took. */
static enum sealeaf_code
ask(const char *method, const char *path, struct http_answer *a, double *took,
    struct sealeaf_error *e)
{
	struct http *h = http_new(&world, 2);
	struct http_request r = { .method = method };
	struct timespec from, to;
	enum sealeaf_code code;
	char url[128];

	if (port == 0)
		skip();
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/%s", port, path);
	r.url = url;
	http_header_put(&r, "X-Secret", span_of("s3cret"));
	buf_puts(&r.body, "hush");
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	code = http_ask(h, &r, a, e);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	*took = (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	if (code != SEALEAF_OK) {
		assert_null(strstr(e->text, "s3cret"));
		assert_null(strstr(e->text, "hush"));
	}
	http_request_fini(&r);
	http_free(h);
	return code;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *method, *path;
		unsigned status;
		const char *body;
	} rows[] = { { "GET", "status/403", 403, "no\n" },
		{ "POST", "status/501", 501, "no\n" },
		{ "POST", "redirect", 302, "" },
		{ "GET", "flaky/a/503", 200, "at last" },
		{ "POST", "flaky/b/429", 200, "at last" },
		{ "PUT", "flaky/c/500", 200, "at last" },
		{ "GET", "flaky/d/400", 400, "later" },
		{ "GET", "status/500", 500, "no\n" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct http_answer a = { 0 };
		double took;

		if (ask(rows[i].method, rows[i].path, &a, &took, &e) !=
		    SEALEAF_OK)
			fail_msg("%s: %s", rows[i].path, e.text);
		if (a.status != rows[i].status ||
		    !span_is(buf_get(&a.body), rows[i].body))
			fail_msg("%s: %u", rows[i].path, a.status);
		http_answer_fini(&a);
	}
}

static void
test_failures(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = { { "hang", "no answer within 2 s" },
		{ "drip", "no answer within 2 s" },
		{ "big", "larger than 1 MiB" },
		{ "headers", "larger than 1 MiB" },
		{ "garbage", "GET \"http://127.0.0.1" },
		{ "close", "GET \"http://127.0.0.1" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct http_answer a = { 0 };
		double took;

		if (ask("GET", rows[i].path, &a, &took, &e) == SEALEAF_OK)
			fail_msg("%s: %u", rows[i].path, a.status);
		if (strstr(e.text, rows[i].text) == NULL || took > 4)
			fail_msg("%s: %f s, %s", rows[i].path, took, e.text);
		http_answer_fini(&a);
	}
}

static void
test_sent(void **state)
{
	struct sealeaf_error e = { 0 };
	struct http_answer a = { 0 };
	double took;

	(void)state;
	assert_int_equal(ask("PUT", "echo/?a=b", &a, &took, &e), SEALEAF_OK);
	assert_non_null(strstr(a.body.p, "PUT /echo/?a=b\n"));
	assert_non_null(strstr(a.body.p, "X-Secret: s3cret\n"));
	assert_non_null(strstr(a.body.p, "\nhush"));
	assert_null(strstr(a.body.p, "Expect"));
	assert_true(span_is(http_header(&a, "x-case"), "Kept"));
	assert_null(http_header(&a, "x-cas").p);
	http_answer_fini(&a);
}

/* A value cannot smuggle in a header of its own. */
static void
test_line_break(void **state)
{
	struct http *h = http_new(&world, 2);
	struct http_request r = { .method = "GET",
		.url = "http://127.0.0.1:1/" };
	struct http_answer a = { 0 };

	(void)state;
	http_header_put(&r, "X-A", span_of("a\nX-B: b"));
	assert_int_equal(http_ask(h, &r, &a, NULL), SEALEAF_ERR_GENERIC);
	http_request_fini(&r);
	http_free(h);
}

static void
test_urls(void **state)
{
	static const struct {
		const char *url, *name;
		unsigned port;
	} rows[] = { { "https://a.example/x?y", "a.example", 0 },
		{ "http://[::1]:80", "::1", 80 },
		{ "https://[fd00:ec2::23]/a", "fd00:ec2::23", 0 },
		{ "http://127.0.0.1:8200/", "127.0.0.1", 8200 },
		{ "https://good@evil/", NULL, 0 }, { "https://a\\b/", NULL, 0 },
		{ "https://a b/", NULL, 0 }, { "https://a/#f", NULL, 0 },
		{ "https:///x", NULL, 0 }, { "ftp://a/", NULL, 0 },
		{ "a.example", NULL, 0 }, { "https://a%2fb/", NULL, 0 },
		{ "https://a:1:2/", NULL, 0 }, { "https://a:/", NULL, 0 },
		{ "https://a:0/", NULL, 0 }, { "https://a:65536/", NULL, 0 },
		{ "https://a:x/", NULL, 0 }, { "https://[::1/", NULL, 0 },
		{ "https://[x]/", NULL, 0 }, { "https://[]/", NULL, 0 },
		{ "https://::1/", NULL, 0 }, { "https://a..b/", NULL, 0 },
		{ "https://.a/", NULL, 0 }, { "https://-a/", NULL, 0 } };
	struct http_url u;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool fine = http_url_parse(&u, span_of(rows[i].url));

		if (fine != (rows[i].name != NULL) ||
		    (fine &&
			(!span_is(http_url_name(&u), rows[i].name) ||
			    http_url_port(&u) != rows[i].port)))
			fail_msg("%s", rows[i].url);
	}
	assert_true(http_is_loopback(span_of("127.1.2.3")));
	assert_false(http_is_loopback(span_of("127.evil.example")));
}

static void
test_origins(void **state)
{
	static const char *const fine[] = { "https://a", "https://a/",
		"http://a:1", "http://[::1]:80/" };
	static const char *const more[] = { "https://a//", "https://a/b",
		"https://a?", "https://a/?", "https://a?b", "https://a#",
		"https://b@a", "https://a/..", "a", "" };
	struct http_url u;

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		if (!http_url_origin(&u, span_of(fine[i])))
			fail_msg("%s", fine[i]);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (http_url_origin(&u, span_of(more[i])))
			fail_msg("%s", more[i]);
}

static const char *no_proxy;

static const char *
proxy_env(void *user, const char *name)
{
	(void)user;
	if (strcmp(name, "https_proxy") == 0)
		return "http://proxy:3128";
	return strcmp(name, "NO_PROXY") == 0 ? no_proxy : NULL;
}

/* What golang.org/x/net/http/httpproxy decides. */
static void
test_proxy(void **state)
{
	static const struct {
		const char *url, *exceptions;
		bool used;
	} rows[] = { { "https://a.example/", NULL, true },
		{ "http://a.example/", NULL, false },
		{ "https://localhost/", NULL, false },
		{ "https://127.0.0.1:9/", NULL, false },
		{ "https://a.example/", "*", false },
		{ "https://a.example/", "b.example, a.example", false },
		{ "https://a.example/", "example", false },
		{ "https://a.example/", ".example", false },
		{ "https://a.example/", "*.example", false },
		{ "https://example/", ".example", true },
		{ "https://bexample/", "example", true },
		{ "https://A.Example/", "a.EXAMPLE", false },
		{ "https://a.example/", "a.example:443", false },
		{ "https://a.example:444/", "a.example:443", true },
		{ "https://10.1.2.3/", "10.0.0.0/8", false },
		{ "https://11.1.2.3/", "10.0.0.0/8", true },
		{ "https://10.1.2.3/", "10.1.2.3", false },
		{ "https://[fd00::1]/", "fd00::/8", false } };
	struct world w = world;
	struct http_url u;

	(void)state;
	w.env = proxy_env;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		no_proxy = rows[i].exceptions;
		assert_true(http_url_parse(&u, span_of(rows[i].url)));
		if ((*http_proxy(&w, &u) != '\0') != rows[i].used)
			fail_msg("%s but %s", rows[i].url, rows[i].exceptions);
	}
}

static void
test_json(void **state)
{
	static const char *const good[] = { "{}", " [1, -2.5e+3,0] ", "\"a\"",
		"{\"a\":{\"b\":[null,true,false]}}", "\"\\u00e9\\n\"" };
	static const char *const bad[] = { "", "{", "{\"a\"}", "[1,]", "01",
		"{\"a\":1,}", "\"\\x\"", "\"a\nb\"", "1 2", "\"\\u12\"", "-",
		"<html>", "nul" };
	struct span doc = SPAN_LIT(
	    "{\"a\":1,\"b\":{\"c\":\"x\\u00e9\\ud83d"
	    "\\ude00\\\"\"},\"l\":[10,\"20\"],\"a\":2,\"n\":null,"
	    "\"z\":\"a\\u0000b\"}");
	struct buf b = { 0 }, deep = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!jtext_check(span_of(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (jtext_check(span_of(bad[i])))
			fail_msg("%s", bad[i]);
	assert_true(jtext_check(doc));
	assert_int_equal(jtext_int(jtext_get(doc, "a")), 2);
	assert_true(jtext_text(&b, jtext_get2(doc, "b", "c")));
	assert_string_equal(b.p, "x\xc3\xa9\xf0\x9f\x98\x80\"");
	assert_int_equal(jtext_int(jtext_item(jtext_get(doc, "l"), 1)), 20);
	assert_null(jtext_item(jtext_get(doc, "l"), 2).p);
	assert_null(jtext_get(doc, "n").p);
	assert_null(jtext_get(doc, "none").p);
	assert_null(jtext_get2(doc, "a", "b").p);
	assert_null(jtext_dup(doc, "z"));
	buf_truncate(&b, 0);
	jtext_put(&b, span_of("a\"\\\n\x01"));
	assert_string_equal(b.p, "\"a\\\"\\\\\\u000a\\u0001\"");
	buf_fill(&deep, '[', 100000);
	assert_false(jtext_check(buf_get(&deep)));
	buf_fini(&deep);
	buf_fini(&b);
}

static void
test_crc(void **state)
{
	(void)state;
	assert_int_equal(digest_crc32c(span_of("123456789")), 0xe3069283);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_answers),
		cmocka_unit_test(test_failures), cmocka_unit_test(test_sent),
		cmocka_unit_test(test_line_break), cmocka_unit_test(test_urls),
		cmocka_unit_test(test_origins), cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_json), cmocka_unit_test(test_crc) };

	return cmocka_run_group_tests(tests, start, stop);
}
