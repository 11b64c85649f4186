/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scalar is. The rules are those of the library that SOPS reads YAML
 * with: the core schema, with timestamps, underscores in numbers and the old
 * octal form besides (format.md 9.2). Another answer would give a value
 * another type in the envelope and another text in the MAC.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/number.h"
#include "format/yaml_internal.h"
#include "format/yaml_time.h"

struct word {
	const char *text;
	enum leaf_type type;
	const char *canonical; /* NULL: as spelled */
};

static const struct word words[] = {
	{ "true", LEAF_BOOL, NULL },
	{ "True", LEAF_BOOL, NULL },
	{ "TRUE", LEAF_BOOL, NULL },
	{ "false", LEAF_BOOL, NULL },
	{ "False", LEAF_BOOL, NULL },
	{ "FALSE", LEAF_BOOL, NULL },
	{ "~", LEAF_NULL, NULL },
	{ "null", LEAF_NULL, NULL },
	{ "Null", LEAF_NULL, NULL },
	{ "NULL", LEAF_NULL, NULL },
	{ ".nan", LEAF_FLOAT, "NaN" },
	{ ".NaN", LEAF_FLOAT, "NaN" },
	{ ".NAN", LEAF_FLOAT, "NaN" },
	{ ".inf", LEAF_FLOAT, "+Inf" },
	{ ".Inf", LEAF_FLOAT, "+Inf" },
	{ ".INF", LEAF_FLOAT, "+Inf" },
	{ "+.inf", LEAF_FLOAT, "+Inf" },
	{ "+.Inf", LEAF_FLOAT, "+Inf" },
	{ "+.INF", LEAF_FLOAT, "+Inf" },
	{ "-.inf", LEAF_FLOAT, "-Inf" },
	{ "-.Inf", LEAF_FLOAT, "-Inf" },
	{ "-.INF", LEAF_FLOAT, "-Inf" },
};

/* What the rules found, before a tag has its say. */
struct finding {
	enum leaf_type type;
	bool is_unsigned;
	int64_t integer;
	double number;
	const char *text; /* canonical text, NULL: see integer or as spelled */
	char buffer[YAMLF_TIME_MAX];
};

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static bool
parse_digits(struct span s, unsigned base, uint64_t *value)
{
	unsigned digit;

	*value = 0;
	for (size_t i = 0; i < s.n; i++) {
		digit = (unsigned)digit_of(s.p[i]);
		if (digit >= base || *value > (UINT64_MAX - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	return true;
}

/* Store magnitude and sign: in int64 if it fits, else as unsigned. */
static bool
store(struct finding *f, bool minus, bool sign, uint64_t v)
{
	f->type = LEAF_INT;
	f->is_unsigned = false;
	if (minus && v <= (uint64_t)INT64_MAX + 1) {
		f->integer = v > INT64_MAX ? INT64_MIN : -(int64_t)v;
		return true;
	}
	if (!minus && v <= INT64_MAX) {
		f->integer = (int64_t)v;
		return true;
	}
	f->is_unsigned = true;
	return !sign;
}

static bool
has_prefix(struct span s, char letter)
{
	return s.n >= 3 && s.p[0] == '0' && (s.p[1] | 0x20) == letter;
}

/* Go's ParseInt and ParseUint with base 0. */
static bool
parse_integer(struct finding *f, struct span s)
{
	bool sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
	bool minus = sign && s.p[0] == '-';
	unsigned base = 10;
	uint64_t v;

	s = span_sub(s, sign ? 1 : 0, s.n);
	if (s.n == 0)
		return false;
	if (has_prefix(s, 'x'))
		base = 16;
	else if (has_prefix(s, 'o'))
		base = 8;
	else if (has_prefix(s, 'b'))
		base = 2;
	if (base != 10) {
		s = span_sub(s, 2, s.n);
	} else if (s.p[0] == '0') {
		base = 8;
		s = span_sub(s, 1, s.n);
	}
	return parse_digits(s, base, &v) && store(f, minus, sign, v);
}

/* What the parser tries last: "0b-1" is -1 to it, by accident. */
static bool
parse_odd_integer(struct finding *f, struct span s)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	unsigned base;
	bool sign;
	uint64_t v;

	s = span_sub(s, minus ? 1 : 0, s.n);
	if (!span_starts(s, "0b") && !span_starts(s, "0o"))
		return false;
	base = s.p[1] == 'b' ? 2 : 8;
	s = span_sub(s, 2, s.n);
	sign = !minus && s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
	if (sign) {
		minus = s.p[0] == '-';
		s = span_sub(s, 1, s.n);
	}
	return s.n > 0 && parse_digits(s, base, &v) &&
	    store(f, minus, sign || minus, v);
}

static size_t
skip_digits(struct span s, size_t at)
{
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool
is_yaml_float(struct span s)
{
	size_t at = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
	size_t whole = skip_digits(s, at), end = whole;

	if (whole < s.n && s.p[whole] == '.') {
		end = skip_digits(s, whole + 1);
		if (whole == at && end == whole + 1)
			return false;
	} else if (whole == at) {
		return false;
	}
	if (end < s.n && (s.p[end] | 0x20) == 'e') {
		at = end + 1;
		if (at < s.n && (s.p[at] == '-' || s.p[at] == '+'))
			at++;
		end = skip_digits(s, at);
		if (end == at)
			return false;
	}
	return end == s.n;
}

/* `s` without underscores; `s` itself where there are none. */
static bool
without_underscores(struct span *out, struct buf *b, struct span s)
{
	*out = s;
	if (span_find(s, '_') == s.n)
		return true;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '_')
			buf_putc(b, s.p[i]);
	}
	*out = buf_get(b);
	return !b->failed;
}

static bool
find_number(struct finding *f, struct span text, enum yamlf_tag tag,
    bool *memory)
{
	struct buf b = { 0 };
	struct span s;
	bool found = true;

	if ((tag == YAMLF_TAG_NONE || tag == YAMLF_TAG_TIME) &&
	    yamlf_time(f->buffer, text) > 0) {
		f->type = LEAF_TIME;
		f->text = f->buffer;
		return true;
	}
	if (!without_underscores(&s, &b, text))
		*memory = false;
	else if (parse_integer(f, s))
		;
	else if (is_yaml_float(s) && number_float(s, &f->number))
		f->type = LEAF_FLOAT;
	else
		found = parse_odd_integer(f, s);
	buf_fini(&b);
	return found;
}

/* A float that begins with a point may have '_' between two digits. */
static bool
find_fraction(struct finding *f, struct span text, bool *memory)
{
	struct buf b = { 0 };
	bool found = true;
	struct span s;

	for (size_t i = 0; i < text.n && found; i++) {
		if (text.p[i] == '_')
			found = i + 1 < text.n &&
			    digit_of(text.p[i - 1]) < 10 &&
			    digit_of(text.p[i + 1]) < 10;
	}
	if (!without_underscores(&s, &b, text))
		*memory = false;
	found = found && number_float(s, &f->number);
	buf_fini(&b);
	return found;
}

static const struct word *
find_word(struct span text)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].text[0] == text.p[0] &&
		    span_is(text, words[i].text))
			return &words[i];
	}
	return NULL;
}

/* Apply the rules to `text`, which is not forced to be a string. */
static void
find(struct finding *f, struct span text, enum yamlf_tag tag, bool *memory)
{
	const struct word *w;
	char c;

	f->type = LEAF_STR;
	if (text.n == 0) {
		f->type = LEAF_NULL;
		return;
	}
	c = text.p[0];
	if (strchr("+-.0123456789~tTfFnN", c) == NULL || c == '\0')
		return;
	w = text.n <= 5 ? find_word(text) : NULL;
	if (w != NULL) {
		f->type = w->type;
		f->text = w->canonical;
		return;
	}
	if (c == '.') {
		if (find_fraction(f, text, memory))
			f->type = LEAF_FLOAT;
	} else if (c == '+' || c == '-' || (c >= '0' && c <= '9')) {
		if (!find_number(f, text, tag, memory))
			f->type = LEAF_STR;
	}
}

static bool
tag_fits(enum yamlf_tag tag, const struct finding *f)
{
	switch (tag) {
	case YAMLF_TAG_INT:
		return f->type == LEAF_INT;
	case YAMLF_TAG_FLOAT:
		return f->type == LEAF_FLOAT ||
		    (f->type == LEAF_INT && !f->is_unsigned);
	case YAMLF_TAG_BOOL:
		return f->type == LEAF_BOOL;
	case YAMLF_TAG_NULL:
		return f->type == LEAF_NULL;
	case YAMLF_TAG_TIME:
		return f->type == LEAF_TIME;
	default:
		return true;
	}
}

/* The value of a float: as spelled where readers understand that. */
static enum yamlf_result
put_float(struct span *value, struct arena *a, const struct finding *f,
    struct span text)
{
	char out[NUMBER_FLOAT_MAX];
	double again;

	if (f->text != NULL) {
		*value = span_of(f->text);
		return YAMLF_FITS;
	}
	if (number_float(text, &again) && again >= f->number &&
	    again <= f->number) {
		*value = text;
		return YAMLF_FITS;
	}
	*value = arena_dup(a,
	    span_make(out, number_format_float(out, f->number)));
	return value->p != NULL ? YAMLF_FITS : YAMLF_MEMORY;
}

static enum yamlf_result
put_integer(struct span *value, struct arena *a, const struct finding *f,
    struct span text)
{
	char out[32];
	int n = snprintf(out, sizeof out, "%" PRId64, f->integer);

	*value = text;
	if (!span_is(text, out))
		*value = arena_dup(a, span_make(out, (size_t)n));
	return value->p != NULL ? YAMLF_FITS : YAMLF_MEMORY;
}

static enum yamlf_result
put_binary(struct span *value, struct arena *a, struct span text)
{
	size_t n = 0, m = text.n / 4 * 3 + 3;
	char *clean = arena_text(a, text.n + 1), *out = arena_text(a, m);

	if (clean == NULL || out == NULL)
		return YAMLF_MEMORY;
	/* Go's decoder passes over line breaks, and nothing else. */
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n' && text.p[i] != '\r')
			clean[n++] = text.p[i];
	}
	if (!base64_get(span_make(clean, n), out, m, &m))
		return YAMLF_MISFIT;
	*value = span_make(out, m);
	return YAMLF_FITS;
}

enum yamlf_result
yamlf_resolve(enum leaf_type *type, struct span *value, struct arena *a,
    struct span text, bool plain, enum yamlf_tag tag)
{
	struct finding f = { 0 };
	bool memory = true;

	*type = LEAF_STR;
	*value = text;
	if (tag == YAMLF_TAG_BINARY)
		return put_binary(value, a, text);
	if (tag == YAMLF_TAG_STR || tag == YAMLF_TAG_OTHER ||
	    (tag == YAMLF_TAG_NONE && !plain))
		return YAMLF_FITS;
	find(&f, text, tag, &memory);
	if (!memory)
		return YAMLF_MEMORY;
	if (!tag_fits(tag, &f))
		return YAMLF_MISFIT;
	*type = f.type;
	if (tag == YAMLF_TAG_FLOAT && f.type == LEAF_INT) {
		*type = LEAF_FLOAT;
		f.number = (double)f.integer;
	} else if (f.type == LEAF_INT && f.is_unsigned) {
		return YAMLF_UNSIGNED;
	}
	if (*type == LEAF_FLOAT)
		return put_float(value, a, &f, text);
	if (*type == LEAF_INT)
		return put_integer(value, a, &f, text);
	if (*type == LEAF_TIME)
		*value = arena_dup(a, span_of(f.text));
	return value->p != NULL || text.p == NULL ? YAMLF_FITS : YAMLF_MEMORY;
}

bool
yamlf_is_str(struct span text)
{
	struct finding f = { 0 };
	bool memory = true;

	find(&f, text, YAMLF_TAG_NONE, &memory);
	return memory && f.type == LEAF_STR;
}
