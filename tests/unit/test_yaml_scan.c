/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves, comments, aliases, places and refusals of the YAML reader. */

#include "forms.h"

#include "format/yaml_internal.h"

static enum sealeaf_code
scan(struct doc *d, const char *text, struct sealeaf_error *e)
{
	memset(d, 0, sizeof *d);
	memset(e, 0, sizeof *e);
	d->source = span_of(text);
	return yamlf_scan(d, e);
}

/* A line a comment: its path as AAD, '|', its text; '>' when inline. */
static void
list_comments(struct buf *out, const struct doc *d)
{
	struct buf aad = { 0 };

	for (size_t i = 0; i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];

		if (l->type != LEAF_COMMENT)
			continue;
		path_aad(&aad, l->path);
		buf_printf(out, "%s|%.*s%s\n", aad.p, (int)l->value.n,
		    l->value.p, l->flags & LEAF_INLINE ? ">" : "");
		assert_true(l->src.p > d->source.p && l->src.p[-1] == '#');
	}
	buf_fini(&aad);
}

static void
test_comments(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "# h\na: 1 # l\n# f\n\nb: 2\n", ":|h\n:|l>\n:|f\n" },
		{ "a:\n  b: 1\n  # in\n# out\nc: 2\n", "a:|in\n:|out\n" },
		{ "a: # behind a key\n  b: 1\n", ":|behind a key\n" },
		{ "a:\n# column 0\n  b: 1\n", "a:|column 0\n" },
		{ "a: # x\n- b\n", ":|x\n" },
		{ "a: # x\n  - b\n", ":|x\n" },
		{ "a:\n  - # x\n    - b\n", "a:|x\n" },
		{ "a:\n  # x\n\n  - b\n  # y\n\n # z\n", "a:|x\na:|y\n:|z\n" },
		{ "a:\n- # x\n  b: 1\n", "a:|x\n" },
		{ "a:\n- b # x\n# y\n- c\n", "a:|x>\na:|y\n" },
		{ "a: [1, # x\n  2] # y\n", "a:|y\na:|x>\n" },
		{ "a: {b: 1} # x\nc: d\n", "a:|x\n" },
		{ "a: [ # lost by SOPS\n 1]\n", "a:|lost by SOPS\n" },
		{ "a: | # x\n  # no comment\n", ":|x>\n" },
		{ "a: 1\n# x\n---\n# y\nb: 2\n# z\n", ":|x\n:|y\n:|z\n" },
		{ "# only\n\n# comments\n", ":|only\n:|comments\n" },
		{ "a: 'x' #\n", ":|>\n" },
		{ "a: 1\r\n# x\r\nb: 2\r\n", ":|x\n" },
		{ "a: &a # x\n  b: 1 # y\nc: *a # z\n",
		    "a:|x\na:|y>\n:|z>\nc:|x\nc:|y>\n" },
	};
	struct sealeaf_error e;
	struct buf got;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *p = rows[i].text;

		memset(&got, 0, sizeof got);
		if (scan(&d, p, &e) != SEALEAF_OK) {
			print_error("%s: %s\n", p, e.text);
			fail();
		}
		list_comments(&got, &d);
		/* Texts in the table are written without the blank. */
		for (size_t j = 1; j < got.n; j++) {
			if (got.p[j] == ' ' && got.p[j - 1] == '|') {
				memmove(got.p + j, got.p + j + 1, got.n - j);
				got.n--;
			}
		}
		if (!span_is(buf_get(&got), rows[i].want)) {
			print_error("%s gives\n%s", p, got.p);
			fail();
		}
		forms_sound(&d);
		buf_fini(&got);
		doc_fini(&d);
	}
}

static void
test_sources(void **state)
{
	static const struct {
		const char *text, *src, *value;
		unsigned type, style, flags, indent;
	} rows[] = {
		{ "a: b c # x\n", "b c", "b c", LEAF_STR, STYLE_PLAIN, 0, 0 },
		{ "a:  'it''s' \n", "'it''s'", "it's", LEAF_STR, STYLE_SINGLE,
		    0, 0 },
		{ "\xc3\xa9: \"\\u00e9\\n\"\n", "\"\\u00e9\\n\"", "\xc3\xa9\n",
		    LEAF_STR, STYLE_DOUBLE, 0, 0 },
		{ "\xef\xbb\xbf"
		  "a: 1",
		    "1", "1", LEAF_INT, STYLE_PLAIN, 0, 0 },
		{ "a: b\n  c\n", "b\n  c", "b c", LEAF_STR, STYLE_PLAIN,
		    LEAF_LONG, 0 },
		{ "a: [x]\n", "x", "x", LEAF_STR, STYLE_PLAIN, LEAF_FLOW, 0 },
		{ "a: &x 1\n", "1", "1", LEAF_INT, STYLE_PLAIN, 0, 0 },
		{ "a: !t 1\n", "1", "1", LEAF_STR, STYLE_PLAIN, 0, 0 },
		{ "a: &x !!int 1\n", "!!int 1", "1", LEAF_INT, STYLE_PLAIN,
		    LEAF_TAGGED, 0 },
		{ "a: !!int &x 1\n", "!!int &x 1", "1", LEAF_INT, STYLE_PLAIN,
		    LEAF_TAGGED, 0 },
		{ "a: !!str\n", "!!str", "", LEAF_STR, STYLE_PLAIN, LEAF_TAGGED,
		    0 },
		{ "a: |\n  x\n   \n\nb: 1\n", "|\n  x\n   ", "x\n \n", LEAF_STR,
		    STYLE_LITERAL, 0, 0 },
		{ "a: |\n  x\n\n\nb: 1\n", "|\n  x", "x\n", LEAF_STR,
		    STYLE_LITERAL, 0, 0 },
		{ "a: |+\n  x\n\n\nb: 1\n", "|+\n  x\n\n", "x\n\n\n", LEAF_STR,
		    STYLE_LITERAL, 0, 0 },
		{ "a: >-\n  x\n  y", ">-\n  x\n  y", "x y", LEAF_STR,
		    STYLE_FOLDED, 0, 0 },
		{ "a: |\nb: 1\n", "|", "", LEAF_STR, STYLE_LITERAL, 0, 0 },
		{ "a: |2 # c\n    x\n  y\nb: 1\n", "  x\n  y", "  x\ny\n",
		    LEAF_STR, STYLE_LITERAL, LEAF_HEADED, 0 },
		{ "a: >\r\n  x\r\n\r\nb: 1\r\n", ">\r\n  x", "x\n", LEAF_STR,
		    STYLE_FOLDED, 0, 0 },
		{ "a: ENC[AES256_GCM,data:x]", "ENC[AES256_GCM,data:x]",
		    "ENC[AES256_GCM,data:x]", LEAF_STR, STYLE_PLAIN,
		    LEAF_ENVELOPE, 0 },
		{ "a:\n  - ENC[AES256_GCM,data:x,type:comment]\n  - 1\n",
		    "- ENC[AES256_GCM,data:x,type:comment]",
		    "ENC[AES256_GCM,data:x,type:comment]", LEAF_COMMENT,
		    STYLE_PLAIN, LEAF_ENVELOPE | LEAF_ITEM, 2 },
		{ "a: 1_0\n", "1_0", "10", LEAF_INT, STYLE_PLAIN, 0, 0 },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct leaf *l = NULL;

		if (scan(&d, rows[i].text, &e) != SEALEAF_OK) {
			print_error("%s: %s\n", rows[i].text, e.text);
			fail();
		}
		for (size_t j = 0; l == NULL && j < d.leaves.n; j++) {
			if (d.leaves.list[j].type < LEAF_NULL &&
			    d.leaves.list[j].style != STYLE_LINE)
				l = &d.leaves.list[j];
		}
		assert_non_null(l);
		if (!span_is(l->src, rows[i].src) ||
		    !span_is(l->value, rows[i].value) ||
		    l->type != rows[i].type || l->style != rows[i].style ||
		    l->flags != rows[i].flags || l->indent != rows[i].indent) {
			print_error("%s: [%.*s] [%.*s] %d %d %d %d\n",
			    rows[i].text, (int)l->src.n, l->src.p,
			    (int)l->value.n, l->value.p, l->type, l->style,
			    l->flags, l->indent);
			fail();
		}
		doc_fini(&d);
	}
}

static void
test_collections(void **state)
{
	static const char text[] =
	    "a:\n    b: [x, {y: z}]\n    c: &n\n      d: 1\ne: {}\nf: ~\ng:\n";
	static const struct {
		const char *aad, *src;
		unsigned type, inside, indent;
	} rows[] = {
		{ "a:", "\n    b: [x, {y: z}]\n    c: &n\n      d: 1", LEAF_MAP,
		    6, 0 },
		{ "a:b:", "[x, {y: z}]", LEAF_LIST, 3, 4 },
		{ "a:b:", "x", LEAF_STR, 0, 4 },
		{ "a:b:", "{y: z}", LEAF_MAP, 1, 4 },
		{ "a:b:y:", "z", LEAF_STR, 0, 4 },
		{ "a:c:", " &n\n      d: 1", LEAF_MAP, 1, 4 },
		{ "a:c:d:", "1", LEAF_INT, 0, 6 },
		{ "e:", "{}", LEAF_MAP, 0, 0 },
		{ "f:", "~", LEAF_NULL, 0, 0 },
		{ "g:", "", LEAF_NULL, 0, 0 },
	};
	struct buf aad = { 0 };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	assert_int_equal(scan(&d, text, &e), SEALEAF_OK);
	assert_int_equal(d.leaves.n, sizeof rows / sizeof *rows);
	assert_int_equal(d.step, 4);
	assert_int_equal(d.documents, 1);
	for (size_t i = 0; i < d.leaves.n; i++) {
		const struct leaf *l = &d.leaves.list[i];

		path_aad(&aad, l->path);
		assert_string_equal(aad.p, rows[i].aad);
		assert_true(span_is(l->src, rows[i].src));
		assert_int_equal(l->type, rows[i].type);
		assert_int_equal(l->inside, rows[i].inside);
		assert_int_equal(l->indent, rows[i].indent);
	}
	assert_int_equal(d.n_anchors, 1);
	assert_int_equal(d.anchors[0].leaf, 5);
	buf_fini(&aad);
	doc_fini(&d);
}

static void
test_aliases(void **state)
{
	static const char text[] =
	    "a: &a\n  k: &v 1\nb: *a\nc: [*v]\nd:\n  <<: *a\n  m: {n: *a}\n"
	    "e: &e {f: *v}\ng: *e\n&key h: *key\n";
	static const struct {
		const char *src;
		uint32_t first, count, target, outer;
		bool flow, merge;
	} rows[] = {
		{ " *a", 2, 2, 0, 0, false, false },
		{ "*v", 5, 1, 1, 0, true, false },
		{ " *a", 7, 2, 0, 0, false, true },
		{ "*a", 10, 2, 0, 0, true, false },
		{ "*v", 13, 1, 1, 0, true, false },
		{ " *e", 14, 2, 12, 0, false, false },
		{ "*v", 15, 1, 1, 6, true, false },
		{ "*key", 16, 1, UINT32_MAX, 0, false, false },
	};
	struct sealeaf_error e;
	struct buf aad = { 0 };
	struct doc d;

	(void)state;
	assert_int_equal(scan(&d, text, &e), SEALEAF_OK);
	assert_int_equal(d.n_aliases, sizeof rows / sizeof *rows);
	for (size_t i = 0; i < d.n_aliases; i++) {
		const struct alias *a = &d.aliases[i];

		assert_true(span_is(a->src, rows[i].src));
		assert_int_equal(a->first, rows[i].first);
		assert_int_equal(a->count, rows[i].count);
		assert_int_equal(a->target, rows[i].target);
		assert_int_equal(a->outer, rows[i].outer);
		assert_int_equal(a->flow, rows[i].flow);
		assert_int_equal(a->merge, rows[i].merge);
		assert_int_equal(d.leaves.list[a->first].alias, i + 1);
	}
	path_aad(&aad, d.leaves.list[8].path);
	assert_string_equal(aad.p, "d:<<:k:");
	assert_true(d.leaves.list[7].flags & LEAF_MERGE);
	assert_true(span_is(d.leaves.list[16].value, "h"));
	buf_fini(&aad);
	doc_fini(&d);
}

static void
test_blocks(void **state)
{
	static const struct {
		const char *text, *rest;
		bool has_meta;
		size_t meta, comments;
	} rows[] = {
		{ "a: 1\nsops:\n  v: 1\n", "a: 1\n", true, 1, 0 },
		{ "a: 1\nsops:\n  v: 1", "a: 1", true, 1, 0 },
		{ "a: 1\r\nsops:\r\n  v: 1", "a: 1", true, 1, 0 },
		{ "# c\n\nsops: {}\n", "# c\n", true, 0, 1 },
		{ "# c\n\n\nsops: {}\n", "# c\n\n", true, 0, 1 },
		{ "a: 1\n\nsops: {}\n", "a: 1\n\n", true, 0, 0 },
		{ "a: 1\n# c\n\nsops: {}", "a: 1\n# c", true, 0, 1 },
		{ "a:\n  b: 1\n  # c\n\nsops: {}\n", "a:\n  b: 1\n  # c\n\n",
		    true, 0, 1 },
		{ "sops: # x\n  v: 1 # y\n  # z\n# c\na: 1\n", "# c\na: 1\n",
		    true, 1, 1 },
		{ "sops:\n  v: 1\n...\n", "...\n", true, 1, 0 },
		{ "{a: 1, sops: {v: [2]}}\n", "{a: 1}\n", true, 2, 0 },
		{ "{sops: {v: 1}, a: 1}\n", "{a: 1}\n", true, 1, 0 },
		{ "{sops: {v: 1}}\n", "{}\n", true, 1, 0 },
		{ "a: 1\nsops: {}\n---\nb: 2\nsops: {}\n", "a: 1\n---\nb: 2\n",
		    true, 0, 0 },
		{ "a: 1\n---\nsops: {v: 1}\n", "a: 1\n---\n", false, 0, 0 },
		{ "sops: x\n", "sops: x\n", false, 0, 0 },
		{ "a:\n  sops: {v: 1}\n", "a:\n  sops: {v: 1}\n", false, 0, 0 },
	};
	struct edits es = { 0 };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = { 0 }, comments = { 0 };
		size_t n = 0;

		assert_int_equal(scan(&d, rows[i].text, &e), SEALEAF_OK);
		for (size_t j = 0; j < d.n_blocks; j++)
			edits_add(&es, (size_t)(d.blocks[j].src.p - d.source.p),
			    d.blocks[j].src.n, span_make(NULL, 0));
		assert_int_equal(splice(&out, d.source, &es, &e), SEALEAF_OK);
		list_comments(&comments, &d);
		for (size_t j = 0; j < comments.n; j++)
			n += comments.p[j] == '\n' ? 1 : 0;
		if (!span_is(buf_get(&out), rows[i].rest) ||
		    d.has_meta != rows[i].has_meta ||
		    d.meta.n != rows[i].meta || n != rows[i].comments) {
			print_error("%s leaves %s (%d, %zu, %zu)\n",
			    rows[i].text, out.p, d.has_meta, d.meta.n, n);
			fail();
		}
		edits_fini(&es);
		buf_fini(&out);
		buf_fini(&comments);
		doc_fini(&d);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		enum sealeaf_code code;
		unsigned line, column;
		const char *part;
	} rows[] = {
		{ "a: *nope\n", SEALEAF_ERR_READ, 1, 4, "anchor 'nope'" },
		{ "a: &a [*a]\n", SEALEAF_ERR_READ, 1, 8, "contains itself" },
		{ "a:\n  b: 1\n c: 2\n", SEALEAF_ERR_READ, 3, 2,
		    "did not find expected key" },
		{ "a: 1\nb: 2\na: 3\n", SEALEAF_ERR_READ, 3, 1,
		    "\"a\" already defined at line 1, column 1" },
		{ "a: {b: 1,\n  'b': 2}\n", SEALEAF_ERR_READ, 2, 3,
		    "\"b\" already defined at line 1, column 5" },
		{ "a: \"\\q\"\n", SEALEAF_ERR_READ, 1, 5, "escape" },
		{ "a: [1, 2\n", SEALEAF_ERR_READ, 2, 1, "',' or ']'" },
		{ "a:\n\tb: 1\n", SEALEAF_ERR_READ, 2, 1, "cannot start" },
		{ "- a\n", SEALEAF_ERR_READ, 1, 1, "sequences" },
		{ "hello\n", SEALEAF_ERR_READ, 1, 1, "values" },
		{ "a: 1\n---\n- b\n", SEALEAF_ERR_READ, 3, 1, "sequences" },
		{ "true: x\n", SEALEAF_ERR_ENCRYPT_TREE, 1, 1,
		    "(type bool): true. Only string keys are supported" },
		{ "a:\n  1: x\n", SEALEAF_ERR_ENCRYPT_TREE, 2, 3,
		    "(type int)" },
		{ "a: {~: x}\n", SEALEAF_ERR_ENCRYPT_TREE, 1, 5,
		    "(type <nil>)" },
		{ "2020-01-01: x\n", SEALEAF_ERR_ENCRYPT_TREE, 1, 1,
		    "(type time.Time)" },
		{ "? [a]\n: x\n", SEALEAF_ERR_READ, 1, 3, "a list is no key" },
		{ "a: {b: {{ x }}}\n", SEALEAF_ERR_READ, 1, 9, "template" },
		{ "a: 18446744073709551615\n", SEALEAF_ERR_ENCRYPT_TREE, 1, 4,
		    "unknown type: uint64" },
		{ "a: !!int x\n", SEALEAF_ERR_READ, 1, 10, "tag" },
		{ "a: !x!y z\n", SEALEAF_ERR_READ, 1, 4, "tag handle" },
		{ "%YAML 1.2\n---\na: 1\n", SEALEAF_ERR_READ, 1, 1,
		    "incompatible" },
		{ "<<: 1\n", SEALEAF_ERR_READ, 1, 1, "map merge" },
		{ "~x\n", SEALEAF_ERR_READ, 1, 1, "values" },
		{ "\xef\xbb\xbf\xef\xbb\xbf"
		  "b: 2\n",
		    SEALEAF_ERR_READ, 1, 2, "byte order mark" },
		{ "a: \"\\/\"\n", SEALEAF_ERR_READ, 1, 5, "unknown escape" },
		{ "a: [b?c]\n", SEALEAF_ERR_READ, 1, 6, "',' or ']'" },
		{ "a: {b?c: 1}\n", SEALEAF_ERR_READ, 1, 6, "',' or '}'" },
		{ "a: [!t,b]\n", SEALEAF_ERR_READ, 2, 1, "',' or ']'" },
		{ "%YAML 1.001\n---\na: 1\n", SEALEAF_ERR_READ, 1, 1,
		    "version number" },
		{ "a: 1\n\xff\n", SEALEAF_ERR_READ, 2, 1, "invalid UTF-8" },
		{ "\xff\xfe"
		  "a",
		    SEALEAF_ERR_READ, 1, 1,
		    "the UTF-16 of this file is incomplete" },
		{ "a: \x01\n", SEALEAF_ERR_READ, 1, 4, "control characters" },
		{ "sops: {a: &x 1}\nb: *x\n", SEALEAF_ERR_READ, 2, 4,
		    "metadata" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum sealeaf_code code = scan(&d, rows[i].text, &e);

		if (code != rows[i].code || e.line != rows[i].line ||
		    e.column != rows[i].column ||
		    strstr(e.text, rows[i].part) == NULL) {
			print_error("%s: %d %u:%u %s\n", rows[i].text, code,
			    e.line, e.column, e.text);
			fail();
		}
		doc_fini(&d);
	}
}

/* What a refusal says is to be done about it. */
static void
test_hints(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
		{ "a: {b: c: d}\n", "with ':' in quotes" },
		{ "a: [b?c]\n", "with '?' in quotes" },
		{ "a: {b: !t, c: d}\n", "between a tag and ','" },
		{ "a: [!t,b]\n", "close the collection" },
		{ "a: [b\n", "close the collection" },
		{ "a: [\"b\" \"c\"]\n", "',' between the entries" },
		{ "a: {\"b\" \"c\"}\n", "',' between the entries" },
		{ "a: [b, - c]\n", "put a value there" },
		{ "a: !x! b\n", "begins no tag" },
		{ "a: !x!y b\n", "%TAG" },
		{ "%YAML 1.001\n---\na: 1\n", "remove the directive" },
		{ "%FOO\n---\na: 1\n", "remove the directive" },
		{ "%YAML 1.1\n%YAML 1.1\n---\na: 1\n", "one of the two" },
		{ "%TAG !e! x\n%TAG !e! x\n---\na: 1\n", "one of the two" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		memset(&e, 0, sizeof e);
		if (scan(&d, rows[i].text, &e) != SEALEAF_ERR_READ ||
		    strstr(e.hint, rows[i].part) == NULL) {
			print_error("%s: %s: %s\n", rows[i].text, e.text,
			    e.hint);
			fail();
		}
		doc_fini(&d);
	}
}

/* Byte order marks inside the text, beside each other too. */
static void
test_marks(void **state)
{
	static const struct {
		const char *text;
		enum sealeaf_code code;
	} rows[] = {
		{ "abc\xef\xbb\xbf: 1\nb: 2\n", SEALEAF_OK },
		{ "a: 1\xef\xbb\xbf\n", SEALEAF_OK },
		{ "a: 1\xef\xbb\xbf", SEALEAF_OK },
		{ "\xef\xbb\xbf"
		  "a: \xef\xbb\xbf\n",
		    SEALEAF_OK },
		{ "a: x\xef\xbb\xbf\nb", SEALEAF_ERR_READ },
		{ "\xef\xbb\xbf\xef\xbb\xbf"
		  "a: 1\nb: 2\n",
		    SEALEAF_ERR_READ },
	};
	struct buf b = { 0 };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (scan(&d, rows[i].text, &e) != rows[i].code) {
			print_error("%s: %s\n", rows[i].text, e.text);
			fail();
		}
		doc_fini(&d);
	}
	/* Many cost no more than one. */
	buf_puts(&b, "a: ");
	for (int i = 0; i < 1000000; i++)
		buf_puts(&b, "\xef\xbb\xbf");
	buf_puts(&b, "\n");
	assert_int_equal(scan(&d, b.p, &e), SEALEAF_OK);
	doc_fini(&d);
	buf_fini(&b);
}

/* Inputs that grow when they are read. */
static void
test_hostile(void **state)
{
	struct buf b = { 0 };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	buf_puts(&b, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 9; i++) {
		buf_printf(&b, "a%d: &a%d [", i, i);
		for (int j = 0; j < 9; j++)
			buf_printf(&b, "*a%d,", i - 1);
		buf_puts(&b, "]\n");
	}
	assert_int_equal(scan(&d, b.p, &e), SEALEAF_ERR_READ);
	assert_non_null(strstr(e.text, "times larger"));
	doc_fini(&d);

	buf_truncate(&b, 0);
	buf_puts(&b, "a: ");
	buf_fill(&b, '[', 1500);
	assert_int_equal(scan(&d, b.p, &e), SEALEAF_ERR_READ);
	assert_non_null(strstr(e.text, "nesting deeper"));
	doc_fini(&d);

	buf_truncate(&b, 0);
	for (unsigned i = 0; i < 1500; i++) {
		buf_fill(&b, ' ', i);
		buf_puts(&b, "a:\n");
	}
	assert_int_equal(scan(&d, b.p, &e), SEALEAF_ERR_READ);
	assert_non_null(strstr(e.text, "nesting deeper"));
	doc_fini(&d);
	buf_fini(&b);
}

static void
test_documents(void **state)
{
	static const struct {
		const char *text;
		uint32_t documents;
		size_t leaves;
		bool crlf;
	} rows[] = {
		{ "", 0, 0, false },
		{ "\n \n", 0, 0, false },
		{ "---\n", 1, 0, false },
		{ "# c\n", 1, 1, false },
		{ "{}\r\n", 1, 0, true },
		{ "a: 1\n---\n---\nb: 2\n...\n", 3, 2, false },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(scan(&d, rows[i].text, &e), SEALEAF_OK);
		assert_int_equal(d.documents, rows[i].documents);
		assert_int_equal(d.leaves.n, rows[i].leaves);
		assert_int_equal(d.crlf, rows[i].crlf);
		doc_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_collections),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
