/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every place where an identity may be is looked at, whatever the others gave;
 * what went wrong is told only when nothing opens the file. SOPS loads all of
 * it again for each recipient, we once a session.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
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

/* Remember why a source gave nothing. */
static void
fail(struct age_source *s, enum age_state state, const char *text)
{
	s->state = state;
	if (s->error == NULL)
		s->error = mem_dup(text);
}

/* The identities in the content of a source. */
static void
take_text(struct age_source *s, struct span text, bool words)
{
	struct sealeaf_error e = { 0 };

	s->state = AGE_OPENED;
	if (age_identity_load(&s->list, text, s->location, words, &e) !=
	    SEALEAF_OK)
		fail(s, AGE_OPENED, e.text);
}

/* An SSH private key; `path` is NULL for the output of a command. */
static void
take_ssh(struct age_source *s, struct span text, const char *path)
{
	(void)text;
	(void)path;
	fail(s, AGE_OPENED, "SSH identities are not supported yet");
}

static bool
holds_identity(struct span value)
{
	return span_starts(span_trim(value), "AGE-SECRET-KEY-") ||
	    span_starts(span_trim(value), "AGE-PLUGIN-") ||
	    span_search(value, span_of("PRIVATE KEY-----")) < value.n;
}

/* `path` with a leading "~/" replaced, freed by the caller; or NULL. */
static char *
expand_home(const char *path, const struct world *w)
{
	const char *home = world_env(w, "HOME");
	struct buf b = { 0 };

	if (strncmp(path, "~/", 2) != 0 || home == NULL || home[0] == '\0')
		return mem_dup(path);
	buf_puts(&b, home);
	buf_puts(&b, path + 1);
	return buf_take(&b, NULL);
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Read a file of identities; `what` stands in front of an error. */
static void
take_file(struct age_source *s, enum age_place place, const char *path,
    const char *what)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };

	if (place >= AGE_KEY && is_directory(path)) {
		/* SOPS reads a directory as a file without identities. */
		s->state = AGE_OPENED;
	} else if (file_read(path, &b, &e) != SEALEAF_OK) {
		err_prefix(&e, "%s", what);
		fail(s, AGE_UNOPENED, e.text);
	} else if (place < AGE_KEY) {
		take_ssh(s, buf_get(&b), path);
	} else {
		take_text(s, buf_get(&b), false);
	}
	buf_fini(&b);
}

/* A file that a variable names. */
static void
load_named(struct age_source *s, enum age_place place, const struct world *w)
{
	const char *value = world_env(w, s->location);
	const char *what = place == AGE_SSH_KEY_FILE ? "failed to open file"
	    : "failed to open SOPS_AGE_KEY_FILE file";
	char *path;

	if (value == NULL) {
		s->state = AGE_ABSENT;
		return;
	}
	if (holds_identity(span_of(value))) {
		struct sealeaf_error e = { 0 };

		(void)err_set(&e, SEALEAF_ERR_READ, "%s: %s holds a secret "
		    "key where a path belongs (%s is for the key itself)",
		    what, s->location, place == AGE_KEY_FILE ? "SOPS_AGE_KEY"
		    : "SOPS_AGE_SSH_PRIVATE_KEY_CMD");
		fail(s, AGE_UNOPENED, e.text);
		return;
	}
	path = expand_home(value, w);
	if (path == NULL)
		fail(s, AGE_UNOPENED, "out of memory");
	else
		take_file(s, place, path, what);
	free(path);
}

/* A file that need not be there. */
static void
load_default(struct age_source *s, enum age_place place)
{
	struct stat st;

	if (s->location == NULL)
		return;
	if (stat(s->location, &st) != 0 && (errno == ENOENT ||
	    place < AGE_KEY))
		s->state = AGE_ABSENT;
	else
		take_file(s, place, s->location, "failed to open file");
}

static void
load_value(struct age_source *s, const struct world *w)
{
	const char *value = world_env(w, s->location);

	if (value == NULL)
		s->state = AGE_ABSENT;
	else
		take_text(s, span_of(value), true);
}

/* "DIRECTORY/NAME" without doubled slashes between, or NULL. */
static char *
join(const char *directory, const char *name)
{
	struct buf b = { 0 };
	size_t n = strlen(directory);

	while (n > 0 && directory[n - 1] == '/')
		n--;
	buf_put(&b, directory, n);
	buf_putc(&b, '/');
	buf_puts(&b, name);
	return buf_take(&b, NULL);
}

/* Name a file of ~/.ssh; without $HOME that is an error, told once. */
static void
name_ssh(struct age_source *s, enum age_place place, const struct world *w)
{
	const char *home = world_env(w, "HOME");

	if (home != NULL && home[0] != '\0')
		s->location = join(home, place == AGE_SSH_RSA ? ".ssh/id_rsa"
		    : ".ssh/id_ed25519");
	else if (place == AGE_SSH_ED25519)
		fail(s, AGE_UNOPENED, "$HOME is not defined");
}

/* Name the default file as the user's configuration directory has it. */
static void
name_keys_txt(struct age_source *s, const struct world *w)
{
	const char *home = world_env(w, "HOME");
	const char *config = world_env(w, "XDG_CONFIG_HOME");
	bool is_home = home != NULL && home[0] != '\0';

	if (config != NULL && config[0] != '\0') {
#ifndef __APPLE__
		if (config[0] != '/') {
			fail(s, AGE_UNOPENED, "user config directory could "
			    "not be determined: path in $XDG_CONFIG_HOME is "
			    "relative");
			return;
		}
#endif
		s->location = join(config, "sops/age/keys.txt");
		return;
	}
	if (!is_home) {
		fail(s, AGE_UNOPENED, "user config directory could not be "
		    "determined: neither $XDG_CONFIG_HOME nor $HOME are "
		    "defined");
		return;
	}
#ifdef __APPLE__
	s->location = join(home,
	    "Library/Application Support/sops/age/keys.txt");
	/* Many follow instructions written for other systems. */
	if (s->location != NULL) {
		char *other = join(home, ".config/sops/age/keys.txt");
		struct stat st;

		if (other != NULL && stat(s->location, &st) != 0 &&
		    stat(other, &st) == 0) {
			free(s->location);
			s->location = other;
		} else {
			free(other);
		}
	}
#else
	s->location = join(home, ".config/sops/age/keys.txt");
#endif
}

static void
load(struct age_source *s, enum age_place place, const struct world *w)
{
	switch (place) {
	case AGE_SSH_ED25519:
	case AGE_SSH_RSA:
		name_ssh(s, place, w);
		load_default(s, place);
		break;
	case AGE_KEYS_TXT:
		name_keys_txt(s, w);
		load_default(s, place);
		break;
	case AGE_SSH_KEY_FILE:
	case AGE_KEY_FILE:
		load_named(s, place, w);
		break;
	default:
		load_value(s, w);
		break;
	}
	if (s->state == AGE_UNLOADED)
		s->state = AGE_UNOPENED;
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
			load(s, i, w);
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
load_command(struct age_source *s, enum age_place place,
    const char *recipient, const struct world *w)
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
		fail(s, AGE_UNOPENED, e.text);
	} else if (words[0] != NULL) {
		if (run_words(&out, text, words, recipient, &e) != SEALEAF_OK)
			fail(s, AGE_UNOPENED, e.text);
		else if (place == AGE_SSH_KEY_CMD)
			take_ssh(s, buf_get(&out), NULL);
		else
			take_text(s, buf_get(&out), false);
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
			    set->source[i]->list; id != NULL; id = id->next)
				n++;
	return n;
}
