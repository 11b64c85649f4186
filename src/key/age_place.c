/* SPDX-License-Identifier: Apache-2.0 */
/* The variables and files that may hold age identities, one by one. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "key/age_source.h"
#include "key/age_ssh.h"

void
age_source_fail(struct age_source *s, enum age_state state,
    const struct sealeaf_error *why)
{
	s->state = state;
	if (s->error != NULL)
		return;
	s->error = mem_dup(why->text);
	if (why->hint[0] != '\0')
		s->hint = mem_dup(why->hint);
}

/* The same, with a text alone. */
static void
fail(struct age_source *s, const char *text)
{
	struct sealeaf_error e = { 0 };

	(void)err_set(&e, SEALEAF_ERR_GENERIC, "%s", text);
	age_source_fail(s, AGE_UNOPENED, &e);
}

/* The first line with content that is no comment. */
static struct span
first_line(struct span text)
{
	while (text.n > 0) {
		size_t n = span_find(text, '\n');
		struct span line = span_trim(span_sub(text, 0, n));

		if (line.n > 0 && !span_starts(line, "#"))
			return line;
		text = span_sub(text, n + 1, text.n);
	}
	return text;
}

/* A public key where the private one belongs is a frequent mistake. */
static void
hint_public(struct sealeaf_error *e, struct span text, const char *location)
{
	struct span line = first_line(text);

	if (span_starts(line, "age1"))
		err_hint(e,
		    "%s holds a public key, which opens nothing: the identity begins with AGE-SECRET-KEY- or AGE-PLUGIN-",
		    location);
	else if (span_starts(line, "ssh-"))
		err_hint(e,
		    "%s holds a public key, which opens nothing: the private one is in the file without .pub",
		    location);
}

void
age_source_text(struct age_source *s, struct span text, bool words)
{
	struct sealeaf_error e = { 0 };

	s->state = AGE_OPENED;
	if (age_identity_load(&s->list, text, s->location, words, &e) ==
	    SEALEAF_OK)
		return;
	hint_public(&e, text, s->location);
	age_source_fail(s, AGE_OPENED, &e);
}

void
age_source_ssh(struct age_source *s, struct span text, const char *path)
{
	struct sealeaf_error e = { 0 };

	s->state = AGE_OPENED;
	if (age_ssh_add(&s->list, text, path, &e) == SEALEAF_OK)
		return;
	hint_public(&e, text, s->location);
	age_source_fail(s, AGE_OPENED, &e);
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

static void
hint_file(struct sealeaf_error *e, const char *location, const char *path)
{
	struct stat st;

	if (path[0] == '\0')
		err_hint(e, "%s is empty: name a file with an identity in it",
		    location);
	else if (stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
		err_hint(e, "%s names %.500s, where no file is", location,
		    path);
	else if (strcmp(location, path) == 0)
		err_hint(e, "%.500s cannot be read by this user", path);
	else
		err_hint(e, "%s names %.500s, which this user cannot read",
		    location, path);
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
		hint_file(&e, s->location, path);
		age_source_fail(s, AGE_UNOPENED, &e);
	} else if (place < AGE_KEY) {
		age_source_ssh(s, buf_get(&b), path);
	} else {
		age_source_text(s, buf_get(&b), false);
	}
	buf_fini(&b);
}

/* A file that a variable names. */
static void
load_named(struct age_source *s, enum age_place place, const struct world *w)
{
	const char *value = world_env(w, s->location);
	const char *what = place == AGE_SSH_KEY_FILE
	    ? "failed to open file"
	    : "failed to open SOPS_AGE_KEY_FILE file";
	char *path;

	if (value == NULL) {
		s->state = AGE_ABSENT;
		return;
	}
	if (holds_identity(span_of(value))) {
		struct sealeaf_error e = { 0 };

		(void)err_set(&e, SEALEAF_ERR_READ,
		    "%s: %s holds a secret "
		    "key where a path belongs (%s is for the key itself)",
		    what, s->location,
		    place == AGE_KEY_FILE ? "SOPS_AGE_KEY"
					  : "SOPS_AGE_SSH_PRIVATE_KEY_CMD");
		err_hint(&e, "%s takes a path; %s takes the key itself",
		    s->location,
		    place == AGE_KEY_FILE
			? "SOPS_AGE_KEY"
			: "the output of SOPS_AGE_SSH_PRIVATE_KEY_CMD");
		age_source_fail(s, AGE_UNOPENED, &e);
		return;
	}
	path = expand_home(value, w);
	if (path == NULL)
		fail(s, "out of memory");
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
	if (stat(s->location, &st) != 0 && (errno == ENOENT || place < AGE_KEY))
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
		age_source_text(s, span_of(value), true);
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
		s->location = join(home,
		    place == AGE_SSH_RSA ? ".ssh/id_rsa" : ".ssh/id_ed25519");
	else if (place == AGE_SSH_ED25519)
		fail(s, "$HOME is not defined");
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
			fail(s,
			    "user config directory could not be determined: path in $XDG_CONFIG_HOME is relative");
			return;
		}
#endif
		s->location = join(config, "sops/age/keys.txt");
		return;
	}
	if (!is_home) {
		fail(s,
		    "user config directory could not be determined: neither $XDG_CONFIG_HOME nor $HOME are defined");
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

void
age_place_load(struct age_source *s, enum age_place place,
    const struct world *w)
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
