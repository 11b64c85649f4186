/* SPDX-License-Identifier: Apache-2.0 */
/* The form is that of compilers, so editors and CI find the places. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "cli/quote.h"
#include "cli/say.h"
#include "cli/target.h"
#include "cli/findings.h"

static const char *const levels[] = {
	[SEALEAF_DEBUG] = "note",
	[SEALEAF_INFO] = "note",
	[SEALEAF_WARNING] = "warning",
	[SEALEAF_ERROR] = "error",
};

static void
finding_fini(struct finding *f)
{
	free(f->file);
	free(f->check);
	free(f->text);
	free(f->hint);
}

static bool
is_wanted(const struct findings *fs, const struct sealeaf_finding *f)
{
	if (!fs->verbose && strcmp(f->check, "sealed-spelling") == 0)
		return false;
	return !fs->harm_only || strcmp(f->check, "no-metadata") == 0 ||
	    strcmp(f->check, "read") == 0;
}

void
findings_put(void *user, const struct sealeaf_finding *found)
{
	struct findings *fs = user;
	const char *file = found->source != NULL ? found->source : fs->file;
	struct finding f = { .level = found->level,
		.line = found->line,
		.column = found->column };
	struct finding *list;

	if (!is_wanted(fs, found))
		return;
	f.file = mem_dup(file);
	f.check = mem_dup(found->check);
	f.text = mem_dup(found->text);
	f.hint = mem_dup(found->hint);
	list = mem_grow(fs->list, &fs->cap, fs->n + 1, sizeof *list);
	if (list != NULL)
		fs->list = list;
	if (list == NULL || f.file == NULL || f.check == NULL ||
	    f.text == NULL || f.hint == NULL) {
		finding_fini(&f);
		fs->failed = true;
		return;
	}
	list[fs->n++] = f;
}

static int
compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (int)y->level - (int)x->level;
}

void
findings_sort(struct findings *fs)
{
	if (fs->n > fs->first)
		qsort(fs->list + fs->first, fs->n - fs->first, sizeof *fs->list,
		    compare);
	fs->first = fs->n;
}

void
findings_print(const struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->list[i];

		say("%s:", f->file);
		if (f->line > 0)
			say("%u:", (unsigned)f->line);
		if (f->line > 0 && f->column > 0)
			say("%u:", (unsigned)f->column);
		say(" %s: %s [%s]\n", levels[f->level], f->text, f->check);
		if (f->hint[0] != '\0')
			say("    hint: %s\n", f->hint);
	}
}

static void
put_member(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, ", \"%s\": ", name);
	quote_json(b, text);
}

enum sealeaf_code
findings_print_json(const struct findings *fs, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code;

	buf_puts(&b, "[");
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->list[i];

		buf_puts(&b, i > 0 ? ",\n" : "\n");
		buf_puts(&b, "  {\"file\": ");
		quote_json(&b, f->file);
		buf_printf(&b, ", \"line\": %u, \"column\": %u",
		    (unsigned)f->line, (unsigned)f->column);
		put_member(&b, "level", levels[f->level]);
		put_member(&b, "check", f->check);
		put_member(&b, "text", f->text);
		put_member(&b, "hint", f->hint);
		buf_puts(&b, "}");
	}
	buf_puts(&b, fs->n > 0 ? "\n]\n" : "]\n");
	code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = target_print(buf_get(&b), e);
	buf_fini(&b);
	return code;
}

bool
findings_any(const struct findings *fs, enum sealeaf_level level)
{
	for (size_t i = 0; i < fs->n; i++) {
		if (fs->list[i].level == level)
			return true;
	}
	return false;
}

void
findings_fini(struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		finding_fini(&fs->list[i]);
	free(fs->list);
}
