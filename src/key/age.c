/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key source age. An entry is opened by trying identities, the cheapest
 * first: the one whose recipient is the entry's, before any command is run;
 * then all by effort, so that nobody is asked for a passphrase while a plain
 * key fits. A failing identity never keeps a later one from being tried.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/age.h"
#include "key/age_armor.h"
#include "key/age_hybrid.h"
#include "key/age_source.h"
#include "key/age_stream.h"
#include "key/source.h"

enum { RECIPIENT = 0, NONCE = 16, TAG = 16 };

/* One attempt to open an entry. */
struct attempt {
	struct age_set set;
	struct age_header header;
	const char *recipient;
	const struct world *world;
	uint8_t file_key[AGE_FILE_KEY];
	struct buf reasons; /* errors of identities, "; " between */
	struct buf hints;   /* what to do about them, one a line */
};

static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	text = span_trim(text);
	code = age_recipient_check(text, e);
	if (code == SEALEAF_OK)
		code = key_set(k, RECIPIENT, text, e);
	return code;
}

static const char *
recipient(const struct key *k)
{
	return k->field[RECIPIENT] != NULL ? k->field[RECIPIENT] : "";
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, recipient(k));
}

static enum sealeaf_code
wrap(struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };
	struct span text;
	enum sealeaf_code code = secret_open(secret, &text, e);
	char *enc;

	if (code == SEALEAF_OK)
		code = age_encrypt(&b, span_of(recipient(k)), text, s->world,
		    e);
	secret_close(secret);
	if (code != SEALEAF_OK) {
		buf_fini(&b);
		world_log(s->world, LOG_INFO, "AGE", "Encryption failed");
		return code;
	}
	enc = buf_take(&b, NULL);
	if (enc == NULL)
		return err_memory(e);
	free(k->enc);
	k->enc = enc;
	world_log(s->world, LOG_INFO, "AGE", "Encryption succeeded");
	return SEALEAF_OK;
}

/* An armored file whose payload is a nonce and one sealed chunk. */
static bool
sealed(struct span enc, size_t n)
{
	struct age_header h = { 0 };
	struct buf file = { 0 };
	bool fine;

	fine = age_armor_get(&file, enc, NULL) == SEALEAF_OK && !file.failed &&
	    age_header_get(&h, buf_get(&file), NULL) == SEALEAF_OK &&
	    h.payload.n == NONCE + n + TAG;
	age_header_fini(&h);
	buf_fini(&file);
	return fine;
}

static void
add_reason(struct attempt *a, const char *text, const char *hint)
{
	if (a->reasons.n > 0)
		buf_puts(&a->reasons, "; ");
	buf_puts(&a->reasons, text);
	buf_printf(&a->hints, "%s\n", hint);
}

/* Whether one identity gives the file key. */
static bool
try_one(struct attempt *a, struct age_identity *id)
{
	struct sealeaf_error e = { 0 };
	enum sealeaf_code code = id->kind->unwrap(id, a->file_key, &a->header,
	    a->world, &e);

	if (code == SEALEAF_OK)
		code = age_header_check(&a->header, a->file_key, &e);
	if (code != SEALEAF_OK && code != SEALEAF_ERR_NOT_MINE)
		add_reason(a, e.text, e.hint);
	return code == SEALEAF_OK;
}

/* Whether the entry names this identity's recipient; behind an SSH key may
 * stand a comment. */
static bool
is_recipient(const struct age_identity *id, const struct attempt *a)
{
	size_t n = id->recipient != NULL ? strlen(id->recipient) : 0;

	return n > 0 && strncmp(a->recipient, id->recipient, n) == 0 &&
	    (a->recipient[n] == '\0' || a->recipient[n] == ' ');
}

/* Try the identities of one effort, or those made for the recipient. */
static bool
try_all(struct attempt *a, bool made_for, enum age_effort effort)
{
	for (size_t i = 0; i < AGE_PLACES; i++) {
		struct age_identity *id = NULL;

		if (a->set.source[i] != NULL)
			id = a->set.source[i]->list;
		for (; id != NULL; id = id->next) {
			if (is_recipient(id, a) != made_for)
				continue;
			if (!made_for && id->kind->effort != effort)
				continue;
			if (try_one(a, id))
				return true;
		}
	}
	return false;
}

/* What to do: about identities that could have fitted, else about the kind of
 * the key, else about the places that were to give some. */
static void
hint(const struct attempt *a, struct sealeaf_error *e)
{
	if (!a->hints.failed)
		err_hints(e, a->hints.p);
	if (a->reasons.n > 0)
		return;
	if (span_starts(span_of(a->recipient), "age1pq1") &&
	    !age_hybrid_is_here())
		age_hybrid_hint(e);
	else
		age_source_hints(e, &a->set, a->recipient);
}

/* The error when no identity gave the file key. */
static enum sealeaf_code
explain(struct attempt *a, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;
	size_t n = age_source_count(&a->set);
	struct buf b = { 0 };

	if (n == 0) {
		buf_puts(&b, "failed to load age identities");
	} else {
		buf_puts(&b,
		    "failed to create reader for decrypting sops "
		    "data key with age: ");
		if (a->reasons.n > 0) {
			code = SEALEAF_ERR_GENERIC;
			buf_span(&b, buf_get(&a->reasons));
		} else if (n == 1) {
			buf_puts(&b,
			    "identity did not match any of the "
			    "recipients: incorrect identity for recipient "
			    "block");
		} else {
			buf_puts(&b,
			    "no identity matched any of the "
			    "recipients");
		}
	}
	age_source_report(&b, &a->set);
	if (buf_check(&b, e) == SEALEAF_OK)
		code = err_set(e, code, "%s", b.p);
	else
		code = e->code;
	buf_fini(&b);
	hint(a, e);
	return code;
}

/* Find the file key; a->header is read already, unless `broken` says why it
 * could not be. */
static enum sealeaf_code
find_key(struct attempt *a, struct age_cache *cache, const char *broken,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = age_source_files(&a->set, cache, a->world, e);

	if (code != SEALEAF_OK)
		return code;
	if (broken == NULL && try_all(a, true, AGE_NATIVE))
		return SEALEAF_OK;
	code = age_source_commands(&a->set, cache, a->recipient, a->world, e);
	if (code != SEALEAF_OK)
		return code;
	if (broken != NULL)
		add_reason(a, broken, "");
	for (int i = 0; i < AGE_EFFORTS && broken == NULL; i++) {
		if (i == 0 && try_all(a, true, AGE_NATIVE))
			return SEALEAF_OK;
		if (try_all(a, false, (enum age_effort)i))
			return SEALEAF_OK;
	}
	return explain(a, e);
}

static enum sealeaf_code
read_header(struct attempt *a, struct buf *file, const char *enc,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = age_armor_get(file, span_of(enc), e);

	if (code == SEALEAF_OK)
		code = buf_check(file, e);
	if (code == SEALEAF_OK)
		code = age_header_get(&a->header, buf_get(file), e);
	if (code != SEALEAF_OK)
		err_prefix(e, "failed to read header");
	return code;
}

/* The session's identities, made on first use. */
static struct age_cache *
session_cache(struct key_session *s)
{
	if (s->state[KEY_SLOT_AGE] == NULL)
		s->state[KEY_SLOT_AGE] = age_cache_new();
	return s->state[KEY_SLOT_AGE];
}

enum sealeaf_code
age_look(struct key_session *s,
    void (*put)(void *user, const char *location, const char *recipient,
	const char *problem),
    void *user, struct sealeaf_error *e)
{
	struct age_cache *cache = session_cache(s);
	struct age_set set = { 0 };

	if (cache == NULL)
		return err_memory(e);
	if (age_source_files(&set, cache, s->world, e) != SEALEAF_OK)
		return e->code;
	for (size_t i = 0; i < AGE_PLACES; i++) {
		const struct age_source *from = set.source[i];

		if (from == NULL || from->location == NULL)
			continue;
		for (const struct age_identity *id = from->list; id != NULL;
		     id = id->next)
			put(user, from->location, id->recipient, NULL);
		if (from->state != AGE_ABSENT &&
		    (from->error != NULL || from->list == NULL))
			put(user, from->location, NULL,
			    from->error != NULL ? from->error
						: "holds no identity");
	}
	return SEALEAF_OK;
}

static bool
fits(struct key_session *s, const struct key *k)
{
	struct age_cache *cache = session_cache(s);
	struct sealeaf_error quiet = { 0 };
	struct attempt a = { .recipient = recipient(k) };

	if (cache == NULL ||
	    age_source_files(&a.set, cache, s->world, &quiet) != SEALEAF_OK)
		return false;
	for (size_t i = 0; i < AGE_PLACES; i++) {
		const struct age_identity *id = NULL;

		if (a.set.source[i] != NULL)
			id = a.set.source[i]->list;
		for (; id != NULL; id = id->next) {
			if (is_recipient(id, &a))
				return true;
		}
	}
	return false;
}

static enum sealeaf_code
unwrap(struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e)
{
	struct age_cache *cache = session_cache(s);
	struct sealeaf_error own = { 0 };
	struct attempt a = { 0 };
	struct buf file = { 0 };
	enum sealeaf_code code;

	if (cache == NULL)
		return err_memory(e);
	a.recipient = recipient(k);
	a.world = s->world;
	code = read_header(&a, &file, k->enc != NULL ? k->enc : "", &own);
	code = find_key(&a, cache, code != SEALEAF_OK ? own.text : NULL, e);
	if (code == SEALEAF_OK) {
		code = age_stream_open(secret, a.file_key, a.header.payload, e);
		if (code != SEALEAF_OK)
			err_prefix(e,
			    "failed to copy age decrypted data into "
			    "bytes.Buffer");
	}
	world_log(s->world, LOG_INFO, "AGE",
	    code == SEALEAF_OK ? "Decryption succeeded" : "Decryption failed");
	mem_wipe(a.file_key, sizeof a.file_key);
	age_header_fini(&a.header);
	buf_fini(&a.reasons);
	buf_fini(&a.hints);
	buf_fini(&file);
	return code;
}

static void
end(struct key_session *s)
{
	age_cache_free(s->state[KEY_SLOT_AGE]);
	s->state[KEY_SLOT_AGE] = NULL;
}

static const struct key_field fields[] = { [RECIPIENT] = { "recipient", false },
	{ NULL, false } };

const struct key_source key_age = { .name = "age",
	.list = "age",
	.config = "age",
	.rule = "age",
	.flag = "age",
	.variable = "SOPS_AGE_RECIPIENTS",
	.fields = fields,
	.slot = KEY_SLOT_AGE,
	.offline = true,
	.dated = false,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.ready = NULL,
	.wrap = wrap,
	.fits = fits,
	.unwrap = unwrap,
	.end = end };
