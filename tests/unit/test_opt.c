/* SPDX-License-Identifier: Apache-2.0 */
/* cli/opt.h: the table of flags and its parser */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/opt.h"

enum { WORDS = 8 };

/* A command line, and what it comes to: "name=value" for a flag, the
 * positional arguments joined by '|', or the error. */
static const struct {
	unsigned level;
	const char *argv[WORDS];
	const char *flag;
	const char *args;
	const char *error;
} lines[] = {
	{ LEVEL_ENCRYPT, { "f" }, NULL, "f", NULL },
	{ LEVEL_ENCRYPT, { "--age", "R", "f" }, "age=R", "f", NULL },
	{ LEVEL_ENCRYPT, { "-age=R", "f" }, "age=R", "f", NULL },
	{ LEVEL_ENCRYPT, { "--a", "R" }, "age=R", "", NULL },
	{ LEVEL_ENCRYPT, { "f", "--age", "R", "g" }, "age=R", "f|g", NULL },
	{ LEVEL_ENCRYPT, { "--age", "R", "--age=S" }, "age=S", "", NULL },
	{ LEVEL_ENCRYPT, { "--age", "-x" }, "age=-x", "", NULL },
	{ LEVEL_ENCRYPT, { "-i", "f" }, "in-place=true", "f", NULL },
	{ LEVEL_ENCRYPT, { "-i=0", "f" }, "in-place=false", "f", NULL },
	{ LEVEL_ENCRYPT, { "-i", "false" }, "in-place=true", "false", NULL },
	/* The reference moves "g" in front of "f" here. */
	{ LEVEL_DECRYPT, { "f", "-i", "g" }, "in-place=true", "f|g", NULL },
	{ LEVEL_SET, { "f", "--idempotent", "[0]", "1" }, "idempotent=true",
	    "f|[0]|1", NULL },
	{ LEVEL_SET, { "f", "[0]", "-1" }, NULL, "f|[0]|-1", NULL },
	{ LEVEL_SET, { "f", "--", "[0]", "--idempotent" }, NULL,
	    "f|[0]|--idempotent", NULL },
	{ LEVEL_DECRYPT, { "--", "-i" }, NULL, "-i", NULL },
	{ LEVEL_DECRYPT, { "-" }, NULL, "-", NULL },
	{ LEVEL_DECRYPT, { "f", "--zork" }, NULL, "f|--zork", NULL },
	{ LEVEL_DECRYPT, { "f", "---" }, NULL, "f|---", NULL },
	{ LEVEL_MAIN, { "-d", "f" }, "decrypt=true", "", NULL },
	{ LEVEL_MAIN, { "f", "-d" }, "decrypt=", "", NULL },
	{ LEVEL_MAIN, { "--indent", "0x10" }, "indent=0x10", "", NULL },
	{ LEVEL_MAIN, { "--indent=-2" }, "indent=-2", "", NULL },
	{ LEVEL_KEYSERVICE, { "--net", "unix" }, "network=unix", "", NULL },
	{ LEVEL_KEYSERVICE, { "-verbose" }, "network=tcp", "", NULL },
	{ LEVEL_MAIN, { "-di", "f" }, NULL, "",
	    "flag provided but not defined: -di" },
	{ LEVEL_DECRYPT, { "--zork", "f" }, NULL, "",
	    "flag provided but not defined: -zork" },
	{ LEVEL_DECRYPT, { "---" }, NULL, "", "bad flag syntax: ---" },
	{ LEVEL_DECRYPT, { "-=x" }, NULL, "", "bad flag syntax: -=x" },
	{ LEVEL_ENCRYPT, { "f", "--age" }, NULL, "f",
	    "flag needs an argument: -age" },
	{ LEVEL_ENCRYPT, { "-i=maybe" }, NULL, "",
	    "invalid boolean value \"maybe\" for -i: parse error" },
	{ LEVEL_MAIN, { "--indent", "1\n" }, NULL, "",
	    "invalid value \"1\\n\" for flag -indent: parse error" },
	{ LEVEL_MAIN, { "--indent", "0x" }, NULL, "",
	    "invalid value \"0x\" for flag -indent: parse error" },
	{ LEVEL_MAIN, { "--indent", "9223372036854775808" }, NULL, "",
	    "invalid value \"9223372036854775808\" for flag -indent: "
	    "value out of range" },
	{ LEVEL_ENCRYPT, { "-i", "--in-place" }, NULL, "",
	    "Cannot use two forms of the same flag: i in-place" },
	{ LEVEL_ENCRYPT, { "-i", "--in-place", "-x" }, NULL, "",
	    "flag provided but not defined: -x" },
	{ LEVEL_ENCRYPT, { "--version" }, NULL, "",
	    "flag provided but not defined: -version" },
};

static size_t
count(const char *const *argv)
{
	size_t n = 0;

	while (n < WORDS && argv[n] != NULL)
		n++;
	return n;
}

static void
join(const struct opts *o, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < o->n; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s",
		    i > 0 ? "|" : "", o->args[i]);
}

/* The flag's value as "name=value". */
static void
show(const struct opts *o, unsigned level, const char *flag, char *out,
    size_t size)
{
	size_t n = strcspn(flag, "=");
	const struct opt *row = opt_find(level, flag, n);
	const char *value;

	assert_non_null(row);
	value = opts_string(o, (enum opt_id)(row - opt_table));
	(void)snprintf(out, size, "%s=%s", row->name,
	    value != NULL ? value : "");
}

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t n = count(lines[i].argv);
		struct sealeaf_error e = { 0 };
		struct opts o = { 0 };
		char text[256];

		(void)!opts_parse(&o, lines[i].level, lines[i].argv, n, NULL,
		    &e);
		assert_string_equal(e.text,
		    lines[i].error != NULL ? lines[i].error : "");
		join(&o, text, sizeof text);
		if (lines[i].error == NULL)
			assert_string_equal(text, lines[i].args);
		if (lines[i].flag != NULL) {
			show(&o, lines[i].level, lines[i].flag, text,
			    sizeof text);
			assert_string_equal(text, lines[i].flag);
		}
		opts_fini(&o);
	}
}

static void
test_main_stops(void **state)
{
	const char *argv[] = { "-d", "--config", "c", "f", "-i" };
	struct sealeaf_error e = { 0 };
	struct opts o = { 0 };
	size_t rest;

	(void)state;
	assert_int_equal(opts_parse(&o, LEVEL_MAIN, argv, 5, &rest, &e), 0);
	assert_int_equal(rest, 3);
	assert_false(opts_bool(&o, OPT_IN_PLACE));
	assert_string_equal(opts_string(&o, OPT_CONFIG), "c");
	opts_fini(&o);
}

/* The command's own flag beats one before it, which beats a variable. */
static const char *
fake_env(void *user, const char *name)
{
	const char *const *pair = user;

	for (; pair[0] != NULL; pair += 2) {
		if (strcmp(pair[0], name) == 0)
			return pair[1];
	}
	return NULL;
}

static void
test_precedence(void **state)
{
	const char *env[] = { "SOPS_AGE_RECIPIENTS", "E", "SOPS_KEYSERVICE",
		"tcp://a, unix:///b", NULL };
	const char *front[] = { "--age", "F" };
	const char *own[] = { "--age", "O", "--keyservice", "x",
		"--keyservice=y" };
	struct sealeaf_error e = { 0 };
	struct opts o = { 0 };

	(void)state;
	assert_int_equal(
	    opts_environment(&o, LEVEL_MAIN, fake_env, (void *)env, &e), 0);
	assert_string_equal(opts_string(&o, OPT_AGE), "E");
	assert_int_equal(o.of[OPT_KEYSERVICE].n, 2);
	assert_string_equal(o.of[OPT_KEYSERVICE].v[1], "unix:///b");
	assert_int_equal(opts_parse(&o, LEVEL_MAIN, front, 2, NULL, &e), 0);
	assert_string_equal(opts_string(&o, OPT_AGE), "F");
	assert_int_equal(
	    opts_environment(&o, LEVEL_ENCRYPT, fake_env, (void *)env, &e), 0);
	assert_string_equal(opts_string(&o, OPT_AGE), "F");
	assert_int_equal(opts_parse(&o, LEVEL_ENCRYPT, own, 5, NULL, &e), 0);
	assert_string_equal(opts_string(&o, OPT_AGE), "O");
	assert_int_equal(o.of[OPT_KEYSERVICE].n, 2);
	assert_string_equal(o.of[OPT_KEYSERVICE].v[0], "x");
	opts_fini(&o);
}

static const struct {
	const char *value;
	bool local;
	const char *error;
} booleans[] = {
	{ NULL, true, NULL },
	{ "", false, NULL },
	{ "0", false, NULL },
	{ "F", false, NULL },
	{ "T", true, NULL },
	{ "1", true, NULL },
	{ "maybe", false,
	    "could not parse maybe as bool value for flag "
	    "enable-local-keyservice: strconv.ParseBool: parsing \"maybe\": "
	    "invalid syntax" },
};

static void
test_environment(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof booleans / sizeof booleans[0]; i++) {
		const char *env[] = { "SOPS_ENABLE_LOCAL_KEYSERVICE",
			booleans[i].value, NULL };
		struct sealeaf_error e = { 0 };
		struct opts o = { 0 };

		(void)!opts_environment(&o, LEVEL_DECRYPT, fake_env,
		    (void *)env, &e);
		assert_string_equal(e.text,
		    booleans[i].error != NULL ? booleans[i].error : "");
		if (booleans[i].error == NULL)
			assert_int_equal(opts_bool(&o, OPT_LOCAL_KEYSERVICE),
			    booleans[i].local);
		opts_fini(&o);
	}
}

/* No level has two rows for one word, and every row is complete. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];

		assert_non_null(o->name);
		assert_non_null(o->help);
		assert_int_not_equal(o->levels | o->more, 0);
		for (unsigned bit = 0; bit < 32; bit++) {
			unsigned level = 1u << bit;

			if (((o->levels | o->more) & level) == 0)
				continue;
			assert_ptr_equal(o,
			    opt_find(level, o->name, strlen(o->name)));
			if (o->alias != NULL)
				assert_ptr_equal(o,
				    opt_find(level, o->alias,
					strlen(o->alias)));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_main_stops),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
