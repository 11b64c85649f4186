/* SPDX-License-Identifier: Apache-2.0 */
/* Tags: handles are written out, and the few known names recognised. */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "format/yaml_tag.h"

/* Handles are searched one by one. */
enum { HANDLES_MAX = 1000 };

struct yamlf_handle {
	struct span name, prefix;
};

enum yamlf_tag
yamlf_tag(struct span name)
{
	static const char *const names[] = { "str", "int", "float", "bool",
		"null", "timestamp", "binary" };
	static const char prefix[] = "tag:yaml.org,2002:";

	if (name.n == 0 || span_is(name, "!"))
		return YAMLF_TAG_NONE;
	if (!span_starts(name, prefix))
		return YAMLF_TAG_OTHER;
	name = span_sub(name, sizeof prefix - 1, name.n);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (span_is(name, names[i]))
			return (enum yamlf_tag)(YAMLF_TAG_STR + i);
	}
	return YAMLF_TAG_OTHER;
}

static const struct yamlf_handle *
find_handle(const struct yamlf_tags *ts, struct span name)
{
	for (size_t i = 0; i < ts->n; i++) {
		if (span_equal(ts->handles[i].name, name))
			return &ts->handles[i];
	}
	return NULL;
}

enum sealeaf_code
yamlf_tags_find(const struct yamlf_tags *ts, enum yamlf_tag *tag,
    struct span handle, struct span suffix, size_t line, size_t column,
    struct sealeaf_error *e)
{
	const struct yamlf_handle *h = find_handle(ts, handle);
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (h != NULL)
		buf_span(&b, h->prefix);
	else if (span_is(handle, "!"))
		buf_puts(&b, "!");
	else if (span_is(handle, "!!"))
		buf_puts(&b, "tag:yaml.org,2002:");
	else if (handle.n > 0) {
		code = err_at(e, SEALEAF_ERR_READ, line, column,
		    "found undefined tag handle \"%.*s\"",
		    (int)(handle.n < 64 ? handle.n : 64), handle.p);
		err_hint(e,
		    "declare it with %%TAG, or put the value in quotes if it has no tag");
		return code;
	}
	buf_span(&b, suffix);
	code = buf_check(&b, e);
	*tag = yamlf_tag(buf_get(&b));
	buf_fini(&b);
	return code;
}

static void
enter_prolog(struct yamlf_tags *ts)
{
	if (!ts->prolog) {
		ts->n = 0;
		ts->version = false;
	}
	ts->prolog = true;
}

enum sealeaf_code
yamlf_tags_add(struct yamlf_tags *ts, struct arena *a, struct span handle,
    struct span prefix, size_t line, size_t column, struct sealeaf_error *e)
{
	struct yamlf_handle *list;
	enum sealeaf_code code;

	enter_prolog(ts);
	if (find_handle(ts, handle) != NULL) {
		code = err_at(e, SEALEAF_ERR_READ, line, column,
		    "found duplicate %%TAG directive");
		err_hint(e, "remove one of the two");
		return code;
	}
	if (ts->n >= HANDLES_MAX)
		return err_at(e, SEALEAF_ERR_READ, line, column,
		    "more than %d %%TAG directives", HANDLES_MAX);
	list = mem_grow(ts->handles, &ts->cap, ts->n + 1, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	ts->handles = list;
	list += ts->n;
	list->name = arena_dup(a, handle);
	list->prefix = arena_dup(a, prefix);
	if (list->name.p == NULL || list->prefix.p == NULL)
		return err_memory(e);
	ts->n++;
	return SEALEAF_OK;
}

/* SOPS's parser knows version 1.1 alone: what it cannot read is refused. */
enum sealeaf_code
yamlf_tags_version(struct yamlf_tags *ts, int major, int minor, size_t line,
    size_t column, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	enter_prolog(ts);
	if (ts->version) {
		code = err_at(e, SEALEAF_ERR_READ, line, column,
		    "found duplicate %%YAML directive");
		err_hint(e, "remove one of the two");
		return code;
	}
	ts->version = true;
	if (major == 1 && minor == 1)
		return SEALEAF_OK;
	code = err_at(e, SEALEAF_ERR_READ, line, column,
	    "found incompatible YAML document: %%YAML %d.%d", major, minor);
	err_hint(e, "remove the directive, SOPS reads only %%YAML 1.1");
	return code;
}

void
yamlf_tags_start(struct yamlf_tags *ts)
{
	enter_prolog(ts);
	ts->prolog = false;
}

void
yamlf_tags_fini(struct yamlf_tags *ts)
{
	free(ts->handles);
	memset(ts, 0, sizeof *ts);
}
