/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading flags as Go's flag package does: one or two dashes, the value after
 * '=' or in the next argument, booleans only with '='. What SOPS does beyond:
 * a command takes flags behind its positional arguments too (in their own
 * order, which the reference loses), and two spellings of one flag collide.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/number.h"

#include "cli/opt.h"
#include "cli/quote.h"

/* What one argument turned out to be. */
enum kind { POSITIONAL, TERMINATOR, FLAG, UNKNOWN_FLAG, BAD_FLAG };

struct argument {
	enum kind kind;
	const struct opt *opt;
	struct span name;
	const char *value; /* behind '=', or NULL */
};

const struct opt *
opt_find(unsigned level, const char *name, size_t n)
{
	struct span s = span_make(name, n);

	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];

		if (((o->levels | o->more) & level) == 0)
			continue;
		if (span_is(s, o->name) ||
		    (o->alias != NULL && span_is(s, o->alias)))
			return o;
	}
	return NULL;
}

static struct argument
classify(unsigned level, const char *text)
{
	struct argument a = { POSITIONAL, NULL, { NULL, 0 }, NULL };
	const char *name = text + 1;
	const char *equal;

	if (text[0] != '-' || text[1] == '\0')
		return a;
	if (name[0] == '-')
		name++;
	if (name[0] == '\0') {
		a.kind = TERMINATOR;
		return a;
	}
	if (name[0] == '-' || name[0] == '=') {
		a.kind = BAD_FLAG;
		return a;
	}
	equal = strchr(name, '=');
	a.name = span_make(name,
	    equal != NULL ? (size_t)(equal - name) : strlen(name));
	a.value = equal != NULL ? equal + 1 : NULL;
	a.opt = opt_find(level, a.name.p, a.name.n);
	a.kind = a.opt != NULL ? FLAG : UNKNOWN_FLAG;
	return a;
}

static enum sealeaf_code
push(const char ***list, size_t *n, size_t *cap, const char *text,
    struct sealeaf_error *e)
{
	const char **p = mem_grow(*list, cap, *n + 1, sizeof *p);

	if (p == NULL)
		return err_memory(e);
	*list = p;
	p[(*n)++] = text;
	return SEALEAF_OK;
}

/* Go's ParseInt with base 0: whether `text` is a number, and one that fits. */
static const char *
integer_problem(const char *text)
{
	const char *digits = text;
	int base = 10;
	uint64_t value = 0;

	if (*digits == '+' || *digits == '-')
		digits++;
	if (digits[0] == '0' && digits[1] != '\0') {
		char mark = digits[1];

		base = mark == 'x' || mark == 'X' ? 16
		    : mark == 'b' || mark == 'B'  ? 2
						  : 8;
		digits += base == 8 && mark != 'o' && mark != 'O' ? 1 : 2;
	}
	if (*digits == '\0')
		return "parse error";
	for (; *digits != '\0'; digits++) {
		int d = *digits >= '0' && *digits <= '9' ? *digits - '0'
		    : *digits >= 'a' && *digits <= 'f'   ? *digits - 'a' + 10
		    : *digits >= 'A' && *digits <= 'F'   ? *digits - 'A' + 10
							 : 99;

		if (d >= base)
			return "parse error";
		if (value <= INT64_MAX)
			value = value * (uint64_t)base + (uint64_t)d;
	}
	return value > INT64_MAX ? "value out of range" : NULL;
}

static enum sealeaf_code
bad_value(const char *kind, const char *value, const char *where,
    struct span name, const char *problem, struct sealeaf_error *e)
{
	struct buf b = { 0 };

	quote_append(&b, span_of(value));
	(void)err_set(e, SEALEAF_ERR_GENERIC, "invalid %s %s for %s-%.*s: %s",
	    kind, b.p != NULL ? b.p : "", where, (int)name.n, name.p, problem);
	buf_fini(&b);
	return e->code;
}

static enum sealeaf_code
store(struct opts *o, const struct argument *a, const char *value,
    enum opt_origin origin, struct sealeaf_error *e)
{
	struct opt_value *v = &o->of[a->opt - opt_table];
	const char *problem;
	bool yes;

	if (a->opt->type == OPT_BOOL) {
		if (!number_bool(span_of(value), &yes))
			return bad_value("boolean value", value, "", a->name,
			    "parse error", e);
		value = yes ? "true" : "false";
	} else if (a->opt->type == OPT_INT) {
		problem = integer_problem(value);
		if (problem != NULL)
			return bad_value("value", value, "flag ", a->name,
			    problem, e);
	}
	if (v->origin < origin)
		v->n = 0;
	v->origin = origin;
	return push(&v->v, &v->n, &v->cap, value, e);
}

/* The flag in argv[*at], with its value in the next argument if need be. */
static enum sealeaf_code
take(struct opts *o, const struct argument *a, enum opt_origin origin,
    const char *const *argv, size_t argc, size_t *at, struct sealeaf_error *e)
{
	if (a->value != NULL)
		return store(o, a, a->value, origin, e);
	if (a->opt->type == OPT_BOOL)
		return store(o, a, "true", origin, e);
	if (*at + 1 >= argc)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "flag needs an argument: -%.*s", (int)a->name.n, a->name.p);
	return store(o, a, argv[++*at], origin, e);
}

/* Note which spelling was used; an error when it is the second one. */
static enum sealeaf_code
check_spelling(uint8_t *seen, const struct argument *a, struct sealeaf_error *e)
{
	const struct opt *o = a->opt;

	if (o->alias == NULL)
		return SEALEAF_OK;
	*seen |= span_is(a->name, o->name) ? 1 : 2;
	if (*seen != 3 || o == &opt_table[OPT_HELP])
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "Cannot use two forms of the same flag: %s %s", o->alias, o->name);
}

static enum sealeaf_code
unknown_flag(unsigned level, struct span name, struct sealeaf_error *e)
{
	struct near n = { .word = name };

	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];

		if (((o->levels | o->more) & level) != 0)
			(void)near_try(&n, span_of(o->name));
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "flag provided but not defined: -%.*s", (int)name.n, name.p);
	if (n.best.p != NULL)
		err_hint(e, "did you mean --%.*s?", (int)n.best.n, n.best.p);
	return e->code;
}

enum sealeaf_code
opts_parse(struct opts *o, unsigned level, const char *const *argv, size_t argc,
    size_t *rest, struct sealeaf_error *e)
{
	enum opt_origin origin = level == LEVEL_MAIN ? OPT_FROM_MAIN
						     : OPT_FROM_COMMAND;
	bool stops = (level & (LEVEL_MAIN | LEVEL_GROUPS | LEVEL_COMPLETION)) !=
	    0;
	uint8_t seen[OPT_COUNT] = { 0 };
	struct sealeaf_error twice = { 0 };
	size_t i;

	o->ended = false;
	for (i = 0; i < argc; i++) {
		struct argument a = classify(level, argv[i]);

		if (!o->ended && a.kind == TERMINATOR) {
			o->ended = true;
			o->before = o->n;
		} else if (!o->ended && a.kind == FLAG) {
			if (take(o, &a, origin, argv, argc, &i, e) != 0)
				return e->code;
			(void)check_spelling(&seen[a.opt - opt_table], &a,
			    &twice);
		} else if (!o->ended && o->n == 0 && a.kind == BAD_FLAG) {
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "bad flag syntax: %s", argv[i]);
		} else if (!o->ended && o->n == 0 && a.kind == UNKNOWN_FLAG) {
			return unknown_flag(level, a.name, e);
		} else if (stops) {
			break;
		} else if (push(&o->args, &o->n, &o->cap, argv[i], e) != 0) {
			return e->code;
		}
	}
	if (rest != NULL)
		*rest = i;
	/* Go reports a bad flag first, whatever stands before it. */
	return twice.code == 0 ? SEALEAF_OK
			       : err_set(e, twice.code, "%s", twice.text);
}

enum sealeaf_code
opts_rest(struct opts *o, const char *const *argv, size_t argc,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < argc; i++) {
		if (push(&o->args, &o->n, &o->cap, argv[i], e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

/* A list in a variable is split at commas and trimmed; an empty one is one
 * empty entry, as in SOPS. */
static enum sealeaf_code
split(struct opts *o, const struct argument *a, const char *text,
    struct sealeaf_error *e)
{
	char *piece = mem_dup(text);
	char *next;

	if (piece == NULL)
		return err_memory(e);
	free(o->split);
	o->split = piece;
	for (; piece != NULL; piece = next) {
		struct span s;

		next = strchr(piece, ',');
		if (next != NULL)
			*next++ = '\0';
		s = span_trim(span_of(piece));
		piece += s.p - piece;
		piece[s.n] = '\0';
		if (store(o, a, piece, OPT_FROM_ENV, e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

static enum sealeaf_code
from_variable(struct opts *o, const struct opt *row, const char *text,
    struct sealeaf_error *e)
{
	struct argument a = { FLAG, row, span_of(row->name), text };
	struct buf b = { 0 };
	bool yes;

	if (row->type == OPT_LIST)
		return split(o, &a, text, e);
	if (row->type != OPT_BOOL)
		return store(o, &a, text, OPT_FROM_ENV, e);
	if (*text == '\0')
		return store(o, &a, "false", OPT_FROM_ENV, e);
	if (number_bool(span_of(text), &yes))
		return store(o, &a, text, OPT_FROM_ENV, e);
	quote_append(&b, span_of(text));
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "could not parse %s as bool value for flag %s: "
	    "strconv.ParseBool: parsing %s: invalid syntax",
	    text, row->name, b.p != NULL ? b.p : "");
	buf_fini(&b);
	return e->code;
}

enum sealeaf_code
opts_environment(struct opts *o, unsigned level,
    const char *(*env)(void *user, const char *name), void *user,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *row = &opt_table[i];
		const char *text;

		if (row->env == NULL || o->of[i].origin != OPT_UNSET ||
		    ((row->levels | row->more) & level) == 0)
			continue;
		text = env != NULL ? env(user, row->env) : getenv(row->env);
		if (text != NULL && from_variable(o, row, text, e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

const char *
opts_string(const struct opts *o, enum opt_id id)
{
	const struct opt_value *v = &o->of[id];
	const char *text = v->n > 0 ? v->v[v->n - 1] : opt_table[id].initial;

	return text == NULL || *text == '\0' ? NULL : text;
}

bool
opts_bool(const struct opts *o, enum opt_id id)
{
	const char *text = opts_string(o, id);

	/* Variables keep the user's spelling: "T", "1". */
	return text != NULL && strchr("tT1", text[0]) != NULL;
}

bool
opts_given(const struct opts *o, enum opt_id id)
{
	return o->of[id].origin != OPT_UNSET;
}

void
opts_fini(struct opts *o)
{
	for (size_t i = 0; i < OPT_COUNT; i++)
		free(o->of[i].v);
	free(o->args);
	free(o->split);
	memset(o, 0, sizeof *o);
}
