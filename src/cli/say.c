/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to the terminal for messages; tests/layers.sh looks that there
 * is no other. */

#include <stdio.h>

#include "base/show.h"

#include "cli/say.h"

static void print(FILE *to, const char *format, va_list ap) PRINTF_LIKE(2, 0);

static void
print(FILE *to, const char *format, va_list ap)
{
	struct buf b = { 0 };

	show_vprintf(&b, format, ap);
	if (b.failed)
		(void)fputs("out of memory\n", stderr);
	else if (b.n > 0)
		(void)fwrite(b.p, 1, b.n, to);
	buf_fini(&b);
}

void
say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print(stdout, format, ap);
	va_end(ap);
}

void
say_error(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print(stderr, format, ap);
	va_end(ap);
}

void
say_lines(const char *front, const char *text)
{
	struct buf b = { 0 };

	show_lines(&b, span_of(text));
	if (b.failed)
		(void)fputs("out of memory\n", stderr);
	else
		(void)fprintf(stderr, "%s%s\n", front, b.n > 0 ? b.p : "");
	buf_fini(&b);
}

void
say_ready(struct span text)
{
	if (text.n > 0)
		(void)fwrite(text.p, 1, text.n, stdout);
	(void)fflush(stdout);
}
