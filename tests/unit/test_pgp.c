/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PGP with the real gpg in key rings of its own, which are short-lived and
 * have short names: the agent's socket may not pass 108 bytes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/proc.h"
#include "key/pgp_status.h"
#include "key/source.h"
#include "opened.h"

#define VECTOR_FPR "950B9B83713A24C115DA1965D40356287D886C47"
#define VECTOR_SUB "55AD1E341B76EF082D1FBD11535E490E99F63C07"
#define KEYS TESTDATA "/vectors/keys/"

static char home[2][32] = { "/tmp/slgpgXXXXXX", "/tmp/slgpgXXXXXX" };
static char fpr[64]; /* of the key made here */
static bool have_gpg;

/* The outcome of a gpg command line, whose output goes to `out`. */
static int
gpg(const char *const *argv, struct buf *out)
{
	struct sealeaf_error e = { 0 };
	struct proc p = { 0 };
	int status = -1;

	p.argv = argv;
	p.output = out;
	if (proc_run(&p, &status, &e) != SEALEAF_OK)
		return -1;
	return status;
}

static void
use(unsigned i)
{
	assert_int_equal(setenv("GNUPGHOME", home[i], 1), 0);
}

static int
start(void **state)
{
	const char *version[] = { "gpg", "--version", NULL };
	const char *import[] = { "gpg", "--batch", "--import", KEYS "pgp-1.asc",
		NULL };
	const char *make[] = { "gpg", "--batch", "--passphrase", "",
		"--quick-gen-key", "made here", "rsa2048", "encr", "never",
		NULL };
	const char *list[] = { "gpg", "--batch", "--with-colons", "--list-keys",
		"made here", NULL };
	struct buf b = { 0 };
	char *at;

	(void)state;
	have_gpg = gpg(version, NULL) == 0;
	if (!have_gpg)
		return 0;
	if (mkdtemp(home[0]) == NULL || mkdtemp(home[1]) == NULL)
		return -1;
	use(0);
	if (gpg(import, NULL) != 0 || gpg(make, NULL) != 0 ||
	    gpg(list, &b) != 0)
		return -1;
	at = strstr(b.p, "fpr:::::::::");
	if (at == NULL)
		return -1;
	(void)snprintf(fpr, sizeof fpr, "%.40s", at + 12);
	buf_fini(&b);
	return 0;
}

static int
stop(void **state)
{
	const char *kill[] = { "gpgconf", "--kill", "all", NULL };
	const char *rm[] = { "rm", "-rf", home[0], home[1], NULL };

	(void)state;
	if (!have_gpg)
		return 0;
	for (unsigned i = 0; i < 2; i++) {
		use(i);
		(void)gpg(kill, NULL);
	}
	return gpg(rm, NULL);
}

static struct key *
make_key(const char *fp)
{
	struct sealeaf_error e = { 0 };
	struct key *k = key_new(&key_pgp);

	assert_int_equal(key_pgp.parse(k, span_of(fp), &e), 0);
	return k;
}

static void
begin(struct key_session *s, struct world *w)
{
	if (!have_gpg)
		skip();
	world_process(w);
	memset(s, 0, sizeof *s);
	s->world = w;
}

static void
round_trip(struct key_session *s, const char *fp)
{
	uint8_t bytes[33], n = 32;
	struct secret secret = { 0 }, back = { 0 };
	struct sealeaf_error e = { 0 };
	struct key *k = make_key(fp);

	world_random(s->world, bytes, sizeof bytes);
	bytes[3] = '\n';
	assert_int_equal(secret_copy(&secret, bytes, n, &e), 0);
	if (key_pgp.wrap(s, k, &secret, &e) != SEALEAF_OK ||
	    key_pgp.unwrap(s, k, &back, &e) != SEALEAF_OK)
		fail_msg("%s: %s", fp, e.text);
	assert_int_equal(back.n, n);
	assert_int_equal(back.open, 0);
	assert_memory_equal(opened(&back), bytes, n);
	assert_int_equal(strncmp(k->enc, "-----BEGIN PGP", 14), 0);
	assert_int_equal(k->enc[strlen(k->enc) - 1], '-');
	secret_fini(&secret);
	secret_fini(&back);
	key_free(k);
}

static void
test_round_trip(void **state)
{
	struct key_session s;
	struct world w;

	(void)state;
	begin(&s, &w);
	use(0);
	round_trip(&s, VECTOR_FPR);
	round_trip(&s, "0x" VECTOR_FPR);
	round_trip(&s, VECTOR_SUB "!");
	round_trip(&s, "950b9b83 713a24c1 15da1965 d4035628 7d886c47");
	round_trip(&s, fpr);
	key_pgp.end(&s);
}

/* What SOPS 3.13.3 wrapped (testdata/vectors/sources/pgp). */
static const char wrapped_by_sops[] =
    "-----BEGIN PGP MESSAGE-----\n"
    "\n"
    "hQEMA1NeSQ6Z9jwHAQgAkSsHS1TtXBWVJinu3G+efyQLg/JuYVkKDFXSMcBqcmaB\n"
    "tmB8JJoFnImWTKbNN9RSIabXAbjduybDcB+h5mEopA+ye2+hup9sZjyThkSH/Srz\n"
    "XcUijgIWMFpEVuZSBKEkv2Rst9MnvtHzqCAau9kkIwapkRqcYuFmmdJ6hDiQ6JaW\n"
    "lyWbLhBV15C8HB9JId8DtpLApNR+tOr45JffEpdP8OhUcWLsoU24wl7Uvwq0uAKz\n"
    "2FtL7sI06HVdyIX2Z+eLy+5+YEby3LxfOkukQGAYcsllfWHBEknSz5ahPMDsh18d\n"
    "nJmvUIPoJvSI1o2VfGD4KwbYXg+e+6udNmDfc6D7r9JeARsoeRLKfoyWH5yVBf5v\n"
    "yW5MQ+aRsPmYya6uKfbzKzbKc+d32LMlLCxv7Qzq8fD/+nx59MFBRBlk58+vsp2w\n"
    "WjEVLASYiCUO4wyjovk3ED3gXAWyzr0G8cJtQgBRgA==\n"
    "=KkEx\n"
    "-----END PGP MESSAGE-----";
static const uint8_t wrapped_key[32] = { 0x2e, 0xfb, 0xcc, 0xae, 0xfe, 0x59,
	0x0d, 0xbc, 0xfa, 0x11, 0x80, 0x1a, 0x42, 0x3d, 0x0b, 0xd5, 0x6b, 0xad,
	0xe4, 0x33, 0xdd, 0xbc, 0x61, 0xb2, 0x56, 0x83, 0xa3, 0x48, 0x6c, 0xb7,
	0x3e, 0xf5 };

static void
test_vector(void **state)
{
	struct sealeaf_error e = { 0 };
	struct secret back = { 0 };
	struct key_session s;
	struct world w;
	struct key *k;

	(void)state;
	begin(&s, &w);
	use(0);
	k = make_key(VECTOR_FPR);
	k->enc = strdup(wrapped_by_sops);
	if (key_pgp.unwrap(&s, k, &back, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	assert_int_equal(back.n, sizeof wrapped_key);
	assert_memory_equal(opened(&back), wrapped_key, back.n);
	secret_fini(&back);
	key_free(k);
	key_pgp.end(&s);
}

/* Without the secret key: gpg finds out, after that its listing tells. */
static void
test_not_mine(void **state)
{
	static const struct {
		const char *fp, *text;
	} rows[] = { { VECTOR_FPR, "No secret key" },
		{ VECTOR_FPR, "no secret key for " VECTOR_FPR },
		{ "D40356287D886C47", "No secret key" } };
	struct secret back = { 0 };
	struct key_session s;
	struct world w;

	(void)state;
	begin(&s, &w);
	use(1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sealeaf_error e = { 0 };
		struct key *k = make_key(rows[i].fp);

		k->enc = strdup(wrapped_by_sops);
		assert_int_equal(key_pgp.unwrap(&s, k, &back, &e),
		    SEALEAF_ERR_NOT_MINE);
		assert_non_null(strstr(e.text,
		    "failed to decrypt sops data key with pgp: "));
		assert_non_null(strstr(e.text, rows[i].text));
		assert_null(back.p);
		key_free(k);
	}
	key_pgp.end(&s);
}

/* A packet of 32 bytes without encryption, which gpg prints all the same. */
static const char literal[] = "-----BEGIN PGP MESSAGE-----\n"
			      "\n"
			      "owE7rZbEkM1qvSmbAAAA\n"
			      "=aznX\n"
			      "-----END PGP MESSAGE-----\n";

static void
test_broken(void **state)
{
	static const char *const encs[] = { "", "x",
		"-----BEGIN PGP MESSAGE-----\n\nAAAA\n",
		"-----BEGIN PGP MESSAGE-----\n\nhQEM\n=gc8v\n", literal };
	struct secret back = { 0 };
	struct key_session s;
	struct world w;

	(void)state;
	begin(&s, &w);
	use(0);
	for (size_t i = 0; i < sizeof encs / sizeof *encs; i++) {
		struct sealeaf_error e = { 0 };
		struct key *k = make_key(VECTOR_FPR);

		k->enc = strdup(encs[i]);
		assert_int_equal(key_pgp.unwrap(&s, k, &back, &e),
		    SEALEAF_ERR_GENERIC);
		assert_non_null(strstr(e.text, "with pgp: "));
		key_free(k);
	}
	key_pgp.end(&s);
}

static void
check_refusal(struct key_session *s, const char *fp, const char *text,
    const char *hint)
{
	struct sealeaf_error e = { 0 };
	struct secret secret = { 0 };
	struct key *k = make_key(fp);

	assert_int_equal(secret_copy(&secret, wrapped_key, 32, &e), 0);
	assert_int_equal(key_pgp.wrap(s, k, &secret, &e), SEALEAF_ERR_GENERIC);
	assert_non_null(strstr(e.text,
	    "could not encrypt data key with PGP "
	    "key: "));
	if (strstr(e.text, text) == NULL || strstr(e.hint, hint) == NULL)
		fail_msg("%s: %s (%s)", fp, e.text, e.hint);
	assert_null(k->enc);
	secret_fini(&secret);
	key_free(k);
}

static void
test_wrap_refused(void **state)
{
	const char *expire[] = { "gpg", "--batch", "--quick-set-expire", fpr,
		"seconds=1", NULL };
	struct key_session s;
	struct world w;

	(void)state;
	begin(&s, &w);
	use(0);
	check_refusal(&s, "made here", "is no fingerprint", "--fingerprint");
	check_refusal(&s, "7D886C47", "is no fingerprint", "--fingerprint");
	check_refusal(&s, "", "is no fingerprint", "--fingerprint");
	check_refusal(&s, "--output", "is no fingerprint", "--fingerprint");
	check_refusal(&s, VECTOR_FPR "!!", "is no fingerprint",
	    "--fingerprint");
	check_refusal(&s, "85D77543B3D624B63CEA9E6DBC17301B491B3F21",
	    "No public key", "gpg --import");
	assert_int_equal(gpg(expire, NULL), 0);
	sleep(2);
	check_refusal(&s, fpr, "Unusable public key", "has expired");
	key_pgp.end(&s);
}

static void
test_no_program(void **state)
{
	struct sealeaf_error e = { 0 };
	struct secret back = { 0 };
	struct key_session s;
	struct world w;
	struct key *k;

	(void)state;
	begin(&s, &w);
	assert_int_equal(setenv("SOPS_GPG_EXEC", "no-such-gpg", 1), 0);
	k = make_key(VECTOR_FPR);
	assert_int_equal(key_pgp.unwrap(&s, k, &back, &e), SEALEAF_ERR_GENERIC);
	assert_string_equal(e.text,
	    "failed to decrypt sops data key with pgp: "
	    "exec: \"no-such-gpg\": executable file not found in $PATH");
	key_free(k);
	key_pgp.end(&s);
	assert_int_equal(unsetenv("SOPS_GPG_EXEC"), 0);
}

static void
test_status(void **state)
{
	struct pgp_status s = { 0 };
	struct buf text = { 0 };

	(void)state;
	pgp_status_read(&s, &text,
	    span_of("gpg: a \n[GNUPG:] NO_SECKEY 1\n\n"
		    "gpg: b\n[GNUPG:] INV_RECP 1 x\n[GNUPG:] DECRYPTION_OKAY"));
	assert_true(s.any && s.no_secret && s.no_public && s.okay);
	assert_false(s.asked || s.ambiguous);
	assert_string_equal(text.p, "gpg: a\ngpg: b");
	buf_fini(&text);
	assert_true(pgp_status_listed(span_of("sec:u:\nfpr:::::::::AB:\n"),
	    span_of("AB")));
	assert_false(pgp_status_listed(span_of("fpr:::::::::ABC:\nfpr:"),
	    span_of("AB")));
	assert_int_equal(pgp_status_validity(span_of("tru:x\npub:e:1")), 'e');
	assert_int_equal(pgp_status_validity(span_of("pub")), '-');
	/* The key is good, the part that encrypts is not. */
	assert_int_equal(
	    pgp_status_validity(span_of("pub:u:255:22:A:1:2::u:::scSC:\n"
					"sub:e:255:18:B:1:2:::::e:\n")),
	    'e');
	assert_int_equal(
	    pgp_status_validity(span_of("pub:u:255:22:A:1:2::u:::scESC:\n"
					"sub:r:255:18:B:1:2:::::e:\n"
					"sub:u:255:18:B:1:2:::::e:\n")),
	    '-');
	assert_int_equal(
	    pgp_status_validity(span_of("pub:u:255:22:A:1:2::u:::scSC:\n"
					"sub:e:255:18:B:1:2:::::s:\n"
					"pub:e:255:22:A:1:2::u:::scSC:\n")),
	    '-');
	memset(&s, 0, sizeof s);
	pgp_status_read(&s, &text,
	    span_of("[GNUPG:] ERROR pkdecrypt_failed 83918950\n"));
	assert_true(s.no_terminal);
	assert_false(s.no_pinentry);
	memset(&s, 0, sizeof s);
	pgp_status_read(&s, &text,
	    span_of("[GNUPG:] ERROR pkdecrypt_failed 67108949 x\n"
		    "[GNUPG:] ERROR other words\n[GNUPG:] ERROR\n"));
	assert_true(s.no_pinentry);
	assert_false(s.no_terminal);
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_not_mine),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_no_program),
		cmocka_unit_test(test_wrap_refused),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
