/* SPDX-License-Identifier: Apache-2.0 */
/* base/regex.h; what is accepted, and all texts of errors, as in Go. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/regex.h"

static const struct {
	const char *pattern, *yes, *no; /* NULL: not tried */
} matches[] = {
	{ "", "", NULL },
	{ "^(data|stringData)$", "data", "xdata" },
	{ "^(data|stringData)$", "stringData", "data\n" },
	{ "password|token", "my_token", "tok" },
	{ "secrets/.*\\.ya?ml$", "a/secrets/b/c.yml", "secrets/c.yaml.bak" },
	{ "\\.prod\\.", "x.prod.yaml", "xprod.yaml" },
	{ "a.c", "abc", "a\nc" },
	{ "(?s)a.c", "a\nc", "ac" },
	{ "a$", "ba", "a\n" },
	{ "(?m)a$", "a\n", "ab" },
	{ "(?m)^$", "a\n", "a" },
	{ "(?m)^b", "a\nb", "ab" },
	{ "\\Aa\\z", "a", "a\n" },
	{ "\\bfoo\\b", "a foo", "afoo" },
	{ "\\bfoo",
	    "\xc3\xa9"
	    "foo",
	    "_foo" },
	{ "^*a", "a", "b" },
	{ "(?:^)*a", "a", "b" },
	{ "a{2,3}", "aa", "a" },
	{ "^a{,2}$", "a{,2}", "aa" },
	{ "^a{0}$", "", "a" },
	{ "a(?i)*b", "aaB", "ac" },
	{ "^(?:a*(?i)+)$", "aaa", "b" },
	{ "(?U)^a+$", "aa", "" },
	{ "(?i)key", "KEY", "ke" },
	{ "(?i)k", "\xe2\x84\xaa", "j" },
	{ "(?i)\\w", "\xc5\xbf", "-" },
	{ "^(?i)\\W$", "-", "\xe2\x84\xaa" },
	{ "\\w", "a", "\xc3\xa9" },
	{ "^\\s$", "\f", "\v" },
	{ "[[:space:]]", "\v", "x" },
	{ "a(?i)b|c", "C", "AB" },
	{ "(a(?i)b)c", "aBc", "aBC" },
	{ "(?i:a(?-i)b)c", "Abc", "ABc" },
	{ "[[:word:]]", "_", "-" },
	{ "^[[:^alpha:]]$", "1", "a" },
	{ "^[^[:lower:]]$", "A", "a" },
	{ "[]a]", "]", "b" },
	{ "^[^]a]$", "b", "]" },
	{ "^[a-]$", "-", "b" },
	{ "^[\\d-z]$", "-", "y" },
	{ "^[[.]$", "[", "a" },
	{ "^[^a]$", "\n", "a" },
	{ "\\Qa*b\\Ec", "a*bc", "aabc" },
	{ "\\Qa.", "a.", "ab" },
	{ "\\pN", "1", "a" },
	{ "\\p{Greek}", "\xce\xb1", "a" },
	{ "^\\P{Greek}$", "a", "\xce\xb1" },
	{ "^\\p{^Greek}$", "a", "\xce\xb1" },
	{ "^[\\pL\\d]$", "\xc3\xa9", "-" },
	{ "\\p{Letter}", "a", "1" },
	{ "\\x41\\x{42}\\103\\.\\_", "ABC._", "ABC" },
	{ "^.$", "\xe2\x82\xac", "\xc3\xa9\xc3\xa9" },
	{ "^.$", "\xff", "\xff\xff" },
	{ "\xef\xbf\xbd", "\xff", "a" },
	{ "(?P<name>a)(?<b2>c)", "ac", "a" },
	{ "(?P<n>a)|(?P<n>b)", "b", "c" },
	{ "\\x{d800}", NULL, "a" },
	{ "[\\x{d7ff}-\\x{e000}]", "\xee\x80\x80", "a" },
	{ "[^\\x{d800}]", "a", "" },
	{ "a#b c", "a#b c", "ab" },
	{ "((a{10}){10}){10}", NULL, "aaaa" },
};

static const struct {
	const char *pattern, *error;
} refused[] = {
	{ "(?=a)", "invalid or unsupported Perl syntax: `(?=`" },
	{ "(?!a)", "invalid or unsupported Perl syntax: `(?!`" },
	{ "(?<=a)b", "invalid named capture: `(?<=a)b`" },
	{ "(?<!a)b", "invalid named capture: `(?<!a)b`" },
	{ "(?>a)", "invalid or unsupported Perl syntax: `(?>`" },
	{ "(?|a)", "invalid or unsupported Perl syntax: `(?|`" },
	{ "(?#a)", "invalid or unsupported Perl syntax: `(?#`" },
	{ "(?R)", "invalid or unsupported Perl syntax: `(?R`" },
	{ "(?1)", "invalid or unsupported Perl syntax: `(?1`" },
	{ "(?x)a", "invalid or unsupported Perl syntax: `(?x`" },
	{ "(?C)", "invalid or unsupported Perl syntax: `(?C`" },
	{ "(?P=n)", "invalid or unsupported Perl syntax: `(?P`" },
	{ "(?'n'a)", "invalid or unsupported Perl syntax: `(?'`" },
	{ "(?(1)a|b)", "invalid or unsupported Perl syntax: `(?(`" },
	{ "(?i-)", "invalid or unsupported Perl syntax: `(?i-)`" },
	{ "(?i", "invalid or unsupported Perl syntax: `(?i`" },
	{ "(?P<n", "invalid named capture: `(?P<n`" },
	{ "(?P<a b>c)", "invalid named capture: `(?P<a b>`" },
	{ "(*ACCEPT)", "missing argument to repetition operator: `*`" },
	{ "*a", "missing argument to repetition operator: `*`" },
	{ "(?i)*", "missing argument to repetition operator: `*`" },
	{ "a|+", "missing argument to repetition operator: `+`" },
	{ "({2})", "missing argument to repetition operator: `{2}`" },
	{ "a**", "invalid nested repetition operator: `**`" },
	{ "a++", "invalid nested repetition operator: `++`" },
	{ "a*?+", "invalid nested repetition operator: `*?+`" },
	{ "a{2}{3}", "invalid nested repetition operator: `{2}{3}`" },
	{ "a{1001}", "invalid repeat count: `{1001}`" },
	{ "a{3,2}", "invalid repeat count: `{3,2}`" },
	{ "a{99999999999,}", "invalid repeat count: `{99999999999,}`" },
	{ "(a{20}){60}", "invalid repeat count: `{60}`" },
	{ "(a", "missing closing ): `(a`" },
	{ "a)b", "unexpected ): `a)b`" },
	{ "[a", "missing closing ]: `[a`" },
	{ "x[]", "missing closing ]: `[]`" },
	{ "[z-a]", "invalid character class range: `z-a`" },
	{ "[[:foo:]]", "invalid character class range: `[:foo:]`" },
	{ "[[:perl s:]]", "invalid character class range: `[:perl s:]`" },
	{ "\\p{Foo}", "invalid character class range: `\\p{Foo}`" },
	{ "\\p{Grek}", "invalid character class range: `\\p{Grek}`" },
	{ "\\p{L&}", "invalid character class range: `\\p{L&}`" },
	{ "\\p{", "invalid character class range: `\\p{`" },
	{ "\\p", "invalid character class range: `\\p`" },
	{ "\\1", "invalid escape sequence: `\\1`" },
	{ "(a)\\1", "invalid escape sequence: `\\1`" },
	{ "\\K", "invalid escape sequence: `\\K`" },
	{ "\\G", "invalid escape sequence: `\\G`" },
	{ "\\R", "invalid escape sequence: `\\R`" },
	{ "\\X", "invalid escape sequence: `\\X`" },
	{ "\\Z", "invalid escape sequence: `\\Z`" },
	{ "\\C", "invalid escape sequence: `\\C`" },
	{ "\\E", "invalid escape sequence: `\\E`" },
	{ "\\h", "invalid escape sequence: `\\h`" },
	{ "[\\b]", "invalid escape sequence: `\\b`" },
	{ "[a-\\d]", "invalid escape sequence: `\\d`" },
	{ "\\x{110000}", "invalid escape sequence: `\\x{110000`" },
	{ "\\xg0", "invalid escape sequence: `\\xg0`" },
	{ "\\", "trailing backslash at end of expression: ``" },
	{ "a\xff", "invalid UTF-8: `\\xff`" },
	{ "\\Qa\xff\\E", "invalid UTF-8: `\\xff`" },
};

/* What a search says, and what it costs. */
static enum sealeaf_code
search(struct regex *r, struct span text, bool *found, uint64_t *cost)
{
	struct sealeaf_error e = { 0 };
	uint64_t effort = REGEX_EFFORT;
	enum sealeaf_code code = regex_search(r, text, &effort, found, &e);

	*cost = REGEX_EFFORT - effort;
	assert_int_equal(code, e.code);
	return code;
}

static bool
matches_text(struct regex *r, struct span text)
{
	uint64_t cost;
	bool found;

	assert_int_equal(search(r, text, &found, &cost), SEALEAF_OK);
	return found;
}

static void
accepted(void **state)
{
	struct sealeaf_error e = { 0 };
	struct regex *r;

	(void)state;
	for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
		const char *p = matches[i].pattern;

		if (regex_new(&r, p, &e) != SEALEAF_OK)
			fail_msg("%s: %s", p, e.text);
		if (matches[i].yes != NULL &&
		    !matches_text(r, span_of(matches[i].yes)))
			fail_msg("%s does not match %s", p, matches[i].yes);
		if (matches[i].no != NULL &&
		    matches_text(r, span_of(matches[i].no)))
			fail_msg("%s matches %s", p, matches[i].no);
		regex_free(r);
	}
}

static void
errors(void **state)
{
	char expected[128] = "error parsing regexp: ";
	struct sealeaf_error e;
	size_t front = strlen(expected);
	struct regex *r;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		memset(&e, 0, sizeof e);
		if (regex_new(&r, refused[i].pattern, &e) == SEALEAF_OK)
			fail_msg("accepted: %s", refused[i].pattern);
		strcpy(expected + front, refused[i].error);
		assert_string_equal(e.text, expected);
	}
}

/* Go has tables for these; PCRE2 would silently match less. */
static void
unsupported(void **state)
{
	struct sealeaf_error e = { 0 };
	struct regex *r;

	(void)state;
	assert_int_equal(regex_new(&r, "(?i)\\p{Lu}", &e),
	    SEALEAF_ERR_UNSUPPORTED);
	assert_string_equal(e.text,
	    "error parsing regexp: unsupported "
	    "case-insensitive character class: `\\p{Lu}`");
}

/* The next column of the golden file, its %hh undone; a lone % is nothing. */
static struct span
column(struct span *line, struct buf *b)
{
	size_t end = span_find(*line, '\t');
	struct span s = span_sub(*line, 0, end);

	*line = span_sub(*line, end < line->n ? end + 1 : end, line->n);
	buf_truncate(b, 0);
	for (size_t i = 0; i < s.n; i++) {
		char byte = s.p[i];
		size_t n;

		if (byte == '%') {
			if (i + 2 >= s.n ||
			    !hex_get(span_sub(s, i + 1, i + 3), &byte, 1, &n))
				break;
			i += 2;
		}
		buf_putc(b, byte);
	}
	buf_reserve(b, 1);
	return buf_get(b);
}

/* What Go's regexp said, of patterns made at random. */
static void
as_in_go(void **state)
{
	struct buf file = { 0 }, pattern = { 0 }, text = { 0 };
	struct span all, line, s;
	struct regex *r;
	size_t lines = 0;

	(void)state;
	assert_int_equal(file_read(TESTDATA "/regex/go.tsv", &file, NULL),
	    SEALEAF_OK);
	for (all = buf_get(&file); all.n > 0;) {
		line = span_sub(all, 0, span_find(all, '\n'));
		all = span_sub(all, line.n + 1, all.n);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		s = column(&line, &pattern);
		buf_putc(&pattern, '\0');
		assert_int_equal(regex_new(&r, pattern.p, NULL), SEALEAF_OK);
		s = column(&line, &text);
		if (!matches_text(r, s))
			fail_msg("%s: first text", pattern.p);
		s = column(&line, &text);
		if (matches_text(r, s))
			fail_msg("%s: second text", pattern.p);
		regex_free(r);
		lines++;
	}
	assert_int_equal(lines, 250);
	buf_fini(&file);
	buf_fini(&pattern);
	buf_fini(&text);
}

/* Patterns that a matcher which goes back would not get to the end of. */
static const struct {
	const char *pattern, *text;
	char fill; /* so many of it before the text */
	size_t n;
	bool found;
} hard[] = {
	{ "^(([A-Z]+_?)+_ID|.*PASSWORD.*)$",
	    "DATABASECONNECTIONSTRINGFORPRODUCTION_PASSWORD", 'A', 0, true },
	{ "^(.*/)*secrets/.*\\.yaml$|\\.enc\\.yaml$",
	    "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/app.enc.yaml",
	    'a', 0, true },
	{ "(a|a)*[bc]", "", 'a', 1000, false },
	{ "(a|a)*[bc]", "c", 'a', 1000, true },
	{ "^(a+)+$", "b", 'a', 5000, false },
	{ "^(a?){28}a{28}$", "", 'a', 28, true },
	{ "^(a?){28}a{28}$", "", 'a', 57, false },
	{ "^(a|a)*(b|a)*(a|c)*$", "d", 'a', 5000, false },
	{ "(.*)(.*)(.*)(.*)(.*)x$", "y", 'x', 2000, false },
	{ "[a-z]{1,1000}#", "", 'a', 300, false },
};

static void
hard_ones(void **state)
{
	struct buf b = { 0 };
	struct regex *r;

	(void)state;
	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
		uint64_t cost;
		bool found;

		buf_truncate(&b, 0);
		buf_fill(&b, hard[i].fill, hard[i].n);
		buf_puts(&b, hard[i].text);
		assert_int_equal(regex_new(&r, hard[i].pattern, NULL),
		    SEALEAF_OK);
		if (search(r, buf_get(&b), &found, &cost) != SEALEAF_OK ||
		    found != hard[i].found)
			fail_msg("%s", hard[i].pattern);
		/* As often as the text is repeated, and no more. */
		if (cost > REGEX_EFFORT / 8)
			fail_msg("%s: cost %lu", hard[i].pattern,
			    (unsigned long)cost);
		regex_free(r);
	}
	buf_fini(&b);
}

/* What passes the limits is no answer, and depends on nothing before it. */
static void
effort(void **state)
{
	static const char pattern[] = "^(a?){100}a{100}$";
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	uint64_t first, second, left = 1 << 20;
	struct regex *r;
	bool found = true;

	(void)state;
	buf_fill(&b, 'a', 250);
	assert_int_equal(regex_new(&r, pattern, &e), SEALEAF_OK);
	assert_int_equal(regex_search(r, buf_get(&b), &left, &found, &e),
	    SEALEAF_ERR_UNSUPPORTED);
	assert_false(found);
	assert_int_equal(left, 0);
	assert_string_equal(e.text,
	    "matching the pattern `^(a?){100}a{100}$` takes too much effort");
	assert_true(e.hint[0] != '\0');
	assert_int_equal(search(r, buf_get(&b), &found, &first), SEALEAF_OK);
	assert_true(first > 1 << 20);
	assert_int_equal(search(r, span_of("b"), &found, &second), SEALEAF_OK);
	assert_int_equal(search(r, buf_get(&b), &found, &second), SEALEAF_OK);
	assert_int_equal(first, second);
	regex_free(r);
	buf_fini(&b);
}

static void
limits(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	struct regex *r;

	(void)state;
	/* Nesting as deep as allowed, and deeper. */
	for (int depth = 999; depth <= 1001; depth += 2) {
		buf_truncate(&b, 0);
		buf_fill(&b, '(', (size_t)depth);
		buf_fill(&b, ')', (size_t)depth);
		assert_int_equal(regex_new(&r, b.p, &e),
		    depth < 1000 ? SEALEAF_OK : SEALEAF_ERR_GENERIC);
		if (depth < 1000)
			regex_free(r);
	}
	err_clear(&e);
	buf_truncate(&b, 0);
	buf_putc(&b, 'a');
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, "*(?i)");
	assert_int_equal(regex_new(&r, b.p, &e), SEALEAF_ERR_GENERIC);
	buf_fini(&b);
}

static void
bytes(void **state)
{
	struct regex *r;

	(void)state;
	assert_int_equal(regex_new(&r, "^a\\x00b$", NULL), SEALEAF_OK);
	assert_true(matches_text(r, span_make("a\0b", 3)));
	assert_false(matches_text(r, span_make(NULL, 0)));
	regex_free(r);
	assert_int_equal(regex_new(&r, "^$", NULL), SEALEAF_OK);
	assert_true(matches_text(r, span_make(NULL, 0)));
	regex_free(r);
	regex_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(errors),
		cmocka_unit_test(unsupported),
		cmocka_unit_test(as_in_go),
		cmocka_unit_test(hard_ones),
		cmocka_unit_test(effort),
		cmocka_unit_test(limits),
		cmocka_unit_test(bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
