/* SPDX-License-Identifier: Apache-2.0 */
/* dotenv: lines, the newline escape, and where the metadata goes. */

#include "forms.h"

static void
test_golden(void **state)
{
	static const char *const groups[] = { "env", "env-random", NULL };

	(void)state;
	forms_golden(&format_dotenv, groups, "env", forms_list);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
	} rows[] = {
		{ "A=1\nnonsense\n", 2, 1 },
		{ "A: 1", 1, 1 },
		{ "A=1\n  # c\n", 2, 1 },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    forms_scan(&d, &format_dotenv, span_of(rows[i].text), &e),
		    SEALEAF_ERR_READ);
		assert_int_equal(e.line, rows[i].line);
		assert_int_equal(e.column, rows[i].column);
		assert_null(strstr(e.text, "nonsense"));
		doc_fini(&d);
	}
}

static void
test_round_trip(void **state)
{
	static const char *const rows[] = {
		"",
		"\n",
		"\n\n",
		"A=1",
		"A=1\n",
		"A=1\r\n",
		"A=1\r",
		"#",
		"#c\n\n\nB=\\n\\n",
		"A=\n\n",
		"=",
		"A=1\n#x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(forms_round_trip(&format_dotenv, span_of(rows[i])));
}

/* Metadata lines may stand anywhere; each run of them is a block. */
static void
test_scattered(void **state)
{
	static const char text[] = "sops_version=3\nA=1\nsops_mac=x\r\n"
				   "sops_age__list_0__map_enc=a\\nb\nB=2";
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	assert_int_equal(forms_scan(&d, &format_dotenv, span_of(text), &e), 0);
	assert_int_equal(d.leaves.n, 2);
	assert_int_equal(d.n_blocks, 2);
	assert_int_equal(d.meta.n, 5);
	assert_int_equal(d.meta.list[0].type, LEAF_LIST);
	assert_int_equal(d.meta.list[0].inside, 2);
	assert_true(span_is(d.meta.list[2].value, "a\nb"));
	assert_true(span_is(d.meta.list[3].value, "x"));
	assert_true(span_is(d.blocks[0].src, "sops_version=3\n"));
	doc_fini(&d);
}

static void
test_spell(void **state)
{
	static const char sealed[] = "A=ENC[AES256_GCM,data:x]\nB=1\n";

	(void)state;
	forms_spells(&format_dotenv, span_of(sealed), 0, LEAF_STR,
	    span_of("a\nb\n\n \"#"));
	forms_spells(&format_dotenv, span_of(sealed), 0, LEAF_STR, span_of(""));
}

static void
test_random(void **state)
{
	static const char base[] = "A=1\n# c\n\nB=x\\ny\n";
	static const char alphabet[] = "=#\n\r\\n A";
	uint32_t seed = 5;
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n = forms_random(&seed) % sizeof base;
		char text[sizeof base];

		memcpy(text, base, sizeof base);
		for (uint32_t k = forms_random(&seed) % 4; k > 0; k--)
			text[forms_random(&seed) % (sizeof base - 1)] =
			    alphabet[forms_random(&seed) %
				(sizeof alphabet - 1)];
		taken += forms_round_trip(&format_dotenv, span_make(text, n));
	}
	assert_true(taken > 500);
}

/* What the printer makes of the values of other formats. */
static void
test_print(void **state)
{
	static const struct {
		const char *json, *env;
	} rows[] = {
		{ "{\"a\": null, \"b\": 1.0, \"c\": true, \"d\": \"x\\ny\"}",
		    "a=<nil>\nb=1.0\nc=true\nd=x\\ny\n" },
		{ "{\"f\": 12345678.5, \"g\": 1e-7, \"h\": 123456.5}",
		    "f=1.23456785E+07\ng=1E-07\nh=123456.5\n" },
		{ "{\"a\": 1, \"k\": [1]}", NULL },
		{ "{\"k\": {}}", NULL },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum sealeaf_code rc;
		struct buf b = { 0 };

		assert_int_equal(
		    forms_scan(&d, &format_json, span_of(rows[i].json), &e), 0);
		rc = format_dotenv.print(&b, &d.leaves, 0, d.leaves.n, 0, NULL,
		    &e);
		assert_int_equal(rc,
		    rows[i].env != NULL ? SEALEAF_OK : SEALEAF_ERR_DUMP);
		if (rc == SEALEAF_OK)
			assert_string_equal(b.p, rows[i].env);
		else
			assert_string_equal(e.text,
			    "cannot use complex value "
			    "in dotenv file; offending key k");
		buf_fini(&b);
		doc_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_scattered),
		cmocka_unit_test(test_spell),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
