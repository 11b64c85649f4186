/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts match these lines, so they are SOPS's to the byte: logrus's text
 * form behind the logger's name. Two decisions are independent there and here:
 * the level's colour follows standard error alone, the bold name follows
 * standard output, $TERM and $NO_COLOR.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/show.h"

#include "cli/quote.h"
#include "cli/say.h"
#include "cli/log.h"

enum { TEXT_WIDTH = 44 };

static const struct {
	const char *name, *mark;
	int color;
} severities[] = {
	[SEVERITY_DEBUG] = { "debug", "DEBU", 37 },
	[SEVERITY_INFO] = { "info", "INFO", 36 },
	[SEVERITY_WARNING] = { "warning", "WARN", 33 },
	[SEVERITY_ERROR] = { "error", "ERRO", 31 },
	[SEVERITY_FATAL] = { "fatal", "FATA", 31 },
};

void
log_init(struct log *l)
{
	const char *term = getenv("TERM");
	const char *plain = getenv("NO_COLOR");

	memset(l, 0, sizeof *l);
	l->terminal = isatty(STDERR_FILENO) == 1;
	l->color = isatty(STDOUT_FILENO) == 1 &&
	    (term == NULL || strcmp(term, "dumb") != 0) &&
	    (plain == NULL || *plain == '\0');
	l->start = time(NULL);
}

static void
put_value(struct buf *b, struct span s)
{
	static const char bare[] =
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+";
	size_t n = 0;

	while (n < s.n && s.p[n] != '\0' && strchr(bare, s.p[n]) != NULL)
		n++;
	if (n == s.n)
		buf_span(b, s);
	else
		quote_append(b, s);
}

/* RFC 3339 in local time. */
static void
put_time(struct buf *b)
{
	time_t now = time(NULL);
	char text[40], zone[8];
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0 ||
	    strftime(zone, sizeof zone, "%z", &tm) != 5)
		return;
	buf_puts(b, text);
	if (strcmp(zone + 1, "0000") == 0)
		buf_putc(b, 'Z');
	else
		buf_printf(b, "%.3s:%s", zone, zone + 3);
}

static void
put_plain(struct buf *b, enum log_severity severity, const char *text,
    const char *key, struct span value)
{
	buf_puts(b, "time=\"");
	put_time(b);
	buf_printf(b, "\" level=%s msg=", severities[severity].name);
	put_value(b, span_of(text));
	if (key != NULL) {
		buf_printf(b, " %s=", key);
		put_value(b, value);
	}
}

static void
put_colored(const struct log *l, struct buf *b, enum log_severity severity,
    const char *text, const char *key, struct span value)
{
	int color = severities[severity].color;
	size_t start;

	buf_printf(b, "\033[%dm%s\033[0m[%04ld] ", color,
	    severities[severity].mark, (long)(time(NULL) - l->start));
	start = b->n;
	show_lines(b, span_of(text));
	if (b->n - start < TEXT_WIDTH)
		buf_fill(b, ' ', TEXT_WIDTH - (b->n - start));
	buf_putc(b, ' ');
	if (key != NULL) {
		buf_printf(b, " \033[%dm%s\033[0m=", color, key);
		put_value(b, value);
	}
}

void
log_line(const struct log *l, enum log_severity severity, const char *name,
    const char *text, const char *key, struct span value)
{
	struct buf b = { 0 };

	if (severity < SEVERITY_WARNING && !l->verbose)
		return;
	buf_printf(&b, l->color ? "\033[1m[%s]\033[22m\t " : "[%s]\t ", name);
	if (l->terminal)
		put_colored(l, &b, severity, text, key, value);
	else
		put_plain(&b, severity, text, key, value);
	buf_putc(&b, '\n');
	/* One write a line: lines of parallel runs do not mix. */
	if (!b.failed && write(STDERR_FILENO, b.p, b.n) < 0)
		(void)b; /* there is no better place to complain */
	buf_fini(&b);
}

void
log_warning(const struct log *l, const char *text)
{
	log_line(l, SEVERITY_WARNING, "CMD", text, NULL, span_of(NULL));
}

void
log_fatal(const struct log *l, const char *text)
{
	log_line(l, SEVERITY_FATAL, "CMD", text, NULL, span_of(NULL));
}

void
log_progress(const char *text)
{
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL ||
	    strftime(stamp, sizeof stamp, "%Y/%m/%d %H:%M:%S", &tm) == 0)
		stamp[0] = '\0';
	say_error("%s %s\n", stamp, text);
}
