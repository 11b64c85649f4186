/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and exit statuses; the texts come from whoever failed. */

#include <stdio.h>
#include <string.h>

#include "base/show.h"

#include "cli/command.h"
#include "cli/help.h"
#include "cli/say.h"
#include "cli/report.h"

static void
put_place(struct buf *b, const struct sealeaf_error *e)
{
	if (e->line == 0)
		return;
	if (e->source[0] != '\0')
		show_printf(b, "%s:", e->source);
	buf_printf(b, "%u:", (unsigned)e->line);
	if (e->column != 0)
		buf_printf(b, "%u:", (unsigned)e->column);
	buf_putc(b, ' ');
}

int
report_error(const struct cli *c, const struct sealeaf_error *e)
{
	struct buf b = { 0 };

	/* Log lines begin with SOPS's words. */
	if (c->fatal == NULL)
		put_place(&b, e);
	show_lines(&b, span_of(e->text));
	if (b.failed)
		say_error("out of memory\n");
	else if (c->fatal != NULL)
		log_line(&c->log, SEVERITY_FATAL, c->fatal, b.p, NULL,
		    span_of(NULL));
	else
		say_lines("", b.p);
	for (const char *p = e->hint; *p != '\0';) {
		size_t n = strcspn(p, "\n");

		say_error("hint: %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
	buf_fini(&b);
	return c->fatal != NULL ? 1 : sealeaf_code_exit(e->code);
}

/* One line, and what to type: whoever wants the help asks for it. */
static void
report_flag(const struct cli *c, const struct command *cmd,
    const struct sealeaf_error *e)
{
	log_fatal(&c->log, e->text);
	if (e->hint[0] != '\0')
		say_error("hint: %s\n", e->hint);
	else
		say_error("hint: see %s%s%s%s%s --help\n", c->program,
		    cmd != NULL && cmd->parent != NULL ? " " : "",
		    cmd != NULL && cmd->parent != NULL ? cmd->parent : "",
		    cmd != NULL ? " " : "", cmd != NULL ? cmd->name : "");
}

int
report_usage(const struct cli *c, const struct command *cmd,
    const struct sealeaf_error *e)
{
	bool dot = cmd == NULL || command_is_group(cmd);

	if (!c->as_sops && span_starts(span_of(e->text), "flag provided")) {
		report_flag(c, cmd, e);
		return 1;
	}
	/* SOPS prints this one mistake bare, and only before a command. */
	if (dot && span_starts(span_of(e->text), "Cannot use two forms"))
		say("%s\n", e->text);
	else
		say("Incorrect Usage%c %s\n\n", dot ? '.' : ':', e->text);
	help_print(stdout, c, cmd);
	(void)fflush(stdout);
	log_fatal(&c->log, e->text);
	return 1;
}

void
report_shorten(struct sealeaf_error *e, unsigned threshold)
{
	static const char mark[] = ": SUCCESS";
	unsigned groups = 0;

	for (const char *p = e->text; (p = strstr(p, mark)) != NULL; p++)
		groups++;
	(void)snprintf(e->text, sizeof e->text,
	    "Error getting data key: %u "
	    "successful groups required, got %u",
	    threshold, groups);
}
