/* SPDX-License-Identifier: Apache-2.0 */
/* Which type and value a YAML scalar has. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/yaml_internal.h"
#include "format/yaml_time.h"

static void
test_plain(void **state)
{
	static const struct {
		const char *text;
		enum leaf_type type;
		const char *value; /* NULL: as spelled */
	} rows[] = {
		{ "true", LEAF_BOOL, NULL },
		{ "True", LEAF_BOOL, NULL },
		{ "FALSE", LEAF_BOOL, NULL },
		{ "tRUE", LEAF_STR, NULL },
		{ "yes", LEAF_STR, NULL },
		{ "off", LEAF_STR, NULL },
		{ "n", LEAF_STR, NULL },
		{ "", LEAF_NULL, NULL },
		{ "~", LEAF_NULL, NULL },
		{ "Null", LEAF_NULL, NULL },
		{ "nULL", LEAF_STR, NULL },
		{ "42", LEAF_INT, NULL },
		{ "+3", LEAF_INT, "3" },
		{ "-0", LEAF_INT, "0" },
		{ "0x1F", LEAF_INT, "31" },
		{ "-0x1f", LEAF_INT, "-31" },
		{ "0o17", LEAF_INT, "15" },
		{ "-0o17", LEAF_INT, "-15" },
		{ "0b101", LEAF_INT, "5" },
		{ "0b-1", LEAF_INT, "-1" },
		{ "0644", LEAF_INT, "420" },
		{ "089", LEAF_FLOAT, NULL },
		{ "1_000", LEAF_INT, "1000" },
		{ "_1", LEAF_STR, NULL },
		{ "9223372036854775807", LEAF_INT, NULL },
		{ "-9223372036854775808", LEAF_INT, NULL },
		{ "-9223372036854775809", LEAF_FLOAT, NULL },
		{ "123456789012345678901234567890", LEAF_FLOAT, NULL },
		{ "1.50", LEAF_FLOAT, NULL },
		{ "5.", LEAF_FLOAT, NULL },
		{ ".5", LEAF_FLOAT, NULL },
		{ ".5_5", LEAF_FLOAT, "0.55" },
		{ ".5__5", LEAF_STR, NULL },
		{ "1_0.5", LEAF_FLOAT, "10.5" },
		{ "6.02E+23", LEAF_FLOAT, NULL },
		{ "1e", LEAF_STR, NULL },
		{ "1e400", LEAF_STR, NULL },
		{ "0x1p4", LEAF_STR, NULL },
		{ ".inf", LEAF_FLOAT, "+Inf" },
		{ "-.Inf", LEAF_FLOAT, "-Inf" },
		{ ".NaN", LEAF_FLOAT, "NaN" },
		{ ".", LEAF_STR, NULL },
		{ "-", LEAF_STR, NULL },
		{ "1:20", LEAF_STR, NULL },
		{ "1.2.3", LEAF_STR, NULL },
		{ "<<", LEAF_STR, NULL },
		{ "2020-01-01", LEAF_TIME, "2020-01-01T00:00:00Z" },
		{ "2001-1-2", LEAF_TIME, "2001-01-02T00:00:00Z" },
		{ "2020-02-30", LEAF_STR, NULL },
		{ "2001-12-14t21:59:43.10-05:00", LEAF_TIME,
		    "2001-12-14T21:59:43.1-05:00" },
		{ "2001-12-14  1:2:3", LEAF_TIME, "2001-12-14T01:02:03Z" },
		{ "2001-12-14 21:59:43.10 -5", LEAF_STR, NULL },
		{ "2001-12-14T21:59:43", LEAF_STR, NULL },
		{ "2001-12-14T21:59:43,1234567899Z", LEAF_TIME,
		    "2001-12-14T21:59:43.123456789Z" },
		{ "1999-12-31T23:59:60Z", LEAF_STR, NULL },
		{ "2020-01-01T00:00:00+00:00", LEAF_TIME,
		    "2020-01-01T00:00:00Z" },
		{ "2020-01-01T00:00:00+24:60", LEAF_STR, NULL },
	};
	struct arena a = { 0 };
	enum leaf_type type;
	struct span value;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *want = rows[i].value != NULL ? rows[i].value
							 : rows[i].text;

		assert_int_equal(yamlf_resolve(&type, &value, &a,
				     span_of(rows[i].text), true,
				     YAMLF_TAG_NONE),
		    YAMLF_FITS);
		if (type != rows[i].type || !span_is(value, want)) {
			print_error("%s: type %d, value %.*s\n", rows[i].text,
			    type, (int)value.n, value.p);
			fail();
		}
		assert_int_equal(yamlf_is_str(span_of(rows[i].text)),
		    type == LEAF_STR);
	}
	arena_fini(&a);
}

static void
test_tagged(void **state)
{
	static const struct {
		const char *tag, *text;
		bool plain;
		enum yamlf_result result;
		enum leaf_type type;
		const char *value;
	} rows[] = {
		{ "tag:yaml.org,2002:str", "12", true, YAMLF_FITS, LEAF_STR,
		    "12" },
		{ "tag:yaml.org,2002:int", "12", false, YAMLF_FITS, LEAF_INT,
		    "12" },
		{ "tag:yaml.org,2002:int", "1.5", true, YAMLF_MISFIT, 0, "" },
		{ "tag:yaml.org,2002:float", "1", true, YAMLF_FITS, LEAF_FLOAT,
		    "1" },
		{ "tag:yaml.org,2002:float", "010", true, YAMLF_FITS,
		    LEAF_FLOAT, "8" },
		{ "tag:yaml.org,2002:bool", "yes", true, YAMLF_MISFIT, 0, "" },
		{ "tag:yaml.org,2002:bool", "", true, YAMLF_MISFIT, 0, "" },
		{ "tag:yaml.org,2002:null", "", false, YAMLF_FITS, LEAF_NULL,
		    "" },
		{ "tag:yaml.org,2002:timestamp", "2020-01-01", false,
		    YAMLF_FITS, LEAF_TIME, "2020-01-01T00:00:00Z" },
		{ "tag:yaml.org,2002:binary", "aGVs\nbG8=", true, YAMLF_FITS,
		    LEAF_STR, "hello" },
		{ "tag:yaml.org,2002:binary", "aGVsbG8", true, YAMLF_MISFIT, 0,
		    "" },
		{ "tag:yaml.org,2002:set", "1", true, YAMLF_FITS, LEAF_STR,
		    "1" },
		{ "!custom", "~", true, YAMLF_FITS, LEAF_STR, "~" },
		{ "!", "12", true, YAMLF_FITS, LEAF_INT, "12" },
		{ "", "12", false, YAMLF_FITS, LEAF_STR, "12" },
		{ "", "18446744073709551615", true, YAMLF_UNSIGNED, 0, "" },
	};
	struct arena a = { 0 };
	enum leaf_type type;
	struct span value;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum yamlf_result r = yamlf_resolve(&type, &value, &a,
		    span_of(rows[i].text), rows[i].plain,
		    yamlf_tag(span_of(rows[i].tag)));

		if (r != rows[i].result ||
		    (r == YAMLF_FITS &&
			(type != rows[i].type ||
			    !span_is(value, rows[i].value)))) {
			print_error("%s %s: %d, type %d\n", rows[i].tag,
			    rows[i].text, r, type);
			fail();
		}
	}
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_tagged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
