/* SPDX-License-Identifier: Apache-2.0 */
/* A world of the tests of age: variables and answers from tables. */
#ifndef TESTS_AGE_WORLD_H
#define TESTS_AGE_WORLD_H

#include <stdio.h>
#include <string.h>

#include "base/world.h"

struct fake {
	struct world world;
	const char *env[16][2]; /* name, value; ended by NULL */
	const char *answer[8];  /* to each question; NULL: no terminal */
	unsigned asked;
	char prompt[512];
	char logged[2048];
};

static const char *
fake_env(void *user, const char *name)
{
	struct fake *f = user;

	for (size_t i = 0; i < 16 && f->env[i][0] != NULL; i++)
		if (strcmp(f->env[i][0], name) == 0)
			return f->env[i][1];
	/* Empty, it keeps the agent of whoever runs the tests out of them. */
	return strcmp(name, "GPG_AGENT_INFO") == 0 ? "" : NULL;
}

static enum sealeaf_code
fake_ask(void *user, const char *prompt, bool hidden, struct secret *answer,
    struct sealeaf_error *e)
{
	struct fake *f = user;
	const char *text = f->asked < 8 ? f->answer[f->asked] : NULL;

	(void)hidden;
	f->asked++;
	(void)snprintf(f->prompt, sizeof f->prompt, "%s", prompt);
	if (text == NULL)
		return err_set(e, SEALEAF_ERR_CANCELLED, "no terminal");
	return secret_copy(answer, text, strlen(text), e);
}

static void
fake_log(void *user, enum log_level level, const char *logger,
    const char *text)
{
	struct fake *f = user;
	size_t n = strlen(f->logged);

	(void)logger;
	if (level >= LOG_WARNING)
		(void)snprintf(f->logged + n, sizeof f->logged - n, "%s\n",
		    text);
}

static void
fake_init(struct fake *f)
{
	memset(f, 0, sizeof *f);
	world_process(&f->world);
	f->world.user = f;
	f->world.env = fake_env;
	f->world.ask = fake_ask;
	f->world.log = fake_log;
}

/* Add a variable. */
static void
fake_set(struct fake *f, const char *name, const char *value)
{
	size_t i = 0;

	while (f->env[i][0] != NULL)
		i++;
	f->env[i][0] = name;
	f->env[i][1] = value;
}

#endif
