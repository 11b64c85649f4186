/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Setting and unsetting single entries, as plain text before and after: the
 * tables are the layout that is promised.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sealeaf.h>

static const char recipient[] =
    "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx";

static const char *
env(void *user, const char *name)
{
	(void)user;
	if (strcmp(name, "SOPS_AGE_KEY_FILE") == 0)
		return TESTDATA "/vectors/keys/age-1.txt";
	return NULL;
}

static struct sealeaf_ctx *ctx;

static int
start(void **state)
{
	struct sealeaf_error e = { 0 };

	(void)state;
	ctx = sealeaf_new();
	if (ctx == NULL)
		return -1;
	sealeaf_on_env(ctx, env, NULL);
	return sealeaf_set(ctx, SEALEAF_OPT_AGE, recipient, &e) != 0;
}

static int
stop(void **state)
{
	(void)state;
	sealeaf_free(ctx);
	return 0;
}

struct row {
	const char *before, *path, *value; /* value NULL: unset */
	const char *after;                 /* NULL: `code` */
	enum sealeaf_code code;
};

static struct sealeaf_bytes
encrypted(enum sealeaf_format format, const char *text)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes out = { 0 };
	struct sealeaf_doc *d = NULL;

	if (sealeaf_create(ctx, NULL, format, &d, &e) != SEALEAF_OK ||
	    sealeaf_encrypt(d, text, strlen(text), format, format, &out, &e) !=
		SEALEAF_OK)
		fail_msg("%s: %s", text, e.text);
	sealeaf_doc_free(d);
	return out;
}

static struct sealeaf_doc *
opened(enum sealeaf_format format, const struct sealeaf_bytes *b)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_doc *d = NULL;

	if (sealeaf_open(ctx, NULL, format, b->p, b->n, &d, &e) != SEALEAF_OK)
		fail_msg("%s: %s", b->p, e.text);
	return d;
}

static enum sealeaf_code
change(enum sealeaf_format format, const struct sealeaf_bytes *in,
    const struct row *r, struct sealeaf_bytes *out, bool *changed,
    struct sealeaf_error *e)
{
	struct sealeaf_doc *d = opened(format, in);
	enum sealeaf_code code;

	*changed = true;
	code = r->value != NULL
	    ? sealeaf_put(d, r->path, r->value, format, out, changed, e)
	    : sealeaf_remove(d, r->path, format, out, e);
	sealeaf_doc_free(d);
	return code;
}

/* Lines of `a` that are not in `b`, in order. */
static size_t
missing_lines(const char *a, const char *b)
{
	size_t n = 0;

	while (*a != '\0') {
		size_t len = strcspn(a, "\n");
		const char *at = b;

		while (*at != '\0' &&
		    (strncmp(at, a, len) != 0 ||
			(at[len] != '\n' && at[len] != '\0'))) {
			at += strcspn(at, "\n");
			at += *at == '\n';
		}
		n += *at == '\0' && len > 0;
		a += len;
		a += *a == '\n';
	}
	return n;
}

/* No other line of the encrypted file changes but mac and lastmodified. */
static void
check_lines(const struct row *r, const char *in, const char *out)
{
	size_t plain = missing_lines(r->before, r->after);
	size_t sealed = missing_lines(in, out);

	/* The list of exceptions changes with what is on it. */
	plain += strstr(in, "sealeaf_spelling") != NULL;

	/* A block scalar of several lines has two when it is sealed. */
	if (strchr(r->before, '|') == NULL && sealed > plain + 2)
		fail_msg("%s %s: %lu lines changed, not %lu", r->before,
		    r->path, (unsigned long)sealed, (unsigned long)plain + 2);
}

static void
check_row(enum sealeaf_format format, const struct row *r)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes in = encrypted(format, r->before);
	struct sealeaf_bytes out = { 0 }, plain = { 0 };
	struct sealeaf_doc *d;
	bool changed;
	enum sealeaf_code code = change(format, &in, r, &out, &changed, &e);

	if (code != r->code)
		fail_msg("%s %s %s: code %d: %s", r->before, r->path, r->value,
		    code, e.text);
	if (r->after != NULL) {
		d = opened(format, &out);
		if (sealeaf_decrypt(d, format, &plain, &e) != SEALEAF_OK)
			fail_msg("%s %s: %s", r->before, r->path, e.text);
		if (strcmp(plain.p, r->after) != 0)
			fail_msg("%s %s:\n%s", r->path, r->value, plain.p);
		assert_int_equal(changed, strcmp(r->before, r->after) != 0);
		if (format == SEALEAF_YAML)
			check_lines(r, in.p, out.p);
		sealeaf_doc_free(d);
	} else {
		assert_null(out.p);
	}
	sealeaf_bytes_free(&in);
	sealeaf_bytes_free(&out);
	sealeaf_bytes_free(&plain);
}

#define CHECK(format, rows)                                                    \
	for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)             \
	check_row(format, &(rows)[i])

static const char app[] = "# head\n"
			  "app:\n"
			  "  name: web # inline\n"
			  "  ports:\n"
			  "  - 80\n"
			  "  - 443\n"
			  "  env: {A: one, B: 'two'}\n"
			  "  nothing:\n"
			  "  empty: {}\n"
			  "  # foot\n"
			  "last: \"end\"\n";

/* The file above with one run of it replaced. */
static const char *
with(const char *from, const char *to)
{
	static char text[sizeof app + 256];
	const char *at = strstr(app, from);

	assert_non_null(at);
	memcpy(text, app, (size_t)(at - app));
	strcpy(text + (at - app), to);
	strcat(text, at + strlen(from));
	return text;
}

static void
check_app(const char *path, const char *value, const char *from, const char *to)
{
	struct row r = { app, path, value, with(from, to), SEALEAF_OK };

	check_row(SEALEAF_YAML, &r);
}

static void
test_yaml_replace(void **state)
{
	(void)state;
	check_app("[\"app\"][\"name\"]", "\"db\"", "web", "db");
	check_app("[\"app\"][\"name\"]", "\"web\"", "web", "web");
	check_app("[\"app\"][\"name\"]", "12", "web", "12");
	check_app("[\"app\"][\"name\"]", "\"12\"", "web", "\"12\"");
	check_app("[\"app\"][\"ports\"][0]", "8080", "80\n", "8080\n");
	check_app("[\"app\"][\"env\"][\"B\"]", "\"x\"", "'two'", "x");
	check_app("[\"last\"]", "\"x y\"", "\"end\"", "\"x y\"");
	check_app("[\"last\"]", "\"end\"", "end", "end");
	check_app("[\"app\"][\"nothing\"]", "1.5", "nothing:", "nothing: 1.5");
	check_app("[\"app\"][\"name\"]", "{\"a\":[1]}", "web # inline\n",
	    "# inline\n    a:\n    - 1\n");
	check_app("[\"app\"][\"ports\"]", "\"none\"",
	    "ports:\n  - 80\n  - 443\n", "ports: none\n");
	check_app("[\"app\"][\"ports\"][1]", "{\"a\":1,\"b\":2}", "- 443\n",
	    "- a: 1\n    b: 2\n");
	check_app("[\"app\"][\"ports\"][1]", "null", "443", "null");
	check_app("[\"app\"][\"env\"]", "[]", "{A: one, B: 'two'}", "[]");
}

static void
test_yaml_insert(void **state)
{
	(void)state;
	check_app("[\"app\"][\"ports\"][9]", "1", "443\n", "443\n  - 1\n");
	check_app("[\"app\"][\"new\"]", "\"v\"", "  # foot",
	    "  new: v\n  # foot");
	check_app("[\"app\"][\"env\"][\"C\"]", "{\"d\":true}", "'two'}",
	    "'two', C: {d: true}}");
	check_app("[\"app\"][\"nothing\"][\"k\"]", "1",
	    "nothing:", "nothing:\n    k: 1");
	check_app("[\"app\"][\"empty\"][\"k\"]", "1", "empty: {}",
	    "empty:\n    k: 1");
	check_app("[\"m\"][0][\"k\"]", "\"v\"", "\"end\"\n",
	    "\"end\"\nm:\n- k: v\n");
	check_app("[\"app\"][0]", "1", "80", "80");
}

static void
test_yaml_remove(void **state)
{
	(void)state;
	check_app("[\"app\"][\"name\"]", NULL, "  name: web # inline\n", "");
	check_app("[\"app\"][\"ports\"][0]", NULL, "  - 80\n", "");
	check_app("[\"app\"][\"ports\"]", NULL, "  ports:\n  - 80\n  - 443\n",
	    "");
	check_app("[\"app\"][\"env\"][\"A\"]", NULL, "A: one, ", "");
	check_app("[\"app\"][\"env\"][\"B\"]", NULL, ", B: 'two'", "");
	check_app("[\"app\"][\"nothing\"]", NULL, "  nothing:\n", "");
	check_app("[\"last\"]", NULL, "last: \"end\"\n", "");
}

/* Places that are not like most. */
static void
test_yaml_places(void **state)
{
	static const struct row rows[] = {
		{ "a: 1\r\nb:\r\n- x\r\n", "[\"b\"][1]", "\"z\"",
		    "a: 1\r\nb:\r\n- x\r\n- z\r\n", 0 },
		{ "a: 1\nb:\n  c: 2", "[\"b\"][\"d\"]", "3",
		    "a: 1\nb:\n  c: 2\n  d: 3", 0 },
		{ "a: 1\nb:\n  c: 2", "[\"b\"]", NULL, "a: 1", 0 },
		{ "a: 1\nb:\n  c: 2\n", "[\"b\"][\"c\"]", NULL, "a: 1\nb: {}\n",
		    0 },
		{ "a:\n- b: 1\n  c: 2\n", "[\"a\"][0][\"b\"]", NULL,
		    "a:\n- c: 2\n", 0 },
		{ "a:\n- - x\n  - z\n", "[\"a\"][0][0]", NULL, "a:\n- - z\n",
		    0 },
		{ "{a: 1, b: [x]}\n", "[\"b\"][4]", "2", "{a: 1, b: [x, 2]}\n",
		    0 },
		{ "f: [\n  a, # c\n  ]\n", "[\"f\"][1]", "\"b\"",
		    "f: [\n  a, # c\n  b,\n  ]\n", 0 },
		{ "f: [\n  a,\n  b\n]\n", "[\"f\"][1]", NULL, "f: [\n  a\n]\n",
		    0 },
		{ "---\na: 1\n---\nb: 1\n", "[\"b\"]", "2",
		    "---\na: 1\nb: 2\n---\nb: 1\n", 0 },
		{ "s:\n  a: 1\n  # gone\nt: x\n", "[\"s\"]", "1",
		    "s: 1\nt: x\n", 0 },
		{ "e: \nz: 1\n", "[\"e\"]", "\"p\\nq\"",
		    "e: |-\n    p\n    q\nz: 1\n", 0 },
		{ "l:\n- \n- 2\n", "[\"l\"][0]", "{\"m\":\"p\\nq\\n\"}",
		    "l:\n- m: |\n      p\n      q\n- 2\n", 0 },
		{ "e:\n  f: [1] # in\nz: 1\n", "[\"e\"]",
		    "{\"m\":\"p\\nq\\n\"}", "e:\n  m: |\n    p\n    q\nz: 1\n",
		    0 },
		{ "a: |+\n  x\nb: 1", "[\"b\"]", NULL, "a: |+\n  x\n", 0 },
		{ "s: !mine x\n", "[\"s\"]", "1", "s: 1\n", 0 },
		{ "a: |\n  x\n  y\n", "[\"a\"]", "\"p\\nq\\n\"",
		    "a: |\n  p\n  q\n", 0 },
		{ "a: x", "[\"b\"]", "\"p\\nq\\n\"",
		    "a: x\nb: |\n    p\n    q\n", 0 },
	};

	(void)state;
	CHECK(SEALEAF_YAML, rows);
}

/* A copy is written out before it, or what it was made of, changes. */
static void
test_yaml_aliases(void **state)
{
	static const struct row rows[] = {
		{ "x: &x\n  k: 1\ny: *x\n", "[\"x\"][\"k\"]", "2",
		    "x: &x\n  k: 2\ny:\n  k: 1\n", 0 },
		{ "x: &x\n  k: 1\ny: *x\n", "[\"y\"][\"k\"]", "2",
		    "x: &x\n  k: 1\ny:\n  k: 2\n", 0 },
		{ "x: &x\n  k: 1\ny: *x\n", "[\"y\"][\"k\"]", "1",
		    "x: &x\n  k: 1\ny: *x\n", 0 },
		{ "x: &x\n  k: 1\ny: *x\n", "[\"x\"]", NULL, "y:\n  k: 1\n",
		    0 },
		{ "x: &x\n  k: 1\ny: *x\n", "[\"y\"]", "5",
		    "x: &x\n  k: 1\ny: 5\n", 0 },
		{ "x: &x\n  k: 1\ny:\n  <<: *x\n", "[\"y\"][\"k\"]", "5",
		    "x: &x\n  k: 1\ny:\n  <<: *x\n  k: 5\n", 0 },
		{ "x: &x v\ny: [*x, 1]\n", "[\"y\"][0]", "2",
		    "x: &x v\ny: [2, 1]\n", 0 },
	};

	(void)state;
	CHECK(SEALEAF_YAML, rows);
}

static void
test_json(void **state)
{
	static const char lines[] =
	    "{\n  \"a\": 1,\n  \"l\": [1, 2],\n  \"e\": {}\n}\n";
	static const struct row rows[] = {
		{ "{\"a\":1,\"b\":\"x\"}", "[\"a\"]", "{\"c\":[1,null]}",
		    "{\"a\":{\"c\":[1,null]},\"b\":\"x\"}", 0 },
		{ "{\"a\": 1}", "[\"b\"]", "\"v\"", "{\"a\": 1, \"b\": \"v\"}",
		    0 },
		{ "{\"a\":1,\"b\":\"x\"}", "[\"a\"]", NULL, "{\"b\":\"x\"}",
		    0 },
		{ "{\"a\":1,\"b\":\"x\"}", "[\"b\"]", NULL, "{\"a\":1}", 0 },
		{ "{\"q\\\"q\": 1, \"b\": 2}", "[\"q\"q\"]", NULL, "{\"b\": 2}",
		    0 },
		{ lines, "[\"l\"][5]", "3",
		    "{\n  \"a\": 1,\n  \"l\": [1, 2, 3],\n  \"e\": {}\n}\n",
		    0 },
		{ lines, "[\"l\"][0]", NULL,
		    "{\n  \"a\": 1,\n  \"l\": [2],\n  \"e\": {}\n}\n", 0 },
		{ lines, "[\"e\"][\"k\"]", "true",
		    "{\n  \"a\": 1,\n  \"l\": [1, 2],\n  \"e\": {\n"
		    "    \"k\": true\n  }\n}\n",
		    0 },
		{ lines, "[\"e\"]", NULL,
		    "{\n  \"a\": 1,\n  \"l\": [1, 2]\n}\n", 0 },
		{ lines, "[\"a\"]", "1", lines, 0 },
		{ lines, "[\"a\"]", "9223372036854775807",
		    "{\n  \"a\": 9223372036854775807,\n  \"l\": [1, 2],\n"
		    "  \"e\": {}\n}\n",
		    0 },
		{ "{}", "[\"a\"]", "[]", "{\n\t\"a\": []\n}", 0 },
	};

	(void)state;
	CHECK(SEALEAF_JSON, rows);
}

static void
test_flat(void **state)
{
	static const struct row env_rows[] = {
		{ "A=1\n#c\nB=x\n", "[\"A\"]", "\"p\\nq\"",
		    "A=p\\nq\n#c\nB=x\n", 0 },
		{ "A=1\nB=x", "[\"C\"]", "5", "A=1\nB=x\nC=5", 0 },
		{ "A=1\nB=x", "[\"B\"]", NULL, "A=1", 0 },
		{ "A=1\n", "[\"A\"]", "{}", NULL, SEALEAF_ERR_DUMP },
		{ "A=1\n", "[\"A\"]", "null", NULL, SEALEAF_ERR_DUMP },
		{ "A=1\n", "[\"A=B\"]", "\"x\"", NULL, SEALEAF_ERR_DUMP },
		{ "A=1\n", "[\"sops_x\"]", "1", NULL, SEALEAF_ERR_ENCRYPTED },
	};
	static const struct row ini_rows[] = {
		{ "a = 1\n[s]\nk   = v\n", "[\"s\"][\"n\"]", "\"w\"",
		    "a = 1\n[s]\nk   = v\nn   = w\n", 0 },
		{ "a=1\n[s]\nk=v\n", "[\"s\"][\"k\"]", "\"w\"",
		    "a=1\n[s]\nk=w\n", 0 },
		{ "a=1\n", "[\"t\"][\"k\"]", "\"w\"", "a=1\n\n[t]\nk = w\n",
		    0 },
		{ "[s]\nk=v\n", "[\"DEFAULT\"][\"a\"]", "\"1\"",
		    "a = 1\n\n[s]\nk=v\n", 0 },
		{ "[s]\n; about\nk=v\nl=w\n", "[\"s\"][\"k\"]", NULL,
		    "[s]\nl=w\n", 0 },
		{ "[s]\nk=v\n\n; t\n[t]\nl=w\n", "[\"t\"]", NULL,
		    "[s]\nk=v\n\n", 0 },
		{ "a=1\n", "[\"q\"]", "5", NULL, SEALEAF_ERR_DUMP },
		{ "[s]\nk=v\n", "[\"s\"][\"k\"][\"z\"]", "5", NULL,
		    SEALEAF_ERR_DUMP },
	};

	(void)state;
	CHECK(SEALEAF_DOTENV, env_rows);
	CHECK(SEALEAF_INI, ini_rows);
}

static void
test_binary(void **state)
{
	static const struct row rows[] = {
		{ "hi\n", "[\"data\"]", "\"bye\"", "bye", 0 },
		{ "hi\n", "[\"data\"]", "5", NULL, SEALEAF_ERR_DUMP },
		{ "hi\n", "[\"other\"]", "\"x\"", NULL, SEALEAF_ERR_INDEX },
		{ "hi\n", "[\"data\"]", NULL, NULL, SEALEAF_ERR_DUMP },
		{ "hi\n", "[\"other\"]", NULL, NULL, SEALEAF_ERR_NOT_FOUND },
	};

	(void)state;
	CHECK(SEALEAF_BINARY, rows);
}

static void
test_refused(void **state)
{
	static const char text[] = "a: 1\nl: [x]\nm: {k: v}\n";
	static const struct row rows[] = {
		{ text, "[\"a\"]", "notjson", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"a\"]", "", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"a\"]", "1, \"w\": 2", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"a\"]", "1} ", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"a\"]", "\xff", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"a\"", "1", NULL, SEALEAF_ERR_INDEX },
		{ text, "", "1", NULL, SEALEAF_ERR_INDEX },
		{ text, "", NULL, NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"l\"][\"x\"]", "1", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"l\"][-1]", "1", NULL, SEALEAF_ERR_INDEX },
		{ text, "[\"l\"][-1]", NULL, NULL, SEALEAF_ERR_NOT_FOUND },
		{ text, "[\"l\"][1]", NULL, NULL, SEALEAF_ERR_NOT_FOUND },
		{ text, "[\"l\"][\"x\"]", NULL, NULL, SEALEAF_ERR_NOT_FOUND },
		{ text, "[\"z\"]", NULL, NULL, SEALEAF_ERR_NOT_FOUND },
		{ text, "[\"a\"][\"b\"]", NULL, NULL, SEALEAF_ERR_GENERIC },
		{ text, "[\"sops\"]", "{}", NULL, SEALEAF_ERR_ENCRYPTED },
		{ text, "[\"a\"]", "{\"b\":1,\"b\":2}", NULL,
		    SEALEAF_ERR_DUMP },
	};

	(void)state;
	CHECK(SEALEAF_YAML, rows);
}

/* The value comes back, and with it the tree that it made. */
static void
test_extract(void **state)
{
	static const struct row r = { app, "[\"n\"][0][\"k\"]",
		"{\"x\": [1, \"two\", 3.5, null, true]}", NULL, 0 };
	struct sealeaf_error e = { 0 };
	struct sealeaf_bytes in = encrypted(SEALEAF_YAML, app);
	struct sealeaf_bytes out = { 0 }, got = { 0 };
	struct sealeaf_doc *d;
	bool changed;

	(void)state;
	assert_int_equal(change(SEALEAF_YAML, &in, &r, &out, &changed, &e),
	    SEALEAF_OK);
	d = opened(SEALEAF_YAML, &out);
	assert_int_equal(sealeaf_extract(d, "[\"n\"]", SEALEAF_JSON, &got, &e),
	    SEALEAF_OK);
	assert_string_equal(got.p,
	    "[\n\t{\n\t\t\"k\": {\n\t\t\t\"x\": [\n"
	    "\t\t\t\t1,\n\t\t\t\t\"two\",\n\t\t\t\t3.5,\n\t\t\t\tnull,\n"
	    "\t\t\t\ttrue\n\t\t\t]\n\t\t}\n\t}\n]");
	sealeaf_doc_free(d);
	sealeaf_bytes_free(&in);
	sealeaf_bytes_free(&out);
	sealeaf_bytes_free(&got);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_replace),
		cmocka_unit_test(test_yaml_insert),
		cmocka_unit_test(test_yaml_remove),
		cmocka_unit_test(test_yaml_places),
		cmocka_unit_test(test_yaml_aliases),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_extract),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
