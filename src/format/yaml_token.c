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
#include "format/yaml_extent.h"
#include "format/yaml_tag.h"
#include "format/yaml_token.h"

struct yamlf_tokens {
	yaml_parser_t parser;
	struct span source;
	struct arena *arena;
	size_t base;      /* length of the byte order mark */
	size_t index, at; /* a place in characters and in bytes */
	bool ascii;
	bool ended;
	struct yamlf_token last;
	struct yamlf_tags tags;
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
yamlf_tokens_new(struct yamlf_tokens **out, struct span source, struct arena *a,
    struct sealeaf_error *e)
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
	yamlf_tags_fini(&ts->tags);
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
		t->style = y->data.scalar.style == YAML_LITERAL_SCALAR_STYLE
		    ? STYLE_LITERAL
		    : STYLE_FOLDED;
		t->is_long = false;
		yamlf_extent(t, s, t->end, indent);
		break;
	default:
		t->style = STYLE_PLAIN;
		/* The scanner has looked for more lines behind it. */
		do {
			t->resume = yamlf_skip_blanks(s, t->resume);
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

static enum sealeaf_code
set_tag(struct yamlf_tokens *ts, struct yamlf_token *t, const yaml_token_t *y,
    struct sealeaf_error *e)
{
	enum yamlf_tag tag = YAMLF_TAG_NONE;
	enum sealeaf_code code;

	code = yamlf_tags_find(&ts->tags, &tag, text_of(y->data.tag.handle),
	    text_of(y->data.tag.suffix), t->line + 1, t->column + 1, e);
	t->tag = (uint8_t)tag;
	return code;
}

static enum sealeaf_code
read_directive(struct yamlf_tokens *ts, const struct yamlf_token *t,
    const yaml_token_t *y, struct sealeaf_error *e)
{
	if (y->type == YAML_VERSION_DIRECTIVE_TOKEN)
		return yamlf_tags_version(&ts->tags,
		    y->data.version_directive.major,
		    y->data.version_directive.minor, t->line + 1, t->column + 1,
		    e);
	return yamlf_tags_add(&ts->tags, ts->arena,
	    text_of(y->data.tag_directive.handle),
	    text_of(y->data.tag_directive.prefix), t->line + 1, t->column + 1,
	    e);
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
		yamlf_tags_start(&ts->tags);
		return SEALEAF_OK;
	case YAMLF_DIRECTIVE:
		/* With the rest of its line. */
		t->resume = yamlf_line_end(s, t->end);
		return read_directive(ts, t, y, e);
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
	[YAML_VALUE_TOKEN] = YAMLF_COLON,
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
