/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two files in ~/.aws. They hold secrets and few settings of them are ever
 * asked for, so they stay text that is searched.
 */

#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "net/aws.h"

enum { FILE_MAX = 1 << 20 };

static void
load(struct buf *b, const struct world *w, const char *variable,
    const char *name)
{
	const char *path = world_env(w, variable);
	const char *home = world_env(w, "HOME");
	struct buf usual = { 0 };

	if (path == NULL || *path == '\0') {
		buf_printf(&usual, "%s/.aws/%s", home != NULL ? home : "",
		    name);
		path = usual.p;
	}
	if (path == NULL || file_read(path, b, NULL) != SEALEAF_OK ||
	    b->n > FILE_MAX)
		buf_truncate(b, 0);
	buf_fini(&usual);
}

void
aws_files_load(struct aws_files *f, const struct world *w)
{
	load(&f->config, w, "AWS_CONFIG_FILE", "config");
	load(&f->credentials, w, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

void
aws_files_fini(struct aws_files *f)
{
	buf_fini(&f->config);
	buf_fini(&f->credentials);
}

/* The next line of `text` from *at on, with its blanks. */
static bool
next_line(struct span text, size_t *at, struct span *line)
{
	if (*at >= text.n)
		return false;
	*line = span_sub(text, *at, text.n);
	*line = span_sub(*line, 0, span_find(*line, '\n'));
	*at += line->n + 1;
	return true;
}

static bool
indented(struct span line)
{
	return line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
}

static struct span
unquoted(struct span s)
{
	if (s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') &&
	    s.p[s.n - 1] == s.p[0])
		return span_sub(s, 1, s.n - 1);
	return s;
}

/* Whether `line` is [KIND NAME], or [NAME] when `kind` is NULL; a name may
 * have blanks in it, and quotes around it. */
static bool
is_section(struct span line, const char *kind, struct span name)
{
	struct span inside = span_trim(line);
	size_t n = kind != NULL ? strlen(kind) : 0;

	inside = span_sub(inside, 1, span_find(inside, ']'));
	inside = span_trim(inside);
	if (kind != NULL) {
		if (!span_starts(inside, kind) || inside.n == n ||
		    !indented(span_sub(inside, n, inside.n)))
			return false;
		inside = span_trim(span_sub(inside, n, inside.n));
	}
	return span_equal(inside, name) || span_equal(unquoted(inside), name);
}

/* Cut a remark behind a blank off. */
static struct span
without_remark(struct span s)
{
	for (size_t n = 1; n < s.n; n++)
		if ((s.p[n] == '#' || s.p[n] == ';') &&
		    (s.p[n - 1] == ' ' || s.p[n - 1] == '\t'))
			return span_trim(span_sub(s, 0, n));
	return span_trim(s);
}

/* "key = value" or "key: value", whichever sign comes first. */
static bool
is_setting(struct span line, struct span *key, struct span *value)
{
	size_t equal = span_find(line, '='), colon = span_find(line, ':');
	size_t at = equal < colon ? equal : colon;

	*key = span_trim(span_sub(line, 0, at));
	*value = without_remark(span_sub(line, at + 1, line.n));
	return at < line.n;
}

static bool
same_key(struct span name, const char *key)
{
	if (name.n != strlen(key))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (tolower((unsigned char)name.p[i]) != key[i])
			return false;
	return true;
}

/* What is sought, and how far the reading has got. */
struct search {
	const char *kind, *inner, *key; /* inner NULL: a setting of its own */
	struct span name;
	bool there, in;      /* some such section; within one */
	struct span current; /* the setting that indented lines belong to */
	bool open;           /* it has no value, so that they are its list */
	bool last;           /* it is the one that was found last */
	struct span found;
};

/*
 * An indented line belongs to a setting without a value; behind any other it
 * is a setting like the rest, and without a sign it goes on with the value.
 */
static void
read_line(struct search *r, struct span line)
{
	struct span bare = span_trim(line), key, value;
	bool nested = indented(line) && r->open;

	if (!is_setting(bare, &key, &value)) {
		if (indented(line) && r->last && r->found.n > 0)
			r->found = span_make(r->found.p,
			    (size_t)(bare.p + bare.n - r->found.p));
		return;
	}
	value = unquoted(value);
	r->last = false;
	if (!nested) {
		r->current = key;
		r->open = value.n == 0;
	}
	if (r->key == NULL || !same_key(key, r->key) ||
	    nested != (r->inner != NULL) ||
	    (nested && !same_key(r->current, r->inner)))
		return;
	r->found = value;
	r->last = !nested;
}

/* Find a setting in every section of that name: the last one counts. */
static struct span
search(struct span text, struct search *r)
{
	struct span line;
	size_t at = 0;

	while (next_line(text, &at, &line)) {
		struct span bare = span_trim(line);

		if (bare.n == 0 || bare.p[0] == '#' || bare.p[0] == ';')
			continue;
		if (bare.p[0] == '[') {
			r->in = is_section(line, r->kind, r->name);
			r->there = r->there || r->in;
			r->current = span_make(NULL, 0);
			r->open = r->last = false;
		} else if (r->in) {
			read_line(r, line);
		}
	}
	return r->found;
}

/* The config file's section of a profile; [default] is one unless there is a
 * [profile default]. */
static struct span
from_config(const struct aws_files *f, const char *profile, const char *key,
    bool *there)
{
	struct search r = { .kind = "profile",
		.key = key,
		.name = span_of(profile) };
	struct span found = search(buf_get(&f->config), &r);

	if (!r.there && strcmp(profile, "default") == 0) {
		r = (struct search){ .key = key, .name = span_of(profile) };
		found = search(buf_get(&f->config), &r);
	}
	*there = r.there;
	return found;
}

static struct span
from_credentials(const struct aws_files *f, const char *profile,
    const char *key, bool *there)
{
	struct search r = { .key = key, .name = span_of(profile) };
	struct span found = search(buf_get(&f->credentials), &r);

	*there = r.there;
	return found;
}

struct span
aws_profile_get(const struct aws_files *f, const char *profile, const char *key)
{
	bool there;
	struct span found = from_credentials(f, profile, key, &there);

	if (found.p == NULL)
		found = from_config(f, profile, key, &there);
	return found.p != NULL ? found : span_of("");
}

bool
aws_profile_exists(const struct aws_files *f, const char *profile)
{
	bool there;

	(void)from_credentials(f, profile, NULL, &there);
	if (!there)
		(void)from_config(f, profile, NULL, &there);
	return there;
}

bool
aws_profile_keys(const struct aws_files *f, const char *profile,
    struct span *id, struct span *secret)
{
	static const char id_name[] = "aws_access_key_id";
	static const char secret_name[] = "aws_secret_access_key";
	bool there;

	*id = from_credentials(f, profile, id_name, &there);
	*secret = from_credentials(f, profile, secret_name, &there);
	if ((id->p == NULL) != (secret->p == NULL))
		return false;
	if (id->p != NULL)
		return true;
	*id = from_config(f, profile, id_name, &there);
	*secret = from_config(f, profile, secret_name, &there);
	return (id->p == NULL) == (secret->p == NULL);
}

struct span
aws_section_get(const struct aws_files *f, const char *kind, struct span name,
    const char *inner, const char *key)
{
	struct search r = { .kind = kind,
		.inner = inner,
		.key = key,
		.name = name };
	struct span found = search(buf_get(&f->config), &r);

	return found.p != NULL ? found : span_of("");
}
