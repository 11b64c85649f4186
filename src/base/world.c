/* SPDX-License-Identifier: Apache-2.0 */
/* The process's own world, and the short ways to ask it. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/show.h"
#include "base/world.h"

static const char *
process_env(void *user, const char *name)
{
	(void)user;
	return getenv(name);
}

static int64_t
process_now(void *user)
{
	(void)user;
	return (int64_t)time(NULL);
}

static void
process_random(void *user, void *p, size_t n)
{
	(void)user;
	randombytes_buf(p, n);
}

static enum sealeaf_code
process_ask(void *user, const char *prompt, bool hidden, struct secret *answer,
    struct sealeaf_error *e)
{
	(void)user;
	(void)hidden;
	(void)answer;
	return err_set(e, SEALEAF_ERR_CANCELLED, "no terminal to ask \"%s\"",
	    prompt);
}

static void
process_log(void *user, enum log_level level, const char *logger,
    const char *text)
{
	(void)user;
	(void)level;
	(void)logger;
	(void)text;
}

void
world_process(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->env = process_env;
	w->now = process_now;
	w->random = process_random;
	w->ask = process_ask;
	w->log = process_log;
}

const char *
world_env(const struct world *w, const char *name)
{
	return w->env(w->user, name);
}

int64_t
world_now(const struct world *w)
{
	return w->now(w->user);
}

void
world_random(const struct world *w, void *p, size_t n)
{
	w->random(w->user, p, n);
}

void
world_log(const struct world *w, enum log_level level, const char *logger,
    const char *format, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, format);
	(void)show_format(text, sizeof text, format, ap);
	va_end(ap);
	w->log(w->user, level, logger, text);
}

enum sealeaf_code
world_ask_key(const struct world *w, const char *prompt, struct secret *answer,
    struct sealeaf_error *e)
{
	if (w->key != NULL)
		return w->key(w->user, prompt, answer, e);
	return w->ask(w->user, prompt, false, answer, e);
}

enum sealeaf_code
world_ask_passphrase(const struct world *w, const char *prompt, bool again,
    struct secret *answer, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (!again)
		return w->ask(w->user, prompt, true, answer, e);
	buf_printf(&b, "That passphrase is wrong. %s", prompt);
	code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = w->ask(w->user, b.p, true, answer, e);
	buf_fini(&b);
	return code;
}
