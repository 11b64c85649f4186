/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dotenv: a line is empty, a comment or KEY=value. The value is the rest of
 * the line as it is, carriage return included; the two characters "\n" stand
 * for a newline. Metadata is lines whose key starts with "sops_".
 */

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/path.h"
#include "format/dotenv_put.h"
#include "format/flat.h"
#include "format/format.h"
#include "format/scan.h"
#include "format/text.h"

struct scanner {
	struct doc *d;
	struct flat meta;
	uint32_t count;
	size_t run; /* start of the metadata lines we are in, or SIZE_MAX */
	struct sealeaf_error *e;
};

static bool
envf_refused(struct span key)
{
	return span_starts(key, "sops_");
}

/* The value that `text` spells: itself, or a copy with newlines. */
static enum sealeaf_code
decode(struct scanner *s, struct span text, struct span *out)
{
	struct buf b = { 0 };
	enum sealeaf_code rc;

	*out = text;
	if (span_search(text, span_of("\\n")) == text.n)
		return SEALEAF_OK;
	text_replace(&b, text, "\\n", "\n");
	rc = buf_check(&b, s->e);
	if (rc == SEALEAF_OK) {
		*out = arena_dup(&s->d->arena, buf_get(&b));
		if (out->p == NULL)
			rc = err_memory(s->e);
	}
	buf_fini(&b);
	return rc;
}

static enum sealeaf_code
add_meta(struct scanner *s, struct span name, struct span src)
{
	struct flat_item *item = flat_add(&s->meta, s->e);
	enum sealeaf_code rc;
	struct span value;

	if (item == NULL)
		return SEALEAF_ERR_MEMORY;
	/* No value ends in a carriage return; git may have put one there. */
	if (span_ends(src, "\r"))
		src.n--;
	rc = decode(s, src, &value);
	if (rc != SEALEAF_OK)
		return rc;
	item->name = span_sub(name, strlen("sops_"), name.n);
	item->leaf.style = STYLE_LINE;
	scan_fill(&item->leaf, LEAF_STR, src, value);
	s->d->has_meta = true;
	return SEALEAF_OK;
}

static enum sealeaf_code
add_value(struct scanner *s, struct span name, struct span src)
{
	struct leaf *l = scan_leaf(&s->d->leaves, s->e);
	enum sealeaf_code rc;
	struct span value;

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	l->path = path_key(&s->d->arena, NULL, name, s->count++);
	if (l->path == NULL)
		return err_memory(s->e);
	rc = decode(s, src, &value);
	if (rc != SEALEAF_OK)
		return rc;
	l->style = STYLE_LINE;
	scan_fill(l, LEAF_STR, src, value);
	return SEALEAF_OK;
}

static enum sealeaf_code
add_comment(struct scanner *s, struct span text)
{
	struct leaf *l = scan_leaf(&s->d->leaves, s->e);

	if (l == NULL)
		return SEALEAF_ERR_MEMORY;
	l->style = STYLE_LINE;
	scan_fill(l, LEAF_COMMENT, text, text);
	return SEALEAF_OK;
}

/* The run of metadata lines ends at `end`. */
static enum sealeaf_code
end_run(struct scanner *s, size_t end)
{
	struct span src = s->d->source;
	size_t from = s->run;

	s->run = SIZE_MAX;
	/* A file without a newline at its end got one in front of the lines. */
	if (end == src.n && from > 0 && src.p[end - 1] != '\n')
		from--;
	return scan_block(s->d, from, end, s->e);
}

static enum sealeaf_code
refuse_line(struct scanner *s, struct span line)
{
	scan_fail(s->d, line.p, s->e, "invalid dotenv input line");
	if (span_is(line, "\r"))
		err_hint(s->e,
		    "line %u holds a carriage return alone, which is no empty line here: end the lines with a newline only, or take this one out",
		    s->e != NULL ? (unsigned)s->e->line : 0);
	else if (span_trim(line).n == 0)
		err_hint(s->e,
		    "the line holds blanks alone, which is no empty line here: take them out");
	else
		err_hint(s->e,
		    "write KEY=value; comments start with # in the first column");
	return SEALEAF_ERR_READ;
}

static enum sealeaf_code
add_line(struct scanner *s, struct span line)
{
	size_t equal = span_find(line, '=');
	struct span name = span_sub(line, 0, equal);
	bool meta = equal < line.n && line.p[0] != '#' && envf_refused(name);
	size_t at = (size_t)(line.p - s->d->source.p);
	enum sealeaf_code rc = SEALEAF_OK;

	if (meta && s->run == SIZE_MAX)
		s->run = at;
	else if (!meta && s->run != SIZE_MAX)
		rc = end_run(s, at);
	if (rc != SEALEAF_OK || line.n == 0)
		return rc;
	if (line.p[0] == '#')
		return add_comment(s, span_sub(line, 1, line.n));
	if (equal == line.n)
		return refuse_line(s, line);
	line = span_sub(line, equal + 1, line.n);
	return meta ? add_meta(s, name, line) : add_value(s, name, line);
}

static enum sealeaf_code
envf_scan(struct doc *d, struct sealeaf_error *e)
{
	struct scanner s = { .d = d, .run = SIZE_MAX, .e = e };
	enum sealeaf_code rc = SEALEAF_OK;
	struct span line;
	size_t n;

	d->documents = 1;
	scan_crlf(d);
	for (size_t at = 0; at < d->source.n && rc == SEALEAF_OK; at += n + 1) {
		line = span_sub(d->source, at, d->source.n);
		n = span_find(line, '\n');
		rc = add_line(&s, span_sub(line, 0, n));
	}
	if (rc == SEALEAF_OK && s.run != SIZE_MAX)
		rc = end_run(&s, d->source.n);
	if (rc == SEALEAF_OK && d->has_meta)
		rc = flat_unflatten(d, &s.meta, e);
	free(s.meta.list);
	return rc;
}

static void
envf_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope)
{
	(void)d;
	(void)l;
	buf_span(b, envelope);
}

static void
envf_sealed(struct leaf *out, const struct doc *d, const struct leaf *l)
{
	(void)d;
	*out = *l;
}

/* A value on a line of its own. */
static void
put(struct buf *b, enum leaf_type type, struct span text)
{
	if (type == LEAF_STR || type == LEAF_COMMENT || type == LEAF_BYTES)
		text_replace(b, text, "\n",
		    type == LEAF_COMMENT ? "\n#" : "\\n");
	else
		text_plain(b, type, text);
}

static enum sealeaf_code
envf_spell(struct buf *b, const struct doc *d, const struct leaf *l,
    enum leaf_type type, struct span text, struct sealeaf_error *e)
{
	(void)d;
	(void)l;
	put(b, type, text);
	return buf_check(b, e);
}

static bool
is_complex(const struct leaf *l)
{
	return l->type == LEAF_MAP || l->type == LEAF_LIST;
}

/* As SOPS, which prints the first document and is silent about others. */
static enum sealeaf_code
envf_print(struct buf *b, const struct leaves *ls, size_t from, size_t n,
    size_t depth, const struct print_style *style, struct sealeaf_error *e)
{
	const struct leaf *l;

	(void)depth;
	(void)style;
	for (size_t i = from; i < from + n; i++) {
		l = &ls->list[i];
		if (l->document != ls->list[from].document)
			break;
		if (is_complex(l) && l->path == NULL)
			continue;
		if (is_complex(l))
			return err_set(e, SEALEAF_ERR_DUMP,
			    "cannot use complex "
			    "value in dotenv file; offending key %.*s",
			    l->path->key.n < 200 ? (int)l->path->key.n : 200,
			    l->path->key.p != NULL ? l->path->key.p : "");
		if (l->type == LEAF_COMMENT) {
			buf_putc(b, '#');
		} else {
			buf_span(b, l->path->key);
			buf_putc(b, '=');
		}
		put(b, (enum leaf_type)l->type, l->value);
		buf_putc(b, '\n');
	}
	return buf_check(b, e);
}

static enum sealeaf_code
envf_value(struct buf *b, const struct leaves *ls, size_t at, size_t depth,
    const struct print_style *style, struct sealeaf_error *e)
{
	static const char *const names[] = {
		[LEAF_STR] = "string",
		[LEAF_INT] = "int",
		[LEAF_FLOAT] = "float64",
		[LEAF_BOOL] = "bool",
		[LEAF_TIME] = "time.Time",
		[LEAF_BYTES] = "[]uint8",
		[LEAF_COMMENT] = "sops.Comment",
		[LEAF_NULL] = "<nil>",
		[LEAF_MAP] = "sops.TreeBranch",
		[LEAF_LIST] = "[]interface {}",
	};
	const struct leaf *l = &ls->list[at];

	(void)depth;
	(void)style;
	if (l->type != LEAF_STR)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "the dotenv store only "
		    "supports emitting strings, got %s",
		    names[l->type]);
	buf_span(b, l->value);
	return buf_check(b, e);
}

static enum sealeaf_code
envf_block(struct buf *b, const struct doc *d, const struct leaves *meta,
    const struct print_style *style, struct sealeaf_error *e)
{
	enum sealeaf_code rc;

	(void)d;
	(void)style;
	for (size_t i = 0; i < meta->n; i++) {
		const struct leaf *l = &meta->list[i];

		if (is_complex(l) || l->type == LEAF_COMMENT)
			continue;
		buf_puts(b, "sops_");
		rc = flat_name(b, l->path, e);
		if (rc != SEALEAF_OK)
			return rc;
		buf_putc(b, '=');
		put(b, (enum leaf_type)l->type, l->value);
		buf_putc(b, '\n');
	}
	return buf_check(b, e);
}

/*
 * At the end. When the file has no newline there, one goes in front and the
 * block's own last one is left away: the end of the file stays as it was.
 */
static enum sealeaf_code
envf_place(struct edits *es, struct doc *d, struct span block,
    struct sealeaf_error *e)
{
	struct span src = d->source, text;
	bool open = src.n > 0 && src.p[src.n - 1] != '\n';
	struct buf b = { 0 };
	enum sealeaf_code rc;

	if (span_starts(block, "\n"))
		block = span_sub(block, 1, block.n);
	if (span_ends(block, "\n"))
		block.n--;
	if (open && scan_rest(d) > 0)
		buf_putc(&b, '\n');
	buf_span(&b, block);
	if (!open)
		buf_putc(&b, '\n');
	rc = buf_check(&b, e);
	text = rc == SEALEAF_OK ? arena_dup(&d->arena, buf_get(&b))
				: span_make(NULL, 0);
	buf_fini(&b);
	if (rc == SEALEAF_OK && text.p == NULL)
		return err_memory(e);
	if (rc == SEALEAF_OK)
		edits_add(es, src.n, 0, text);
	return rc;
}

static const char *const suffixes[] = { ".env", NULL };

const struct format format_dotenv = {
	.name = "dotenv",
	.suffixes = suffixes,
	.tree = true,
	.scan = envf_scan,
	.seal = envf_seal,
	.sealed = envf_sealed,
	.spell = envf_spell,
	.print = envf_print,
	.value = envf_value,
	.block = envf_block,
	.place = envf_place,
	.replace = envf_replace,
	.insert = envf_insert,
	.remove = envf_remove,
	.refused = envf_refused,
	.example = "# This is an example file.\n"
		   "hello=Welcome to SOPS! Edit this file as you please!\n"
		   "example_key=example_value\n"
		   "example_multiline=foo\\nbar\\nbaz\n",
};
