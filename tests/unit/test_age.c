/* SPDX-License-Identifier: Apache-2.0 */
/* The key source age: wrapping, opening, where identities come from. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "age_world.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/proc.h"
#include "crypt/kdf.h"
#include "key/age.h"
#include "key/age_armor.h"
#include "key/age_file.h"
#include "key/age_stream.h"
#include "key/age_x25519.h"
#include "key/source.h"
#include "opened.h"

/* 32 bytes 0x42 (the age specification's tests), and an unrelated pair. */
#define PUBLIC "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
#define SECRET                                                                 \
	"AGE-SECRET-KEY-"                                                      \
	"1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define OTHER                                                                  \
	"AGE-SECRET-KEY-"                                                      \
	"1W9KAK32CW8L72MFH8L4EQFN2JAJYSERDUT9ZVNUFLQWQF7YMSM4QCKP9JL"

static char folder[] = "/tmp/test_age_XXXXXX";

static const uint8_t data_key[32] = "0123456789abcdef0123456789ABCDEF";

/* A file below the test's folder; returns its path. */
static const char *
put_file(const char *name, const char *text, size_t n)
{
	static char path[4][256];
	static unsigned next;
	char *p = path[next++ % 4];
	FILE *f;

	(void)snprintf(p, sizeof path[0], "%s/%s", folder, name);
	f = fopen(p, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return p;
}

static struct key *
wrapped_for(const char *recipient)
{
	struct fake f;
	struct key_session s = { 0 };
	struct sealeaf_error e = { 0 };
	struct secret secret = { 0 };
	struct key *k = key_new(&key_age);

	fake_init(&f);
	s.world = &f.world;
	assert_non_null(k);
	if (key_age.parse(k, span_of(recipient), &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	assert_int_equal(secret_copy(&secret, data_key, sizeof data_key, &e),
	    SEALEAF_OK);
	assert_int_equal(key_age.wrap(&s, k, &secret, &e), SEALEAF_OK);
	secret_fini(&secret);
	return k;
}

/* Open `k` in the world of `f`; the data key must come out on success. */
static enum sealeaf_code
open_key(struct key_session *s, const struct key *k, struct sealeaf_error *e)
{
	struct secret secret = { 0 };
	enum sealeaf_code code;

	memset(e, 0, sizeof *e);
	code = key_age.unwrap(s, k, &secret, e);
	assert_int_equal(code, e->code);
	if (code == SEALEAF_OK) {
		assert_int_equal(secret.n, sizeof data_key);
		assert_memory_equal(opened(&secret), data_key, secret.n);
		secret_close(&secret);
	} else {
		assert_null(secret.p);
	}
	secret_fini(&secret);
	return code;
}

static void
test_round_trip(void **state)
{
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e;
	struct key *k = wrapped_for("  " PUBLIC "\n");
	char *text = key_show(k);

	(void)state;
	assert_string_equal(text, PUBLIC);
	assert_int_equal(strlen(k->enc), 385);
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY", OTHER " " SECRET);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	key_age.end(&s);
	free(text);
	key_free(k);
}

/* Take the age block of `text` at *at, without indentation. */
static bool
next_block(const char *text, size_t *at, struct buf *enc)
{
	const char *p = strstr(text + *at, "-----BEGIN AGE"), *stop;

	buf_fini(enc);
	if (p == NULL)
		return false;
	stop = strstr(p, "-----END AGE");
	assert_non_null(stop);
	for (bool start = true; p < stop + 33; p++) {
		if (*p != ' ' || !start)
			buf_putc(enc, *p);
		start = *p == '\n' || (start && *p == ' ');
	}
	*at = (size_t)(p - text);
	return true;
}

/* Every block that the reference wrote opens with the key that fits it. */
static void
test_vectors(void **state)
{
	static const char *const keys[] = { "age-1.txt", "age-2.txt",
		"age-3.txt" };
	struct buf file = { 0 }, enc = { 0 };
	struct sealeaf_error e = { 0 };
	struct key k = { 0 };
	size_t at = 0, n = 0;

	(void)state;
	assert_int_equal(file_read(TESTDATA "/vectors/sources/age-three/"
					    "3.13.3.enc.yaml",
			     &file, &e),
	    SEALEAF_OK);
	for (; next_block(file.p, &at, &enc); n++) {
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct secret secret = { 0 };
		char path[1024];

		(void)snprintf(path, sizeof path, TESTDATA "/vectors/keys/%s",
		    keys[n % 3]);
		fake_init(&f);
		fake_set(&f, "SOPS_AGE_KEY_FILE", path);
		k.enc = enc.p;
		assert_int_equal(key_age.unwrap(&s, &k, &secret, &e),
		    SEALEAF_OK);
		assert_int_equal(secret.n, 32);
		secret_fini(&secret);
		key_age.end(&s);
	}
	assert_int_equal(n, 3);
	buf_fini(&file);
	buf_fini(&enc);
}

/* No flipped bit and no lost byte goes unnoticed. */
static void
test_tampering(void **state)
{
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e = { 0 };
	struct key *k = wrapped_for(PUBLIC), bad = { 0 };
	struct buf file = { 0 }, text = { 0 };

	(void)state;
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY", SECRET);
	bad.field[0] = k->field[0];
	assert_int_equal(age_armor_get(&file, span_of(k->enc), &e), SEALEAF_OK);
	for (size_t i = 0; i < file.n; i++) {
		file.p[i] = (char)(file.p[i] ^ 1 << i % 8);
		buf_truncate(&text, 0);
		age_armor_append(&text, buf_get(&file));
		bad.enc = text.p;
		assert_int_not_equal(open_key(&s, &bad, &e), SEALEAF_OK);
		file.p[i] = (char)(file.p[i] ^ 1 << i % 8);
	}
	for (size_t n = 0; n < file.n; n++) {
		buf_truncate(&text, 0);
		age_armor_append(&text, span_make(file.p, n));
		bad.enc = text.p;
		assert_int_not_equal(open_key(&s, &bad, &e), SEALEAF_OK);
	}
	bad.enc = NULL;
	assert_int_not_equal(open_key(&s, &bad, &e), SEALEAF_OK);
	buf_fini(&file);
	buf_fini(&text);
	key_age.end(&s);
	key_free(k);
}

static void
test_recipients(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "foo",
		    "failed to parse input, unknown recipient type: "
		    "\"foo\"" },
		{ "", "failed to parse input, unknown recipient type: \"\"" },
		{ "AGE1ZVKYG",
		    "failed to parse input, unknown recipient "
		    "type: \"AGE1ZVKYG\"" },
		{ "age1abc",
		    "failed to parse input as Bech32-encoded age "
		    "public key: malformed recipient \"age1abc\": separator "
		    "'1' at invalid position: pos=3, len=7" },
		{ "age1ZVKYG",
		    "failed to parse input as Bech32-encoded age "
		    "public key: malformed recipient \"age1ZVKYG\": mixed "
		    "case" },
		{ "age1zvkyg\001",
		    "failed to parse input as Bech32-encoded "
		    "age public key: malformed recipient \"age1zvkyg\\x01\": "
		    "invalid character data part: s[5]=1" },
		{ SECRET,
		    "failed to parse input, unknown recipient type: "
		    "this is an identity, give its public key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct key *k = key_new(&key_age);

		assert_non_null(k);
		assert_int_not_equal(
		    key_age.parse(k, span_of(rows[i].text), &e), SEALEAF_OK);
		assert_string_equal(e.text, rows[i].error);
		key_free(k);
	}
}

#define MISMATCH                                                               \
	"failed to create reader for decrypting sops data key with "           \
	"age: identity did not match any of the recipients: incorrect "        \
	"identity for recipient block"
#define SSH_ENV                                                                \
	"'SOPS_AGE_SSH_PRIVATE_KEY_FILE', "                                    \
	"'SOPS_AGE_SSH_PRIVATE_KEY_CMD', "
#define SSH SSH_ENV "'/nowhere/.ssh/id_ed25519', '/nowhere/.ssh/id_rsa', "
#define NOT ". Did not find keys in locations "
#define ERRORS ". Errors while loading age identities: "

/* The texts are those of the reference, but for what stands in brackets. */
static void
test_reports(void **state)
{
	static const struct {
		const char *env[4][2];
		const char *error;
	} rows[] = {
		{ { { "HOME", "/nowhere" } },
		    "failed to load age identities" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and "
		    "'/nowhere/.config/sops/age/keys.txt'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY", OTHER } },
		    MISMATCH NOT SSH "'SOPS_AGE_KEY_FILE', and "
				     "'SOPS_AGE_KEY_CMD'." },
		{ { { "HOME", "/nowhere" },
		      { "SOPS_AGE_KEY", OTHER "\t" OTHER } },
		    "failed to create reader for decrypting sops data key with "
		    "age: no identity matched any of the recipients" NOT SSH
		    "'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'." },
		{ { { "HOME", "/nowhere" },
		      { "SOPS_AGE_KEY_FILE", "/nonexistent" } },
		    "failed to load age identities" ERRORS "failed to open "
		    "SOPS_AGE_KEY_FILE file: open /nonexistent: no such file "
		    "or directory" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_CMD', and "
		    "'/nowhere/.config/sops/age/keys.txt'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY_FILE", "/" } },
		    "failed to load age identities" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_CMD', and 'SOPS_AGE_KEY_FILE'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY", "" } },
		    "failed to load age identities" NOT SSH
		    "'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and "
		    "'SOPS_AGE_KEY'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY_FILE", SECRET } },
		    "failed to load age identities" ERRORS "failed to open "
		    "SOPS_AGE_KEY_FILE file: SOPS_AGE_KEY_FILE holds a secret "
		    "key where a path belongs (SOPS_AGE_KEY is for the key "
		    "itself)" NOT SSH "'SOPS_AGE_KEY', 'SOPS_AGE_KEY_CMD', and "
		    "'/nowhere/.config/sops/age/keys.txt'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY", "/a/k.txt" } },
		    "failed to load age identities" ERRORS "failed to parse "
		    "'SOPS_AGE_KEY' age identities: unknown identity type "
		    "(this "
		    "looks like a path, which belongs into "
		    "SOPS_AGE_KEY_FILE)" NOT SSH
		    "'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY_CMD", "false x" } },
		    "failed to load age identities" ERRORS "failed to execute "
		    "command false x: exit status 1" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_FILE', and "
		    "'/nowhere/.config/sops/age/keys.txt'." },
		{ { { "HOME", "/nowhere" },
		      { "SOPS_AGE_KEY_CMD", "/bin/echo hello" } },
		    "failed to load age identities" ERRORS "failed to parse "
		    "'SOPS_AGE_KEY_CMD' age identities: unknown identity type "
		    "(line 1)" NOT SSH "'SOPS_AGE_KEY', and "
		    "'SOPS_AGE_KEY_FILE'." },
		{ { { "HOME", "/nowhere" }, { "SOPS_AGE_KEY_CMD", " # none" } },
		    "failed to load age identities" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and "
		    "'/nowhere/.config/sops/age/keys.txt'." },
		{ { { "SOPS_AGE_KEY", OTHER "Q" } },
		    "failed to load age identities" ERRORS "$HOME is not "
		    "defined; failed to parse 'SOPS_AGE_KEY' age identities: "
		    "malformed secret key: invalid checksum" NOT SSH_ENV
		    "'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'." },
		{ { { NULL } },
		    "failed to load age identities" ERRORS "$HOME is not "
		    "defined; user config directory could not be determined: "
		    "neither $XDG_CONFIG_HOME nor $HOME are defined" NOT SSH_ENV
		    "'SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', and "
		    "'SOPS_AGE_KEY_CMD'." },
		{ { { "HOME", "/nowhere" }, { "XDG_CONFIG_HOME", "rel" } },
		    "failed to load age identities" ERRORS "user config "
		    "directory could not be determined: path in "
		    "$XDG_CONFIG_HOME is relative" NOT SSH "'SOPS_AGE_KEY', "
		    "'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'." },
	};
	struct key *k = wrapped_for(PUBLIC);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e;

		fake_init(&f);
		for (size_t j = 0; j < 4 && rows[i].env[j][0] != NULL; j++)
			fake_set(&f, rows[i].env[j][0], rows[i].env[j][1]);
		(void)open_key(&s, k, &e);
		if (strcmp(e.text, rows[i].error) != 0)
			fail_msg("row %zu:\n%s\ninstead of\n%s", i, e.text,
			    rows[i].error);
		assert_int_equal(e.code, SEALEAF_ERR_NOT_MINE);
		key_age.end(&s);
	}
	key_free(k);
}

/* Each place gives its identity; what is malformed elsewhere does not hurt. */
static void
test_places(void **state)
{
	static const char file[] =
	    "\xef\xbb\xbf# created: never\r\n\r\n  " SECRET " \r\nnonsense\n";
	const char *path = put_file("keys.txt", file, sizeof file - 1);
	char config[256], below[512], home_path[] = "~/keys.txt";
	char command[512];
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "SOPS_AGE_KEY", "# a comment\nnonsense " SECRET },
		{ "SOPS_AGE_KEY_FILE", path },
		{ "SOPS_AGE_KEY_FILE", home_path },
		{ "SOPS_AGE_KEY_CMD", command },
		{ "XDG_CONFIG_HOME", config },
	};
	struct key *k = wrapped_for(PUBLIC);

	(void)state;
	(void)snprintf(command, sizeof command,
	    "/bin/sh -c 'test "
	    "\"$SOPS_AGE_RECIPIENT\" = " PUBLIC " && cat \"%s\"'",
	    path);
	(void)snprintf(config, sizeof config, "%s/config/", folder);
	assert_int_equal(mkdir(config, 0700), 0);
	(void)snprintf(below, sizeof below, "%s/sops", config);
	assert_int_equal(mkdir(below, 0700), 0);
	(void)snprintf(below, sizeof below, "%s/sops/age", config);
	assert_int_equal(mkdir(below, 0700), 0);
	(void)put_file("config/sops/age/keys.txt", file, sizeof file - 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e;

		fake_init(&f);
		fake_set(&f, "HOME", folder);
		fake_set(&f, rows[i].name, rows[i].value);
		if (open_key(&s, k, &e) != SEALEAF_OK)
			fail_msg("%s: %s", rows[i].name, e.text);
		key_age.end(&s);
	}
	key_free(k);
}

/* A command runs once a recipient, and not at all when a file has the key. */
static void
test_command_once(void **state)
{
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e = { 0 };
	struct buf count = { 0 };
	struct key *k = wrapped_for(PUBLIC);
	char command[512], path[256];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/count", folder);
	(void)snprintf(command, sizeof command,
	    "sh -c 'echo x >>%s; echo " OTHER "'", path);
	fake_init(&f);
	fake_set(&f, "HOME", folder);
	fake_set(&f, "SOPS_AGE_KEY_CMD", command);
	for (int i = 0; i < 3; i++)
		assert_int_equal(open_key(&s, k, &e), SEALEAF_ERR_NOT_MINE);
	err_clear(&e);
	assert_int_equal(file_read(path, &count, &e), SEALEAF_OK);
	assert_int_equal(count.n, 2);
	key_age.end(&s);
	fake_set(&f, "SOPS_AGE_KEY", SECRET);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	buf_truncate(&count, 0);
	assert_int_equal(file_read(path, &count, &e), SEALEAF_OK);
	assert_int_equal(count.n, 2);
	key_age.end(&s);
	buf_fini(&count);
	key_free(k);
}

/* An age file of `text` under a passphrase; cheap to open. */
static void
lock(struct buf *file, const char *passphrase, const char *text)
{
	static const char salted[] = "age-encryption.org/v1/scrypt"
				     "0123456789abcdef";
	uint8_t file_key[AGE_FILE_KEY], key[32], body[AGE_WRAPPED];
	struct sealeaf_error e = { 0 };
	struct buf stanza = { 0 };
	struct world w;

	world_process(&w);
	world_random(&w, file_key, sizeof file_key);
	assert_int_equal(
	    kdf_scrypt(key, span_of(passphrase), span_of(salted), 4, &e),
	    SEALEAF_OK);
	age_wrap(body, key, file_key);
	buf_puts(&stanza, "-> scrypt MDEyMzQ1Njc4OWFiY2RlZg 4\n");
	age_body_append(&stanza, body, sizeof body);
	assert_int_equal(
	    age_header_append(file, buf_get(&stanza), file_key, &e),
	    SEALEAF_OK);
	assert_int_equal(age_stream_seal(file, file_key, span_of(text), &w, &e),
	    SEALEAF_OK);
	buf_fini(&stanza);
}

static void
test_locked(void **state)
{
	static const struct {
		const char *answer[4];
		unsigned asked;
		const char *error; /* a part of it, NULL: opens */
	} rows[] = {
		{ { "right" }, 1, NULL },
		{ { "wrong", "wrong", "right" }, 3, NULL },
		{ { "wrong", "wrong", "wrong", "right" }, 3,
		    "with age: incorrect passphrase. Did not" },
		{ { NULL }, 1, "could not read passphrase: no terminal" },
		{ { "" }, 1, "passphrase can't be empty" },
	};
	struct buf file = { 0 }, armored = { 0 };
	struct key *k = wrapped_for(PUBLIC);

	(void)state;
	lock(&file, "right", "# comment\n" SECRET "\n");
	age_armor_append(&armored, buf_get(&file));
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e;
		const struct buf *b = i % 2 == 0 ? &file : &armored;
		const char *path = put_file("locked", b->p, b->n);
		size_t r = i / 2;

		fake_init(&f);
		fake_set(&f, "HOME", folder);
		fake_set(&f, "SOPS_AGE_KEY_FILE", path);
		memcpy(f.answer, rows[r].answer, sizeof rows[r].answer);
		for (int again = 0; again < 2; again++) {
			enum sealeaf_code code = open_key(&s, k, &e);

			if (rows[r].error == NULL)
				assert_int_equal(code, SEALEAF_OK);
			else if (strstr(e.text, rows[r].error) == NULL)
				fail_msg("row %zu: %s", r, e.text);
			assert_int_equal(f.asked, rows[r].asked);
		}
		/* Who is asked again is told why. */
		assert_string_equal(f.prompt,
		    rows[r].asked > 1
			? "That passphrase is wrong. Enter passphrase for identity 'SOPS_AGE_KEY_FILE':"
			: "Enter passphrase for identity 'SOPS_AGE_KEY_FILE':");
		key_age.end(&s);
	}
	buf_fini(&file);
	buf_fini(&armored);
	key_free(k);
}

/* A plain identity that fits keeps the passphrase from being asked. */
static void
test_locked_not_asked(void **state)
{
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e;
	struct buf file = { 0 };
	struct key *k = wrapped_for(PUBLIC);

	(void)state;
	lock(&file, "right", OTHER "\n");
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY_FILE", put_file("locked", file.p, file.n));
	fake_set(&f, "SOPS_AGE_KEY", SECRET);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	assert_int_equal(f.asked, 0);
	key_age.end(&s);
	f.env[1][0] = NULL;
	f.answer[0] = "right";
	assert_int_equal(open_key(&s, k, &e), SEALEAF_ERR_NOT_MINE);
	assert_int_equal(f.asked, 1);
	assert_string_equal(f.logged,
	    "encrypted identity "
	    "'SOPS_AGE_KEY_FILE' didn't match file's recipients\n");
	key_age.end(&s);
	buf_fini(&file);
	key_free(k);
}

/* Identity files of several chunks, up to the limit and beyond. */
static void
test_big_stream(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072,
		1000000 };
	uint8_t file_key[AGE_FILE_KEY] = { 1 };
	struct world w;

	(void)state;
	world_process(&w);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct sealeaf_error e = { 0 };
		struct buf in = { 0 }, sealed = { 0 };
		struct secret out = { 0 };

		buf_fill(&in, 'x', sizes[i]);
		assert_int_equal(
		    age_stream_seal(&sealed, file_key, buf_get(&in), &w, &e),
		    SEALEAF_OK);
		assert_int_equal(
		    age_stream_open(&out, file_key, buf_get(&sealed), &e),
		    SEALEAF_OK);
		assert_int_equal(out.n, sizes[i]);
		if (out.n > 0)
			assert_memory_equal(opened(&out), in.p, out.n);
		secret_fini(&out);
		buf_fini(&in);
		buf_fini(&sealed);
	}
}

static int
run_age(const char *const *argv, struct span input, struct buf *output)
{
	struct proc p = { 0 };
	struct sealeaf_error e = { 0 };
	int status;

	p.argv = argv;
	p.input = input;
	p.output = output;
	if (proc_run(&p, &status, &e) != SEALEAF_OK)
		return -1;
	return status;
}

/* Both ways with the age command, where there is one. */
static void
test_age_command(void **state)
{
	const char *identity = put_file("secret", SECRET "\n", sizeof SECRET);
	const char *decrypt[] = { "age", "-d", "-i", identity, NULL };
	const char *encrypt[] = { "age", "-a", "-r", PUBLIC, NULL };
	struct buf plain = { 0 }, enc = { 0 };
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e;
	struct key *k = wrapped_for(PUBLIC);
	char *path = proc_find("age", getenv("PATH"));

	(void)state;
	if (path == NULL) {
		key_free(k);
		skip();
	}
	free(path);
	assert_int_equal(run_age(decrypt, span_of(k->enc), &plain), 0);
	assert_int_equal(plain.n, sizeof data_key);
	assert_memory_equal(plain.p, data_key, plain.n);
	assert_int_equal(run_age(encrypt, buf_get(&plain), &enc), 0);
	free(k->enc);
	k->enc = buf_take(&enc, NULL);
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY", SECRET);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	key_age.end(&s);
	buf_fini(&plain);
	key_free(k);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	const char *argv[] = { "rm", "-rf", folder, NULL };

	(void)state;
	return run_age(argv, span_make(NULL, 0), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_command_once),
		cmocka_unit_test(test_locked),
		cmocka_unit_test(test_locked_not_asked),
		cmocka_unit_test(test_big_stream),
		cmocka_unit_test(test_age_command),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
