/* SPDX-License-Identifier: Apache-2.0 */
/* doc/path.h, doc/leaf.h, and doc_place() of doc/doc.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/doc.h"
#include "doc/path.h"

static const struct {
	const char *text;
	const char *show, *aad; /* NULL: refused */
	const char *error;
} paths[] = {
	{ "", "", ":", NULL },
	{ "[\"a\"][\"b\"][0]", "a.b[0]", "a:b:", NULL },
	{ "['a']['b'][0]", "a.b[0]", "a:b:", NULL },
	{ "[[\"a\"][[[2]", "a[2]", "a:", NULL },
	{ "[0][+1]", "[0][1]", ":", NULL },
	{ "[\"a]b\"]", "\"a]b\"", "a]b:", NULL },
	{ "[\"a\"b\"]", "\"a\\\"b\"", "a\"b:", NULL },
	{ "[\"a.b\"][\"\"]", "\"a.b\".\"\"", "a.b::", NULL },
	{ "[\"a'][\"b:c\"]", "a.\"b:c\"", "a:b:c:", NULL },
	{ "\"a\"]", "a", "a:", NULL },
	{ "[-1]", "[4294967295]", ":", NULL },
	{ "[99999999999]", "[4294967295]", ":", NULL },
	{ "[\"a\"", NULL, NULL, "component \"a\" doesn't end with ]" },
	{ "a", NULL, NULL, "component a doesn't end with ]" },
	{ "[\"a\"]x[\"b\"]", NULL, NULL,
	    "component \"a\"]x doesn't end with ]" },
	{ "[\"a[b\"]", NULL, NULL, "component \"a doesn't end with ]" },
	{ "[a]", NULL, NULL, "strconv.Atoi: parsing \"a\": invalid syntax" },
	{ "[99999999999999999999]", NULL, NULL,
	    "strconv.Atoi: parsing "
	    "\"99999999999999999999\": value out of range" },
	{ "[ 1]", NULL, NULL, "strconv.Atoi: parsing \" 1\": invalid syntax" },
	{ "[]", NULL, NULL, "component [] is empty" },
	{ "[\"]", NULL, NULL, "component [\"] has no closing quote" },
};

static void
parse_table(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct sealeaf_error e;
	enum sealeaf_code code;
	struct step *p;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		memset(&e, 0, sizeof e);
		code = path_parse(&p, &a, span_of(paths[i].text),
		    SEALEAF_ERR_PATH, &e);
		if (paths[i].show == NULL) {
			assert_int_equal(code, SEALEAF_ERR_PATH);
			assert_string_equal(e.text, paths[i].error);
			continue;
		}
		assert_int_equal(code, SEALEAF_OK);
		buf_truncate(&b, 0);
		path_show(&b, p);
		assert_true(span_is(buf_get(&b), paths[i].show));
		path_aad(&b, p);
		assert_true(span_is(buf_get(&b), paths[i].aad));
	}
	buf_fini(&b);
	arena_fini(&a);
}

static void
depth_is_limited(void **state)
{
	struct sealeaf_error e = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct step *p;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "[0]");
	assert_int_equal(path_parse(&p, &a, buf_get(&b), SEALEAF_ERR_INDEX, &e),
	    SEALEAF_OK);
	assert_int_equal(path_depth(p), 1000);
	buf_puts(&b, "[0]");
	assert_int_equal(path_parse(&p, &a, buf_get(&b), SEALEAF_ERR_INDEX, &e),
	    SEALEAF_ERR_INDEX);
	buf_fini(&b);
	arena_fini(&a);
}

static void
equal(void **state)
{
	struct arena a = { 0 };
	struct step *root = path_key(&a, NULL, span_of("a"), 0);
	struct step *other = path_key(&a, NULL, span_of("a"), 7);
	struct step *x = path_item(&a, root, 1);

	(void)state;
	assert_true(path_equal(NULL, NULL));
	assert_false(path_equal(root, NULL));
	assert_true(path_equal(root, other));
	assert_true(path_equal(x, path_item(&a, other, 1)));
	assert_false(path_equal(x, path_item(&a, other, 2)));
	assert_false(path_equal(x, path_key(&a, other, span_of("1"), 1)));
	assert_false(path_equal(path_key(&a, root, span_make(NULL, 0), 0),
	    path_item(&a, root, 0)));
	arena_fini(&a);
}

static void
type_names(void **state)
{
	struct leaf l = { 0 };
	enum leaf_type type;

	(void)state;
	for (unsigned i = 0; i <= LEAF_LIST; i++) {
		l.type = (uint8_t)i;
		assert_int_equal(leaf_is_value(&l), i < LEAF_COMMENT);
		if (i > LEAF_COMMENT) {
			assert_null(leaf_type_name((enum leaf_type)i));
			continue;
		}
		assert_true(leaf_type_parse(
		    span_of(leaf_type_name((enum leaf_type)i)), &type));
		assert_int_equal(type, i);
	}
	assert_false(leaf_type_parse(span_of("string"), &type));
	assert_false(leaf_type_parse(span_of(""), &type));
}

static void
place(void **state)
{
	static const char text[] = "a: 1\n\xc3\xa9\xe2\x82\xac: x\r\n\nlast";
	struct doc d = { .source = SPAN_LIT(text) };
	struct doc_cursor next = { 0 };
	size_t line, column;

	(void)state;
	doc_place_next(&d, &next, text + 4);
	assert_true(next.line > 0 && next.column > 0);
	for (size_t i = 0; i <= d.source.n; i++) {
		/* Only where a character begins. */
		if (i < d.source.n && ((unsigned char)text[i] & 0xC0) == 0x80)
			continue;
		doc_place(&d, text + i, &line, &column);
		doc_place_next(&d, &next, text + i);
		assert_int_equal(next.line, line);
		assert_int_equal(next.column, column);
	}
	doc_place(&d, text, &line, &column);
	assert_true(line == 1 && column == 1);
	doc_place(&d, text + 4, &line, &column);
	assert_true(line == 1 && column == 5);
	doc_place(&d, text + 12, &line, &column);
	assert_true(line == 2 && column == 5);
	doc_place(&d, text + sizeof text - 1, &line, &column);
	assert_true(line == 4 && column == 5);
	doc_fini(&d);
}

static void
leaves(void **state)
{
	struct doc d = { 0 };
	struct leaf *l;

	(void)state;
	for (uint16_t i = 0; i < 1000; i++) {
		l = leaves_add(&d.leaves);
		assert_non_null(l);
		assert_true(l->path == NULL && l->indent == 0);
		l->indent = i;
	}
	assert_int_equal(d.leaves.n, 1000);
	assert_int_equal(d.leaves.list[999].indent, 999);
	doc_fini(&d);
	assert_null(d.leaves.list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_table),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(equal),
		cmocka_unit_test(type_names),
		cmocka_unit_test(place),
		cmocka_unit_test(leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
