/* SPDX-License-Identifier: Apache-2.0 */
/* Flattened names of the metadata, both ways. */

#include "forms.h"
#include "format/flat.h"

static enum sealeaf_code
unflatten(struct doc *d, const char *const *names, struct sealeaf_error *e)
{
	struct flat f = { 0 };
	enum sealeaf_code rc;

	memset(d, 0, sizeof *d);
	memset(e, 0, sizeof *e);
	for (; *names != NULL; names++) {
		struct flat_item *item = flat_add(&f, e);

		assert_non_null(item);
		item->name = span_of(*names);
		item->leaf.value = item->name;
		item->leaf.type = LEAF_STR;
	}
	rc = flat_unflatten(d, &f, e);
	free(f.list);
	return rc;
}

static void
test_tree(void **state)
{
	static const char *const names[] = { "mac", "age__list_1__map_enc",
		"age__list_0__map_enc", "a___map_b", "z__map_", NULL };
	struct sealeaf_error e;
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	assert_int_equal(unflatten(&d, names, &e), 0);
	assert_int_equal(d.meta.n, 10);
	assert_int_equal(d.meta.list[2].type, LEAF_LIST);
	assert_int_equal(d.meta.list[2].inside, 4);
	assert_int_equal(d.meta.list[3].type, LEAF_MAP);
	for (size_t i = 0; i < d.meta.n; i++) {
		const struct leaf *l = &d.meta.list[i];

		if (l->type != LEAF_STR)
			continue;
		buf_truncate(&b, 0);
		assert_int_equal(flat_name(&b, l->path, &e), 0);
		assert_true(span_equal(buf_get(&b), l->value));
	}
	doc_fini(&d);
	buf_fini(&b);
}

/* Positions count as numbers, not as text; odd names are names. */
static void
test_order(void **state)
{
	static const char *const names[] = { "l__list_10", "l__list_0",
		"l__list_9", "l__list_8", "l__list_7", "l__list_6", "l__list_5",
		"l__list_4", "l__list_3", "l__list_2", "l__list_1", "__map_x",
		NULL };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	assert_int_equal(unflatten(&d, names, &e), 0);
	assert_int_equal(d.meta.n, 14);
	assert_int_equal(d.meta.list[0].path->key.n, 0);
	assert_true(span_is(d.meta.list[13].value, "l__list_10"));
	doc_fini(&d);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *names[4];
		const char *text;
	} rows[] = {
		{ { "a", "b", "a", NULL },
		    "Error while unflattening \"a\": Duplicate value" },
		{ { "a", "a__map_b", NULL },
		    "Error while unflattening: Type mismatch" },
		{ { "a__map_b", "a__list_0", NULL },
		    "Error while unflattening: Type mismatch" },
		{ { "a__list_1", NULL },
		    "Error while unflattening: Incomplete list" },
		{ { "a__list_0", "a__list_2", NULL },
		    "Error while unflattening: Incomplete list" },
		{ { "a__list_0", "a__list_99999999999999999999", NULL },
		    "Error while unflattening: Incomplete list" },
		{ { "a__list_0", "a__list_x", NULL },
		    "Error while unflattening \"a__list_x\": Duplicate value" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(unflatten(&d, rows[i].names, &e),
		    SEALEAF_ERR_METADATA);
		assert_string_equal(e.text, rows[i].text);
		doc_fini(&d);
	}
}

static void
test_deep(void **state)
{
	const char *names[2] = { NULL, NULL };
	struct sealeaf_error e;
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_puts(&b, "__map_a");
	names[0] = b.p;
	assert_int_equal(unflatten(&d, names, &e), SEALEAF_ERR_METADATA);
	doc_fini(&d);
	buf_fini(&b);
}

static void
test_name_refused(void **state)
{
	static const char text[] =
	    "{\"sops\": {\"context\": {\"a__map_b\": \"x\"}}}";
	struct sealeaf_error e;
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	assert_int_equal(forms_scan(&d, &format_json, span_of(text), &e), 0);
	assert_int_equal(flat_name(&b, d.meta.list[1].path, &e),
	    SEALEAF_ERR_DUMP);
	buf_fini(&b);
	doc_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_name_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
