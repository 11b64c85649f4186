/* SPDX-License-Identifier: Apache-2.0 */
/* SSH keys as age recipients and identities, with ssh-keygen's own files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "age_world.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/proc.h"
#include "key/age_armor.h"
#include "key/source.h"
#include "key/ssh_key.h"
#include "opened.h"

#define KEYS TESTDATA "/vectors/keys/"

static char folder[] = "/tmp/test_age_ssh_XXXXXX";

static const uint8_t data_key[32] = "0123456789abcdef0123456789ABCDEF";

static int
run(const char *const *argv, struct span input, struct buf *output)
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

static bool
have(const char *program)
{
	char *path = proc_find(program, getenv("PATH"));
	bool found = path != NULL;

	free(path);
	return found;
}

static const char *
in_folder(char out[256], const char *name)
{
	(void)snprintf(out, 256, "%s/%s", folder, name);
	return out;
}

/* A new key pair below the test's folder. */
static void
generate(const char *name, const char *type, const char *passphrase,
    const char *option, const char *value)
{
	char path[256];
	const char *argv[] = { "ssh-keygen", "-q", "-t", type, "-N", passphrase,
		"-a", "1", "-C", "a comment", "-f", in_folder(path, name),
		option, value, NULL };

	if (run(argv, span_make(NULL, 0), NULL) != 0)
		fail_msg("ssh-keygen cannot make %s", name);
}

static char *
read_line(const char *path)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	if (file_read(path, &b, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	buf_truncate(&b, span_find(buf_get(&b), '\n'));
	return buf_take(&b, NULL);
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
	if (key_age.wrap(&s, k, &secret, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	secret_fini(&secret);
	return k;
}

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
	}
	secret_fini(&secret);
	return code;
}

/* What the reference wrapped for the keys of the vectors opens. */
static void
test_vectors(void **state)
{
	static const struct {
		const char *file, *key;
	} rows[] = {
		{ "age-ssh-ed25519/3.13.3.enc.yaml", KEYS "ssh-ed25519" },
		{ "age-ssh-ed25519/3.11.0.enc.yaml", KEYS "ssh-ed25519" },
		{ "age-ssh-rsa/3.13.3.enc.yaml", KEYS "ssh-rsa" },
		{ "age-ssh-rsa/3.11.0.enc.yaml", KEYS "ssh-rsa" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e = { 0 };
		struct buf file = { 0 }, enc = { 0 };
		struct secret secret = { 0 };
		struct key k = { 0 };
		char path[1024];
		const char *p;

		(void)snprintf(path, sizeof path,
		    TESTDATA "/vectors/sources/%s", rows[i].file);
		assert_int_equal(file_read(path, &file, &e), SEALEAF_OK);
		p = strstr(file.p, "-----BEGIN AGE");
		assert_non_null(p);
		for (bool start = true; *p != '\0'; p++) {
			if (*p != ' ' || !start)
				buf_putc(&enc, *p);
			start = *p == '\n' || (start && *p == ' ');
			if (*p == '\n' && strncmp(p - 5, "-----", 5) == 0 &&
			    strstr(enc.p, "-----END") != NULL)
				break;
		}
		k.enc = enc.p;
		fake_init(&f);
		fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_FILE", rows[i].key);
		if (key_age.unwrap(&s, &k, &secret, &e) != SEALEAF_OK)
			fail_msg("%s: %s", rows[i].file, e.text);
		assert_int_equal(secret.n, 32);
		secret_fini(&secret);
		key_age.end(&s);
		buf_fini(&file);
		buf_fini(&enc);
	}
}

/* Every form of file that ssh-keygen writes, with and without passphrase. */
static void
test_forms(void **state)
{
	static const struct {
		const char *name, *type, *passphrase, *option, *value;
	} rows[] = {
		{ "ed", "ed25519", "", NULL, NULL },
		{ "ed-ctr", "ed25519", "passphrase", NULL, NULL },
		{ "ed-cbc", "ed25519", "passphrase", "-Z", "aes256-cbc" },
		{ "rsa", "rsa", "", "-b", "2048" },
		{ "rsa-ctr", "rsa", "passphrase", "-b", "2048" },
		{ "rsa-pem", "rsa", "", "-m", "PEM" },
		{ "rsa-dek", "rsa", "passphrase", "-m", "PEM" },
		{ "rsa-pkcs8", "rsa", "", "-m", "PKCS8" },
		{ "rsa-pkcs8-enc", "rsa", "passphrase", "-m", "PKCS8" },
	};

	(void)state;
	if (!have("ssh-keygen"))
		skip();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool locked = rows[i].passphrase[0] != '\0';
		char path[256], public[256], *line;
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e;
		struct key *k;

		generate(rows[i].name, rows[i].type, rows[i].passphrase,
		    rows[i].option, rows[i].value);
		(void)in_folder(path, rows[i].name);
		(void)snprintf(public, sizeof public, "%.250s.pub", path);
		line = read_line(public);
		k = wrapped_for(line);
		fake_init(&f);
		fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_FILE", path);
		f.answer[0] = "wrong";
		f.answer[1] = rows[i].passphrase;
		for (int again = 0; again < 2; again++)
			if (open_key(&s, k, &e) != SEALEAF_OK)
				fail_msg("%s: %s", rows[i].name, e.text);
		assert_int_equal(f.asked, locked ? 2 : 0);
		key_age.end(&s);
		key_free(k);
		free(line);
	}
}

/* age opens ours with an SSH key, we open age's. */
static void
test_age_command(void **state)
{
	static const char *const types[] = { "ssh-ed25519", "ssh-rsa" };

	(void)state;
	if (!have("age"))
		skip();
	for (size_t i = 0; i < 2; i++) {
		char secret[256], public[1024];
		struct buf text = { 0 }, plain = { 0 }, enc = { 0 };
		struct fake f;
		struct key_session s = { &f.world, { NULL }, 0 };
		struct sealeaf_error e = { 0 };
		const char *decrypt[] = { "age", "-d", "-i", secret, NULL };
		const char *encrypt[] = { "age", "-a", "-R", public, NULL };
		char *line;
		struct key *k;

		(void)snprintf(public, sizeof public, KEYS "%s.pub", types[i]);
		line = read_line(public);
		k = wrapped_for(line);
		/* git may have widened the modes of the key. */
		(void)snprintf(secret, sizeof secret, "%s/%s.key", folder,
		    types[i]);
		public[strlen(public) - 4] = '\0';
		assert_int_equal(file_read(public, &text, &e), SEALEAF_OK);
		public[strlen(public)] = '.';
		assert_int_equal(file_replace(secret, buf_get(&text), 0600, &e),
		    SEALEAF_OK);
		assert_int_equal(run(decrypt, span_of(k->enc), &plain), 0);
		assert_int_equal(plain.n, sizeof data_key);
		assert_memory_equal(plain.p, data_key, plain.n);
		assert_int_equal(run(encrypt, buf_get(&plain), &enc), 0);
		free(k->enc);
		k->enc = buf_take(&enc, NULL);
		fake_init(&f);
		fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_FILE", secret);
		assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
		key_age.end(&s);
		key_free(k);
		free(line);
		buf_fini(&text);
		buf_fini(&plain);
	}
}

/* No passphrase is asked for a key that no stanza is for. */
static void
test_not_asked(void **state)
{
	char path[256], command[300];
	struct fake f;
	struct key_session s = { &f.world, { NULL }, 0 };
	struct sealeaf_error e;
	struct key *k;
	char *line = read_line(KEYS "ssh-ed25519.pub");

	(void)state;
	if (!have("ssh-keygen")) {
		free(line);
		skip();
	}
	k = wrapped_for(line);
	generate("unasked", "ed25519", "passphrase", NULL, NULL);
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
	    in_folder(path, "unasked"));
	assert_int_equal(open_key(&s, k, &e), SEALEAF_ERR_NOT_MINE);
	assert_int_equal(f.asked, 0);
	key_age.end(&s);
	f.env[0][0] = NULL;
	(void)snprintf(command, sizeof command, "cat %s", path);
	fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", command);
	assert_int_equal(open_key(&s, k, &e), SEALEAF_ERR_NOT_MINE);
	assert_non_null(strstr(e.text,
	    "failed to load age identities. Errors "
	    "while loading age identities: the SSH key returned by running "
	    "SOPS_AGE_SSH_PRIVATE_KEY_CMD is password protected, which is "
	    "unsupported"));
	key_age.end(&s);
	f.env[0][0] = NULL;
	fake_set(&f, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", "cat " KEYS "ssh-ed25519");
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	key_age.end(&s);
	f.env[0][0] = NULL;
	fake_set(&f, "SOPS_AGE_KEY_FILE", KEYS "ssh-ed25519");
	assert_int_equal(open_key(&s, k, &e), SEALEAF_OK);
	key_age.end(&s);
	key_free(k);
	free(line);
}

static void
test_bad_recipients(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "ssh-foo", "\"ssh-foo\": ssh: no key found" },
		{ "ssh-ed25519 AAAA", "ssh: short read" },
		{ "ssh-rsa AAAAB3NzaC1yc2E", "illegal base64 data" },
		{ "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAILXeCIGjpCRF/mIfoqd6juOdhuv"
		  "9yrjCR9S52XADRRE5",
		    "key type mismatch" },
		{ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", "short read" },
		{ "ssh-dss AAAAB3NzaC1kc3M=",
		    "unsupported SSH key type: "
		    "ssh-dss" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct key *k = key_new(&key_age);

		assert_non_null(k);
		assert_int_not_equal(
		    key_age.parse(k, span_of(rows[i].text), &e), SEALEAF_OK);
		assert_memory_equal(e.text,
		    "failed to parse input as "
		    "age-ssh public key: malformed SSH recipient: ",
		    69);
		if (strstr(e.text, rows[i].error) == NULL)
			fail_msg("row %zu: %s", i, e.text);
		key_free(k);
	}
}

/* No cut of a private key file is read as one. */
static void
test_truncated(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf file = { 0 }, text = { 0 };
	uint8_t blob[4096];
	struct span base64;
	size_t n = 0;

	(void)state;
	assert_int_equal(file_read(KEYS "ssh-ed25519", &file, &e), SEALEAF_OK);
	for (size_t i = span_find(buf_get(&file), '\n');
	     i < file.n && file.p[i] != '-'; i++)
		if (file.p[i] != '\n')
			buf_putc(&text, file.p[i]);
	base64 = buf_get(&text);
	assert_true(base64_get(base64, blob, sizeof blob, &n));
	for (size_t cut = 0; cut <= n; cut++) {
		struct ssh_private k = { 0 };
		enum sealeaf_code code = ssh_openssh_parse(&k,
		    span_make((char *)blob, cut), span_make(NULL, 0), NULL);

		assert_int_equal(code == SEALEAF_OK, cut == n);
		ssh_private_fini(&k);
	}
	for (size_t at = 0; at < n; at++) {
		struct ssh_private k = { 0 };

		blob[at] ^= 1;
		(void)!ssh_openssh_parse(&k, span_make((char *)blob, n),
		    span_make(NULL, 0), NULL);
		blob[at] ^= 1;
		ssh_private_fini(&k);
	}
	buf_fini(&file);
	buf_fini(&text);
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
	return run(argv, span_make(NULL, 0), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_age_command),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_bad_recipients),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
