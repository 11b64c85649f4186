/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every place where an identity may be is looked at, whatever the others gave;
 * what went wrong is told only when nothing opens the file. SOPS loads all of
 * it again for each recipient, we once a session.
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"
#include "key/age_source.h"

/* What the command of `place` gave for one recipient. */
struct command {
	enum age_place place;
	char *recipient;
	struct age_source source;
	struct command *next;
};

struct age_cache {
	struct age_source fixed[AGE_PLACES];
	struct command *commands;
};

/* The variable of a place; NULL for files with fixed names. */
static const char *const variables[AGE_PLACES] = {
	[AGE_SSH_KEY_FILE] = "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
	[AGE_SSH_KEY_CMD] = "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
	[AGE_KEY] = "SOPS_AGE_KEY",
	[AGE_KEY_FILE] = "SOPS_AGE_KEY_FILE",
	[AGE_KEY_CMD] = "SOPS_AGE_KEY_CMD"
};

static void
source_fini(struct age_source *s)
{
	free(s->location);
	free(s->error);
	free(s->hint);
	age_identity_free(s->list);
	memset(s, 0, sizeof *s);
}

struct age_cache *
age_cache_new(void)
{
	return mem_zero(sizeof(struct age_cache));
}

void
age_cache_free(struct age_cache *c)
{
	struct command *next;

	if (c == NULL)
		return;
	for (size_t i = 0; i < AGE_PLACES; i++)
		source_fini(c->fixed + i);
	for (struct command *m = c->commands; m != NULL; m = next) {
		next = m->next;
		source_fini(&m->source);
		free(m->recipient);
		free(m);
	}
	free(c);
}

static bool
is_command(enum age_place place)
{
	return place == AGE_SSH_KEY_CMD || place == AGE_KEY_CMD;
}

/* Give a source of a variable its name. */
static enum sealeaf_code
name_variable(struct age_source *s, enum age_place place,
    struct sealeaf_error *e)
{
	if (variables[place] == NULL || s->location != NULL)
		return SEALEAF_OK;
	s->location = mem_dup(variables[place]);
	return s->location != NULL ? SEALEAF_OK : err_memory(e);
}

enum sealeaf_code
age_source_files(struct age_set *set, struct age_cache *c,
    const struct world *w, struct sealeaf_error *e)
{
	memset(set, 0, sizeof *set);
	for (enum age_place i = 0; i < AGE_PLACES; i++) {
		struct age_source *s = c->fixed + i;

		if (is_command(i))
			continue;
		if (name_variable(s, i, e) != SEALEAF_OK)
			return e->code;
		if (s->state == AGE_UNLOADED)
			age_place_load(s, i, w);
		set->source[i] = s;
	}
	return SEALEAF_OK;
}

/* Run the words of a command and keep what it prints. */
static enum sealeaf_code
run_words(struct buf *out, const char *text, char **words,
    const char *recipient, struct sealeaf_error *e)
{
	const char *env[2] = { NULL, NULL };
	struct buf assign = { 0 };
	struct proc p = { 0 };
	enum sealeaf_code code;
	int status;

	buf_printf(&assign, "SOPS_AGE_RECIPIENT=%s", recipient);
	code = buf_check(&assign, e);
	if (code != SEALEAF_OK)
		goto out;
	env[0] = assign.p;
	p.argv = (const char *const *)words;
	p.env_add = env;
	p.output = out;
	p.errors_through = true;
	code = proc_run(&p, &status, e);
	if (code == SEALEAF_OK && status != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC, "exit status %d",
		    status);
	if (code != SEALEAF_OK)
		err_prefix(e, "failed to execute command %.512s", text);
out:
	buf_fini(&assign);
	return code;
}

/* SOPS crashes on a variable without a word in it; here it counts as unset. */
static void
load_command(struct age_source *s, enum age_place place, const char *recipient,
    const struct world *w)
{
	const char *text = world_env(w, s->location);
	struct sealeaf_error e = { 0 };
	struct buf out = { 0 };
	char **words = NULL;

	s->state = AGE_ABSENT;
	if (text == NULL)
		return;
	words = proc_words(text, true, &e);
	if (words == NULL) {
		err_prefix(&e, "failed to parse command %.512s", text);
		age_source_fail(s, AGE_UNOPENED, &e);
	} else if (words[0] != NULL) {
		if (run_words(&out, text, words, recipient, &e) != SEALEAF_OK)
			age_source_fail(s, AGE_UNOPENED, &e);
		else if (place == AGE_SSH_KEY_CMD)
			age_source_ssh(s, buf_get(&out), NULL);
		else
			age_source_text(s, buf_get(&out), false);
	}
	free(words);
	buf_fini(&out);
}

/* The cached answer of a command, or a new one to be filled; NULL when out of
 * memory. */
static struct command *
find_command(struct age_cache *c, enum age_place place, const char *recipient)
{
	struct command *m;

	for (m = c->commands; m != NULL; m = m->next)
		if (m->place == place && strcmp(m->recipient, recipient) == 0)
			return m;
	m = mem_zero(sizeof *m);
	if (m == NULL)
		return NULL;
	m->place = place;
	m->recipient = mem_dup(recipient);
	if (m->recipient == NULL) {
		free(m);
		return NULL;
	}
	m->next = c->commands;
	c->commands = m;
	return m;
}

enum sealeaf_code
age_source_commands(struct age_set *set, struct age_cache *c,
    const char *recipient, const struct world *w, struct sealeaf_error *e)
{
	for (enum age_place i = 0; i < AGE_PLACES; i++) {
		struct command *m;

		if (!is_command(i))
			continue;
		m = find_command(c, i, recipient);
		if (m == NULL)
			return err_memory(e);
		if (name_variable(&m->source, i, e) != SEALEAF_OK)
			return e->code;
		if (m->source.state == AGE_UNLOADED)
			load_command(&m->source, i, recipient, w);
		set->source[i] = &m->source;
	}
	return SEALEAF_OK;
}

size_t
age_source_count(const struct age_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < AGE_PLACES; i++)
		if (set->source[i] != NULL)
			for (const struct age_identity *id =
				 set->source[i]->list;
			     id != NULL; id = id->next)
				n++;
	return n;
}
