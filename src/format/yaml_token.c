/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One token at a time, by the rules of SOPS's parser. Those are libyaml's but
 * for a few signs ("\'" and "\/" in quotes, '?' and ':' in flow collections,
 * ',' in tags), and a file must be read as SOPS will read it.
 */

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "format/yaml_token.h"

/* SOPS's parser reads a file by so many bytes. */
enum { CHUNK = 512 };

static const char mark[] = "\xef\xbb\xbf";

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

bool
yamlf_is_blankz(struct span s, size_t at)
{
	return at >= s.n || s.p[at] == ' ' || s.p[at] == '\t' ||
	    yamlf_break(s, at) > 0;
}

bool
yamlf_is_marker(struct span s, size_t at, char c)
{
	return s.n - at >= 3 && s.p[at] == c && s.p[at + 1] == c &&
	    s.p[at + 2] == c && yamlf_is_blankz(s, at + 3);
}

/* ---- what no token can be read from ---- */

enum sealeaf_code
yamlf_text_fail(struct span s, size_t at, const char *text,
    struct sealeaf_error *e)
{
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column += (s.p[i] & 0xc0) != 0x80 ? 1 : 0;
		if (s.p[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return err_at(e, SEALEAF_ERR_READ, line, column, "%s", text);
}

/* Of the characters beyond ASCII: C1 but NEL, and the two that are none. */
static bool
is_allowed(struct span s, size_t at)
{
	unsigned char a = (unsigned char)s.p[at], b, c;

	if (a != 0xc2 && a != 0xef)
		return true;
	b = (unsigned char)s.p[at + 1];
	if (a == 0xc2)
		return b >= 0xa0 || b == 0x85;
	c = (unsigned char)s.p[at + 2];
	return b != 0xbf || c < 0xbe;
}

static size_t
find_forbidden(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= ' ' && c < 0x7f)
			continue;
		if (c == 0x7f ||
		    (c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
		    (c >= 0xc2 && !is_allowed(s, i)))
			return i;
	}
	return s.n;
}

struct marks {
	struct span s;
	size_t end;  /* of the part that SOPS's parser reads with the mark */
	size_t last; /* where the last line begins; SIZE_MAX: not known */
};

static size_t
last_line(struct span s)
{
	size_t last = 0, n;

	for (size_t at = 0; at<s.n; at += n> 0 ? n : 1) {
		n = yamlf_break(s, at);
		if (n > 0 && at + n < s.n)
			last = at + n;
	}
	return last;
}

/*
 * SOPS's parser looks for a byte order mark not where it stands but at the
 * start of its buffer, and then drops the first sign of every line. The buffer
 * begins where it stands whenever fewer than four characters are left of it.
 */
static bool
is_stumbled_over(struct marks *m, size_t at)
{
	struct span s = m->s;
	size_t left = 0;

	if (at == sizeof mark - 1 && span_starts(s, mark))
		return true;
	if (at >= m->last)
		return false;
	while (m->end <= at) {
		m->end = m->end + CHUNK < s.n ? m->end + CHUNK : s.n;
		while (m->end < s.n && (s.p[m->end] & 0xc0) == 0x80)
			m->end--;
	}
	for (size_t i = at; i < m->end && left < 4; i++)
		left += (s.p[i] & 0xc0) != 0x80 ? 1 : 0;
	return left < 4;
}

static enum sealeaf_code
check_marks(struct span s, struct sealeaf_error *e)
{
	size_t at = span_starts(s, mark) ? sizeof mark - 1 : 0, n;
	struct marks m = { s, 0, SIZE_MAX };
	enum sealeaf_code code;

	for (; at < s.n; at += sizeof mark - 1) {
		n = span_search(span_sub(s, at, s.n), span_of(mark));
		at += n;
		if (at < s.n && m.last == SIZE_MAX)
			m.last = last_line(s);
		if (at < s.n && is_stumbled_over(&m, at)) {
			code = yamlf_text_fail(s, at,
			    "byte order mark inside the text", e);
			err_hint(e, "remove the three bytes EF BB BF there");
			return code;
		}
	}
	return SEALEAF_OK;
}

enum sealeaf_code
yamlf_check_text(struct span s, struct sealeaf_error *e)
{
	char text[64] = "control characters are not allowed";
	unsigned char all = 0;
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	if (all >= 0x80)
		n = utf8_valid(s);
	if (n < s.n) {
		(void)snprintf(text, sizeof text, "invalid UTF-8: byte 0x%02x",
		    (unsigned char)s.p[n]);
		return yamlf_text_fail(s, n, text, e);
	}
	n = find_forbidden(s);
	if (n < s.n)
		return yamlf_text_fail(s, n, text, e);
	return all >= 0x80 ? check_marks(s, e) : SEALEAF_OK;
}

/* ---- tokens ---- */

enum sealeaf_code
yamlf_token_fail(const struct yamlf_token *t, const char *text,
    struct sealeaf_error *e)
{
	return err_at(e, SEALEAF_ERR_READ, t->line + 1, t->column + 1, "%s",
	    text);
}

enum sealeaf_code
yamlf_token_text(struct yamlf_reader *r, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = buf_check(&r->text, e);

	if (code != SEALEAF_OK)
		return code;
	t->text = span_make("", 0);
	if (r->text.n > 0)
		t->text = arena_dup(r->arena, buf_get(&r->text));
	return t->text.p != NULL ? SEALEAF_OK : err_memory(e);
}

static bool
begins_plain(struct span s, size_t at, bool flow)
{
	char c = s.p[at];

	if (c == '-')
		return at + 1 >= s.n ||
		    (s.p[at + 1] != ' ' && s.p[at + 1] != '\t');
	if (c == '?' || c == ':')
		return !flow && !yamlf_is_blankz(s, at + 1);
	return strchr(",[]{}#&*!|>'\"%@`", c) == NULL &&
	    !yamlf_is_blankz(s, at);
}

enum sealeaf_code
yamlf_token_type(enum yamlf_type *type, const struct yamlf_reader *r, size_t at,
    bool flow, bool first)
{
	static const struct {
		char c;
		uint8_t type;
	} signs[] = {
		{ '[', YAMLF_LIST_OPEN },
		{ ']', YAMLF_LIST_CLOSE },
		{ '{', YAMLF_MAP_OPEN },
		{ '}', YAMLF_MAP_CLOSE },
		{ ',', YAMLF_COMMA },
		{ '*', YAMLF_ALIAS },
		{ '&', YAMLF_ANCHOR },
		{ '!', YAMLF_TAG },
		{ '\'', YAMLF_SCALAR },
		{ '"', YAMLF_SCALAR },
	};
	struct span s = r->source;
	bool alone = yamlf_is_blankz(s, at + 1);
	char c = at < s.n ? s.p[at] : '\0';

	if (at >= s.n)
		*type = YAMLF_STREAM_END;
	else if (first && c == '%')
		*type = YAMLF_DIRECTIVE;
	else if (first && yamlf_is_marker(s, at, '-'))
		*type = YAMLF_DOCUMENT_START;
	else if (first && yamlf_is_marker(s, at, '.'))
		*type = YAMLF_DOCUMENT_END;
	else if (c == '-' && alone)
		*type = YAMLF_ENTRY;
	else if (c == '?' && (flow || alone))
		*type = YAMLF_KEY;
	else if (c == ':' && (flow || alone))
		*type = YAMLF_COLON;
	else if (begins_plain(s, at, flow) || (!flow && (c == '|' || c == '>')))
		*type = YAMLF_SCALAR;
	else {
		for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
			*type = signs[i].type;
			if (signs[i].c == c)
				return SEALEAF_OK;
		}
		return SEALEAF_ERR_READ;
	}
	return SEALEAF_OK;
}

bool
yamlf_is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

static enum sealeaf_code
read_anchor(struct yamlf_reader *r, struct yamlf_token *t,
    struct sealeaf_error *e)
{
	struct span s = r->source;
	size_t at = t->start + 1;

	while (at < s.n && yamlf_is_name(s.p[at]))
		at++;
	t->end = at;
	t->text = span_sub(s, t->start + 1, at);
	if (t->text.n > 0 &&
	    (yamlf_is_blankz(s, at) || strchr("?:,]}%@`", s.p[at]) != NULL))
		return SEALEAF_OK;
	return yamlf_token_fail(t,
	    "did not find expected alphabetic or numeric character", e);
}

enum sealeaf_code
yamlf_token_read(struct yamlf_reader *r, struct yamlf_token *t, int64_t indent,
    bool flow, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	char c = t->start < r->source.n ? r->source.p[t->start] : '\0';

	t->end = t->start + 1;
	switch (t->type) {
	case YAMLF_STREAM_END:
		t->end = t->start;
		break;
	case YAMLF_DIRECTIVE:
		return yamlf_read_directive(r, t, e);
	case YAMLF_DOCUMENT_START:
	case YAMLF_DOCUMENT_END:
		t->end = t->start + 3;
		if (t->type == YAMLF_DOCUMENT_START)
			yamlf_tags_start(&r->tags);
		break;
	case YAMLF_ALIAS:
	case YAMLF_ANCHOR:
		code = read_anchor(r, t, e);
		break;
	case YAMLF_TAG:
		code = yamlf_read_tag(r, t, e);
		break;
	case YAMLF_SCALAR:
		if (c == '\'' || c == '"')
			return yamlf_read_quoted(r, t, e);
		if (!flow && (c == '|' || c == '>'))
			return yamlf_read_block(r, t, indent, e);
		return yamlf_read_plain(r, t, indent, flow, e);
	default:
		break;
	}
	t->resume = t->end;
	return code;
}
