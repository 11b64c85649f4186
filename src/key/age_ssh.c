/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identities that are SSH private keys. The passphrase of a locked one is
 * asked only when a stanza bears its tag, and never twice.
 */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/show.h"
#include "key/age_ssh.h"
#include "key/ssh_key.h"

enum { TRIES = 3 };

struct ssh_identity {
	struct ssh_private key;
	char *path;      /* NULL: from a command */
	struct buf text; /* while locked: the file */
	char *failure;   /* why it stays locked */
};

static void
ssh_fini(struct age_identity *id)
{
	struct ssh_identity *s = id->more;

	if (s == NULL)
		return;
	ssh_private_fini(&s->key);
	buf_fini(&s->text);
	free(s->path);
	free(s->failure);
	free(s);
}

static enum sealeaf_code
ssh_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct ssh_identity *s = id->more;

	(void)w;
	return age_ssh_unwrap(file_key, h, &s->key.public, &s->key.key, e);
}

static const struct age_kind ssh = { AGE_SSH, ssh_unwrap, ssh_fini };

/* Read the file again with a passphrase; NOT_MINE when it is wrong. */
static enum sealeaf_code
unlock_with(struct ssh_identity *s, struct secret *passphrase,
    struct sealeaf_error *e)
{
	struct ssh_private k = { 0 };
	struct span text;
	enum sealeaf_code code = secret_open(passphrase, &text, e);

	if (code == SEALEAF_OK)
		code = ssh_private_parse(&k, buf_get(&s->text), text, e);
	secret_close(passphrase);
	if (code == SEALEAF_OK &&
	    !span_equal(buf_get(&k.public.blob), buf_get(&s->key.public.blob)))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "mismatched private and public SSH key");
	if (code == SEALEAF_OK) {
		ssh_private_fini(&s->key);
		s->key = k; /* transferred */
		buf_fini(&s->text);
		return SEALEAF_OK;
	}
	if (code != SEALEAF_ERR_NOT_MINE)
		err_prefix(e, "failed to decrypt SSH key file");
	ssh_private_fini(&k);
	return code;
}

static enum sealeaf_code
unlock(struct ssh_identity *s, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	struct secret answer = { 0 };
	struct buf prompt = { 0 };

	show_printf(&prompt, "Enter passphrase for \"%s\":", s->path);
	if (buf_check(&prompt, e) != SEALEAF_OK)
		return err_memory(e);
	for (int i = 0; i < TRIES && code == SEALEAF_ERR_NOT_MINE; i++) {
		code = world_ask_passphrase(w, prompt.p, i > 0, &answer, e);
		if (code != SEALEAF_OK)
			err_prefix(e,
			    "failed to obtain passphrase: could "
			    "not read passphrase for \"%s\"",
			    s->path);
		else if (answer.n == 0)
			code = SEALEAF_ERR_NOT_MINE;
		else
			code = unlock_with(s, &answer, e);
	}
	if (code == SEALEAF_ERR_NOT_MINE)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "failed to decrypt SSH "
		    "key file: incorrect passphrase for \"%s\"",
		    s->path);
	secret_fini(&answer);
	buf_fini(&prompt);
	return code;
}

static bool
is_tagged(const struct age_header *h, const struct ssh_public *k)
{
	for (size_t i = 0; i < h->n; i++)
		if (age_ssh_tagged(h->stanzas + i, k))
			return true;
	return false;
}

static enum sealeaf_code
locked_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct ssh_identity *s = id->more;
	struct sealeaf_error own = { 0 };
	enum sealeaf_code code;

	if (!is_tagged(h, &s->key.public))
		return SEALEAF_ERR_NOT_MINE;
	if (s->failure != NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "%s", s->failure);
	code = unlock(s, w, &own);
	if (code != SEALEAF_OK) {
		s->failure = mem_dup(own.text);
		return err_set(e, code, "%s", own.text);
	}
	id->kind = &ssh;
	return ssh_unwrap(id, file_key, h, w, e);
}

static const struct age_kind locked = { AGE_LOCKED, locked_unwrap, ssh_fini };

/* The public key that stands next to a locked private one. */
static enum sealeaf_code
read_public(struct ssh_public *k, const char *path, struct sealeaf_error *e)
{
	struct buf name = { 0 }, text = { 0 };
	enum sealeaf_code code;

	buf_printf(&name, "%s.pub", path);
	code = buf_check(&name, e);
	if (code != SEALEAF_OK)
		goto out;
	code = file_read(name.p, &text, e);
	if (code != SEALEAF_OK) {
		err_prefix(e,
		    "failed to obtain public \"%s\" key for \"%s\" "
		    "SSH key",
		    name.p, path);
		goto out;
	}
	code = ssh_public_line(k,
	    span_sub(buf_get(&text), 0, span_find(buf_get(&text), '\n')), e);
	if (code != SEALEAF_OK)
		err_prefix(e, "failed to parse \"%s\"", name.p);
out:
	buf_fini(&name);
	buf_fini(&text);
	return code;
}

/* Tell what is wrong with the key as SOPS does. */
static enum sealeaf_code
malformed(const char *path, enum sealeaf_code code, const char *why,
    struct sealeaf_error *e)
{
	if (path != NULL)
		return err_set(e, code, "malformed SSH identity in \"%s\": %s",
		    path, why);
	return err_set(e, code,
	    "malformed SSH identity returned by running "
	    "SOPS_AGE_SSH_PRIVATE_KEY_CMD: \"%s\"",
	    why);
}

/* Read the key as far as it can be without a passphrase. */
static enum sealeaf_code
read_key(struct ssh_identity *s, struct span text, struct sealeaf_error *e)
{
	struct sealeaf_error own = { 0 };
	enum sealeaf_code code = ssh_private_parse(&s->key, text,
	    span_make(NULL, 0), &own);

	if (code != SEALEAF_OK)
		return malformed(s->path, code, own.text, e);
	if (!s->key.locked)
		return code;
	if (s->path == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the SSH key returned by running "
		    "SOPS_AGE_SSH_PRIVATE_KEY_CMD is password protected, "
		    "which is unsupported. (\"ssh: this private key is "
		    "passphrase protected\")");
	buf_span(&s->text, text);
	code = buf_check(&s->text, e);
	if (code == SEALEAF_OK && s->key.public.blob.n == 0)
		code = read_public(&s->key.public, s->path, e);
	return code;
}

/* The text of the public key, by which entries made for it are found. */
static enum sealeaf_code
set_recipient(struct age_identity *id, const struct ssh_public *k,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s ", ssh_type_name(k->type));
	base64_append(&b, k->blob.p, k->blob.n);
	id->recipient = buf_take(&b, NULL);
	return id->recipient != NULL ? SEALEAF_OK : err_memory(e);
}

enum sealeaf_code
age_ssh_add(struct age_identity **list, struct span text, const char *path,
    struct sealeaf_error *e)
{
	struct age_identity own = { 0 }, *id;
	struct ssh_identity *s = mem_zero(sizeof *s);
	enum sealeaf_code code;

	if (s == NULL)
		return err_memory(e);
	own.more = s;
	if (path != NULL && (s->path = mem_dup(path)) == NULL)
		code = err_memory(e);
	else
		code = read_key(s, text, e);
	if (code != SEALEAF_OK)
		goto out;
	id = age_identity_add(list, s->key.locked ? &locked : &ssh);
	if (id == NULL) {
		code = err_memory(e);
		goto out;
	}
	id->more = s;
	own.more = NULL; /* transferred */
	code = set_recipient(id, &s->key.public, e);
out:
	ssh_fini(&own);
	return code;
}
