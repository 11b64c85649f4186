/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h */

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void
blocks_are_apart(void **state)
{
	enum { COUNT = 3000 };
	static unsigned char *blocks[COUNT];
	struct arena a = { 0 };
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		n = i % 97 + 1;
		blocks[i] = i % 2 == 0 ? arena_alloc(&a, n)
				       : (void *)arena_text(&a, n);
		assert_non_null(blocks[i]);
		if (i % 2 == 0)
			assert_int_equal(
			    (uintptr_t)blocks[i] % alignof(max_align_t), 0);
		memset(blocks[i], (int)(i % 251), n);
	}
	for (size_t i = 0; i < COUNT; i++) {
		for (n = i % 97 + 1; n-- > 0;)
			assert_true(blocks[i][n] == i % 251);
	}
	arena_fini(&a);
	assert_null(a.last);
}

static void
large_and_copies(void **state)
{
	struct arena a = { 0 };
	struct span s;

	(void)state;
	memset(arena_alloc(&a, 5 << 20), 1, 5 << 20);
	s = arena_dup(&a, span_make("a\0b", 3));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = arena_dup(&a, span_of(NULL));
	assert_non_null(s.p);
	assert_int_equal(s.n, 0);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_text(&a, SIZE_MAX - 8));
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_apart),
		cmocka_unit_test(large_and_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
