/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spelling values in the place of envelopes, and envelopes in that of values.
 * What is spelled is read back by libyaml itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yaml.h>

#include "base/utf8.h"
#include "format/format.h"
#include "format/yaml_internal.h"
#include "format/yaml_write.h"

#define ENC "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"

/* A one-leaf document around the leaf's source text. */
struct place {
	const char *name, *before, *after;
	uint16_t indent;
	bool list, flow;
};

/* clang-format off */
static const struct place places[] = {
	{"map", "k: ", "\nz: 1\n", 0, false, false},
	{"last", "k: ", "\n", 0, false, false},
	{"end", "k: ", "", 0, false, false},
	{"deep", "a:\n    b:\n        k: ", "\n    c: 1\n", 8, false, false},
	{"list", "l:\n    - ", "\n    - x\n", 4, true, false},
	{"list in list", "l:\n    - - ", "\n      - x\n", 6, true, false},
	{"map in list", "l:\n    - k: ", "\n      z: 1\n", 6, false, false},
	{"blank behind", "k: ", "\n\nz: 1\n", 0, false, false},
	{"blanks at end", "k: ", "\n\n\n", 0, false, false},
	{"comment behind", "k: ", " # c\nz: 1\n", 0, false, false},
	{"comment, end", "k: ", " # c", 0, false, false},
	{"comments", "l:\n    - ", " # c\n\n      # d\n", 4, true, false},
	{"comment, blanks", "k: ", " #\n\n\nz: 1\n", 0, false, false},
	{"comment under", "k: ", "\n# c\nz: 1\n", 0, false, false},
	{"comment deep", "k: ", "\n        # c\nz: 1\n", 0, false, false},
	{"flow map", "a: {k: ", ", z: 1}\n", 0, false, true},
	{"flow list", "a: [", ", 1]\n", 0, true, true},
	{"anchor", "k: &a ", "\nz: *a\n", 0, false, false},
};
/* clang-format on */

/* clang-format off */
static const char *const texts[] = {"a", "foo bar", "y", "1:20", "12", "1.5",
    "", " a", "a ", "a: b", "a:", "-", "- a", "#x", "a #b", "it's", "\"q\"",
    "a\nb", "a\nb\n", "a\n\n", "\n", "\n\n", "\na", " a\nb", "a\n  b\n c",
    "\ta\nb", "a\n\tb", "a\tb", "a \nb", "a\n b ", "a\n\n\nb\n\n\n c\nd\n",
    "  \n a\n", "\n\n  a", "\xC3\xA9", "\xF0\x9F\x99\x82",
    "a\xE2\x80\xA8" "b", "a\nb\xE2\x80\xA8" "c", "a\xC2\x85" "b",
    "\xEF\xBB\xBF" "ab", "a\x07" "b", "null", "~", "true", "<<", "=",
    "2020-01-01", "0x1f", "1_000", ".", "..", "...", "---", "--- a", "!x",
    "&a", "*a", "[a", "{a", "a]", "a,b", "?", "? a", "?a", ":", ":a", "%a",
    "@a", "`a", "|", ">", "a\r\nb", "\r", "a\\b", "\\n", "x\n# y\n",
    "key: v\nl: w\n", "---\n...\n", "a\n---\nb", "\x7F", "a\xC2\xA0" "b",
    "-----BEGIN\nx\n-----END\n", "a\n \nb", "a\n\t\nb\n", " ", "\t", "\n \n",
    "long long long long long long long long long long long long long long "
    "long long long long long long long long long long long long long long"};
/* clang-format on */

static const enum leaf_style styles[] = { STYLE_PLAIN, STYLE_SINGLE,
	STYLE_DOUBLE, STYLE_LITERAL, STYLE_FOLDED };

/* The first scalar value behind key or item `before`, as libyaml reads it. */
static bool
read_back(struct buf *out, bool *plain, struct span source, size_t at)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool found = false, done = false;

	assert_true(yaml_parser_initialize(&parser));
	yaml_parser_set_input_string(&parser, (const uint8_t *)source.p,
	    source.n);
	while (!done) {
		if (!yaml_parser_parse(&parser, &event))
			break;
		if (event.type == YAML_SCALAR_EVENT && !found &&
		    event.end_mark.index > at) {
			buf_put(out, event.data.scalar.value,
			    event.data.scalar.length);
			*plain = event.data.scalar.style ==
			    YAML_PLAIN_SCALAR_STYLE;
			found = true;
		}
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return found && done;
}

static void
put_crlf(struct buf *b, const char *text, bool crlf)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n' && crlf)
			buf_putc(b, '\r');
		buf_putc(b, *text);
	}
}

static void
check_text(const struct place *p, enum leaf_style style, bool crlf,
    struct span text, const struct buf *out, size_t at)
{
	struct buf got = { 0 };
	bool plain = false;

	if (!read_back(&got, &plain, buf_get(out), at) ||
	    !span_equal(buf_get(&got), text) || (plain && !yamlf_is_str(text)))
		fail_msg("%s, style %d%s: \"%.*s\" came back as \"%.*s\" "
			 "from:\n%.*s",
		    p->name, style, crlf ? ", CRLF" : "", (int)text.n, text.p,
		    (int)got.n, got.n ? got.p : "", (int)out->n, out->p);
	buf_fini(&got);
}

/* The same for a block whose header line carries the comment; whether one can
 * stand there. */
static bool
check_split(const struct place *p, const struct doc *d, const struct leaf *l,
    struct span text)
{
	struct buf head = { 0 }, tail = { 0 }, out = { 0 };
	size_t at = (size_t)(l->src.p - d->source.p), to = at + l->src.n, end;
	bool done = yamlf_split(&head, &tail, &end, d, l, LEAF_STR, text);

	if (done) {
		buf_span(&out, span_sub(d->source, 0, at));
		buf_span(&out, buf_get(&head));
		buf_span(&out, span_sub(d->source, to, end));
		buf_span(&out, buf_get(&tail));
		buf_span(&out, span_sub(d->source, end, d->source.n));
		check_text(p, (enum leaf_style)l->style, d->crlf, text, &out,
		    at);
	}
	buf_fini(&head);
	buf_fini(&tail);
	buf_fini(&out);
	return done;
}

/* Seal, then spell in the encrypted text, and read that. */
static void
check_place(const struct place *p, enum leaf_style style, struct span text,
    bool crlf)
{
	struct doc d = { 0 };
	struct leaf l = { 0 }, seen;
	struct step up = { { "l", 1 }, NULL, 0, 0 };
	struct step step = { { p->list ? NULL : "k", p->list ? 0 : 1 }, &up, 0,
		0 };
	struct buf first = { 0 }, b = { 0 }, out = { 0 }, got = { 0 };
	struct sealeaf_error e = { 0 };
	size_t at;

	l.path = &step;
	l.indent = p->indent;
	l.style = (uint8_t)style;
	l.flags = p->flow ? LEAF_FLOW : 0;
	d.step = 4;
	d.crlf = crlf;
	put_crlf(&b, p->before, crlf);
	at = b.n;
	yamlf_seal(&first, &d, &l, span_of(ENC));
	yamlf_sealed(&seen, &d, &l);
	buf_put(&b, first.p, first.n);
	put_crlf(&b, p->after, crlf);
	d.source = buf_get(&b);
	seen.src = span_make(b.p + at, first.n);
	assert_int_equal(yamlf_spell(&got, &d, &seen, LEAF_STR, text, &e), 0);
	buf_put(&out, b.p, at);
	buf_put(&out, got.p, got.n);
	put_crlf(&out, p->after, crlf);
	check_text(p, style, crlf, text, &out, at);
	(void)check_split(p, &d, &seen, text);
	buf_fini(&first);
	buf_fini(&b);
	buf_fini(&out);
	buf_fini(&got);
}

static void
reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (size_t j = 0; j < sizeof styles / sizeof *styles; j++)
			for (size_t k = 0; k < sizeof texts / sizeof *texts;
			     k++) {
				if (places[i].flow && styles[j] > STYLE_DOUBLE)
					continue;
				check_place(places + i, styles[j],
				    span_of(texts[k]), false);
				check_place(places + i, styles[j],
				    span_of(texts[k]), true);
			}
}

/* Random texts of the characters that matter. */
static void
reads_back_random(void **state)
{
	static const char *const parts[] = { "a", "b", " ", "  ", "\n", "\n",
		"\n\n", "\t", ":", ": ", "#", " #", "-", "- ", "'", "\"", "\\",
		",", "[", "{", "}", "?", "|", ">", "&", "*", "!", "%", "0", ".",
		"\xC3\xA9", "\xF0\x9F\x99\x82", "\xE2\x80\xA8", "\r", "---" };
	uint32_t seed = 1;
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		buf_truncate(&b, 0);
		buf_putc(&b, 'x');
		buf_truncate(&b, 0);
		do {
			seed = seed * 1664525 + 1013904223;
			buf_puts(&b,
			    parts[(seed >> 8) %
				(sizeof parts / sizeof *parts)]);
		} while ((seed >> 20) % 6 != 0);
		check_place(places + i % (sizeof places / sizeof *places),
		    styles[(seed >> 4) % 3 +
			(places[i % (sizeof places / sizeof *places)].flow
				? 0
				: (seed >> 16) % 3)],
		    buf_get(&b), (seed & 64) != 0);
	}
	buf_fini(&b);
}

/* clang-format off */
static const struct {
	const char *name;
	enum leaf_style style;
	unsigned flags;
	enum leaf_type type;
	const char *text, *spelled;
} cases[] = {
	{"plain", STYLE_PLAIN, 0, LEAF_STR, "foo", "foo"},
	{"number", STYLE_PLAIN, 0, LEAF_STR, "12", "\"12\""},
	{"old boolean", STYLE_PLAIN, 0, LEAF_STR, "yes", "\"yes\""},
	{"base 60", STYLE_PLAIN, 0, LEAF_STR, "1:20", "\"1:20\""},
	{"colon", STYLE_PLAIN, 0, LEAF_STR, "a: b", "'a: b'"},
	{"colon in quotes", STYLE_DOUBLE, 0, LEAF_STR, "a: b", "\"a: b\""},
	{"apostrophe", STYLE_SINGLE, 0, LEAF_STR, "it's", "'it''s'"},
	{"break in single", STYLE_SINGLE, 0, LEAF_STR, "a\nb", "\"a\\nb\""},
	{"emoji", STYLE_PLAIN, 0, LEAF_STR, "\xF0\x9F\x99\x82",
	    "\"\\U0001F642\""},
	{"emoji in quotes", STYLE_DOUBLE, 0, LEAF_STR, "\xF0\x9F\x99\x82",
	    "\"\xF0\x9F\x99\x82\""},
	{"merge", STYLE_PLAIN, 0, LEAF_STR, "<<", "!!merge <<"},
	{"flow", STYLE_SINGLE, LEAF_FLOW, LEAF_STR, "a", "a"},
	{"flow comma", STYLE_SINGLE, LEAF_FLOW, LEAF_STR, "a,b", "'a,b'"},
	{"flow quoted", STYLE_DOUBLE, LEAF_FLOW, LEAF_STR, "a", "\"a\""},
	{"literal", STYLE_PLAIN, 0, LEAF_STR, "a\nb\n", "|\n    a\n    b"},
	{"strip", STYLE_PLAIN, 0, LEAF_STR, "a\nb", "|-\n    a\n    b"},
	{"keep", STYLE_PLAIN, 0, LEAF_STR, "a\n\n", "|+\n    a\n"},
	{"hint", STYLE_PLAIN, 0, LEAF_STR, " a\nb", "|4-\n     a\n    b"},
	{"folded", STYLE_FOLDED, 0, LEAF_STR, "a\nb\n", ">\n    a\n\n    b"},
	{"int", STYLE_PLAIN, 0, LEAF_INT, "12", "12"},
	{"float", STYLE_PLAIN, 0, LEAF_FLOAT, "1.50", "1.50"},
	{"float as SOPS", STYLE_PLAIN, 0, LEAF_FLOAT, "2", "2"},
	{"hex float", STYLE_PLAIN, 0, LEAF_FLOAT, "0x1p-2", "0.25"},
	{"infinite", STYLE_PLAIN, 0, LEAF_FLOAT, "-Inf", "-.inf"},
	{"beyond int64", STYLE_PLAIN, 0, LEAF_FLOAT, "10000000000000000000",
	    "1e+19"},
	{"beyond uint64", STYLE_PLAIN, 0, LEAF_FLOAT,
	    "123456789012345678901234", "123456789012345678901234"},
	{"true of SOPS", STYLE_PLAIN, 0, LEAF_BOOL, "True", "true"},
	{"loud", STYLE_PLAIN, 0, LEAF_BOOL, "FALSE", "FALSE"},
	{"time", STYLE_PLAIN, 0, LEAF_TIME, "2020-01-01T00:00:00Z",
	    "2020-01-01T00:00:00Z"},
	{"int in quotes", STYLE_DOUBLE, 0, LEAF_INT, "5", "5"},
	{"bytes", STYLE_PLAIN, 0, LEAF_STR, "\xFF", "!!binary /w=="},
	{"comment", STYLE_LINE, 0, LEAF_COMMENT, " c", " c"},
	{"comment item", STYLE_PLAIN, LEAF_ITEM, LEAF_COMMENT, " c", "# c"},
};
/* clang-format on */

static void
spells(void **state)
{
	struct doc d = { 0 };
	struct step step = { { "k", 1 }, NULL, 0, 0 };
	struct buf b = { 0 };
	struct sealeaf_error e = { 0 };

	(void)state;
	d.step = 4;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct leaf l = { 0 };

		l.path = &step;
		l.style = (uint8_t)cases[i].style;
		l.flags = (uint8_t)cases[i].flags;
		buf_truncate(&b, 0);
		assert_int_equal(yamlf_spell(&b, &d, &l, cases[i].type,
				     span_of(cases[i].text), &e),
		    0);
		if (!span_is(buf_get(&b), cases[i].spelled))
			fail_msg("%s: \"%.*s\"", cases[i].name, (int)b.n, b.p);
	}
	buf_fini(&b);
}

/* clang-format off */
static const struct {
	const char *name;
	enum leaf_style style;
	unsigned flags;
	const char *src, *sealed;
} seals[] = {
	{"plain", STYLE_PLAIN, 0, "a", ENC},
	{"flow", STYLE_PLAIN, LEAF_FLOW, "a", "'" ENC "'"},
	{"single", STYLE_SINGLE, 0, "'a'", "'" ENC "'"},
	{"flow single", STYLE_SINGLE, LEAF_FLOW, "'a'", "\"" ENC "\""},
	{"double", STYLE_DOUBLE, 0, "\"a\"", "\"" ENC "\""},
	{"long", STYLE_PLAIN, LEAF_LONG, "a\n  b", ENC},
	{"literal", STYLE_LITERAL, 0, "|\n  a\n  b", "|-\n  " ENC},
	{"hint", STYLE_LITERAL, 0, "|3+\n     a\n", "|-\n   " ENC},
	{"folded", STYLE_FOLDED, 0, ">\n\n   a", ">-\n   " ENC},
	{"tag", STYLE_PLAIN, LEAF_TAGGED, "!!int 5", ENC},
	{"tag and anchor", STYLE_PLAIN, LEAF_TAGGED, "!!int &a 5",
	    "!!str &a " ENC},
	{"comment", STYLE_LINE, 0, " c", ENC},
	{"comment item", STYLE_PLAIN, LEAF_ITEM, "- x", "#" ENC},
};
/* clang-format on */

static void
seals_values(void **state)
{
	struct doc d = { 0 };
	struct step step = { { "k", 1 }, NULL, 0, 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof seals / sizeof *seals; i++) {
		struct leaf l = { 0 };

		l.path = &step;
		l.style = (uint8_t)seals[i].style;
		l.flags = (uint8_t)seals[i].flags;
		l.src = span_of(seals[i].src);
		buf_truncate(&b, 0);
		yamlf_seal(&b, &d, &l, span_of(ENC));
		if (!span_is(buf_get(&b), seals[i].sealed))
			fail_msg("%s: \"%.*s\"", seals[i].name, (int)b.n, b.p);
	}
	buf_fini(&b);
}

/* A header with a comment stays, and the value has to suit it. */
static void
keeps_header(void **state)
{
	static const char source[] = "k: |- # c\n  abc\nz: 1\n";
	struct doc d = { 0 };
	struct step step = { { "k", 1 }, NULL, 0, 0 };
	struct leaf l = { 0 };
	struct buf b = { 0 };
	struct sealeaf_error e = { 0 };

	(void)state;
	d.source = span_of(source);
	l.path = &step;
	l.style = STYLE_LITERAL;
	l.flags = LEAF_HEADED;
	l.src = span_make(source + 12, 3);
	yamlf_seal(&b, &d, &l, span_of(ENC));
	assert_true(span_is(buf_get(&b), ENC));
	buf_truncate(&b, 0);
	assert_int_equal(
	    yamlf_spell(&b, &d, &l, LEAF_STR, span_of("x\n\ny"), &e), 0);
	assert_true(span_is(buf_get(&b), "x\n\n  y"));
	assert_int_equal(yamlf_spell(&b, &d, &l, LEAF_STR, span_of("x\n"), &e),
	    SEALEAF_ERR_DUMP);
	buf_fini(&b);
}

/* As SOPS writes a block whose header had a comment. */
static void
splits(void **state)
{
	static const char source[] = "k: " ENC " #c\nz: 1\n";
	struct step step = { { "k", 1 }, NULL, 0, 0 };
	struct leaf l = { 0 };
	struct doc d = { 0 };
	struct buf head = { 0 }, tail = { 0 };
	size_t at = 0;

	(void)state;
	d.source = span_of(source);
	l.path = &step;
	l.src = span_make(source + 3, sizeof ENC - 1);
	assert_true(yamlf_split(&head, &tail, &at, &d, &l, LEAF_STR,
	    span_of("x\n\ny\n")));
	assert_true(span_is(buf_get(&head), "|"));
	assert_true(span_is(buf_get(&tail), "\n    x\n\n    y"));
	assert_int_equal(at, sizeof source - sizeof "\nz: 1\n");
	assert_false(
	    yamlf_split(&head, &tail, &at, &d, &l, LEAF_STR, span_of("x")));
	buf_fini(&head);
	buf_fini(&tail);
}

/* A comment before the first item of a list in a list, as SOPS seals it. */
static void
moves_dash(void **state)
{
	static const char item[] =
	    "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:comment]";
	static const struct {
		const char *format, *spelled;
	} rows[] = {
		{ "k:\n  - - %\n    - x\n", "#c\n  - " },
		{ "k:\n  - - - %\n      - x\n", "#c\n    - " },
		{ "k:\r\n- - %\r\n  - x\r\n", "#c\r\n- " },
		{ "k:\n  - %\n  - x\n", "#c" },
		{ "k:\n  - - %\n", "#c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct doc d = { .format = &format_yaml };
		struct sealeaf_error e = { 0 };
		struct buf b = { 0 }, text = { 0 };
		const struct leaf *l;

		for (const char *p = rows[i].format; *p != '\0'; p++) {
			if (*p == '%')
				buf_puts(&text, item);
			else
				buf_putc(&text, *p);
		}
		d.source = buf_get(&text);
		assert_int_equal(yamlf_scan(&d, &e), 0);
		for (l = d.leaves.list; l->type != LEAF_COMMENT; l++)
			;
		assert_int_equal(
		    yamlf_spell(&b, &d, l, LEAF_COMMENT, span_of("c"), &e), 0);
		assert_true(span_is(buf_get(&b), rows[i].spelled));
		doc_fini(&d);
		buf_fini(&b);
		buf_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spells),
		cmocka_unit_test(splits),
		cmocka_unit_test(moves_dash),
		cmocka_unit_test(seals_values),
		cmocka_unit_test(keeps_header),
		cmocka_unit_test(reads_back),
		cmocka_unit_test(reads_back_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
