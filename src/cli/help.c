/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and indentation are those of SOPS, because scripts and tests look
 * for flags in it; the texts come from the tables. */

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#include "cli/columns.h"
#include "cli/command.h"
#include "cli/help.h"

/* The first begins with the program's name. */
static const char *const about[] = {
	"encrypts the values of YAML, JSON, dotenv and INI files (and whole files of any other kind), and leaves keys, comments and layout readable. Keys come from age, PGP, AWS KMS, GCP KMS, Azure Key Vault, Vault transit and Huawei Cloud KMS.",
	"New files get their keys from flags, from variables, or from the creation rules in .sops.yaml; files that are encrypted already carry their own. Without a command, the file is opened in $SOPS_EDITOR or $EDITOR; --encrypt, --decrypt, --rotate and --set then say what else to do with it, and flags must stand in front of the file's name.",
};

static const char *const examples[] = {
	"encrypt --age age1... -i secrets.yaml",
	"decrypt secrets.yaml",
	"edit secrets.yaml",
	"set secrets.yaml '[\"db\"][\"password\"]' '\"new\"'",
	"exec-env secrets.yaml ./server",
};

/* Where text runs, and how far lines go: a terminal's width, or SIZE_MAX. */
struct page {
	FILE *out;
	size_t width;
};

enum { INDENT = 3, PROSE = 74, NARROW = 24, BELOW = 8 };

/* The words of `text`, from column `at` on; more lines begin there too. */
static void
put_wrapped(const struct page *p, size_t at, const char *text)
{
	size_t used = at;

	while (*text != '\0') {
		size_t n = strcspn(text, " "), gap = used > at;

		if (used > at && used + gap + n >= p->width) {
			fprintf(p->out, "\n%*s", (int)at, "");
			used = at;
			gap = 0;
		}
		fprintf(p->out, "%s%.*s", gap > 0 ? " " : "", (int)n, text);
		used += gap + n;
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', p->out);
}

/* A name in a column of `width`, and behind it (or below, where there is no
 * room) what it means. */
static void
put_entry(const struct page *p, const char *name, size_t width,
    const char *text)
{
	size_t at = INDENT + width + 2;

	if (p->width != SIZE_MAX && at + NARROW > p->width) {
		fprintf(p->out, "   %s\n%*s", name, BELOW, "");
		put_wrapped(p, BELOW, text);
		return;
	}
	fprintf(p->out, "   %-*s  ", (int)width, name);
	put_wrapped(p, at, text);
}

/* "--kms value, -k value" */
static void
put_flag(struct buf *b, const struct opt *o)
{
	const char *value = o->type == OPT_BOOL ? "" : " value";

	buf_printf(b, "--%s%s", o->name, value);
	if (o->alias != NULL)
		buf_printf(b, ", %s%s%s", strlen(o->alias) > 1 ? "--" : "-",
		    o->alias, value);
}

static size_t
flag_width(const struct opt *o)
{
	struct buf b = { 0 };
	size_t n;

	put_flag(&b, o);
	n = b.n;
	buf_fini(&b);
	return n;
}

static void
print_options(const struct page *p, unsigned level)
{
	size_t width = 0;

	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];

		if (((o->levels | o->more) & level) != 0 &&
		    flag_width(o) > width)
			width = flag_width(o);
	}
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];
		struct buf name = { 0 }, text = { 0 };

		if (((o->levels | o->more) & level) == 0)
			continue;
		put_flag(&name, o);
		buf_puts(&text, o->help);
		if (o->initial != NULL)
			buf_printf(&text, " (default: %s)", o->initial);
		if (o->env != NULL && level != LEVEL_GROUPS_ADD)
			buf_printf(&text, " [$%s]", o->env);
		if (!name.failed && !text.failed)
			put_entry(p, name.p, width, text.p);
		buf_fini(&name);
		buf_fini(&text);
	}
}

static void
print_commands(const struct page *p, const char *parent)
{
	const struct command *c;

	fputs("\nCOMMANDS:\n", p->out);
	for (c = command_table; c->name != NULL; c++) {
		bool shown = parent == NULL
		    ? c->parent == NULL
		    : c->parent != NULL && strcmp(parent, c->parent) == 0;

		if (shown)
			put_entry(p,
			    strcmp(c->name, "help") == 0 ? "help, h" : c->name,
			    10, c->summary);
	}
}

/* Prose is not for the whole width of a wide terminal. */
static void
print_about(const struct page *p, const char *program)
{
	struct page narrow = *p;

	if (narrow.width > PROSE)
		narrow.width = PROSE;
	for (size_t i = 0; i < sizeof about / sizeof about[0]; i++) {
		struct buf b = { 0 };

		if (i == 0)
			buf_printf(&b, "%s ", program);
		buf_puts(&b, about[i]);
		fprintf(p->out, "%s%*s", i > 0 ? "\n" : "", INDENT, "");
		put_wrapped(&narrow, INDENT, b.failed ? "" : b.p);
		buf_fini(&b);
	}
}

static void
print_main(const struct page *p, const struct cli *c)
{
	FILE *out = p->out;

	fprintf(out,
	    "NAME:\n   %s - encrypted file editor\n\nUSAGE:\n"
	    "   %s [flags] command [flags] [arguments]\n   %s [flags] file\n\n",
	    c->program, c->program, c->program);
	print_about(p, c->program);
	fprintf(out, "\nVERSION:\n   %s\n\nAUTHOR:\n   The sealeaf authors\n",
	    c->as_sops ? sealeaf_compatible() : sealeaf_version());
	print_commands(p, NULL);
	fputs("\nEXAMPLES:\n", out);
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
		fprintf(out, "   %s %s\n", c->program, examples[i]);
	fputs("\nGLOBAL OPTIONS:\n", out);
	print_options(p, LEVEL_MAIN);
}

void
help_print(FILE *out, const struct cli *c, const struct command *cmd)
{
	const struct page page = { out, columns_of(out) }, *p = &page;
	const char *parent, *space;

	if (cmd == NULL) {
		print_main(p, c);
		return;
	}
	parent = cmd->parent != NULL ? cmd->parent : "";
	space = cmd->parent != NULL ? " " : "";
	fprintf(out,
	    "NAME:\n   %s %s%s%s - %s\n\nUSAGE:\n"
	    "   %s %s%s%s [flags]%s%s\n",
	    c->program, parent, space, cmd->name, cmd->summary, c->program,
	    parent, space, cmd->name, cmd->args[0] != '\0' ? " " : "",
	    cmd->args);
	if (command_is_group(cmd))
		print_commands(p, cmd->name);
	fprintf(out, "\nEXAMPLE:\n   %s %s\n\nOPTIONS:\n", c->program,
	    cmd->example);
	print_options(p, cmd->level);
}

void
help_short(FILE *out, const struct cli *c)
{
	fprintf(out, "usage: %s command [flags] [arguments]\n\n", c->program);
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
		fprintf(out, "   %s %s\n", c->program, examples[i]);
	fprintf(out,
	    "\n%s --help lists all commands, %s help COMMAND explains one.\n",
	    c->program, c->program);
}

void
help_version(FILE *out, const struct cli *c)
{
	/* Programs that drive SOPS read the number from the first line. */
	if (c->as_sops)
		fprintf(out, "sops %s\n", sealeaf_compatible());
	else
		fprintf(out, "sealeaf %s (compatible with sops %s)\n",
		    sealeaf_version(), sealeaf_compatible());
	if (opts_bool(&c->opts, OPT_CHECK_FOR_UPDATES))
		fputs("[info] sealeaf does not call home: look for newer "
		      "releases where this one came from\n",
		    out);
}
