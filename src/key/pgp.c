/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PGP through the gpg command. SOPS reads old key rings by itself first, which
 * hardly ever finds a key and fills its errors with a misleading half; here
 * gpg is the only way, and its own words are the error. The data key goes
 * through pipes and is in no argument.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/mem.h"
#include "base/proc.h"
#include "key/pgp_status.h"
#include "key/source.h"

enum { FP };
enum { LONG_ID = 16, TTY_MAX = 128, OUTPUT_MAX = 1 << 20 };

static const struct key_field fields[] = { { "fp", false }, { NULL, false } };

/* What a session remembers, once gpg had no secret key for a message. */
struct pgp {
	bool listed, known; /* known: gpg did list its secret keys */
	struct buf listing;
};

/* One call of gpg. */
struct call {
	int status;
	struct buf output, errors, text; /* text: errors without status lines */
	struct pgp_status said;
};

static void
call_fini(struct call *c)
{
	buf_fini(&c->output);
	buf_fini(&c->errors);
	buf_fini(&c->text);
}

static const char *
program(const struct key_session *s)
{
	const char *name = world_env(s->world, "SOPS_GPG_EXEC");

	return name != NULL && *name != '\0' ? name : "gpg";
}

/* "GPG_TTY=…" of the terminal we run on, without which gpg's prompt for a
 * passphrase finds none ("Inappropriate ioctl for device"). */
static const char *
terminal(const struct key_session *s, char out[TTY_MAX])
{
	const char *set = world_env(s->world, "GPG_TTY");
	size_t n = (size_t)snprintf(out, TTY_MAX, "GPG_TTY=");

	if (set != NULL && *set != '\0')
		return NULL;
	for (int fd = 0; fd < 3; fd++)
		if (ttyname_r(fd, out + n, TTY_MAX - n) == 0)
			return out;
	return NULL;
}

/*
 * Run gpg; argv[0] is filled in. LANGUAGE makes its messages English and,
 * other than LC_ALL, leaves the character set of passphrases alone.
 */
static enum sealeaf_code
run(struct call *c, const struct key_session *s, const char **argv,
    struct span input, struct sealeaf_error *e)
{
	char tty[TTY_MAX];
	const char *env[] = { "LANGUAGE=C", terminal(s, tty), NULL };
	struct proc p = { 0 };
	enum sealeaf_code code;

	argv[0] = program(s);
	p.argv = argv;
	p.env_add = env;
	p.input = input;
	p.output = &c->output;
	p.errors = &c->errors;
	p.limit = OUTPUT_MAX;
	code = proc_run(&p, &c->status, e);
	if (code != SEALEAF_OK)
		return code;
	pgp_status_read(&c->said, &c->text, buf_get(&c->errors));
	if (buf_check(&c->output, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	return buf_check(&c->text, e);
}

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	return key_set_packed(k, FP, text, e);
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, FP));
}

/* The hexadecimal digits of "0xFPR!"; *n is 0 when it is anything else. */
static const char *
digits(const char *fp, size_t *n)
{
	if (fp[0] == '0' && (fp[1] == 'x' || fp[1] == 'X'))
		fp += 2;
	*n = strspn(fp, "0123456789abcdefABCDEF");
	if (strcmp(fp + *n, "") != 0 && strcmp(fp + *n, "!") != 0)
		*n = 0;
	return fp;
}

/*
 * Fingerprints only: gpg would take names, and whoever gets a key with that
 * name into the key ring would be a recipient. Long ids are in old files and
 * SOPS takes them, so they pass with a warning.
 */
static enum sealeaf_code
check_fingerprint(const struct key_session *s, const char *fp,
    struct sealeaf_error *e)
{
	size_t n;

	(void)digits(fp, &n);
	if (n == 40 || n == 64)
		return SEALEAF_OK;
	if (n == LONG_ID) {
		world_log(s->world, LOG_WARNING, "PGP",
		    "%s is a key id, not a "
		    "fingerprint: another key can have the same",
		    fp);
		return SEALEAF_OK;
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "could not encrypt data key with "
	    "PGP key: \"%s\" is no fingerprint",
	    fp);
	err_hint(e, "give the 40 digits that gpg --fingerprint shows");
	return SEALEAF_ERR_GENERIC;
}

/* Why gpg calls a key unusable: it says so in a listing only. */
static const char *
unusable(const struct key_session *s, const char *fp)
{
	const char *argv[] = { NULL, "--batch", "--no-tty", "--with-colons",
		"--list-keys", fp, NULL };
	struct sealeaf_error ignored = { 0 };
	struct call c = { 0 };
	char letter = '-';

	if (run(&c, s, argv, span_of(""), &ignored) == SEALEAF_OK)
		letter = pgp_status_validity(buf_get(&c.output));
	call_fini(&c);
	if (letter == 'e')
		return "the key has expired: its owner extends it (gpg --quick-set-expire) and gives it to you again, for gpg --import";
	if (letter == 'r')
		return "the key is revoked: remove it, or use its successor";
	if (letter == 'd')
		return "the key is disabled: enable it with gpg --edit-key";
	return "the key has no part that can encrypt";
}

static enum sealeaf_code
wrap_failed(const struct call *c, const struct key_session *s, const char *fp,
    struct sealeaf_error *e)
{
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "could not encrypt data key with "
	    "PGP key: failed to encrypt sops data key with pgp: %s",
	    c->text.n > 0 ? c->text.p : "gpg said nothing");
	if (c->said.no_public)
		err_hint(e, "import the key first: gpg --import FILE");
	else if (c->said.ambiguous)
		err_hint(e, "several keys have this id: give the fingerprint");
	else if (c->said.any)
		err_hint(e, "%s", unusable(s, fp));
	return SEALEAF_ERR_GENERIC;
}

/* An armored message with something in it. */
static bool
sealed(struct span enc, size_t n)
{
	static const struct span front = SPAN_LIT(
	    "-----BEGIN PGP MESSAGE-----\n");
	static const struct span back = SPAN_LIT("\n-----END PGP MESSAGE-----");
	struct span text = span_trim(enc);

	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x7f ||
		    ((unsigned char)text.p[i] < ' ' &&
			strchr("\t\r\n", text.p[i]) == NULL) ||
		    text.p[i] == '\0')
			return false;
	return span_starts(text, front.p) && span_ends(text, back.p) &&
	    text.n > front.n + back.n + base64_size(n) && text.n <= OUTPUT_MAX;
}

static enum sealeaf_code
wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	const char *fp = key_get(k, FP);
	const char *argv[] = { NULL, "--batch", "--no-tty", "--yes",
		"--trust-model", "always", "--no-encrypt-to",
		"--no-default-recipient", "--status-fd", "2", "-a", "-r", fp,
		"-e", NULL };
	struct call c = { 0 };
	enum sealeaf_code code = check_fingerprint(s, fp, e);
	struct span enc, text;

	if (code != SEALEAF_OK)
		return code;
	code = secret_open(secret, &text, e);
	if (code == SEALEAF_OK)
		code = run(&c, s, argv, text, e);
	secret_close(secret);
	if (code != SEALEAF_OK)
		goto out;
	enc = span_trim(buf_get(&c.output));
	if (c.status != 0)
		code = wrap_failed(&c, s, fp, e);
	else
		code = key_set_enc(k, enc, secret->n, e);
	if (c.status == 0 && code == SEALEAF_ERR_GENERIC)
		err_prefix(e, "could not encrypt data key with PGP key: gpg");
out:
	call_fini(&c);
	return code;
}

static void
list_secret_keys(struct pgp *p, const struct key_session *s)
{
	const char *argv[] = { NULL, "--batch", "--no-tty", "--with-colons",
		"--no-auto-check-trustdb", "--list-secret-keys", NULL };
	struct sealeaf_error ignored = { 0 };
	struct call c = { 0 };

	p->listed = true;
	if (run(&c, s, argv, span_of(""), &ignored) == SEALEAF_OK &&
	    c.status == 0) {
		p->known = true;
		p->listing = c.output;
		memset(&c.output, 0, sizeof c.output); /* transferred */
	}
	call_fini(&c);
}

/*
 * Whether gpg has certainly no secret key for `fp`. A file with twenty
 * recipients would else cost twenty calls of gpg, so after the first miss one
 * listing answers for the others. Anything but a fingerprint is left for gpg
 * to decide.
 */
static bool
hopeless(struct key_session *s, const char *fp)
{
	struct pgp *p = s->state[KEY_SLOT_PGP];
	char upper[64];
	size_t n;

	fp = digits(fp, &n);
	if (p == NULL || (n != 40 && n != 64))
		return false;
	for (size_t i = 0; i < n; i++)
		upper[i] = (char)toupper((unsigned char)fp[i]);
	if (!p->listed)
		list_secret_keys(p, s);
	return p->known &&
	    !pgp_status_listed(buf_get(&p->listing), span_make(upper, n));
}

static enum sealeaf_code
unwrap_failed(struct key_session *s, const struct call *c,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_GENERIC;
	const char *text = c->text.n > 0 ? c->text.p : "gpg said nothing";

	if (c->status == 0)
		text = c->output.n == 0 ? "zero bytes returned"
					: "the message is not encrypted";
	else if (c->said.no_secret && !c->said.asked)
		code = SEALEAF_ERR_NOT_MINE;
	if (code == SEALEAF_ERR_NOT_MINE && s->state[KEY_SLOT_PGP] == NULL)
		s->state[KEY_SLOT_PGP] = mem_zero(sizeof(struct pgp));
	(void)err_set(e, code, "failed to decrypt sops data key with pgp: %s",
	    text);
	if (c->said.no_terminal)
		err_hint(e,
		    "gpg finds no terminal for its prompt: export GPG_TTY=$(tty), or unlock the key beforehand");
	else if (c->said.no_pinentry)
		err_hint(e,
		    "gpg has no program that asks for passphrases: apt-get install pinentry-curses");
	return code;
}

static enum sealeaf_code
unwrap(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	/* No --batch: it would forbid a prompt of the user's own set-up. */
	const char *argv[] = { NULL, "--status-fd", "2", "-d", NULL };
	struct call c = { 0 };
	enum sealeaf_code code;

	if (hopeless(s, key_get(k, FP)))
		return err_set(e, SEALEAF_ERR_NOT_MINE,
		    "failed to decrypt "
		    "sops data key with pgp: no secret key for %s",
		    key_get(k, FP));
	code = run(&c, s, argv, span_of(k->enc != NULL ? k->enc : ""), e);
	if (code == SEALEAF_ERR_GENERIC) {
		err_prefix(e, "failed to decrypt sops data key with pgp");
		goto out;
	}
	if (code != SEALEAF_OK)
		goto out;
	if (c.status != 0 || c.output.n == 0 || (c.said.any && !c.said.okay))
		code = unwrap_failed(s, &c, e);
	else
		code = secret_copy(secret, c.output.p, c.output.n, e);
out:
	call_fini(&c);
	return code;
}

static void
end(struct key_session *s)
{
	struct pgp *p = s->state[KEY_SLOT_PGP];

	if (p != NULL)
		buf_fini(&p->listing);
	free(p);
	s->state[KEY_SLOT_PGP] = NULL;
}

const struct key_source key_pgp = { .name = "pgp",
	.list = "pgp",
	.config = "pgp",
	.rule = "pgp",
	.flag = "pgp",
	.variable = "SOPS_PGP_FP",
	.fields = fields,
	.slot = KEY_SLOT_PGP,
	.offline = true,
	.dated = true,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.wrap = wrap,
	.unwrap = unwrap,
	.end = end };
