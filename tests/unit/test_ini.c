/* SPDX-License-Identifier: Apache-2.0 */
/* INI: what gopkg.in/ini.v1 makes of it, and that nothing is lost. */

#include "forms.h"

static void
put(struct buf *out, const struct leaf *l, struct span text)
{
	struct buf aad = { 0 };

	path_aad(&aad, l->path);
	if (text.n > 0 && !forms_clear(l->path))
		buf_printf(out, "%s %s %.*s\n", leaf_type_name(l->type), aad.p,
		    (int)text.n, text.p);
	buf_fini(&aad);
}

/* As SOPS counts: the comments of a key are one, and stand before it. What
 * stands behind a quoted value on one line it does not see. */
static void
list(struct buf *out, const struct doc *d)
{
	const struct leaf *list = d->leaves.list, *l;
	size_t next;

	for (size_t i = 0; i < d->leaves.n; i = next) {
		const struct leaf *c = NULL;
		bool unread;

		l = &list[i];
		unread = l->style >= STYLE_BACKTICK && l->flags == 0;
		for (next = i + 1;
		     next < d->leaves.n && list[next].type == LEAF_COMMENT;
		     next++) {
			if (list[next].style == STYLE_LINE && c == NULL &&
			    (list[next].path == l->path ||
				list[next].path == l->path->up) &&
			    !(unread && (list[next].flags & LEAF_INLINE)))
				c = &list[next];
		}
		if (c != NULL)
			put(out, c, c->value);
		if (l->type == LEAF_STR)
			put(out, l, l->value);
	}
}

static void
test_golden(void **state)
{
	static const char *const groups[] = { "ini", "ini-random", NULL };

	(void)state;
	forms_golden(&format_ini, groups, "ini", list);
}

/* Values and comments, one line a leaf. */
static void
test_values(void **state)
{
	static const struct {
		const char *text, *leaves;
	} rows[] = {
		{ "a=1", "str DEFAULT:a: 1\n" },
		{ "[s]\na : b = c", "str s:a: b = c\n" },
		{ "[s] x ; c\n", "comment s: c\n" },
		{ "[a]b]\nk=v", "str a]b:k: v\n" },
		{ "[s]\n\"a=b\" = 1\n", "str s:a=b: 1\n" },
		{ "[s]\n`c:d`=2", "str s:c:d: 2\n" },
		{ "[s]\n\"\"\"k\"\"\" = v", "str s:k: v\n" },
		{ "[s]\nk = \"\"\"l1\nl2\"\"\" ; c\n",
		    "comment s: c\nstr s:k: l1\nl2\n" },
		{ "[s]\nk = `a` ; `b`\n", "str s:k: a` ; `b\n" },
		{ "[s]\nk = one \\\n  two \\\n three\nx=1",
		    "str s:k: one two three\nstr s:x: 1\n" },
		{ "[s]\nk = one # no \\\n  two", "str s:k: one # no two\n" },
		{ "[s]\nk = a#b;c", "comment s: b;c\nstr s:k: a\n" },
		{ "[s]\nk = 'a'b'\nl = \"x\"\nm = ''",
		    "str s:k: 'a'b'\nstr s:l: x\n" },
		{ "[s]\n- = one\n-=two", "str s:#1: one\nstr s:#2: two\n" },
		{ ";a\n\n  # b \nk=1",
		    "comment DEFAULT: a\n# b\n"
		    "str DEFAULT:k: 1\n" },
		{ ";\r\n;;\r\n# x\nk=1",
		    "comment DEFAULT: x\n"
		    "str DEFAULT:k: 1\n" },
		{ "[s]\na=1\na=2\nb=3\na=4\n", "str s:a: 4\nstr s:b: 3\n" },
		{ "; x\n[s] ; y\n#p\nk=v # q\n",
		    "comment s: x\n; y\n"
		    "comment s: p\n# q\nstr s:k: v\n" },
		{ "a=1\n; nobody's\n", "str DEFAULT:a: 1\n" },
		{ "; x\n\n [s] y ##z \n", "comment s: x\n##z\n" },
		{ "[s];[", "comment s: [\n" },
		{ "\xef\xbb\xbfk=1\n", "str DEFAULT:k: 1\n" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		assert_int_equal(
		    forms_scan(&d, &format_ini, span_of(rows[i].text), &e), 0);
		forms_sound(&d);
		list(&b, &d);
		buf_putc(&b, '\0');
		assert_string_equal(b.p, rows[i].leaves);
		buf_fini(&b);
		doc_fini(&d);
		assert_true(
		    forms_round_trip(&format_ini, span_of(rows[i].text)));
	}
}

/* An overwritten value is a leaf, but none that the MAC counts. */
static void
test_overwritten(void **state)
{
	static const char text[] = "; s\n[s]\n;1\na=1\nb=x\na=2 ; c\n";
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	assert_int_equal(forms_scan(&d, &format_ini, span_of(text), &e), 0);
	assert_int_equal(d.leaves.n, 8);
	assert_true(span_is(d.leaves.list[2].value, "s"));
	assert_true(span_is(d.leaves.list[3].value, "2"));
	assert_int_equal(d.leaves.list[3].type, LEAF_STR);
	assert_true(span_is(d.leaves.list[4].value, "c"));
	assert_true(span_is(d.leaves.list[5].value, "x"));
	assert_true(span_is(d.leaves.list[6].value, "1"));
	assert_int_equal(d.leaves.list[6].type, LEAF_COMMENT);
	assert_true(span_is(d.leaves.list[6].path->key, "a"));
	assert_true(span_is(d.leaves.list[7].path->key, "a"));
	doc_fini(&d);
}

/* Behind a section there is no place for an envelope: it stands above. */
static void
test_section_comment(void **state)
{
	static const struct {
		const char *text, *sealed;
	} rows[] = {
		{ "[s] ; c\n", "; ENC\n[s]" },
		{ "#c\n[s]\n", "#ENC\n[s]" },
		{ "; a\n b=1\n", "; ENC" },
		{ "; a\n\n [s]\n", "; ENC" },
		{ "; a\n\n [s] x # b\n", "; ENC\n [s]" },
		{ ";a\r\n;b\r\n\t[s]\r\n", ";ENC\r\n\t[s]" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };
		const struct leaf *l;

		assert_int_equal(
		    forms_scan(&d, &format_ini, span_of(rows[i].text), &e), 0);
		for (l = d.leaves.list; l->type != LEAF_COMMENT; l++)
			;
		format_ini.seal(&b, &d, l, span_of("ENC"));
		buf_putc(&b, '\0');
		assert_string_equal(b.p, rows[i].sealed);
		buf_fini(&b);
		doc_fini(&d);
	}
}

/* SOPS prints the sign that a comment's text begins with, and no other. */
static void
test_comment_sign(void **state)
{
	static const struct {
		const char *text, *spelled;
	} rows[] = {
		{ "x", "; x" },
		{ " x ", ";  x " },
		{ "#x", "# x" },
		{ "## x ", "# # x" },
		{ ";x\ny\n#z", "; x\n; y\n# z" },
	};
	static const char sealed[] = "; ENC[AES256_GCM,data:x]\na=1\n";
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	assert_int_equal(forms_scan(&d, &format_ini, span_of(sealed), &e), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };

		assert_int_equal(format_ini.spell(&b, &d, &d.leaves.list[2],
				     LEAF_COMMENT, span_of(rows[i].text), &e),
		    0);
		buf_putc(&b, '\0');
		assert_string_equal(b.p, rows[i].spelled);
		buf_fini(&b);
	}
	doc_fini(&d);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *part;
	} rows[] = {
		{ "[s\na = 1\n", 1, "unclosed section" },
		{ "[s]\nnovalue\n", 2, "key-value delimiter not found" },
		{ "[]\n", 1, "empty section name" },
		{ "a=1\n=2\n", 2, "empty key name" },
		{ "\"a = 1\n", 1, "missing closing key quote" },
		{ "a = `x\ny\n", 1, "missing closing key quote" },
		{ "a = \"\"\"", 1, "missing closing key quote" },
		{ "[sops]\na=1\n[sops]\n", 3, "duplicate sops" },
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    forms_scan(&d, &format_ini, span_of(rows[i].text), &e),
		    SEALEAF_ERR_READ);
		assert_int_equal(e.line, rows[i].line);
		assert_non_null(strstr(e.text, rows[i].part));
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
		"\r\n",
		" ",
		"\r",
		"x=1",
		"x=1\r",
		"x=1\r\n",
		"x=1\n\r",
		"a=1\n\n\n",
		"[s]",
		"[s]\n",
		"; c",
		"; c\n",
		"a=b \\",
		"a=b \\\n",
		"a=b \\\n\n",
		"a=1\r\nb=2",
		"a=1\nb=2\r\n",
		"a=`x\r\ny`\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(forms_round_trip(&format_ini, span_of(rows[i])));
}

static void
test_spell(void **state)
{
	static const char *const sealed[] = {
		"[s]\na = ENC[AES256_GCM,data:x]\nb=1\n",
		"[s]\na = 'ENC[AES256_GCM,data:x]'\nb=1\n",
		"[s]\na = \"ENC[AES256_GCM,data:x]\"\nb=1\n",
		"[s]\na = `ENC[AES256_GCM,data:x]`\nb=1\n",
		"[s]\na = \"\"\"ENC[AES256_GCM,data:x]\"\"\"\nb=1\n",
	};
	static const char *const texts[] = {
		"x",
		"",
		" x ",
		"a#b",
		"a;b",
		"a`b",
		"a\nb",
		"'x'",
		"\"x\"",
		"x\\",
		"`",
		"a\nb#`",
		"\"\"\"",
		"x\"",
		"a`b\"\"\"c",
		"\\",
		"\xc2\xa0x",
		"a\r\nb",
	};

	(void)state;
	for (size_t i = 0; i < sizeof sealed / sizeof sealed[0]; i++) {
		for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
			forms_spells(&format_ini, span_of(sealed[i]), 2,
			    LEAF_STR, span_of(texts[k]));
	}
}

/* What scanning gives can be spelled again, in whatever style. */
static void
test_random(void **state)
{
	static const char base[] =
	    "; a\n# b\nk = v ; c\n[s]\n"
	    "x: `q\nr`\ny = o \\\n  p\nz=\"\"\"t\"\"\"\n\n";
	static const char alphabet[] = "[]=:;#`\"'\\\n\r -ak";
	static const char sealed[] = "[s]\na = ENC[AES256_GCM,data:x]\n";
	uint32_t seed = 11;
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n = forms_random(&seed) % sizeof base;
		struct sealeaf_error e;
		char text[sizeof base];
		struct doc d;

		memcpy(text, base, sizeof base);
		for (uint32_t k = forms_random(&seed) % 5; k > 0; k--)
			text[forms_random(&seed) % (sizeof base - 1)] =
			    alphabet[forms_random(&seed) %
				(sizeof alphabet - 1)];
		if (!forms_round_trip(&format_ini, span_make(text, n)))
			continue;
		taken++;
		assert_int_equal(
		    forms_scan(&d, &format_ini, span_make(text, n), &e), 0);
		forms_sound(&d);
		for (size_t k = 0; i % 10 == 0 && k < d.leaves.n; k++) {
			if (d.leaves.list[k].type == LEAF_STR)
				forms_spells(&format_ini, span_of(sealed), 2,
				    LEAF_STR, d.leaves.list[k].value);
		}
		doc_fini(&d);
	}
	assert_true(taken > 500);
}

static void
test_print(void **state)
{
	static const struct {
		const char *json, *ini, *part;
	} rows[] = {
		{ "{\"s\": {\"a\": 1, \"long\": 1.5e10, \"n\": null}, \"t\": "
		  "{\"x;y\": \" b\", \"c\": true}}",
		    "[s]\na    = 1\nlong = 1.5E+10\nn    = <nil>\n\n"
		    "[t]\nx;y = \" b\"\nc   = true\n",
		    NULL },
		{ "{\"DEFAULT\": {}, \"s\": {}}", "[s]\n", NULL },
		{ "{\"s\": {\"a\": 1, \"b\": 2, \"a\": 3}}",
		    "[s]\na = 3\nb = 2\n", NULL },
		{ "{\"a\": 1}", NULL, "Section values should always be" },
		{ "{\"a\": {\"b\": [1]}}", NULL, "offending key b" },
	};
	struct print_style style = { .indent = -1, .reference = true };
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf b = { 0 };
		enum sealeaf_code rc;

		assert_int_equal(
		    forms_scan(&d, &format_json, span_of(rows[i].json), &e), 0);
		rc = format_ini.print(&b, &d.leaves, 0, d.leaves.n, 0, &style,
		    &e);
		if (rows[i].ini != NULL) {
			assert_int_equal(rc, 0);
			assert_string_equal(b.p, rows[i].ini);
		} else {
			assert_int_equal(rc, SEALEAF_ERR_DUMP);
			assert_non_null(strstr(e.text, rows[i].part));
		}
		buf_fini(&b);
		doc_fini(&d);
	}
}

/* Newlines of the metadata, escaped once, twice, or not. */
static void
test_meta(void **state)
{
	static const char *const rows[] = {
		"a=1\n\n[sops]\nage__list_0__map_enc = -----BEGIN\\nx\n",
		"a=1\n\n[sops]\nage__list_0__map_enc = -----BEGIN\\\\nx\n",
		"a=1\n\n[sops]\nage__list_0__map_enc=`-----BEGIN\nx`\n",
	};
	struct sealeaf_error e;
	struct doc d;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    forms_scan(&d, &format_ini, span_of(rows[i]), &e), 0);
		assert_true(span_is(d.meta.list[2].value, "-----BEGIN\nx"));
		assert_true(span_starts(d.blocks[0].src, "\n[sops]"));
		doc_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_overwritten),
		cmocka_unit_test(test_section_comment),
		cmocka_unit_test(test_comment_sign),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_spell),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_meta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
