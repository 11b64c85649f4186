/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation fails once. The n-th call of malloc(), calloc() or realloc()
 * in our own code answers NULL, or the n-th secret cannot be opened, for all n
 * until an operation gets by: each must end in an error that says so, without
 * a crash, a leak or a result. (The program is linked with --wrap; libraries
 * keep their own allocations.)
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sealeaf.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
int __real_sodium_mprotect_readwrite(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
int __wrap_sodium_mprotect_readwrite(void *p);

static long countdown = -1; /* calls until the one that fails; < 0: never */

static bool
fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t count, size_t n)
{
	return fails() ? NULL : __real_calloc(count, n);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

int
__wrap_sodium_mprotect_readwrite(void *p)
{
	if (!fails())
		return __real_sodium_mprotect_readwrite(p);
	errno = ENOMEM;
	return -1;
}

static const char identity[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYS"
			       "JZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
static const char recipient[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye86"
				"9xeexvn73equnujwj";

static const char *
environment(void *user, const char *name)
{
	(void)user;
	return strcmp(name, "SOPS_AGE_KEY") == 0 ? identity : NULL;
}

static const struct sample {
	const char *name, *path, *text, *changed;
} samples[] = {
	{ "yaml", "/x.yaml",
	    "# head\nbase: &b\n  mode: 0644 # octal\n  when: 2020-01-01\n"
	    "use: *b\nlist:\n- a\n# between\n- {x: 1, \"y\\u00e9\": \"\\u00e9\"}\n"
	    "text: >\n  folded\n  lines\n\nblock: |\n  one\n  two\n---\nb: 2\n",
	    "# head\nbase: &b\n  mode: 0600\nuse: *b\n---\nb: 3\n" },
	{ "json", "/x.json",
	    "{\"a\": [1, 1.50, \"\\u00e9\"], \"b\": {\"c\": null}}",
	    "{\"a\": [1, 2]}" },
	{ "dotenv", "/x.env", "# c\nA=1\nB=two\\nlines\n", "A=2\n" },
	{ "ini", "/x.ini", "; c\n; d\n[s]\nk = v ; i\nm = \"q\"\n",
	    "[s]\nk = w\n" },
	{ "binary", "/x.bin", "bytes", "other" },
};

struct run {
	struct sealeaf_ctx *ctx;
	struct sealeaf_doc *doc, *opened;
	struct sealeaf_bytes sealed, plain, next;
	struct sealeaf_error e;
};

static enum sealeaf_code
steps(struct run *r, const struct sample *s)
{
	enum sealeaf_format f = sealeaf_format_by_path(s->path);
	enum sealeaf_code code;

	r->ctx = sealeaf_new();
	if (r->ctx == NULL)
		return SEALEAF_ERR_MEMORY;
	sealeaf_on_env(r->ctx, environment, NULL);
	code = sealeaf_set(r->ctx, SEALEAF_OPT_CONFIG, "/dev/null", &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_set(r->ctx, SEALEAF_OPT_AGE, recipient, &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_create(r->ctx, s->path, f, &r->doc, &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(r->doc, s->text, strlen(s->text), f, f,
		    &r->sealed, &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_open(r->ctx, s->path, f, r->sealed.p,
		    r->sealed.n, &r->opened, &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_decrypt(r->opened, f, &r->plain, &r->e);
	if (code == SEALEAF_OK)
		code = sealeaf_encrypt(r->opened, s->changed,
		    strlen(s->changed), f, f, &r->next, &r->e);
	return code;
}

static void
run_fini(struct run *r)
{
	sealeaf_bytes_free(&r->sealed);
	sealeaf_bytes_free(&r->plain);
	sealeaf_bytes_free(&r->next);
	sealeaf_doc_free(r->doc);
	sealeaf_doc_free(r->opened);
	sealeaf_free(r->ctx);
}

static void
fail_each(const struct sample *s)
{
	enum { ENOUGH = 20000 };

	for (long n = 0; n < ENOUGH; n++) {
		struct run r = { 0 };
		enum sealeaf_code code;
		bool hit;

		countdown = n;
		code = steps(&r, s);
		hit = countdown < 0;
		countdown = -1;
		if (code == SEALEAF_OK && r.plain.n != strlen(s->text))
			fail_msg("%s: lost bytes at allocation %ld", s->name,
			    n);
		if (code != SEALEAF_OK && !hit)
			fail_msg("%s: %s", s->name, r.e.text);
		if (code != SEALEAF_OK && (r.next.p != NULL || r.next.n != 0))
			fail_msg("%s: a result with an error at allocation "
				 "%ld",
			    s->name, n);
		if (code != SEALEAF_OK && code != SEALEAF_ERR_MEMORY &&
		    r.e.text[0] == '\0')
			fail_msg("%s: no text at allocation %ld", s->name, n);
		run_fini(&r);
		if (hit)
			continue;
		assert_true(code == SEALEAF_OK);
		print_message("%s: %ld allocations\n", s->name, n);
		return;
	}
	fail_msg("%s: more than %d allocations", s->name, ENOUGH);
}

static void
every_allocation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
		fail_each(&samples[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
