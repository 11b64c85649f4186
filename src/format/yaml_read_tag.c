/* SPDX-License-Identifier: Apache-2.0 */
/* Tags and directives as they are spelled. */

#include <string.h>

#include "base/encode.h"
#include "format/yaml_extent.h"
#include "format/yaml_token.h"

/* Length of the UTF-8 sequence that `c` begins, 0: none. */
static size_t
sequence(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c < 0xc0)
		return 0;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
}

/* "%C3%A9": the escapes of one character. */
static const char *
put_percent(struct yamlf_reader *r, size_t *at)
{
	size_t left = 0, n;
	unsigned char c;
	bool first = true;

	do {
		if (*at + 3 > r->source.n || r->source.p[*at] != '%' ||
		    !hex_get(span_sub(r->source, *at + 1, *at + 3), &c, 1, &n))
			return "did not find URI escaped octet";
		if (first)
			left = sequence(c);
		if (left == 0)
			return "found an incorrect leading UTF-8 octet";
		if (!first && (c & 0xc0) != 0x80)
			return "found an incorrect trailing UTF-8 octet";
		buf_putc(&r->text, (char)c);
		first = false;
		*at += 3;
	} while (--left > 0);
	return NULL;
}

/* Append the URI at `at` to the scratch text. */
static const char *
put_uri(struct yamlf_reader *r, size_t *at)
{
	const char *problem = NULL;
	struct span s = r->source;

	while (problem == NULL && *at < s.n) {
		if (s.p[*at] == '%')
			problem = put_percent(r, at);
		else if (yamlf_is_name(s.p[*at]) ||
		    strchr(";/?:@&=+$,.!~*'()[]", s.p[*at]) != NULL)
			buf_putc(&r->text, s.p[(*at)++]);
		else
			break;
	}
	return problem;
}

/* "!name!", or what of it is there. */
static struct span
read_handle(struct span s, size_t *at)
{
	size_t from = (*at)++;

	while (*at < s.n && yamlf_is_name(s.p[*at]))
		(*at)++;
	if (*at < s.n && s.p[*at] == '!')
		(*at)++;
	return span_sub(s, from, *at);
}

/* Handle and suffix; the suffix is the scratch text. */
static const char *
read_parts(struct yamlf_reader *r, size_t *at, struct span *handle)
{
	struct span s = r->source;
	const char *problem;
	size_t from;

	*handle = span_make("", 0);
	if (*at + 1 < s.n && s.p[*at + 1] == '<') {
		from = *at += 2;
		problem = put_uri(r, at);
		if (problem == NULL && *at == from)
			problem = "did not find expected tag URI";
		if (problem == NULL && (*at >= s.n || s.p[*at] != '>'))
			problem = "did not find the expected '>'";
		(*at)++;
		return problem;
	}
	*handle = read_handle(s, at);
	from = *at;
	if (handle->n > 1 && span_ends(*handle, "!")) {
		problem = put_uri(r, at);
		return problem == NULL && *at == from
		    ? "did not find expected tag URI"
		    : problem;
	}
	buf_span(&r->text, span_sub(*handle, 1, handle->n));
	problem = put_uri(r, at);
	*handle = span_make("!", 1);
	if (problem == NULL && r->text.n == 0) {
		*handle = span_make("", 0);
		buf_putc(&r->text, '!');
	}
	return problem;
}

enum sealeaf_code
yamlf_read_tag(struct yamlf_reader *r, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	enum yamlf_tag tag = YAMLF_TAG_NONE;
	struct span handle;
	const char *problem;
	size_t at = t->start;
	enum sealeaf_code code;

	buf_truncate(&r->text, 0);
	problem = read_parts(r, &at, &handle);
	if (problem == NULL && !yamlf_is_blankz(r->source, at))
		problem = "did not find expected whitespace or line break";
	if (problem != NULL) {
		code = yamlf_token_fail(t, problem, e);
		err_hint(e, "put the value in quotes if its '!' begins no tag");
		return code;
	}
	t->end = at;
	code = buf_check(&r->text, e);
	if (code == SEALEAF_OK)
		code = yamlf_tags_find(&r->tags, &tag, handle,
		    buf_get(&r->text), t->line + 1, t->column + 1, e);
	t->tag = (uint8_t)tag;
	return code;
}

/* ---- directives ---- */

static const char *
read_number(struct span s, size_t *at, int *number)
{
	size_t from = *at;

	*number = 0;
	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++) {
		if (*at - from == 2)
			return "found extremely long version number";
		*number = *number * 10 + (s.p[*at] - '0');
	}
	return *at == from ? "did not find expected version number" : NULL;
}

static const char *
read_version(struct yamlf_reader *r, size_t *at, int version[2])
{
	const char *problem;

	*at = yamlf_skip_blanks(r->source, *at);
	problem = read_number(r->source, at, &version[0]);
	if (problem != NULL)
		return problem;
	if (*at >= r->source.n || r->source.p[*at] != '.')
		return "did not find expected digit or '.' character";
	(*at)++;
	return read_number(r->source, at, &version[1]);
}

/* The prefix is the scratch text. */
static const char *
read_prefix(struct yamlf_reader *r, size_t *at, struct span *handle)
{
	struct span s = r->source;
	const char *problem;
	size_t from;

	*at = yamlf_skip_blanks(s, *at);
	if (*at >= s.n || s.p[*at] != '!')
		return "did not find expected '!'";
	*handle = read_handle(s, at);
	if (!span_ends(*handle, "!"))
		return "did not find expected '!'";
	from = *at;
	*at = yamlf_skip_blanks(s, *at);
	if (*at == from)
		return "did not find expected whitespace";
	from = *at;
	problem = put_uri(r, at);
	if (problem == NULL && *at == from)
		problem = "did not find expected tag URI";
	if (problem == NULL && !yamlf_is_blankz(s, *at))
		problem = "did not find expected whitespace or line break";
	return problem;
}

static const char *
read_end(struct span s, size_t *at)
{
	*at = yamlf_skip_blanks(s, *at);
	if (*at < s.n && s.p[*at] != '#' && yamlf_break(s, *at) == 0)
		return "did not find expected comment or line break";
	return NULL;
}

enum sealeaf_code
yamlf_read_directive(struct yamlf_reader *r, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct span s = r->source, name, handle = { NULL, 0 };
	size_t at = t->start + 1;
	const char *problem = NULL;
	enum sealeaf_code code;
	bool is_version;
	int version[2] = { 0, 0 };

	while (at < s.n && yamlf_is_name(s.p[at]))
		at++;
	name = span_sub(s, t->start + 1, at);
	is_version = span_is(name, "YAML");
	buf_truncate(&r->text, 0);
	if (name.n == 0)
		problem = "could not find expected directive name";
	else if (!yamlf_is_blankz(s, at))
		problem = "found unexpected non-alphabetical character";
	else if (is_version)
		problem = read_version(r, &at, version);
	else if (span_is(name, "TAG"))
		problem = read_prefix(r, &at, &handle);
	else
		problem = "found unknown directive name";
	t->end = at;
	if (problem == NULL)
		problem = read_end(s, &at);
	if (problem != NULL) {
		code = yamlf_token_fail(t, problem, e);
		err_hint(e,
		    "remove the directive, or put a key that begins with %% in quotes");
		return code;
	}
	t->resume = yamlf_line_end(s, at);
	if (is_version)
		return yamlf_tags_version(&r->tags, version[0], version[1],
		    t->line + 1, t->column + 1, e);
	return yamlf_tags_add(&r->tags, r->arena, handle, buf_get(&r->text),
	    t->line + 1, t->column + 1, e);
}
