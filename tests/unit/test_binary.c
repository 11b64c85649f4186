/* SPDX-License-Identifier: Apache-2.0 */
/* binary: the plain side is one leaf, the encrypted side is JSON. */

#include "forms.h"

static void
test_scan(void **state)
{
	static const char text[] = "a\0{\"sops\": {}}\xff";
	struct span s = span_make(text, sizeof text - 1);
	struct sealeaf_error e;
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	assert_int_equal(forms_scan(&d, &format_binary, s, &e), 0);
	assert_int_equal(d.leaves.n, 1);
	assert_int_equal(d.leaves.list[0].style, STYLE_FILE);
	path_aad(&b, d.leaves.list[0].path);
	assert_string_equal(b.p, "data:");
	assert_false(d.has_meta);
	assert_true(span_equal(d.leaves.list[0].value, s));
	buf_fini(&b);
	doc_fini(&d);
}

/* What is sealed has the layout of SOPS, empty files too. */
static void
test_seal(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "hello\n", "ENC[AES256_GCM,data:x]" },
	};
	struct sealeaf_error e;
	struct doc d, meta, sealed;

	(void)state;
	forms_meta(&meta);
	for (size_t i = 0; i < 2; i++) {
		struct span s = span_of(rows[i][0]);
		struct buf env = { 0 }, block = { 0 }, out = { 0 };
		struct edits es = { 0 };

		assert_int_equal(forms_scan(&d, &format_binary, s, &e), 0);
		format_binary.seal(&env, &d, &d.leaves.list[0],
		    span_of(rows[i][1]));
		edits_add(&es, 0, s.n, buf_get(&env));
		assert_int_equal(
		    format_binary.block(&block, &d, &meta.meta, NULL, &e), 0);
		assert_int_equal(
		    format_binary.place(&es, &d, buf_get(&block), &e), 0);
		assert_int_equal(splice(&out, s, &es, &e), 0);
		assert_non_null(strstr(out.p,
		    ",\n\t\"sops\": {\n\t\t\"age\": [\n"
		    "\t\t\t{\n\t\t\t\t\"enc\": "));
		assert_int_equal(forms_scan(&sealed, format_binary.sealed_as,
				     buf_get(&out), &e),
		    0);
		assert_true(sealed.has_meta);
		assert_int_equal(sealed.leaves.n, 1);
		assert_true(span_is(sealed.leaves.list[0].value, rows[i][1]));
		edits_fini(&es);
		buf_fini(&env);
		buf_fini(&block);
		buf_fini(&out);
		doc_fini(&d);
		doc_fini(&sealed);
	}
	doc_fini(&meta);
}

static void
test_print(void **state)
{
	static const struct {
		const char *json, *out, *part;
	} rows[] = {
		{ "{\"x\": 1, \"data\": \"a\\u0000\"}", "a", NULL },
		{ "{\"x\": 1}", NULL, "no binary data found in tree" },
		{ "{\"data\": 1}", NULL, "does not have a string value" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };
		enum sealeaf_code rc;

		assert_int_equal(
		    forms_scan(&d, &format_json, span_of(rows[i].json), &e), 0);
		rc = format_binary.print(&b, &d.leaves, 0, d.leaves.n, 0, NULL,
		    &e);
		assert_int_equal(rc,
		    rows[i].out != NULL ? SEALEAF_OK : SEALEAF_ERR_DUMP);
		if (rows[i].out != NULL)
			assert_int_equal(b.n, 2);
		else
			assert_non_null(strstr(e.text, rows[i].part));
		buf_fini(&b);
		doc_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
