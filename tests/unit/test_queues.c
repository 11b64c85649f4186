/* SPDX-License-Identifier: Apache-2.0 */
/* base/queues.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/queues.h"

/* Numbers with the same remainder share a key; all have one hash. */
struct keys {
	uint32_t wanted;
	size_t asked;
};

static bool
same(void *user, uint32_t number)
{
	struct keys *k = user;

	k->asked++;
	return number % 3 == k->wanted;
}

static struct queue *
find(struct queues *q, struct keys *k, uint32_t wanted)
{
	k->wanted = wanted;
	return queues_find(q, 7, same, k);
}

static void
in_order(void **state)
{
	struct queues q = { 0 };
	struct keys k = { 0 };

	(void)state;
	assert_true(queues_init(&q, 9));
	assert_int_equal(queues_take(&q, find(&q, &k, 0), true), QUEUE_NONE);
	for (uint32_t i = 0; i < 9; i++)
		queues_add(&q, find(&q, &k, i % 3), 7, i);
	for (uint32_t i = 1; i < 9; i += 3)
		assert_int_equal(queues_take(&q, find(&q, &k, 1), true), i);
	assert_int_equal(queues_take(&q, find(&q, &k, 1), true), QUEUE_NONE);
	assert_int_equal(queues_take(&q, find(&q, &k, 2), false), 2);
	assert_int_equal(queues_take(&q, find(&q, &k, 2), false), 5);
	assert_int_equal(queues_take(&q, find(&q, &k, 2), false), 8);
	assert_int_equal(queues_take(&q, find(&q, &k, 2), false), 8);
	queues_fini(&q);
}

static void
many_of_one(void **state)
{
	struct queues q = { 0 };
	struct keys k = { 0 };

	(void)state;
	assert_true(queues_init(&q, 30000));
	for (uint32_t i = 0; i < 30000; i += 3)
		queues_add(&q, find(&q, &k, 0), 7, i);
	for (uint32_t i = 0; i < 30000; i += 3)
		assert_int_equal(queues_take(&q, find(&q, &k, 0), true), i);
	/* One question for each, however many there are. */
	assert_int_equal(k.asked, 2 * 10000 - 1);
	queues_fini(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(many_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
