/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats: names, suffixes, and blocks as SOPS prints them. */

#include "forms.h"

static void
test_path(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
		{ "a.yaml", "yaml" },
		{ "a.yml", "yaml" },
		{ "a.json", "json" },
		{ ".env", "dotenv" },
		{ "x/a.env", "dotenv" },
		{ "a.ini", "ini" },
		{ ".env.prod", "binary" },
		{ "x.YAML", "binary" },
		{ "x.yaml.tmpl", "binary" },
		{ "x.jsonl", "binary" },
		{ "", "binary" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(format_by_path(rows[i].path)->name,
		    rows[i].name);
}

static void
test_name(void **state)
{
	(void)state;
	assert_ptr_equal(format_by_name(span_of("ini")), &format_ini);
	assert_ptr_equal(format_by_name(span_of("binary")), &format_binary);
	assert_null(format_by_name(span_of("yml")));
	assert_null(format_by_name(span_of("")));
}

/*
 * The metadata of a file that SOPS wrote: cut out, printed from its leaves and
 * placed anew, it is the same file.
 */
static void
test_block(void **state)
{
	static const struct {
		const char *dir, *file;
		const struct format *format;
	} rows[] = {
		{ "json/types", "3.13.3.enc.json", &format_json },
		{ "json/empty", "3.13.3.enc.json", &format_json },
		{ "binary/text", "3.13.3.enc.txt", &format_json },
		{ "env/basic", "3.13.3.enc.env", &format_dotenv },
		{ "env/empty", "3.13.3.enc.env", &format_dotenv },
		{ "ini/basic", "3.13.3.enc.ini", &format_ini },
		{ "ini/empty", "3.13.3.enc.ini", &format_ini },
		{ "groups/two-of-two-env", "3.13.3.enc.env", &format_dotenv },
		{ "groups/two-of-two-ini", "3.13.3.enc.ini", &format_ini },
		{ "groups/two-of-two-json", "3.13.3.enc.json", &format_json },
	};
	struct sealeaf_error e;
	char dir[1024];
	size_t n = 0;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct format *f = rows[i].format;
		struct buf b, block = { 0 }, out = { 0 };
		struct edits es = { 0 };

		(void)snprintf(dir, sizeof dir, "%s/vectors/%s", TESTDATA,
		    rows[i].dir);
		if (!forms_read(&b, dir, rows[i].file))
			continue;
		n++;
		assert_int_equal(forms_scan(&d, f, buf_get(&b), &e), 0);
		assert_int_equal(f->block(&block, &d, &d.meta, NULL, &e), 0);
		edits_add(&es, (size_t)(d.blocks[0].src.p - b.p),
		    d.blocks[0].src.n, span_make("", 0));
		assert_int_equal(f->place(&es, &d, buf_get(&block), &e), 0);
		assert_int_equal(splice(&out, d.source, &es, &e), 0);
		if (!span_equal(buf_get(&out), buf_get(&b))) {
			print_error("%s:\n%s\n", rows[i].dir, out.p);
			fail();
		}
		edits_fini(&es);
		buf_fini(&b);
		buf_fini(&block);
		buf_fini(&out);
		doc_fini(&d);
	}
	if (n == 0) {
		print_message("no vectors under %s: skipped\n", TESTDATA);
		skip();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
