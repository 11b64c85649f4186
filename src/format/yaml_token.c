/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's scanner, with places in bytes. libyaml counts characters; one
 * walk over the source that only goes forward turns them into bytes. Decoded
 * texts are copied only where they differ from the source.
 */

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/yaml_token.h"

/* A %TAG directive of the present document. */
struct handle {
	struct span name, prefix;
};

struct yamlf_tokens {
	yaml_parser_t parser;
	struct span source;
	struct arena *arena;
	size_t base;       /* length of the byte order mark */
	size_t index, at;  /* a place in characters and in bytes */
	bool ascii;
	bool prolog;       /* among directives */
	bool version;      /* %YAML was seen there */
	bool ended;
	struct yamlf_token last;
	struct handle *handles;
	size_t n_handles, cap_handles;
};

size_t
yamlf_break(struct span source, size_t at)
{
	const unsigned char *p = (const unsigned char *)source.p + at;
	size_t left = source.n - at;

	if (left == 0)
		return 0;
	if (p[0] == '\n')
		return 1;
	if (p[0] == '\r')
		return left > 1 && p[1] == '\n' ? 2 : 1;
	if (p[0] == 0xc2 && left > 1 && p[1] == 0x85)
		return 2;
	if (p[0] == 0xe2 && left > 2 && p[1] == 0x80 &&
	    (p[2] == 0xa8 || p[2] == 0xa9))
		return 3;
	return 0;
}

static bool
is_ascii(struct span s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

/* Bytes into the source of libyaml's `index`. */
static size_t
place(struct yamlf_tokens *ts, size_t index)
{
	const char *p = ts->source.p;

	if (ts->ascii)
		return ts->base + index;
	if (index < ts->index) {
		ts->index = 0;
		ts->at = ts->base;
	}
	while (ts->index < index && ts->at < ts->source.n) {
		ts->at++;
		while (ts->at < ts->source.n && (p[ts->at] & 0xc0) == 0x80)
			ts->at++;
		ts->index++;
	}
	return ts->at;
}

/* Line and column of an offset, for what libyaml reports in bytes. */
static void
find_place(struct span source, size_t at, size_t *line, size_t *column)
{
	size_t start = 0;

	*line = 1;
	*column = 1;
	for (size_t i = 0; i < at && i < source.n; i++) {
		if (source.p[i] == '\n') {
			(*line)++;
			start = i + 1;
		}
	}
	for (size_t i = start; i < at && i < source.n; i++)
		*column += (source.p[i] & 0xc0) != 0x80 ? 1 : 0;
}

static enum sealeaf_code
fail(struct yamlf_tokens *ts, struct sealeaf_error *e)
{
	const yaml_parser_t *p = &ts->parser;
	size_t line = p->problem_mark.line + 1;
	size_t column = p->problem_mark.column + 1;

	if (p->error == YAML_MEMORY_ERROR)
		return err_memory(e);
	if (p->error == YAML_READER_ERROR)
		find_place(ts->source, ts->base + p->problem_offset, &line,
		    &column);
	return err_at(e, SEALEAF_ERR_READ, line, column, "%s",
	    p->problem != NULL ? p->problem : "not YAML");
}

static enum sealeaf_code
check_encoding(struct span source, struct sealeaf_error *e)
{
	size_t line, column, n;

	if (span_starts(source, "\xff\xfe") || span_starts(source, "\xfe\xff"))
		return err_at(e, SEALEAF_ERR_READ, 1, 1,
		    "the file is UTF-16, not UTF-8");
	n = utf8_valid(source);
	if (n == source.n)
		return SEALEAF_OK;
	find_place(source, n, &line, &column);
	return err_at(e, SEALEAF_ERR_READ, line, column,
	    "invalid UTF-8: byte 0x%02x", (unsigned char)source.p[n]);
}

enum sealeaf_code
yamlf_tokens_new(struct yamlf_tokens **out, struct span source,
    struct arena *a, struct sealeaf_error *e)
{
	enum sealeaf_code code = check_encoding(source, e);
	struct yamlf_tokens *ts;

	*out = NULL;
	if (code != SEALEAF_OK)
		return code;
	ts = mem_zero(sizeof *ts);
	if (ts == NULL)
		return err_memory(e);
	if (!yaml_parser_initialize(&ts->parser)) {
		free(ts);
		return err_memory(e);
	}
	ts->source = source;
	ts->arena = a;
	ts->base = span_starts(source, "\xef\xbb\xbf") ? 3 : 0;
	ts->at = ts->base;
	ts->ascii = is_ascii(span_sub(source, ts->base, source.n));
	yaml_parser_set_encoding(&ts->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&ts->parser,
	    (const unsigned char *)(source.n > 0 ? source.p : "") + ts->base,
	    source.n - ts->base);
	*out = ts;
	return SEALEAF_OK;
}

void
yamlf_tokens_free(struct yamlf_tokens *ts)
{
	if (ts == NULL)
		return;
	yaml_parser_delete(&ts->parser);
	free(ts->handles);
	free(ts);
}

static enum sealeaf_code
set_text(struct yamlf_tokens *ts, struct yamlf_token *t, struct span inside,
    struct span text, struct sealeaf_error *e)
{
	t->text = inside;
	if (span_equal(inside, text))
		return SEALEAF_OK;
	t->text = arena_dup(ts->arena, text);
	return t->text.p != NULL ? SEALEAF_OK : err_memory(e);
}

/* Where the header line of a block scalar ends, with its break. */
static size_t
header_end(struct span source, size_t at)
{
	while (at < source.n && yamlf_break(source, at) == 0)
		at++;
	return at < source.n ? at + yamlf_break(source, at) : at;
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

static size_t
skip_spaces(struct span s, size_t at, size_t most)
{
	size_t from = at;

	while (at < s.n && s.p[at] == ' ' && at - from < most)
		at++;
	return at;
}

/* The column of a block scalar's text: stated in the header, or that of the
 * first line with text, though no less than a longer blank line before. */
static size_t
block_indent(struct span s, size_t header, size_t at, int64_t indent)
{
	size_t parent = indent < 0 ? 0 : (size_t)indent, most = 0, n;
	size_t least = (size_t)(indent + 1);

	for (header++; header < at; header++) {
		if (s.p[header] >= '1' && s.p[header] <= '9')
			return parent + (size_t)(s.p[header] - '0');
		if (s.p[header] != '+' && s.p[header] != '-')
			break;
	}
	for (; at < s.n; at += n) {
		n = skip_spaces(s, at, s.n) - at;
		if (n > most)
			most = n;
		at += n;
		n = at < s.n ? yamlf_break(s, at) : 0;
		if (n == 0)
			break;
	}
	if (most < least)
		most = least;
	return most < 1 ? 1 : most;
}

static bool
keeps_lines(struct span s, size_t header)
{
	for (header++; header < s.n; header++) {
		if (s.p[header] == '+')
			return true;
		if (s.p[header] != '-' &&
		    !(s.p[header] >= '1' && s.p[header] <= '9'))
			break;
	}
	return false;
}

/* Walk over the lines of a block scalar up to `stop` and set its end: that of
 * the last line of content, or under '+' of the last line, without breaks. */
static void
end_block(struct yamlf_token *t, struct span s, size_t stop, int64_t indent)
{
	size_t column, line, n, at;
	bool keep = keeps_lines(s, t->start);

	t->body = header_end(s, t->start);
	column = block_indent(s, t->start, t->body, indent);
	t->inside = skip_spaces(s, t->body, column);
	at = t->start + 1;
	while (at < t->body &&
	    ((s.p[at] >= '0' && s.p[at] <= '9') || s.p[at] == '+' ||
	    s.p[at] == '-'))
		at++;
	t->end = at;
	for (line = t->body; line < stop; line = at + n) {
		at = skip_spaces(s, line, column);
		n = at < stop ? yamlf_break(s, at) : 0;
		if (n > 0 || at == stop) {
			if (keep)
				t->end = at;
			continue;
		}
		while (at < stop && (n = yamlf_break(s, at)) == 0)
			at++;
		t->end = at;
		if (at == stop)
			break;
	}
	t->resume = skip_spaces(s, stop, column);
}

static enum sealeaf_code
set_scalar(struct yamlf_tokens *ts, struct yamlf_token *t,
    const yaml_token_t *y, int64_t indent, struct sealeaf_error *e)
{
	struct span s = ts->source, raw = span_sub(s, t->start, t->end);
	struct span text = span_make((const char *)y->data.scalar.value,
	    y->data.scalar.length);
	size_t n;

	t->is_long = y->start_mark.line != y->end_mark.line;
	switch (y->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		t->style = STYLE_SINGLE;
		raw = span_sub(raw, 1, raw.n > 0 ? raw.n - 1 : 0);
		break;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		t->style = STYLE_DOUBLE;
		raw = span_sub(raw, 1, raw.n > 0 ? raw.n - 1 : 0);
		break;
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE:
		t->style = y->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ?
		    STYLE_LITERAL : STYLE_FOLDED;
		t->is_long = false;
		end_block(t, s, t->end, indent);
		break;
	default:
		t->style = STYLE_PLAIN;
		/* The scanner has looked for more lines behind it. */
		do {
			t->resume = skip_blanks(s, t->resume);
			n = t->resume < s.n ? yamlf_break(s, t->resume) : 0;
			t->resume += n;
		} while (n > 0);
		break;
	}
	return set_text(ts, t, raw, text, e);
}

static struct span
text_of(const yaml_char_t *s)
{
	return span_of((const char *)s);
}

static const struct handle *
find_handle(const struct yamlf_tokens *ts, struct span name)
{
	for (size_t i = 0; i < ts->n_handles; i++) {
		if (span_equal(ts->handles[i].name, name))
			return &ts->handles[i];
	}
	return NULL;
}

static enum sealeaf_code
set_tag(struct yamlf_tokens *ts, struct yamlf_token *t, const yaml_token_t *y,
    struct sealeaf_error *e)
{
	struct span name = text_of(y->data.tag.handle);
	struct span suffix = text_of(y->data.tag.suffix);
	const struct handle *h = find_handle(ts, name);
	struct buf b = { 0 };
	enum sealeaf_code code;

	if (h != NULL)
		buf_span(&b, h->prefix);
	else if (span_is(name, "!"))
		buf_puts(&b, "!");
	else if (span_is(name, "!!"))
		buf_puts(&b, "tag:yaml.org,2002:");
	else if (name.n > 0)
		return err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
		    "found undefined tag handle \"%s\"", name.p);
	buf_span(&b, suffix);
	code = buf_check(&b, e);
	t->tag = (uint8_t)yamlf_tag(buf_get(&b));
	buf_fini(&b);
	return code;
}

static void
enter_prolog(struct yamlf_tokens *ts)
{
	if (!ts->prolog) {
		ts->n_handles = 0;
		ts->version = false;
	}
	ts->prolog = true;
}

static enum sealeaf_code
add_handle(struct yamlf_tokens *ts, const struct yamlf_token *t,
    const yaml_token_t *y, struct sealeaf_error *e)
{
	struct span name = text_of(y->data.tag_directive.handle);
	struct span prefix = text_of(y->data.tag_directive.prefix);
	struct handle *list;

	enter_prolog(ts);
	if (find_handle(ts, name) != NULL)
		return err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
		    "found duplicate %%TAG directive");
	/* Handles are searched one by one. */
	if (ts->n_handles >= 1000)
		return err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
		    "more than 1000 %%TAG directives");
	list = mem_grow(ts->handles, &ts->cap_handles, ts->n_handles + 1,
	    sizeof *list);
	if (list == NULL)
		return err_memory(e);
	ts->handles = list;
	list += ts->n_handles;
	list->name = arena_dup(ts->arena, name);
	list->prefix = arena_dup(ts->arena, prefix);
	if (list->name.p == NULL || list->prefix.p == NULL)
		return err_memory(e);
	ts->n_handles++;
	return SEALEAF_OK;
}

/* SOPS's parser knows version 1.1 alone: what it cannot read is refused. */
static enum sealeaf_code
check_version(struct yamlf_tokens *ts, const struct yamlf_token *t,
    const yaml_token_t *y, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	enter_prolog(ts);
	if (ts->version)
		return err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
		    "found duplicate %%YAML directive");
	ts->version = true;
	if (y->data.version_directive.major == 1 &&
	    y->data.version_directive.minor == 1)
		return SEALEAF_OK;
	code = err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1,
	    "found incompatible YAML document: %%YAML %d.%d",
	    y->data.version_directive.major, y->data.version_directive.minor);
	err_hint(e, "remove the directive, SOPS reads only %%YAML 1.1");
	return code;
}

/* What depends on the kind of the token. */
static enum sealeaf_code
fill(struct yamlf_tokens *ts, struct yamlf_token *t, const yaml_token_t *y,
    int64_t indent, struct sealeaf_error *e)
{
	struct span s = ts->source;

	switch (t->type) {
	case YAMLF_SCALAR:
		return set_scalar(ts, t, y, indent, e);
	case YAMLF_ALIAS:
	case YAMLF_ANCHOR:
		t->text = span_sub(s, t->start + 1, t->end);
		return SEALEAF_OK;
	case YAMLF_TAG:
		return set_tag(ts, t, y, e);
	case YAMLF_DOCUMENT_START:
		enter_prolog(ts);
		ts->prolog = false;
		return SEALEAF_OK;
	case YAMLF_DIRECTIVE:
		/* With the rest of its line. */
		t->resume = header_end(s, t->end);
		return y->type == YAML_VERSION_DIRECTIVE_TOKEN ?
		    check_version(ts, t, y, e) : add_handle(ts, t, y, e);
	default:
		return SEALEAF_OK;
	}
}

static const uint8_t types[] = {
	[YAML_STREAM_START_TOKEN] = YAMLF_STREAM_START,
	[YAML_STREAM_END_TOKEN] = YAMLF_STREAM_END,
	[YAML_VERSION_DIRECTIVE_TOKEN] = YAMLF_DIRECTIVE,
	[YAML_TAG_DIRECTIVE_TOKEN] = YAMLF_DIRECTIVE,
	[YAML_DOCUMENT_START_TOKEN] = YAMLF_DOCUMENT_START,
	[YAML_DOCUMENT_END_TOKEN] = YAMLF_DOCUMENT_END,
	[YAML_BLOCK_SEQUENCE_START_TOKEN] = YAMLF_LIST_START,
	[YAML_BLOCK_MAPPING_START_TOKEN] = YAMLF_MAP_START,
	[YAML_BLOCK_END_TOKEN] = YAMLF_BLOCK_END,
	[YAML_FLOW_SEQUENCE_START_TOKEN] = YAMLF_LIST_OPEN,
	[YAML_FLOW_SEQUENCE_END_TOKEN] = YAMLF_LIST_CLOSE,
	[YAML_FLOW_MAPPING_START_TOKEN] = YAMLF_MAP_OPEN,
	[YAML_FLOW_MAPPING_END_TOKEN] = YAMLF_MAP_CLOSE,
	[YAML_BLOCK_ENTRY_TOKEN] = YAMLF_ENTRY,
	[YAML_FLOW_ENTRY_TOKEN] = YAMLF_COMMA,
	[YAML_KEY_TOKEN] = YAMLF_KEY,
	[YAML_VALUE_TOKEN] = YAMLF_VALUE,
	[YAML_ALIAS_TOKEN] = YAMLF_ALIAS,
	[YAML_ANCHOR_TOKEN] = YAMLF_ANCHOR,
	[YAML_TAG_TOKEN] = YAMLF_TAG,
	[YAML_SCALAR_TOKEN] = YAMLF_SCALAR,
};

enum sealeaf_code
yamlf_tokens_next(struct yamlf_tokens *ts, struct yamlf_token *t,
    int64_t indent, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	yaml_token_t y;

	if (ts->ended) {
		*t = ts->last;
		return SEALEAF_OK;
	}
	if (!yaml_parser_scan(&ts->parser, &y))
		return fail(ts, e);
	memset(t, 0, sizeof *t);
	t->type = types[y.type];
	t->line = (uint32_t)y.start_mark.line;
	t->column = (uint32_t)y.start_mark.column;
	t->start = place(ts, y.start_mark.index);
	t->end = place(ts, y.end_mark.index);
	t->resume = t->end;
	code = fill(ts, t, &y, indent, e);
	yaml_token_delete(&y);
	if (t->type == YAMLF_STREAM_END) {
		ts->ended = true;
		ts->last = *t;
	}
	return code;
}
