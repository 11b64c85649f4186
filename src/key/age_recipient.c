/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of recipients, told apart by how their text begins. Each recipient
 * of a SOPS file has an age file of its own.
 */

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "key/age.h"
#include "key/age_armor.h"
#include "key/age_hybrid.h"
#include "key/age_plugin.h"
#include "key/age_ssh.h"
#include "key/age_stream.h"
#include "key/age_x25519.h"

void
age_quote(char out[AGE_QUOTED], struct span text)
{
	size_t n = text.n < AGE_QUOTED / 4 - 2 ? text.n : AGE_QUOTED / 4 - 2;
	char *p = out;

	*p++ = '"';
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ' || c == 0x7f) {
			p += snprintf(p, 5, "\\x%02x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			*p++ = '\\';
		*p++ = (char)c;
	}
	memcpy(p, n < text.n ? "...\"" : "\"", n < text.n ? 5 : 2);
}

/*
 * One kind. wrap appends the stanza of the file key; what stands in front of
 * errors about the text is `what`.
 */
struct recipient {
	const char *what;
	bool (*takes)(struct span text);
	enum sealeaf_code (*check)(struct span text, struct sealeaf_error *e);
	enum sealeaf_code (*wrap)(struct buf *stanzas, struct span text,
	    const uint8_t file_key[static AGE_FILE_KEY], const struct world *w,
	    struct sealeaf_error *e);
};

static bool
is_x25519(struct span text)
{
	return span_starts(text, "age1");
}

static enum sealeaf_code
check_x25519(struct span text, struct sealeaf_error *e)
{
	uint8_t point[AGE_X25519];

	return age_x25519_recipient(point, text, e);
}

static bool
is_hybrid(struct span text)
{
	return span_starts(text, "age1pq1");
}

/* A second '1' is not in the alphabet of the data: it ends a longer name. */
static bool
is_plugin(struct span text)
{
	struct span rest = span_sub(text, 4, text.n);

	return is_x25519(text) && span_find(rest, '1') < rest.n;
}

static bool
is_ssh(struct span text)
{
	return span_starts(text, "ssh-");
}

static const struct recipient recipients[] = {
	{ "failed to parse input as Bech32-encoded age public key", is_hybrid,
	    age_hybrid_check, age_hybrid_wrap },
	{ "failed to parse input as age key from age plugin", is_plugin,
	    age_plugin_check, age_plugin_wrap },
	{ "failed to parse input as Bech32-encoded age public key", is_x25519,
	    check_x25519, age_x25519_wrap },
	{ "failed to parse input as age-ssh public key", is_ssh, age_ssh_check,
	    age_ssh_wrap }
};

/* Nobody's kind: a secret key given by mistake must not be shown. */
static enum sealeaf_code
unknown(struct span text, struct sealeaf_error *e)
{
	char quoted[AGE_QUOTED];

	if (span_starts(text, "AGE-"))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "failed to parse "
		    "input, unknown recipient type: this is an identity, "
		    "give its public key");
	age_quote(quoted, text);
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "failed to parse input, "
	    "unknown recipient type: %s",
	    quoted);
}

/* The kind of a valid recipient. */
static enum sealeaf_code
find(const struct recipient **r, struct span text, struct sealeaf_error *e)
{
	for (size_t i = 0; i < sizeof recipients / sizeof *recipients; i++) {
		enum sealeaf_code code;

		*r = recipients + i;
		if (!(*r)->takes(text))
			continue;
		code = (*r)->check(text, e);
		if (code != SEALEAF_OK)
			err_prefix(e, "%s", (*r)->what);
		return code;
	}
	return unknown(text, e);
}

enum sealeaf_code
age_recipient_check(struct span text, struct sealeaf_error *e)
{
	const struct recipient *r;

	return find(&r, text, e);
}

enum sealeaf_code
age_encrypt(struct buf *armored, struct span recipient, struct span plain,
    const struct world *w, struct sealeaf_error *e)
{
	uint8_t file_key[AGE_FILE_KEY];
	struct buf stanzas = { 0 }, file = { 0 };
	const struct recipient *r;
	enum sealeaf_code code = find(&r, recipient, e);

	if (code != SEALEAF_OK)
		return code;
	world_random(w, file_key, sizeof file_key);
	code = r->wrap(&stanzas, recipient, file_key, w, e);
	if (code != SEALEAF_OK)
		err_prefix(e,
		    "failed to create writer for encrypting sops "
		    "data key with age: failed to wrap key for recipient #0");
	if (code == SEALEAF_OK)
		code = age_header_append(&file, buf_get(&stanzas), file_key, e);
	if (code == SEALEAF_OK)
		code = age_stream_seal(&file, file_key, plain, w, e);
	if (code == SEALEAF_OK) {
		age_armor_append(armored, buf_get(&file));
		code = buf_check(armored, e);
	}
	mem_wipe(file_key, sizeof file_key);
	buf_fini(&stanzas);
	buf_fini(&file);
	return code;
}
