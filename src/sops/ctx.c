/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts: options are kept as the strings they came as. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/span.h"
#include "key/service.h"
#include "net/socket.h"
#include "sops/ctx.h"

enum { ANSWER_MAX = 4096 };

static const char *
ctx_env(void *user, const char *name)
{
	struct sealeaf_ctx *ctx = user;

	return ctx->env != NULL ? ctx->env(ctx->env_user, name) : getenv(name);
}

static void
ctx_log(void *user, enum log_level level, const char *logger, const char *text)
{
	struct sealeaf_ctx *ctx = user;

	if (ctx->log != NULL)
		ctx->log(ctx->log_user, (enum sealeaf_level)level, logger,
		    text);
}

static enum sealeaf_code
ask_in(struct sealeaf_ctx *ctx, const char *prompt, bool hidden, size_t size,
    struct secret *answer, struct sealeaf_error *e)
{
	struct secret room = { 0 };
	enum sealeaf_code code;
	long n;

	if (ctx->ask == NULL)
		return err_set(e, SEALEAF_ERR_CANCELLED,
		    "no terminal to ask \"%s\"", prompt);
	code = secret_new(&room, size, e);
	if (code != SEALEAF_OK)
		return code;
	n = ctx->ask(ctx->ask_user, prompt, hidden, (char *)room.p, room.n);
	if (n < 0 || (size_t)n > size)
		code = err_set(e, SEALEAF_ERR_CANCELLED,
		    "nobody answered \"%s\"", prompt);
	else
		code = secret_copy(answer, room.p, (size_t)n, e);
	secret_fini(&room);
	return code;
}

static enum sealeaf_code
ctx_ask(void *user, const char *prompt, bool hidden, struct secret *answer,
    struct sealeaf_error *e)
{
	return ask_in(user, prompt, hidden, ANSWER_MAX, answer, e);
}

/* Room for a key and a NUL. */
static enum sealeaf_code
ctx_key(void *user, const char *prompt, struct secret *answer,
    struct sealeaf_error *e)
{
	return ask_in(user, prompt, false, 2, answer, e);
}

struct sealeaf_ctx *
sealeaf_new(void)
{
	struct sealeaf_ctx *ctx = mem_zero(sizeof *ctx);

	if (ctx == NULL)
		return NULL;
	world_process(&ctx->world);
	ctx->world.user = ctx;
	ctx->world.env = ctx_env;
	ctx->world.log = ctx_log;
	ctx->world.ask = ctx_ask;
	ctx->world.key = ctx_key;
	key_session_init(&ctx->session, &ctx->world);
	return ctx;
}

static void
keyservices_clear(struct sealeaf_ctx *ctx)
{
	for (size_t i = 0; i < ctx->n_keyservices; i++)
		free(ctx->keyservices[i]);
	free(ctx->keyservices);
	ctx->keyservices = NULL;
	ctx->n_keyservices = 0;
}

void
sealeaf_free(struct sealeaf_ctx *ctx)
{
	if (ctx == NULL)
		return;
	key_session_fini(&ctx->session);
	for (size_t i = 0; i < CTX_OPTIONS; i++)
		free(ctx->option[i]);
	keyservices_clear(ctx);
	free(ctx);
}

/* Whether `uri` can be used; what is to be said about it is said here, once,
 * and not at each key. */
static bool
keyservices_check(const struct sealeaf_ctx *ctx, const char *uri)
{
	struct service r;

	if (!service_parse(&r, uri)) {
		world_log(&ctx->world, LOG_WARNING, "CMD",
		    "Error parsing URI "
		    "for keyservice, skipping\turi=%s",
		    uri);
		return false;
	}
	world_log(&ctx->world, LOG_INFO, "CMD",
	    "Connecting to key service\taddress=%s://%s", r.network, r.address);
	if (r.problem == NULL && !socket_is_local(r.network, r.address))
		world_log(&ctx->world, LOG_WARNING, "KEYSERVICE",
		    "The data "
		    "key goes to another machine unencrypted\turi=%s",
		    uri);
	service_fini(&r);
	return true;
}

static enum sealeaf_code
keyservices_add(struct sealeaf_ctx *ctx, const char *value,
    struct sealeaf_error *e)
{
	size_t n = ctx->n_keyservices;
	char **list;

	if (value == NULL) {
		keyservices_clear(ctx);
		return SEALEAF_OK;
	}
	if (!keyservices_check(ctx, value))
		return SEALEAF_OK;
	list = realloc(ctx->keyservices, (n + 1) * sizeof *list);
	if (list == NULL)
		return err_memory(e);
	ctx->keyservices = list;
	list[n] = mem_dup(value);
	if (list[n] == NULL)
		return err_memory(e);
	ctx->n_keyservices++;
	return SEALEAF_OK;
}

static enum sealeaf_code
check(enum sealeaf_option option, const char *value, struct sealeaf_error *e)
{
	int64_t number;
	bool flag;

	switch (option) {
	case SEALEAF_OPT_MAC_ONLY_ENCRYPTED:
	case SEALEAF_OPT_IGNORE_MAC:
	case SEALEAF_OPT_STRICT:
	case SEALEAF_OPT_LOCAL_KEYSERVICE:
		if (number_bool(span_of(value), &flag))
			return SEALEAF_OK;
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "\"%s\" is neither true nor false", value);
	case SEALEAF_OPT_THRESHOLD:
	case SEALEAF_OPT_INDENT:
	case SEALEAF_OPT_KEY_TIMEOUT:
		if (number_int(span_of(value), &number))
			return SEALEAF_OK;
		return err_set(e, SEALEAF_ERR_GENERIC, "\"%s\" is not a number",
		    value);
	case SEALEAF_OPT_LAYOUT:
		if (strcmp(value, "keep") == 0 || strcmp(value, "sops") == 0)
			return SEALEAF_OK;
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "unknown layout \"%s\", known are keep and sops", value);
	default:
		return SEALEAF_OK;
	}
}

enum sealeaf_code
sealeaf_set(struct sealeaf_ctx *ctx, enum sealeaf_option option,
    const char *value, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	char *copy = NULL;

	if (option == SEALEAF_OPT_KEYSERVICE)
		return keyservices_add(ctx, value, e);
	if ((int)option < 0 || (int)option >= CTX_OPTIONS)
		return err_set(e, SEALEAF_ERR_GENERIC, "unknown option %d",
		    (int)option);
	if (value != NULL && value[0] != '\0')
		code = check(option, value, e);
	if (code != SEALEAF_OK)
		return code;
	if (value != NULL) {
		copy = mem_dup(value);
		if (copy == NULL)
			return err_memory(e);
	}
	free(ctx->option[option]);
	ctx->option[option] = copy;
	if (option == SEALEAF_OPT_KEY_TIMEOUT && value != NULL)
		ctx->session.seconds = (unsigned)strtoul(value, NULL, 10);
	return SEALEAF_OK;
}

void
sealeaf_on_log(struct sealeaf_ctx *ctx,
    void (*log)(void *, enum sealeaf_level, const char *, const char *),
    void *user)
{
	ctx->log = log;
	ctx->log_user = user;
}

void
sealeaf_on_ask(struct sealeaf_ctx *ctx,
    long (*ask)(void *, const char *, bool, char *, size_t), void *user)
{
	ctx->ask = ask;
	ctx->ask_user = user;
}

void
sealeaf_on_env(struct sealeaf_ctx *ctx,
    const char *(*env)(void *, const char *), void *user)
{
	ctx->env = env;
	ctx->env_user = user;
}

const char *
ctx_option(const struct sealeaf_ctx *ctx, enum sealeaf_option option)
{
	const char *text = ctx->option[option];

	return text != NULL && text[0] != '\0' ? text : NULL;
}

bool
ctx_flag(const struct sealeaf_ctx *ctx, enum sealeaf_option option,
    bool otherwise)
{
	const char *text = ctx_option(ctx, option);
	bool flag;

	if (text == NULL || !number_bool(span_of(text), &flag))
		return otherwise;
	return flag;
}
