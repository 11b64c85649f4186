/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: reading, refusing, printing, and where the metadata goes. */

#include "forms.h"

static void
test_golden(void **state)
{
	static const char *const groups[] = { "json", "json-random", NULL };

	(void)state;
	forms_golden(&format_json, groups, "json", forms_list);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *part;
	} rows[] = {
		{ "", 1, 1, "EOF" },
		{ "\xef\xbb\xbf{}", 1, 1,
		    "invalid character '\xc3\xaf' "
		    "looking for beginning of value" },
		{ "[1]", 1, 1, "wrap it in an object" },
		{ "\"x\"", 1, 1, "not other JSON types" },
		{ "{\"a\": 1 // x\n}", 1, 9, "'/' after object key:value" },
		{ "{\n \"a\": 1e400}", 2, 7, "out of the range" },
		{ "{\"a\": 1} x", 1, 10, "after top-level value" },
		{ "{\"a\": 1", 1, 8, "unexpected end" },
		{ "{\"a\": ", 1, 7, "unexpected end" },
		{ "{\"a", 1, 4, "unexpected end" },
		{ "{\"a\":1,}", 1, 8, "object key string" },
		{ "{\"a\":[1,]}", 1, 9, "beginning of value" },
		{ "{\"a\":01}", 1, 7, "after object key:value pair" },
		{ "{\"a\":1.}", 1, 8, "in numeric literal" },
		{ "{\"a\":-}", 1, 7, "in numeric literal" },
		{ "{\"a\":tru}", 1, 9, "in literal true" },
		{ "{\"a\":\"\\q\"}", 1, 8, "in string escape code" },
		{ "{\"a\":\"\\u12\"}", 1, 8, "hexadecimal" },
		{ "{\"a\":\"\t\"}", 1, 7, "in string literal" },
		{ "{\"a\":\"\xff\"}", 1, 7, "not valid UTF-8" },
		{ "{\"sops\":{},\"sops\":{}}", 1, 12, "duplicate sops" },
		{ "{'a':1}", 1, 2, "'\\'' looking for" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum sealeaf_code rc = forms_scan(&d, &format_json,
		    span_of(rows[i].text), &e);

		if (rc != SEALEAF_ERR_READ || e.line != rows[i].line ||
		    e.column != rows[i].column ||
		    strstr(e.text, rows[i].part) == NULL) {
			print_error("%s: %d %u:%u %s\n", rows[i].text, rc,
			    e.line, e.column, e.text);
			fail();
		}
		doc_fini(&d);
	}
}

static void
test_depth(void **state)
{
	struct buf b = { 0 };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t n = 990; n < 1010; n++) {
		buf_fini(&b);
		buf_puts(&b, "{\"a\":");
		buf_fill(&b, '[', n);
		buf_fill(&b, ']', n);
		buf_putc(&b, '}');
		assert_int_equal(forms_scan(&d, &format_json, buf_get(&b), &e),
		    n < 1000 ? SEALEAF_OK : SEALEAF_ERR_READ);
		doc_fini(&d);
	}
	buf_fini(&b);
}

static void
test_round_trip(void **state)
{
	static const char *const rows[] = {
		"{}",
		"{ }",
		"{\n}",
		"{\r\n}\r\n",
		"{\t\n \n}",
		" {} ",
		"{\"a\":1}",
		"{\"a\": 1 }",
		"{\n  \"a\": 1\n}\n",
		"{\n\t\"a\": [1, 2]\n\n}",
		"{\r\n    \"a\": {}\r\n}\r\n",
		"{ \"a\": 1,\n \"b\": 2 }",
		"{\n\"a\": 1\n}",
		"\n{\"a\" :null}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(forms_round_trip(&format_json, span_of(rows[i])));
}

/* Where others put the metadata, cutting it leaves JSON. */
static void
test_cut(void **state)
{
	static const struct {
		const char *text, *cut;
	} rows[] = {
		{ "{\"sops\": {}, \"a\": 1}", "{\"a\": 1}" },
		{ "{\"a\": 1 , \"sops\": {} }", "{\"a\": 1 }" },
		{ "{\"a\": 1, \"sops\": {}, \"b\": 2}",
		    "{\"a\": 1, \"b\": 2}" },
		{ "{\n\t\"sops\": {}\n}\n", "{}\n" },
		{ "{\"sops\": {}}", "{}" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct edits es = { 0 };
		struct buf b = { 0 };

		assert_int_equal(
		    forms_scan(&d, &format_json, span_of(rows[i].text), &e), 0);
		assert_int_equal(d.n_blocks, 1);
		edits_add(&es, (size_t)(d.blocks[0].src.p - rows[i].text),
		    d.blocks[0].src.n, span_make(NULL, 0));
		assert_int_equal(splice(&b, d.source, &es, &e), 0);
		assert_string_equal(b.p, rows[i].cut);
		edits_fini(&es);
		buf_fini(&b);
		doc_fini(&d);
	}
}

static void
test_spell(void **state)
{
	static const char sealed[] = "{\"a\": \"ENC[AES256_GCM,data:x]\"}";
	struct span s = span_of(sealed);
	uint32_t seed = 7;
	char text[40];

	(void)state;
	forms_spells(&format_json, s, 0, LEAF_INT, span_of("-5"));
	forms_spells(&format_json, s, 0, LEAF_FLOAT, span_of("1.50"));
	forms_spells(&format_json, s, 0, LEAF_FLOAT, span_of("1e3"));
	forms_spells(&format_json, s, 0, LEAF_BOOL, span_of("true"));
	forms_spells(&format_json, s, 0, LEAF_STR,
	    span_of("\xe2\x80\xa8<>&\"\\\b\f\n\r\t\x01\x7f\xf0\x9f\x99\x82"));
	for (int i = 0; i < 3000; i++) {
		size_t n = forms_random(&seed) % sizeof text;

		for (size_t k = 0; k < n; k++)
			text[k] = (char)(forms_random(&seed) % 128);
		forms_spells(&format_json, s, 0, LEAF_STR, span_make(text, n));
	}
}

/* Random edits of a document: what is accepted survives place and cut. */
static void
test_random(void **state)
{
	static const char base[] =
	    "{\n  \"a\": [1, -2.5e3, {\"b\": \"x\\u00e9\"}],\r\n \"c\": {}}\n";
	static const char alphabet[] = "{}[]\",:\\ \n\r\ttnu01.e-";
	uint32_t seed = 42;
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[sizeof base];

		memcpy(text, base, sizeof base);
		for (uint32_t k = forms_random(&seed) % 3 + 1; k > 0; k--)
			text[forms_random(&seed) % (sizeof base - 1)] =
			    alphabet[forms_random(&seed) %
				(sizeof alphabet - 1)];
		taken += forms_round_trip(&format_json,
		    span_make(text, sizeof base - 1));
	}
	assert_true(taken > 500);
}

static void
test_floats(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "1e21", "1e+21" },
		{ "1e20", "100000000000000000000" },
		{ "1e-7", "1e-7" },
		{ "0.000001", "0.000001" },
		{ "123.5e-10", "1.235e-8" },
		{ "-0.0", "-0" },
		{ "1e-100", "1e-100" },
		{ "2.0", "2" },
		{ "123456789012345678901234567890", "1.2345678901234568e+29" },
	};
	struct buf b = { 0 };
	struct sealeaf_error e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_truncate(&b, 0);
		assert_int_equal(
		    jsonf_scalar(&b, LEAF_FLOAT, span_of(rows[i].in), true, &e),
		    0);
		buf_putc(&b, '\0');
		assert_string_equal(b.p, rows[i].out);
	}
	buf_fini(&b);
	memset(&e, 0, sizeof e);
	assert_int_equal(
	    jsonf_scalar(&b, LEAF_FLOAT, span_of("+Inf"), false, &e),
	    SEALEAF_ERR_DUMP);
	buf_fini(&b);
}

static void
test_example(void **state)
{
	(void)state;
	assert_true(
	    forms_round_trip(&format_json, span_of(format_json.example)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_spell),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
