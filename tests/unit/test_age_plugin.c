/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations with a plugin that is a shell script. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "age_world.h"
#include "base/proc.h"
#include "key/bech32.h"
#include "key/source.h"
#include "opened.h"

static char folder[] = "/tmp/test_age_plugin_XXXXXX";

static const uint8_t data_key[32] = "0123456789abcdef0123456789ABCDEF";

/* Wraps a file key by writing it down; what else it does, $MODE says. */
static const char script[] =
    "#!/bin/sh\n"
    "next() { read -r head; read -r body; }\n"
    "tell() { printf '%s\\n%s\\n' \"$1\" \"$2\"; }\n"
    "key=; more=\n"
    "while next; do\n"
    "	case $head in\n"
    "	'-> wrap-file-key') key=$body ;;\n"
    "	'-> recipient-stanza 0 test one') key=$body ;;\n"
    "	'-> done') break ;;\n"
    "	esac\n"
    "done\n"
    "case $MODE in\n"
    "crash) exit 3 ;;\n"
    "error) tell '-> error internal' b2ggG1tubw; next; tell '-> done' ;;\n"
    "none) tell '-> done'; exit ;;\n"
    "unknown) tell '-> strange thing' ''; next\n"
    "	[ \"$head\" = '-> unsupported' ] || exit 4 ;;\n"
    "msg) tell '-> msg' dG91Y2gG; next; [ \"$head\" = '-> ok' ] || exit 4;;\n"
    "secret) tell '-> request-secret' UElOPw; next\n"
    "	[ \"$head $body\" = '-> ok MTIzNA' ] || exit 4 ;;\n"
    "refuse) tell '-> request-secret' UElOPw; next\n"
    "	[ \"$head\" = '-> fail' ] || exit 4 ;;\n"
    "confirm) tell '-> confirm eWVz bm8' c3VyZT8; next\n"
    "	[ \"$head\" = '-> ok no' ] || exit 4 ;;\n"
    "junk) echo junk; echo; exit ;;\n"
    "linger) trap '' HUP INT TERM ;;\n"
    "esac\n"
    "case $1 in\n"
    "--age-plugin=recipient-v1)\n"
    "	tell '-> recipient-stanza 0 test one' $key; next\n"
    "	tell '-> labels a b' ''; next ;;\n"
    "--age-plugin=identity-v1)\n"
    "	tell '-> file-key 0' $key; next ;;\n"
    "esac\n"
    "tell '-> done' ''\n"
    "case $MODE in linger) sleep 1 ;; esac\n";

static struct fake fake;
static struct key_session session;

static struct key *
new_key(void)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	struct key *k = key_new(&key_age);

	assert_non_null(k);
	bech32_append(&b, "age1test", "data", 4);
	assert_int_equal(key_age.parse(k, buf_get(&b), &e), SEALEAF_OK);
	buf_fini(&b);
	return k;
}

static enum sealeaf_code
wrap(struct key *k, struct sealeaf_error *e)
{
	struct secret secret = { 0 };
	enum sealeaf_code code;

	memset(e, 0, sizeof *e);
	assert_int_equal(secret_copy(&secret, data_key, sizeof data_key, e),
	    SEALEAF_OK);
	code = key_age.wrap(&session, k, &secret, e);
	secret_fini(&secret);
	return code;
}

static enum sealeaf_code
unwrap(const struct key *k, struct sealeaf_error *e)
{
	struct secret secret = { 0 };
	enum sealeaf_code code;

	memset(e, 0, sizeof *e);
	code = key_age.unwrap(&session, k, &secret, e);
	if (code == SEALEAF_OK) {
		assert_int_equal(secret.n, sizeof data_key);
		assert_memory_equal(opened(&secret), data_key, 32);
		secret_close(&secret);
	}
	secret_fini(&secret);
	key_age.end(&session);
	return code;
}

static void
mode(const char *name)
{
	assert_int_equal(setenv("MODE", name, 1), 0);
}

static void
test_modes(void **state)
{
	static const struct {
		const char *mode, *answer, *error, *logged;
	} rows[] = {
		{ "plain", NULL, NULL, "" },
		{ "unknown", NULL, NULL, "" },
		{ "msg", NULL, NULL, "age: test plugin: touch \n" },
		{ "secret", "1234", NULL, "" },
		{ "refuse", NULL, NULL, "" },
		{ "confirm", "2", NULL, "" },
		{ "linger", NULL, NULL, "" },
		{ "crash", NULL,
		    "test plugin: it ended without an answer "
		    "(exit status 3)",
		    "" },
		{ "error", NULL, "test plugin: oh  [no", "" },
		{ "junk", NULL,
		    "test plugin: parsing age header: malformed "
		    "stanza opening line",
		    "" },
	};
	struct key *k = new_key();
	struct sealeaf_error e;
	struct buf b = { 0 };

	(void)state;
	mode("plain");
	bech32_append(&b, "AGE-PLUGIN-TEST-", "secret", 6);
	if (wrap(k, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		mode(rows[i].mode);
		fake_init(&fake);
		fake_set(&fake, "SOPS_AGE_KEY", b.p);
		fake.answer[0] = rows[i].answer;
		(void)unwrap(k, &e);
		if (rows[i].error == NULL && e.code != SEALEAF_OK)
			fail_msg("%s: %s", rows[i].mode, e.text);
		if (rows[i].error != NULL &&
		    strstr(e.text, rows[i].error) == NULL)
			fail_msg("%s: %s", rows[i].mode, e.text);
		assert_string_equal(fake.logged, rows[i].logged);
	}
	mode("confirm");
	fake.answer[0] = "2";
	fake.asked = 0;
	assert_int_equal(unwrap(k, &e), SEALEAF_OK);
	assert_string_equal(fake.prompt,
	    "sure? (press [1] for \"yes\" or "
	    "[2] for \"no\") ");
	mode("none");
	assert_int_equal(unwrap(k, &e), SEALEAF_ERR_NOT_MINE);
	assert_int_not_equal(wrap(k, &e), SEALEAF_OK);
	assert_non_null(strstr(e.text,
	    "test plugin: received zero recipient "
	    "stanzas"));
	buf_fini(&b);
	key_free(k);
}

static void
test_missing(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	struct key *k = key_new(&key_age);

	(void)state;
	assert_non_null(k);
	bech32_append(&b, "age1nosuch", "data", 4);
	assert_int_equal(key_age.parse(k, buf_get(&b), &e), SEALEAF_OK);
	assert_int_not_equal(wrap(k, &e), SEALEAF_OK);
	assert_non_null(strstr(e.text,
	    "nosuch plugin: couldn't start plugin: "
	    "\"nosuch\" plugin not found: exec: \"age-plugin-nosuch\": "
	    "executable file not found in $PATH"));
	buf_truncate(&b, 0);
	err_clear(&e);
	bech32_append(&b, "age1../x", "data", 4);
	assert_int_not_equal(key_age.parse(k, buf_get(&b), &e), SEALEAF_OK);
	assert_string_equal(e.text,
	    "failed to parse input as age key from "
	    "age plugin: invalid plugin name");
	err_clear(&e);
	assert_int_not_equal(key_age.parse(k, span_of("age1foo1qqq"), &e),
	    SEALEAF_OK);
	assert_string_equal(e.text,
	    "failed to parse input as age key from "
	    "age plugin: invalid recipient encoding: separator '1' at invalid "
	    "position: pos=7, len=11");
	buf_fini(&b);
	key_free(k);
}

static int
setup(void **state)
{
	char path[256];
	FILE *f;

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/age-plugin-test", folder);
	f = fopen(path, "w");
	if (f == NULL || fputs(script, f) == EOF || fclose(f) != 0 ||
	    chmod(path, 0700) != 0)
		return -1;
	(void)snprintf(path, sizeof path, "%s:/usr/bin:/bin", folder);
	fake_init(&fake);
	session.world = &fake.world;
	return setenv("PATH", path, 1);
}

static int
teardown(void **state)
{
	char path[256];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/age-plugin-test", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
