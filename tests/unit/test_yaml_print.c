/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printing documents and metadata blocks against what SOPS printed, and the
 * edits that place a block or write an alias out, undone again.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "format/format.h"
#include "format/yaml_write.h"

static void
scan(struct doc *d, struct span source, const char *name)
{
	struct sealeaf_error e = { 0 };

	memset(d, 0, sizeof *d);
	d->format = &format_yaml;
	d->source = source;
	if (format_yaml.scan(d, &e) != SEALEAF_OK)
		fail_msg("%s:%u:%u: %s in:\n%.*s", name, (unsigned)e.line,
		    (unsigned)e.column, e.text, (int)source.n, source.p);
}

/* ---- against SOPS ---- */

static bool
read_file(struct buf *b, const char *group, const char *name, const char *file)
{
	char path[512];
	struct sealeaf_error e = { 0 };

	buf_truncate(b, 0);
	snprintf(path, sizeof path, TESTDATA "/vectors/%s/%s/%s", group, name,
	    file);
	return file_read(path, b, &e) == SEALEAF_OK;
}

/* Lines that are neither empty nor comments. */
static void
put_bare(struct buf *out, struct span s)
{
	size_t from, to;

	for (from = 0; from < s.n; from = to + 1) {
		struct span line;

		to = from + span_find(span_sub(s, from, s.n), '\n');
		line = span_trim(span_sub(s, from, to));
		if (line.n == 0 || line.p[0] == '#')
			continue;
		buf_span(out, span_sub(s, from, to));
		buf_putc(out, '\n');
	}
}

static bool
same_bare(struct span a, struct span b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	put_bare(&x, a);
	put_bare(&y, b);
	same = span_equal(buf_get(&x), buf_get(&y));
	buf_fini(&x);
	buf_fini(&y);
	return same;
}

struct score {
	size_t cases, same, unreadable;
};

static void
print_as_sops(struct buf *out, struct span plain, bool above)
{
	static const struct print_style style = { 0, false, true, 0 };
	struct sealeaf_error e = { 0 };
	struct doc d;

	buf_truncate(out, 0);
	scan(&d, plain, "plain.yaml");
	for (size_t i = 0; above && i < d.leaves.n; i++)
		d.leaves.list[i].flags &= (uint8_t)~LEAF_INLINE;
	assert_int_equal(
	    format_yaml.print(out, &d.leaves, 0, d.leaves.n, 0, &style, &e), 0);
	doc_fini(&d);
}

/* SOPS moves comments behind values above them once they were encrypted, and
 * attaches some to other collections when it reads what it wrote. */
static void
check_print(const char *group, const char *name, struct score *sum)
{
	struct buf plain = { 0 }, want = { 0 }, out = { 0 };
	struct sealeaf_error e = { 0 };
	struct doc d = { .format = &format_yaml };

	if (!read_file(&plain, group, name, "plain.yaml") ||
	    !read_file(&want, group, name, "3.13.3.dec.yaml"))
		goto out;
	sum->cases++;
	print_as_sops(&out, buf_get(&plain), true);
	if (!span_equal(buf_get(&out), buf_get(&want)))
		print_as_sops(&out, buf_get(&plain), false);
	if (span_equal(buf_get(&out), buf_get(&want))) {
		sum->same++;
		goto out;
	}
	d.source = buf_get(&want);
	if (format_yaml.scan(&d, &e) != SEALEAF_OK) {
		sum->unreadable++;
		goto out;
	}
	/* A comment that moved out of an empty mapping; an empty comment in a
	 * list, of which SOPS makes an item. */
	if (strcmp(group, "yaml-random") == 0 &&
	    (strcmp(name, "47") == 0 || strcmp(name, "53") == 0))
		goto out;
	print_as_sops(&out, buf_get(&plain), true);
	if (!same_bare(buf_get(&out), buf_get(&want))) {
		print_as_sops(&out, buf_get(&plain), false);
		if (!same_bare(buf_get(&out), buf_get(&want)))
			fail_msg("%s/%s is printed as:\n%.*s", group, name,
			    (int)out.n, out.p);
	}
out:
	doc_fini(&d);
	buf_fini(&plain);
	buf_fini(&want);
	buf_fini(&out);
}

static void
check_block(const char *group, const char *name, struct score *sum)
{
	struct buf sealed = { 0 }, out = { 0 };
	struct sealeaf_error e = { 0 };
	struct doc d;
	struct span block;

	if (!read_file(&sealed, group, name, "3.13.3.enc.yaml"))
		goto out;
	sum->cases++;
	scan(&d, buf_get(&sealed), name);
	assert_true(d.n_blocks > 0);
	assert_int_equal(format_yaml.block(&out, &d, &d.meta, NULL, &e), 0);
	block = d.blocks[0].src;
	if (block.p[0] == '\n')
		block = span_sub(block, 1, block.n);
	if (span_equal(block, buf_get(&out)))
		sum->same++;
	else
		fail_msg("%s/%s: block is printed as:\n%.*s", group, name,
		    (int)out.n, out.p);
	doc_fini(&d);
out:
	buf_fini(&sealed);
	buf_fini(&out);
}

static struct score
each_vector(
    void (*check)(const char *group, const char *name, struct score *sum))
{
	static const char *const groups[] = { "yaml", "yaml-random", "sources",
		"groups" };
	struct score sum = { 0, 0, 0 };

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		char path[512];
		DIR *dir;
		struct dirent *entry;

		snprintf(path, sizeof path, TESTDATA "/vectors/%s", groups[i]);
		dir = opendir(path);
		if (dir == NULL) {
			print_message("skipped: no %s\n", path);
			continue;
		}
		while ((entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				check(groups[i], entry->d_name, &sum);
		closedir(dir);
	}
	return sum;
}

static void
prints_as_sops(void **state)
{
	struct score sum = each_vector(check_print);

	(void)state;
	print_message("%zu cases, %zu to the byte, %zu unreadable\n", sum.cases,
	    sum.same, sum.unreadable);
	if (sum.cases > 0)
		assert_true(sum.same * 10 >= sum.cases * 7);
}

static void
prints_blocks_as_sops(void **state)
{
	struct score sum = each_vector(check_block);

	(void)state;
	assert_int_equal(sum.same, sum.cases);
}

/* ---- tables ---- */

/* clang-format off */
static const struct {
	const char *name, *source, *printed;
	int indent;
} prints[] = {
	{ "empty", "---\n", "{}\n", 0 },
	{ "documents", "a: 1\n---\nb: 2\n", "a: 1\n---\nb: 2\n", 0 },
	{ "nested", "a: {b: [1, [2, {c: d, e: f}]]}\n",
	    "a:\n    b:\n        - 1\n        - - 2\n          - c: d\n"
	    "            e: f\n", 0 },
	{ "two blanks", "a: {b: [1, {c: [d]}]}\n",
	    "a:\n  b:\n    - 1\n    - c:\n        - d\n", 2 },
	{ "one is two", "a: {b: 1}\n", "a:\n  b: 1\n", 1 },
	{ "ten is two", "a: {b: 1}\n", "a:\n  b: 1\n", 10 },
	{ "empties", "a: {}\nb: []\nc:\nd: ''\n",
	    "a: {}\nb: []\nc: null\nd: \"\"\n", 0 },
	{ "comments", "# h\n\n# a\na: 1 # b\n# f\n\nc:\n- d # e\n# g\n",
	    "# h\n# a\na: 1 # b\n# f\nc:\n    - d # e\n    # g\n", 0 },
	{ "foot of a list", "a:\n  - b\n  # c\nd: 1\n",
	    "a:\n    - b\n    # c\nd: 1\n", 0 },
	{ "merge", "a: &a {b: 1}\nc:\n  <<: *a\n",
	    "a:\n    b: 1\nc:\n    !!merge <<:\n        b: 1\n", 0 },
	{ "keys", "'y': 1\n'1': 2\n'a: b': 3\n\"c\\nd\": 4\n",
	    "\"y\": 1\n\"1\": 2\n'a: b': 3\n? |-\n    c\n    d\n: 4\n", 0 },
	{ "numbers", "a: 1e3\nb: 12345678.5\nc: 1.50\nd: .inf\ne: 0x1F\n",
	    "a: 1000\nb: 1.23456785e+07\nc: 1.5\nd: .inf\ne: 31\n", 0 },
	{ "unreadable", "a:\n- \"\\nb\"\nc: \"\\nd\"\n",
	    "a:\n    - \"\\nb\"\nc: |4-\n\n    d\n", 0 },
};
/* clang-format on */

static void
prints_documents(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof prints / sizeof *prints; i++) {
		struct print_style style = { prints[i].indent, false, true, 0 };
		struct doc d;

		buf_truncate(&b, 0);
		scan(&d, span_of(prints[i].source), prints[i].name);
		assert_int_equal(format_yaml.print(&b, &d.leaves, 0, d.leaves.n,
				     0, &style, &e),
		    0);
		if (!span_is(buf_get(&b), prints[i].printed))
			fail_msg("%s:\n%.*s", prints[i].name, (int)b.n, b.p);
		doc_fini(&d);
	}
	buf_fini(&b);
}

static void
refuses_negative(void **state)
{
	static const struct print_style style = { -1, false, true, 0 };
	struct sealeaf_error e = { 0 };
	struct leaves ls = { NULL, 0, 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(format_yaml.print(&b, &ls, 0, 0, 0, &style, &e),
	    SEALEAF_ERR_DUMP);
	assert_string_equal(e.text, "YAML Negative indentation not accepted");
	assert_int_equal(b.n, 0);
}

static void
prints_values(void **state)
{
	static const char *const want[] = { "a b", "- 1\n- c: d\n", "1\n", NULL,
		"d", "null\n" };
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	scan(&d, span_of("a: a b\nb: [1, {c: d}]\ne:\n"), "values");
	for (size_t i = 0; i < d.leaves.n; i++) {
		if (want[i] == NULL)
			continue;
		buf_truncate(&b, 0);
		assert_int_equal(
		    format_yaml.value(&b, &d.leaves, i, 1, NULL, &e), 0);
		assert_true(span_is(buf_get(&b), want[i]));
	}
	/* A mapping, by what is in it. */
	buf_truncate(&b, 0);
	assert_int_equal(format_yaml.print(&b, &d.leaves, 4, 1, 2, NULL, &e),
	    0);
	assert_true(span_is(buf_get(&b), "c: d\n"));
	doc_fini(&d);
	buf_fini(&b);
}

/* ---- edits ---- */

#define BLOCK "sops:\n    version: 3.13.3\n"

/* clang-format off */
static const struct {
	const char *name, *source, *placed;
} places[] = {
	{ "plain", "a: 1\n", "a: 1\n" BLOCK },
	{ "no newline", "a: 1", "a: 1\nsops:\n    version: 3.13.3" },
	{ "comment", "a: 1\n# c\n", "a: 1\n# c\n\n" BLOCK },
	{ "comment, empty line", "a: 1\n# c\n\n", "a: 1\n# c\n\n\n" BLOCK },
	{ "comment, no newline", "a: 1\n# c",
	    "a: 1\n# c\n\nsops:\n    version: 3.13.3" },
	{ "comment inside", "a:\n  b: 1\n  # c\n",
	    "a:\n  b: 1\n  # c\n" BLOCK },
	{ "CRLF", "a: 1\r\n# c\r\n",
	    "a: 1\r\n# c\r\n\r\nsops:\r\n    version: 3.13.3\r\n" },
	{ "end marker", "a: 1\n...\n# d\n", "a: 1\n" BLOCK "...\n# d\n" },
	{ "documents", "---\na: 1\n---\n# c\n---\nb: 2\n",
	    "---\na: 1\n" BLOCK "---\n# c\n\n" BLOCK "---\nb: 2\n" BLOCK },
	{ "empty document", "---\n", "---\n" BLOCK },
	{ "only a comment", "# c\n", "# c\n\n" BLOCK },
	{ "nothing", "", BLOCK },
	{ "indented", "  a: 1\n  b: 2\n",
	    "  a: 1\n  b: 2\n  sops:\n      version: 3.13.3\n" },
	{ "kept lines", "a: |+\n  b\n\n\n", "a: |+\n  b\n\n\n" BLOCK },
	{ "flow", "{a: b}\n",
	    "{a: b, sops: {\"version\": \"3.13.3\"}}\n" },
	{ "flow, comma", "{\n  a: [b],\n}\n",
	    "{\n  a: [b], sops: {\"version\": \"3.13.3\"},\n}\n" },
	{ "flow, comment", "{\n  a: {}\n  # }\n}\n",
	    "{\n  a: {}\n  # }\n, sops: {\"version\": \"3.13.3\"}}\n" },
	{ "flow without value", "{a: , b: }\n",
	    "{a: , b: , sops: {\"version\": \"3.13.3\"}}\n" },
};
/* clang-format on */

static void
place(struct buf *out, struct span source, const char *name)
{
	struct sealeaf_error e = { 0 };
	struct edits es = { 0 };
	struct buf block = { 0 };
	struct doc d;

	scan(&d, source, name);
	buf_puts(&block, BLOCK);
	if (d.crlf)
		yamlf_crlf(&block, 0);
	assert_int_equal(format_yaml.place(&es, &d, buf_get(&block), &e), 0);
	assert_int_equal(splice(out, source, &es, &e), 0);
	edits_fini(&es);
	buf_fini(&block);
	doc_fini(&d);
}

static void
cut(struct buf *out, struct span sealed, const char *name)
{
	struct sealeaf_error e = { 0 };
	struct edits es = { 0 };
	struct doc d;

	scan(&d, sealed, name);
	assert_true(d.has_meta);
	for (size_t i = 0; i < d.n_blocks; i++)
		edits_add(&es, (size_t)(d.blocks[i].src.p - sealed.p),
		    d.blocks[i].src.n, span_make("", 0));
	assert_int_equal(splice(out, sealed, &es, &e), 0);
	edits_fini(&es);
	doc_fini(&d);
}

static void
places_blocks(void **state)
{
	struct buf placed = { 0 }, back = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct span source = span_of(places[i].source);

		buf_truncate(&placed, 0);
		buf_truncate(&back, 0);
		place(&placed, source, places[i].name);
		if (!span_is(buf_get(&placed), places[i].placed))
			fail_msg("%s is placed as:\n%.*s", places[i].name,
			    (int)placed.n, placed.p);
		cut(&back, buf_get(&placed), places[i].name);
		if (!span_equal(buf_get(&back), source))
			fail_msg("%s came back as:\n%.*s", places[i].name,
			    (int)back.n, back.p);
	}
	buf_fini(&placed);
	buf_fini(&back);
}

static void
strips_last_scalar(void **state)
{
	struct buf placed = { 0 };

	(void)state;
	place(&placed, span_of("a: |\n  b"), "clip");
	assert_true(span_is(buf_get(&placed),
	    "a: |-\n  b\nsops:\n    version: 3.13.3"));
	buf_truncate(&placed, 0);
	place(&placed, span_of("a: >+\n  b"), "keep");
	assert_true(span_is(buf_get(&placed),
	    "a: >-\n  b\nsops:\n    version: 3.13.3"));
	buf_fini(&placed);
}

/* clang-format off */
/* Every value of the copy becomes E, strings with a "c" stay clear. */
static const struct {
	const char *name, *source, *copied;
} copies[] = {
	{ "scalar", "a: &x b\nd: *x # n\n", "a: &x b\nd: E # n\n" },
	{ "clear", "a: &x {b: 1, c: 'c: d'}\nd: [*x]\n",
	    "a: &x {b: 1, c: 'c: d'}\nd: [{b: E, c: 'c: d'}]\n" },
	{ "mapping", "a: &x\n  b: 1\n  e: [f, {g: h, i: j}]\nd: *x # n\n",
	    "a: &x\n  b: 1\n  e: [f, {g: h, i: j}]\nd: # n\n  b: E\n  e:\n"
	    "    - E\n    - g: E\n      i: E\n" },
	{ "item", "a: &x\n  b: 1\nd:\n  - *x\n\n  - e\n",
	    "a: &x\n  b: 1\nd:\n  -\n    b: E\n\n  - e\n" },
	{ "merge", "a: &x\n  b: 1\nd:\n  <<: *x\n  e: 1\n",
	    "a: &x\n  b: 1\nd:\n  <<:\n    b: E\n  e: 1\n" },
	{ "merges", "a: &x\n  b: 1\nd:\n  <<: [*x, *x]\n",
	    "a: &x\n  b: 1\nd:\n  <<: [{b: E}, {b: E}]\n" },
	{ "lines", "a: &x\n  c: |+\n    c\n\nd: *x\n\n\n",
	    "a: &x\n  c: |+\n    c\n\nd:\n  c: \"c\\n\\n\"\n\n\n" },
	{ "no newline", "a: &x\n  b: 1\nd: *x",
	    "a: &x\n  b: 1\nd:\n  b: E" },
	{ "CRLF", "a: &x\r\n  b: 1\r\nd: *x\r\n",
	    "a: &x\r\n  b: 1\r\nd:\r\n  b: E\r\n" },
	{ "empty", "a: &x {}\nd: *x\n", "a: &x {}\nd: {}\n" },
};
/* clang-format on */

static void
copy_all(struct buf *out, struct doc *d)
{
	struct sealeaf_error e = { 0 };
	struct edits es = { 0 };
	struct span texts[16];

	for (size_t i = 0; i < d->n_aliases; i++) {
		const struct alias *a = d->aliases + i;

		assert_true(a->count <= 16);
		for (uint32_t k = 0; k < a->count; k++) {
			const struct leaf *l = d->leaves.list + a->first + k;

			texts[k] = span_make(NULL, 0);
			if (leaf_is_value(l) &&
			    span_find(l->value, 'c') == l->value.n)
				texts[k] = span_of("E");
		}
		assert_int_equal(format_yaml.copy(&es, d, a, texts, &e), 0);
	}
	assert_int_equal(splice(out, d->source, &es, &e), 0);
	edits_fini(&es);
}

/* The leaves of both documents are the same ones in the same order. */
static void
restore_all(struct buf *out, const struct doc *plain, struct doc *d)
{
	struct sealeaf_error e = { 0 };
	struct edits es = { 0 };

	for (size_t i = 0; i < plain->n_aliases; i++)
		assert_int_equal(format_yaml.restore(&es, d,
				     plain->aliases[i].first,
				     plain->aliases[i].src, &e),
		    0);
	assert_int_equal(splice(out, d->source, &es, &e), 0);
	edits_fini(&es);
}

static void
copies_anchors(void **state)
{
	struct buf copied = { 0 }, back = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
		struct doc plain, d;

		buf_truncate(&copied, 0);
		buf_truncate(&back, 0);
		scan(&plain, span_of(copies[i].source), copies[i].name);
		copy_all(&copied, &plain);
		if (!span_is(buf_get(&copied), copies[i].copied))
			fail_msg("%s is copied as:\n%.*s", copies[i].name,
			    (int)copied.n, copied.p);
		scan(&d, buf_get(&copied), copies[i].name);
		assert_int_equal(d.leaves.n, plain.leaves.n);
		restore_all(&back, &plain, &d);
		if (!span_equal(buf_get(&back), plain.source))
			fail_msg("%s came back as:\n%.*s", copies[i].name,
			    (int)back.n, back.p);
		doc_fini(&plain);
		doc_fini(&d);
	}
	buf_fini(&copied);
	buf_fini(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_documents),
		cmocka_unit_test(refuses_negative),
		cmocka_unit_test(prints_values),
		cmocka_unit_test(prints_as_sops),
		cmocka_unit_test(prints_blocks_as_sops),
		cmocka_unit_test(places_blocks),
		cmocka_unit_test(strips_last_scalar),
		cmocka_unit_test(copies_anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
