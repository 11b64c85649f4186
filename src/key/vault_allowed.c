/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address is in the file, and whoever wrote the file chose it. SOPS sends
 * the token there unless an allow list says otherwise; here the token goes
 * only where the user's own environment, or the user, says.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/vault.h"

static const char list_name[] = "SOPS_HC_VAULT_ALLOWLIST";

const char *
vault_env(const struct world *w, const char *name)
{
	static const char *const prefixes[] = { "BAO_", "VAULT_" };
	char full[64];

	for (size_t i = 0; i < 2; i++) {
		const char *value;

		(void)snprintf(full, sizeof full, "%s%s", prefixes[i], name);
		value = world_env(w, full);
		if (value != NULL && *value != '\0')
			return value;
	}
	return "";
}

static enum sealeaf_code
refuse(const char *address, struct sealeaf_error *e)
{
	(void)err_set(e, SEALEAF_ERR_GENERIC, "Allowlist does not allow %s",
	    address);
	return SEALEAF_ERR_GENERIC;
}

/* Whether the list names an address word for word, but for a '/' at its end. */
static bool
listed(struct span list, struct span address)
{
	while (address.n > 0 && address.p[address.n - 1] == '/')
		address.n--;
	for (size_t at = 0; at < list.n;) {
		struct span entry = span_sub(list, at, list.n);

		entry = span_sub(entry, 0, span_find(entry, ','));
		at += entry.n + 1;
		entry = span_trim(entry);
		if (span_ends(entry, "/"))
			entry.n--;
		if (span_equal(entry, address))
			return true;
	}
	return false;
}

/*
 * Whoever writes a file may choose the server, and no more of the request: an
 * address is scheme, host and port. One with a path is taken where the list
 * names just that; what else a URL can hold, never.
 */
static enum sealeaf_code
check_form(struct span list, const char *address, struct sealeaf_error *e)
{
	struct span text = span_of(address);
	struct http_url u;
	enum sealeaf_code code;

	if (http_url_origin(&u, text))
		return SEALEAF_OK;
	if (http_url_parse(&u, text) && span_find(text, '?') == text.n &&
	    vault_path_plain(span_sub(u.path, 1, u.path.n)) &&
	    listed(list, text))
		return SEALEAF_OK;
	code = err_set(e, SEALEAF_ERR_GENERIC,
	    "not a usable Vault address: \"%.300s\"", address);
	err_hint(e,
	    "an address is scheme, host and port, as "
	    "https://vault.example.com:8200");
	return code;
}

/* By the list, as SOPS compares: entry and address closed with '/'. */
static enum sealeaf_code
by_list(struct span list, const char *address, struct sealeaf_error *e)
{
	struct buf whole = { 0 };
	enum sealeaf_code code = refuse(address, NULL);
	unsigned number = 0;

	buf_printf(&whole, "%s/", address);
	for (size_t at = 0; at <= list.n && code != SEALEAF_OK;) {
		struct span part = span_sub(list, at, list.n), entry;
		struct span there = buf_get(&whole);

		part = span_sub(part, 0, span_find(part, ','));
		entry = span_trim(part);
		at += part.n + 1;
		number++;
		if (entry.n == 0) {
			(void)err_set(e, SEALEAF_ERR_GENERIC,
			    "%s's entry %u is empty", list_name, number);
			break;
		}
		if (entry.p[entry.n - 1] == '/')
			entry.n--;
		there = span_sub(there, 0, entry.n + 1);
		if (there.n == entry.n + 1 && there.p[entry.n] == '/' &&
		    memcmp(there.p, entry.p, entry.n) == 0)
			code = SEALEAF_OK;
	}
	buf_fini(&whole);
	return code == SEALEAF_OK ? code : refuse(address, e);
}

static bool
same_text(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (tolower((unsigned char)a.p[i]) !=
		    tolower((unsigned char)b.p[i]))
			return false;
	return true;
}

static unsigned
port_of(const struct http_url *u)
{
	unsigned port = http_url_port(u);

	if (port != 0)
		return port;
	return span_is(u->scheme, "https") ? 443 : 80;
}

/* Whether both name the same server in the same way. */
static bool
same_place(struct span a, struct span b)
{
	struct http_url x, y;

	return http_url_parse(&x, a) && http_url_parse(&y, b) &&
	    span_equal(x.scheme, y.scheme) && port_of(&x) == port_of(&y) &&
	    same_text(http_url_name(&x), http_url_name(&y));
}

static bool
agreed_before(const struct vault *v, const char *address)
{
	for (const struct vault_agreed *a = v->agreed; a != NULL; a = a->next)
		if (strcmp(a->address, address) == 0)
			return true;
	return false;
}

static void
agree(struct vault *v, const char *address)
{
	struct vault_agreed *a = mem_zero(sizeof *a);

	if (a == NULL)
		return;
	a->address = mem_dup(address);
	if (a->address == NULL) {
		free(a);
		return;
	}
	a->next = v->agreed;
	v->agreed = a;
}

static bool
asked(const struct world *w, const char *address)
{
	struct secret answer = { 0 };
	char prompt[512];
	struct span text;
	bool yes = false;

	(void)snprintf(prompt, sizeof prompt,
	    "This file wants your Vault token sent to %.300s. Send it? [y/N] ",
	    address);
	if (w->ask(w->user, prompt, false, &answer, NULL) == SEALEAF_OK &&
	    answer.n > 0 && secret_open(&answer, &text, NULL) == SEALEAF_OK) {
		const char *p = text.p;

		yes = (p[0] == 'y' || p[0] == 'Y') &&
		    (answer.n == 1 || (answer.n == 3 && p[2] == 's'));
		secret_close(&answer);
	}
	secret_fini(&answer);
	return yes;
}

enum sealeaf_code
vault_allowed(struct vault *v, const struct world *w, const char *address,
    struct sealeaf_error *e)
{
	struct span list = span_of(world_env(w, list_name));
	enum sealeaf_code code = check_form(list, address, e);
	struct http_url u;

	if (code != SEALEAF_OK)
		return code;
	if (span_is(list, "none"))
		return refuse(address, e);
	if (span_is(list, "all"))
		return SEALEAF_OK;
	if (list.n > 0)
		return by_list(list, address, e);
	if (*vault_env(w, "AGENT_ADDR") != '\0' ||
	    same_place(span_of(vault_env(w, "ADDR")), span_of(address)) ||
	    agreed_before(v, address))
		return SEALEAF_OK;
	if (http_url_parse(&u, span_of(address)) &&
	    (span_is(u.scheme, "https") ||
		http_is_loopback(http_url_name(&u))) &&
	    asked(w, address)) {
		agree(v, address);
		return SEALEAF_OK;
	}
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "the token is not sent to %.300s, which this file names", address);
	err_hint(e, "if you trust it, set VAULT_ADDR to it, or put it in %s",
	    list_name);
	return SEALEAF_ERR_GENERIC;
}
