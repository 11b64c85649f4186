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

/* The first word of *text, quotes taken off, which is cut off it. */
static struct span
word(struct span *text)
{
	struct span rest = span_trim(*text), found;
	size_t n = 0;

	if (rest.n > 1 && (rest.p[0] == '"' || rest.p[0] == '\'')) {
		n = span_find(span_sub(rest, 1, rest.n), rest.p[0]);
		*text = span_sub(rest, n + 2, rest.n);
		return span_sub(rest, 1, n + 1);
	}
	while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\t')
		n++;
	found = span_sub(rest, 0, n);
	*text = span_sub(rest, n, rest.n);
	return found;
}

/* Whether `line` is [KIND NAME], or [NAME] when `kind` is NULL. */
static bool
is_section(struct span line, const char *kind, struct span name)
{
	struct span inside = span_trim(line);

	if (!span_starts(inside, "["))
		return false;
	inside = span_sub(inside, 1, span_find(inside, ']'));
	if (kind != NULL && !span_is(word(&inside), kind))
		return false;
	if (kind == NULL)
		return span_equal(span_trim(inside), name);
	return span_equal(word(&inside), name) && span_trim(inside).n == 0;
}

/* "key = value # remark": whether the key is `key`. */
static bool
is_setting(struct span line, const char *key, struct span *value)
{
	size_t equal = span_find(line, '='), n;
	struct span name = span_trim(span_sub(line, 0, equal));

	if (equal == line.n || name.n != strlen(key))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (tolower((unsigned char)name.p[i]) != key[i])
			return false;
	*value = span_sub(line, equal + 1, line.n);
	for (n = 1; n < value->n; n++)
		if ((value->p[n] == '#' || value->p[n] == ';') &&
		    isspace((unsigned char)value->p[n - 1]))
			break;
	*value = span_trim(span_sub(*value, 0, n));
	return true;
}

/* Find a setting in every section of that name: the last one counts. *there:
 * whether there was such a section. */
static struct span
search(struct span text, const char *kind, struct span name, const char *inner,
    const char *key, bool *there)
{
	struct span found = { NULL, 0 }, line, value;
	bool in = false, in_list = false;
	size_t at = 0;

	while (next_line(text, &at, &line)) {
		struct span bare = span_trim(line);

		if (bare.n == 0 || bare.p[0] == '#' || bare.p[0] == ';')
			continue;
		if (bare.p[0] == '[') {
			in = is_section(line, kind, name);
			*there = *there || in;
			in_list = false;
			continue;
		}
		if (!in || key == NULL)
			continue;
		if (!indented(line))
			in_list = inner != NULL &&
			    is_setting(bare, inner, &value) && value.n == 0;
		if (indented(line) == (inner != NULL) &&
		    (inner == NULL || in_list) && is_setting(bare, key, &value))
			found = value;
	}
	return found;
}

/* A setting in the config file's section of a profile. */
static struct span
from_config(const struct aws_files *f, const char *profile, const char *key,
    bool *there)
{
	struct span text = buf_get(&f->config), name = span_of(profile);
	struct span found = search(text, "profile", name, NULL, key, there);

	if (found.p == NULL && strcmp(profile, "default") == 0)
		found = search(text, NULL, name, NULL, key, there);
	return found;
}

struct span
aws_profile_get(const struct aws_files *f, const char *profile, const char *key)
{
	bool there = false;
	struct span found = search(buf_get(&f->credentials), NULL,
	    span_of(profile), NULL, key, &there);

	if (found.p == NULL)
		found = from_config(f, profile, key, &there);
	return found.p != NULL ? found : span_of("");
}

bool
aws_profile_exists(const struct aws_files *f, const char *profile)
{
	bool there = false;

	(void)search(buf_get(&f->credentials), NULL, span_of(profile), NULL,
	    NULL, &there);
	if (!there)
		(void)from_config(f, profile, NULL, &there);
	return there;
}

struct span
aws_section_get(const struct aws_files *f, const char *kind, struct span name,
    const char *inner, const char *key)
{
	bool there = false;
	struct span found = search(buf_get(&f->config), kind, name, inner, key,
	    &there);

	return found.p != NULL ? found : span_of("");
}
