/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity file that is itself an age file under a passphrase. It counts
 * as one identity, opened when the first stanza must be tried on it; what came
 * out, or why nothing did, is remembered, so that nobody is asked twice.
 */

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/show.h"
#include "key/age_armor.h"
#include "key/age_identity.h"
#include "key/age_scrypt.h"
#include "key/age_stream.h"
#include "key/gpg_agent.h"

enum { TRIES = 3, HASHED = 25, CACHE_ID = 7 + HASHED / 5 * 8 + 1 };

struct locked {
	char *location;
	struct buf file;             /* without armor */
	struct age_identity *inside; /* once open */
	char *failure;               /* why it stays shut */
};

bool
age_locked_looks(struct span text)
{
	return span_starts(text, "age-encryption") ||
	    span_starts(text, "-----BEGIN AGE");
}

/* The name under which gpg-agent keeps the passphrase: made of the file, and
 * within the agent's limit of 50 characters. */
static void
cache_id(char out[CACHE_ID], const struct buf *file)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint8_t hash[crypto_hash_sha256_BYTES];
	unsigned bits = 0, have = 0;
	size_t n = 7;

	(void)crypto_hash_sha256(hash, (const uint8_t *)file->p, file->n);
	memcpy(out, "SopsAge", n);
	for (size_t i = 0; i < HASHED; i++) {
		bits = (bits << 8 | hash[i]) & 0xfff;
		for (have += 8; have >= 5; have -= 5)
			out[n++] = digits[bits >> (have - 5) & 31];
	}
	out[n] = '\0';
}

/* Ask the agent if there is one, else on the terminal. */
static enum sealeaf_code
get_passphrase(struct secret *answer, bool *agent, const char *id, bool again,
    const char *prompt, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = gpg_agent_ask(answer, id,
	    again ? "Bad passphrase" : NULL, prompt, w, e);

	*agent = code == SEALEAF_OK;
	if (code == SEALEAF_ERR_NOT_FOUND)
		code = world_ask_passphrase(w, prompt, again, answer, e);
	if (code == SEALEAF_OK && answer->n == 0)
		code = err_set(e, SEALEAF_ERR_CANCELLED,
		    "passphrase can't be empty");
	else if (code != SEALEAF_OK)
		err_prefix(e, "could not read passphrase");
	return code;
}

/* Ask until the passphrase opens the header. */
static enum sealeaf_code
ask(struct locked *l, uint8_t file_key[AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct secret answer = { 0 };
	struct buf prompt = { 0 };
	struct span text;
	char id[CACHE_ID];
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;

	cache_id(id, &l->file);
	show_printf(&prompt,
	    "Enter passphrase for identity '%s':", l->location);
	if (buf_check(&prompt, e) != SEALEAF_OK)
		return err_memory(e);
	for (int i = 0; i < TRIES && code == SEALEAF_ERR_NOT_MINE; i++) {
		bool agent;

		code = get_passphrase(&answer, &agent, id, i > 0, prompt.p, w,
		    e);
		if (code == SEALEAF_OK)
			code = secret_open(&answer, &text, e);
		if (code == SEALEAF_OK) {
			code = age_scrypt_unwrap(file_key, h, text, e);
			secret_close(&answer);
		}
		if (code != SEALEAF_OK && agent)
			gpg_agent_forget(id, w);
	}
	if (code == SEALEAF_ERR_NOT_MINE)
		code = err_set(e, SEALEAF_ERR_GENERIC, "incorrect passphrase");
	secret_fini(&answer);
	buf_fini(&prompt);
	return code;
}

static enum sealeaf_code
open_header(struct locked *l, uint8_t file_key[AGE_FILE_KEY],
    struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = age_header_get(h, buf_get(&l->file), e);

	if (code == SEALEAF_OK && !age_scrypt_asks(h))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "file is not passphrase-encrypted");
	if (code != SEALEAF_OK) {
		err_prefix(e, "failed to decrypt identity file");
		return code;
	}
	code = ask(l, file_key, h, w, e);
	if (code == SEALEAF_OK)
		code = age_header_check(h, file_key, e);
	return code;
}

static enum sealeaf_code
open_file(struct locked *l, const struct world *w, struct sealeaf_error *e)
{
	uint8_t file_key[AGE_FILE_KEY] = { 0 };
	struct secret text = { 0 };
	struct span inside;
	struct age_header h;
	enum sealeaf_code code = open_header(l, file_key, &h, w, e);

	if (code != SEALEAF_OK)
		goto out;
	code = age_stream_open(&text, file_key, h.payload, e);
	if (code != SEALEAF_OK) {
		err_prefix(e, "failed to decrypt identity file");
		goto out;
	}
	code = secret_open(&text, &inside, e);
	if (code == SEALEAF_OK)
		code = age_identity_list(&l->inside, inside, false, e);
	secret_close(&text);
	if (l->inside != NULL) {
		err_clear(e);
		code = SEALEAF_OK;
	} else if (code == SEALEAF_OK) {
		code = err_set(e, SEALEAF_ERR_GENERIC, "no identities found");
	}
out:
	mem_wipe(file_key, sizeof file_key);
	secret_fini(&text);
	age_header_fini(&h);
	return code;
}

/* Open the file, unless that was tried before. */
static enum sealeaf_code
locked_open(struct locked *l, const struct world *w, struct sealeaf_error *e)
{
	struct sealeaf_error own = { 0 };
	enum sealeaf_code code;

	if (l->inside != NULL)
		return SEALEAF_OK;
	if (l->failure != NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "%s", l->failure);
	code = open_file(l, w, &own);
	if (code == SEALEAF_OK)
		return code;
	l->failure = mem_dup(own.text);
	return err_set(e, code, "%s", own.text);
}

static enum sealeaf_code
locked_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct locked *l = id->more;
	enum sealeaf_code code = locked_open(l, w, e);
	struct age_identity *in = l->inside;

	for (; code == SEALEAF_OK && in != NULL; in = in->next) {
		enum sealeaf_code one = in->kind->unwrap(in, file_key, h, w, e);

		if (one != SEALEAF_ERR_NOT_MINE)
			return one;
	}
	if (code != SEALEAF_OK)
		return code;
	world_log(w, LOG_WARNING, "AGE",
	    "encrypted identity '%s' didn't "
	    "match file's recipients",
	    l->location);
	return SEALEAF_ERR_NOT_MINE;
}

static void
locked_fini(struct age_identity *id)
{
	struct locked *l = id->more;

	if (l == NULL)
		return;
	age_identity_free(l->inside);
	buf_fini(&l->file);
	free(l->location);
	free(l->failure);
	free(l);
}

static const struct age_kind locked = { AGE_LOCKED, locked_unwrap,
	locked_fini };

static enum sealeaf_code
read_file(struct buf *b, struct span text, struct sealeaf_error *e)
{
	if (age_armor_looks(text)) {
		if (text.n > AGE_FILE_MAX * 2)
			return err_set(e, SEALEAF_ERR_GENERIC, "file too long");
		if (age_armor_get(b, text, e) != SEALEAF_OK)
			return e->code;
	} else {
		buf_span(b, text);
	}
	if (b->n >= AGE_FILE_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC, "file too long");
	return buf_check(b, e);
}

enum sealeaf_code
age_locked_add(struct age_identity **list, struct span text,
    const char *location, struct sealeaf_error *e)
{
	struct buf file = { 0 };
	struct age_identity *id;
	struct locked *l;
	enum sealeaf_code code = read_file(&file, text, e);

	if (code != SEALEAF_OK) {
		err_prefix(e, "failed to read '%s'", location);
		goto out;
	}
	l = mem_zero(sizeof *l);
	id = l != NULL ? age_identity_add(list, &locked) : NULL;
	if (id == NULL) {
		free(l);
		code = err_memory(e);
		goto out;
	}
	id->more = l;
	l->location = mem_dup(location);
	l->file = file; /* transferred */
	file = (struct buf){ 0 };
	if (l->location == NULL)
		code = err_memory(e);
out:
	buf_fini(&file);
	return code;
}
