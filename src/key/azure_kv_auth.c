/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vault says whom to ask for a token, and for what. It is believed only for
 * a resource that its own host belongs to and that Azure has: else a file
 * could name a host that collects tokens.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "key/azure_kv.h"
#include "key/remote.h"
#include "net/azure.h"

/* What a vault's host has said. */
struct place {
	char *host, *resource, *tenant;
	struct oauth_token token;
	struct place *next;
};

struct state {
	struct remote_state base;
	struct place *list;
};

static void
place_free(struct place *p)
{
	if (p == NULL)
		return;
	free(p->host);
	free(p->resource);
	free(p->tenant);
	oauth_fini(&p->token);
	free(p);
}

void
azure_kv_end(struct key_session *s)
{
	struct state *state = s->state[KEY_SLOT_AZURE];
	struct place *next;

	if (state == NULL)
		return;
	for (struct place *p = state->list; p != NULL; p = next) {
		next = p->next;
		place_free(p);
	}
	remote_state_free(s, KEY_SLOT_AZURE);
}

/* The value of name="value" in a challenge. */
static struct span
parameter(struct span challenge, const char *name)
{
	struct buf key = { 0 };
	struct span rest = { NULL, 0 };
	size_t at;

	buf_printf(&key, "%s=\"", name);
	at = key.failed ? challenge.n : span_search(challenge, buf_get(&key));
	if (at < challenge.n) {
		rest = span_sub(challenge, at + key.n, challenge.n);
		rest = span_sub(rest, 0, span_find(rest, '"'));
	}
	buf_fini(&key);
	return rest;
}

/* Whether a host is one of these, or under one of them. */
static bool
is_under(struct span host, const char *const *list)
{
	for (; *list != NULL; list++) {
		size_t n = strlen(*list);

		if (span_ends(host, *list) &&
		    (host.n == n || host.p[host.n - n - 1] == '.'))
			return true;
	}
	return false;
}

static bool
of_azure(struct span host)
{
	static const char *const hosts[] = { "vault.azure.net",
		"vault.azure.cn", "vault.usgovcloudapi.net",
		"vault.microsoftazure.de", "managedhsm.azure.net",
		"managedhsm.azure.cn", "managedhsm.usgovcloudapi.net", NULL };

	return is_under(host, hosts);
}

/* Whether the user's tokens come from a cloud that is not Microsoft's, whose
 * vaults are anywhere. */
static bool
own_cloud(const struct world *w)
{
	static const char *const known[] = { "login.microsoftonline.com",
		"login.microsoftonline.us", "login.microsoftonline.de",
		"login.chinacloudapi.cn", "login.partner.microsoftonline.cn",
		"login.windows.net", NULL };
	const char *authority = world_env(w, "AZURE_AUTHORITY_HOST");
	struct span host = span_of(authority);
	struct http_url u;

	if (http_url_parse(&u, host))
		host = http_url_name(&u);
	return host.n > 0 && !is_under(host, known);
}

/* Whether a vault at `host` may want tokens for `resource`. */
static bool
may_want(struct span host, struct span resource, const struct world *w)
{
	struct http_url u;
	struct span tail;

	if (!http_url_origin(&u, resource) || !span_is(u.scheme, "https") ||
	    http_url_port(&u) != 0)
		return false;
	tail = http_url_name(&u);
	return host.n > tail.n + 1 && host.p[host.n - tail.n - 1] == '.' &&
	    span_equal(span_sub(host, host.n - tail.n, host.n), tail) &&
	    (of_azure(tail) || own_cloud(w));
}

/* The tenant in "https://login.microsoftonline.com/TENANT". */
static struct span
tenant_of(struct span authority)
{
	size_t at = authority.n;

	while (at > 0 && authority.p[at - 1] != '/')
		at--;
	return span_sub(authority, at, authority.n);
}

static enum sealeaf_code
believe(struct place **out, const struct http_url *u, struct span challenge,
    const struct world *w, struct sealeaf_error *e)
{
	struct span resource = parameter(challenge, "resource");
	struct span tenant = tenant_of(parameter(challenge, "authorization"));
	struct place *p;

	if (resource.n == 0) {
		resource = parameter(challenge, "scope");
		if (span_ends(resource, "/.default"))
			resource.n -= strlen("/.default");
	}
	while (resource.n > 0 && resource.p[resource.n - 1] == '/')
		resource.n--;
	if (!may_want(http_url_name(u), resource, w))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the vault at %.*s "
		    "wants a token for \"%.*s\", which it is no part of",
		    (int)u->host.n, u->host.p,
		    (int)(resource.n < 200 ? resource.n : 200), resource.p);
	p = mem_zero(sizeof *p);
	if (p == NULL)
		return err_memory(e);
	p->host = mem_dup_n(u->host.p, u->host.n);
	p->resource = mem_dup_n(resource.p, resource.n);
	p->tenant = mem_dup_n(tenant.n > 0 ? tenant.p : "", tenant.n);
	if (p->host == NULL || p->resource == NULL || p->tenant == NULL) {
		place_free(p);
		return err_memory(e);
	}
	*out = p;
	return SEALEAF_OK;
}

/* Ask without token and body, which is how a vault is brought to say. */
static enum sealeaf_code
challenge(struct place **out, struct key_session *s, const char *url,
    const char *method, const struct http_url *u, struct sealeaf_error *e)
{
	struct http_request r = { .method = method, .url = url };
	struct http_answer a = { 0 };
	struct span said;
	enum sealeaf_code code = http_ask(remote_http(s), &r, &a, e);

	said = http_header(&a, "www-authenticate");
	if (code == SEALEAF_OK && (a.status != 401 || said.p == NULL))
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the vault answered %u where it should ask for a token",
		    a.status);
	if (code == SEALEAF_OK)
		code = believe(out, u, said, remote_world(s), e);
	http_answer_fini(&a);
	return code;
}

static struct place *
known(struct state *state, struct span host)
{
	for (struct place *p = state->list; p != NULL; p = p->next)
		if (span_is(host, p->host))
			return p;
	return NULL;
}

/* Take a token that another vault of the same kind was given. */
static bool
borrow(struct state *state, struct place *p, int64_t now)
{
	for (struct place *o = state->list; o != NULL; o = o->next)
		if (o != p && strcmp(o->resource, p->resource) == 0 &&
		    strcmp(o->tenant, p->tenant) == 0 &&
		    oauth_usable(&o->token, now)) {
			struct span text;
			enum sealeaf_code code = secret_open(&o->token.text,
			    &text, NULL);

			if (code == SEALEAF_OK)
				code = oauth_set(&p->token, text,
				    o->token.expires, NULL);
			secret_close(&o->token.text);
			return code == SEALEAF_OK;
		}
	return false;
}

/* Add a token to the request, asking the vault and Azure for what is not
 * known yet. The lock is held. */
static enum sealeaf_code
authorize(struct key_session *s, struct state *state, struct http_request *r,
    bool fresh, struct sealeaf_error *e)
{
	struct azure z = { .world = remote_world(s), .http = remote_http(s) };
	int64_t now = world_now(z.world);
	enum sealeaf_code code = SEALEAF_OK;
	struct http_url u;
	struct place *p;

	if (!http_url_parse(&u, span_of(r->url)) || !span_is(u.scheme, "https"))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "not an https URL of a vault: \"%.200s\"", r->url);
	if (!of_azure(http_url_name(&u)) && !own_cloud(z.world))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "%.*s is no host of an Azure vault", (int)u.host.n,
		    u.host.p);
	p = known(state, u.host);
	if (p == NULL) {
		code = challenge(&p, s, r->url, r->method, &u, e);
		if (code != SEALEAF_OK)
			return code;
		p->next = state->list;
		state->list = p;
	}
	if (fresh)
		oauth_fini(&p->token);
	z.resource = p->resource;
	z.tenant = p->tenant;
	if (!oauth_usable(&p->token, now) && (fresh || !borrow(state, p, now)))
		code = azure_token(&p->token, &z, e);
	if (code == SEALEAF_OK)
		oauth_header_put(r, &p->token);
	return code;
}

enum sealeaf_code
azure_kv_send(struct key_session *s, struct http_request *r,
    struct http_answer *a, struct sealeaf_error *e)
{
	struct state *state = remote_state(s, KEY_SLOT_AZURE, sizeof *state);
	size_t plain = r->headers.n;
	enum sealeaf_code code = SEALEAF_OK;

	if (state == NULL)
		return err_memory(e);
	for (unsigned try = 0; try < 2 && code == SEALEAF_OK; try++) {
		if (try > 0 && a->status != 401)
			break;
		buf_truncate(&r->headers, plain);
		http_answer_fini(a);
		(void)pthread_mutex_lock(&state->base.lock);
		code = authorize(s, state, r, try > 0, e);
		(void)pthread_mutex_unlock(&state->base.lock);
		if (code == SEALEAF_OK)
			code = http_ask(remote_http(s), r, a, e);
	}
	return code;
}
