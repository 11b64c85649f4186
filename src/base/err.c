/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The error struct. The first error stored wins: whoever notices a failure
 * fills it in, the layers above only add context in front.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/show.h"
#include "base/err.h"

static PRINTF_LIKE(3, 0) enum sealeaf_code store(struct sealeaf_error *e,
    enum sealeaf_code code, const char *format, va_list ap)
{
	if (e == NULL)
		return code;
	if (e->code != SEALEAF_OK)
		return e->code;
	e->code = code;
	(void)show_format(e->text, sizeof e->text, format, ap);
	return code;
}

enum sealeaf_code
err_set(struct sealeaf_error *e, enum sealeaf_code code, const char *format,
    ...)
{
	va_list ap;

	va_start(ap, format);
	code = store(e, code, format, ap);
	va_end(ap);
	return code;
}

enum sealeaf_code
err_at(struct sealeaf_error *e, enum sealeaf_code code, size_t line,
    size_t column, const char *format, ...)
{
	bool first = e != NULL && e->code == SEALEAF_OK;
	va_list ap;

	va_start(ap, format);
	code = store(e, code, format, ap);
	va_end(ap);
	if (first) {
		e->line = (uint32_t)line;
		e->column = (uint32_t)column;
	}
	return code;
}

enum sealeaf_code
err_errno(struct sealeaf_error *e, enum sealeaf_code code, int number,
    const char *format, ...)
{
	bool first = e != NULL && e->code == SEALEAF_OK;
	char reason[128];
	va_list ap;
	size_t n;

	va_start(ap, format);
	code = store(e, code, format, ap);
	va_end(ap);
	if (!first)
		return code;
	if (strerror_r(number, reason, sizeof reason) != 0)
		(void)snprintf(reason, sizeof reason, "error %d", number);
	n = strlen(e->text);
	/* SOPS prints the operating system's texts as Go does: lower case. */
	if (reason[0] >= 'A' && reason[0] <= 'Z' &&
	    !(reason[1] >= 'A' && reason[1] <= 'Z'))
		reason[0] = (char)(reason[0] - 'A' + 'a');
	(void)snprintf(e->text + n, sizeof e->text - n, ": %s", reason);
	return code;
}

enum sealeaf_code
err_memory(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_MEMORY, "out of memory");
}

void
err_prefix(struct sealeaf_error *e, const char *format, ...)
{
	char front[1024];
	va_list ap;
	size_t n, m;

	if (e == NULL || e->code == SEALEAF_OK)
		return;
	va_start(ap, format);
	(void)show_format(front, sizeof front, format, ap);
	va_end(ap);
	n = strlen(front);
	if (n + 2 >= sizeof front)
		return;
	memcpy(front + n, ": ", 3);
	n += 2;
	m = strlen(e->text);
	if (m > sizeof e->text - n - 1)
		m = sizeof e->text - n - 1;
	memmove(e->text + n, e->text, m);
	memcpy(e->text, front, n);
	e->text[n + m] = '\0';
}

void
err_hint(struct sealeaf_error *e, const char *format, ...)
{
	va_list ap;

	if (e == NULL || e->code == SEALEAF_OK || e->hint[0] != '\0')
		return;
	va_start(ap, format);
	(void)show_format(e->hint, sizeof e->hint, format, ap);
	va_end(ap);
	/* A name out of a file must not make a hint of its own. */
	for (char *p = e->hint; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
}

/* Whether `text` has the line of `n` bytes at `line`. */
static bool
has_line(const char *text, const char *line, size_t n)
{
	while (*text != '\0') {
		size_t m = strcspn(text, "\n");

		if (m == n && memcmp(text, line, n) == 0)
			return true;
		text += m + (text[m] == '\n');
	}
	return false;
}

void
err_hints(struct sealeaf_error *e, const char *hints)
{
	if (e == NULL || e->code == SEALEAF_OK)
		return;
	while (hints != NULL && *hints != '\0') {
		size_t n = strcspn(hints, "\n"), at = strlen(e->hint);

		if (n > 0 && at + n + 1 < sizeof e->hint &&
		    !has_line(e->hint, hints, n)) {
			if (at > 0)
				e->hint[at++] = '\n';
			memcpy(e->hint + at, hints, n);
			e->hint[at + n] = '\0';
		}
		hints += n + (hints[n] == '\n');
	}
}

void
err_source(struct sealeaf_error *e, const char *source)
{
	if (e == NULL || source == NULL || e->source[0] != '\0')
		return;
	(void)snprintf(e->source, sizeof e->source, "%s", source);
}

void
err_clear(struct sealeaf_error *e)
{
	if (e != NULL)
		memset(e, 0, sizeof *e);
}
