/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People and tests read this report, so its every blank is SOPS's: key blocks
 * are set apart by a line of two blanks, attempts of one key by four.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/show.h"
#include "sops/report.h"

static size_t
columns(const char *p, size_t n)
{
	size_t c = 0;

	for (size_t i = 0; i < n; i++)
		c += ((unsigned char)p[i] & 0xC0) != 0x80;
	return c;
}

void
report_wrap(struct buf *b, struct span text, size_t width)
{
	size_t column = 0, at = 0;

	while (at < text.n) {
		size_t blanks = 0, word = 0, wide;

		while (at + blanks < text.n && text.p[at + blanks] == ' ')
			blanks++;
		while (at + blanks + word < text.n &&
		    text.p[at + blanks + word] != ' ' &&
		    text.p[at + blanks + word] != '\n')
			word++;
		wide = columns(text.p + at + blanks, word);
		if (column > 0 && blanks > 0 && word > 0 &&
		    column + blanks + wide > width) {
			buf_putc(b, '\n');
			column = 0;
		} else {
			buf_fill(b, ' ', blanks);
			column += blanks;
		}
		buf_put(b, text.p + at + blanks, word);
		column += wide;
		at += blanks + word;
		if (at < text.n && text.p[at] == '\n') {
			buf_putc(b, '\n');
			column = 0;
			at++;
		}
	}
}

/* Append `text` with `first` before its first line, `rest` before others. */
static void
indent(struct buf *b, struct span text, const char *first, const char *rest)
{
	size_t at = 0;

	for (;;) {
		struct span line = span_sub(text, at, text.n);

		line = span_sub(line, 0, span_find(line, '\n'));
		buf_puts(b, at == 0 ? first : rest);
		buf_span(b, line);
		at += line.n + 1;
		if (at > text.n)
			return;
		buf_putc(b, '\n');
	}
}

static void
append_attempt(struct buf *b, const struct attempt *a)
{
	char *shown = key_show(a->key);

	show_printf(b, "  %s: FAILED\n", shown != NULL ? shown : "");
	free(shown);
	for (size_t i = 0; i < a->n; i++) {
		struct buf wrapped = { 0 };

		report_wrap(&wrapped, span_of(a->list[i].text), 60);
		if (i > 0)
			buf_puts(b, "\n    \n");
		indent(b, buf_get(&wrapped), "    - | ", "      | ");
		buf_fini(&wrapped);
	}
}

static void
append_group(struct buf *b, const struct group_result *g, size_t number)
{
	buf_printf(b, "Group %zu: %s", number,
	    g->opened ? "SUCCESS" : "FAILED");
	if (g->opened)
		return;
	buf_putc(b, '\n');
	for (size_t i = 0; i < g->n; i++) {
		if (i > 0)
			buf_puts(b, "\n  \n");
		append_attempt(b, &g->list[i]);
	}
}

void
report_append(struct buf *b, const struct group_result *groups, size_t n,
    unsigned required)
{
	char text[512];
	size_t opened = 0;

	buf_puts(b,
	    "Failed to get the data key required to decrypt the SOPS "
	    "file.\n\n");
	for (size_t i = 0; i < n; i++) {
		append_group(b, &groups[i], i);
		buf_puts(b, "\n\n");
		opened += groups[i].opened;
	}
	if (required == 0)
		(void)snprintf(text, sizeof text,
		    "Recovery failed because no "
		    "master key was able to decrypt the file. In order for "
		    "SOPS to recover the file, at least one key has to be "
		    "successful, but none were.");
	else
		(void)snprintf(text, sizeof text,
		    "Recovery failed because the "
		    "file was encrypted with a Shamir threshold of %u, but "
		    "only %zu part(s) were successfully recovered, one for "
		    "each successful key group. In order for SOPS to recover "
		    "the file, at least %u groups have to be successful. In "
		    "order for a group to be successful, decryption has to "
		    "succeed with any of the keys in that key group.",
		    required, opened, required);
	report_wrap(b, span_of(text), 75);
}
