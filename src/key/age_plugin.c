/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a plugin's recipient or identity tells its name, and through it
 * the program that runs: nothing but letters, digits and "+-._" gets there.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/age_plugin.h"
#include "key/age_talk.h"
#include "key/bech32.h"

enum { NAME_MAX_LENGTH = 64 };

static bool
is_name(struct span name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '\0' || strchr(good, name.p[i]) == NULL)
			return false;
	return name.n > 0 && name.n <= NAME_MAX_LENGTH;
}

/* The name in the prefix of `text`, between `front` and `back`. */
static enum sealeaf_code
get_name(struct span *name, struct span text, const char *front,
    const char *back, const char *what, struct sealeaf_error *e)
{
	uint8_t *data = mem_zero(text.n);
	size_t n = strlen(front), m = strlen(back), data_n;
	enum sealeaf_code code;
	struct span hrp;

	if (data == NULL)
		return err_memory(e);
	code = bech32_get(text, &hrp, data, text.n, &data_n, e);
	mem_wipe_free(data, text.n);
	if (code != SEALEAF_OK) {
		err_prefix(e, "invalid %s encoding", what);
		return code;
	}
	if (!span_starts(hrp, front) || !span_ends(hrp, back) || hrp.n < n + m)
		return err_set(e, SEALEAF_ERR_GENERIC, "not a plugin %s", what);
	*name = span_sub(hrp, n, hrp.n - m);
	if (!is_name(*name))
		return err_set(e, SEALEAF_ERR_GENERIC, "invalid plugin name");
	return SEALEAF_OK;
}

/* A copy of the name in lower case, or NULL. */
static char *
lower_name(struct span name)
{
	char *p = mem_dup_n(name.p, name.n);

	for (size_t i = 0; p != NULL && i < name.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return p;
}

static void
put_stanza(struct buf *b, const char *line, const void *body, size_t n)
{
	buf_printf(b, "-> %s\n", line);
	age_body_append(b, body, n);
}

/* "-> TYPE TEXT" without a body. */
static void
put_line(struct buf *b, const char *type, struct span text)
{
	buf_printf(b, "-> %s ", type);
	buf_span(b, text);
	buf_puts(b, "\n\n");
}

/* Append what stands in `s` from the argument `from` on as a stanza. */
static void
copy_stanza(struct buf *b, const struct age_stanza *s, size_t from)
{
	for (size_t i = from; i < s->n; i++) {
		buf_putc(b, ' ');
		buf_span(b, s->args[i]);
	}
	buf_putc(b, '\n');
	age_body_append(b, s->body.p, s->body.n);
}

enum sealeaf_code
age_plugin_check(struct span text, struct sealeaf_error *e)
{
	struct span name;

	return get_name(&name, text, "age1", "", "recipient", e);
}

static enum age_heard
take_stanza(struct age_talk *t, const struct age_stanza *s,
    struct sealeaf_error *e)
{
	struct buf *stanzas = t->user;

	if (span_is(s->args[0], "labels"))
		return AGE_TAKEN;
	if (!span_is(s->args[0], "recipient-stanza"))
		return AGE_NOT_TAKEN;
	if (s->n < 3 || !span_is(s->args[1], "0")) {
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "malformed recipient stanza");
		return AGE_BAD;
	}
	buf_puts(stanzas, "->");
	copy_stanza(stanzas, s, 2);
	return AGE_TAKEN;
}

enum sealeaf_code
age_plugin_wrap(struct buf *stanzas, struct span text,
    const uint8_t file_key[static AGE_FILE_KEY], const struct world *w,
    struct sealeaf_error *e)
{
	struct buf opening = { 0 };
	struct age_talk t = { 0 };
	struct span name;
	size_t before = stanzas->n;
	enum sealeaf_code code = get_name(&name, text, "age1", "", "recipient",
	    e);
	char *plugin;

	if (code != SEALEAF_OK)
		return code;
	plugin = lower_name(name);
	put_line(&opening, "add-recipient", text);
	put_stanza(&opening, "wrap-file-key", file_key, AGE_FILE_KEY);
	put_stanza(&opening, "extension-labels", NULL, 0);
	put_stanza(&opening, "done", NULL, 0);
	code = plugin == NULL ? err_memory(e) : buf_check(&opening, e);
	if (code == SEALEAF_OK) {
		t.name = plugin;
		t.protocol = "recipient-v1";
		t.world = w;
		t.opening = buf_get(&opening);
		t.take = take_stanza;
		t.user = stanzas;
		code = age_talk_run(&t, e);
	}
	if (code == SEALEAF_OK)
		code = buf_check(stanzas, e);
	if (code == SEALEAF_OK && stanzas->n == before)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "%s plugin: received "
		    "zero recipient stanzas",
		    plugin);
	buf_fini(&opening);
	free(plugin);
	return code;
}

/* The file key that a plugin has given. */
struct found {
	uint8_t *file_key;
	bool is;
};

static enum age_heard
take_key(struct age_talk *t, const struct age_stanza *s,
    struct sealeaf_error *e)
{
	struct found *found = t->user;

	if (!span_is(s->args[0], "file-key"))
		return AGE_NOT_TAKEN;
	if (s->n != 2 || !span_is(s->args[1], "0") || s->body.n != AGE_FILE_KEY)
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "malformed file-key stanza");
	else if (found->is)
		(void)err_set(e, SEALEAF_ERR_GENERIC,
		    "received duplicated file-key stanza");
	if (e->code != SEALEAF_OK)
		return AGE_BAD;
	memcpy(found->file_key, s->body.p, AGE_FILE_KEY);
	found->is = true;
	return AGE_TAKEN;
}

static enum sealeaf_code
plugin_unwrap(struct age_identity *id, uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, const struct world *w, struct sealeaf_error *e)
{
	struct found found = { file_key, false };
	struct buf opening = { 0 };
	struct age_talk t = { 0 };
	struct span key;
	enum sealeaf_code code = secret_open(&id->key, &key, e);

	if (code != SEALEAF_OK)
		return code;
	put_line(&opening, "add-identity", key);
	secret_close(&id->key);
	for (size_t i = 0; i < h->n; i++) {
		buf_puts(&opening, "-> recipient-stanza 0");
		copy_stanza(&opening, h->stanzas + i, 0);
	}
	put_stanza(&opening, "done", NULL, 0);
	code = buf_check(&opening, e);
	if (code == SEALEAF_OK) {
		t.name = id->more;
		t.protocol = "identity-v1";
		t.world = w;
		t.opening = buf_get(&opening);
		t.take = take_key;
		t.user = &found;
		code = age_talk_run(&t, e);
	}
	if (code == SEALEAF_OK && !found.is)
		code = SEALEAF_ERR_NOT_MINE;
	buf_fini(&opening);
	return code;
}

static void
plugin_fini(struct age_identity *id)
{
	free(id->more);
}

const struct age_kind age_plugin_kind = { AGE_PLUGIN, plugin_unwrap,
	plugin_fini };

enum sealeaf_code
age_plugin_add(struct age_identity **list, struct span text,
    struct sealeaf_error *e)
{
	struct age_identity *id;
	struct span name;
	enum sealeaf_code code = get_name(&name, text, "AGE-PLUGIN-", "-",
	    "identity", e);

	if (code != SEALEAF_OK)
		return code;
	id = age_identity_add(list, &age_plugin_kind);
	if (id == NULL)
		return err_memory(e);
	id->more = lower_name(name);
	if (id->more == NULL)
		return err_memory(e);
	return secret_copy(&id->key, text.p, text.n, e);
}
