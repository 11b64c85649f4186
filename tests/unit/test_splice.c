/* SPDX-License-Identifier: Apache-2.0 */
/* doc/splice.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/splice.h"

static void
check(struct edits *es, const char *source, const char *expected)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	buf_puts(&b, ">");
	assert_int_equal(splice(&b, span_of(source), es, &e), SEALEAF_OK);
	assert_string_equal(b.p + 1, expected);
	buf_fini(&b);
	edits_fini(es);
	assert_null(es->list);
}

static void
cases(void **state)
{
	struct edits es = { 0 };

	(void)state;
	check(&es, "abc", "abc");
	check(&es, "", "");
	edits_add(&es, 0, 0, span_of("x"));
	check(&es, "", "x");
	edits_add(&es, 1, 1, span_of("XYZ"));
	check(&es, "abc", "aXYZc");
	edits_add(&es, 0, 3, span_make(NULL, 0));
	check(&es, "abc", "");
	edits_add(&es, 3, 0, span_of("end"));
	edits_add(&es, 0, 1, span_of("A"));
	check(&es, "abc", "Abcend");
	/* Touching edits, and the order of adding at one place. */
	edits_add(&es, 1, 1, span_of("2"));
	edits_add(&es, 0, 1, span_of("1"));
	edits_add(&es, 2, 0, span_of("x"));
	edits_add(&es, 2, 0, span_of("y"));
	edits_add(&es, 2, 1, span_of("3"));
	edits_add(&es, 2, 0, span_of("z"));
	check(&es, "abcd", "12xy3zd");
}

static void
many_backwards(void **state)
{
	enum { COUNT = 20000 };
	struct sealeaf_error e = { 0 };
	struct buf source = { 0 }, out = { 0 };
	struct edits es = { 0 };

	(void)state;
	buf_fill(&source, '.', COUNT);
	for (size_t i = COUNT; i-- > 0;)
		edits_add(&es, i, 1, span_of("ab"));
	assert_int_equal(splice(&out, buf_get(&source), &es, &e), SEALEAF_OK);
	assert_int_equal(out.n, 2 * COUNT);
	for (size_t i = 0; i < out.n; i += 2)
		assert_memory_equal(out.p + i, "ab", 2);
	buf_fini(&source);
	buf_fini(&out);
	edits_fini(&es);
}

static void
failed_allocation(void **state)
{
	struct sealeaf_error e = { 0 };
	struct edits es = { .failed = true };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(splice(&b, span_of("a"), &es, &e), SEALEAF_ERR_MEMORY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases),
		cmocka_unit_test(many_backwards),
		cmocka_unit_test(failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
