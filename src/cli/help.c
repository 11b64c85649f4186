/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and indentation are those of SOPS, because scripts and tests look
 * for flags in it; the texts come from the tables. */

#include <string.h>

#include "base/buf.h"

#include "cli/command.h"
#include "cli/help.h"

static const char about[] =
    "   %s encrypts the values of YAML, JSON, dotenv and INI files (and\n"
    "   whole files of any other kind), and leaves keys, comments and layout\n"
    "   readable. Keys come from age, PGP, AWS KMS, GCP KMS, Azure Key Vault,\n"
    "   Vault transit and Huawei Cloud KMS.\n"
    "\n"
    "   New files get their keys from flags, from variables, or from the\n"
    "   creation rules in .sops.yaml; files that are encrypted already carry\n"
    "   their own. Without a command, the file is opened in $SOPS_EDITOR or\n"
    "   $EDITOR; --encrypt, --decrypt, --rotate and --set then say what else\n"
    "   to do with it, and flags must stand in front of the file's name.\n";

static const char *const examples[] = {
	"encrypt --age age1... -i secrets.yaml",
	"decrypt secrets.yaml",
	"edit secrets.yaml",
	"set secrets.yaml '[\"db\"][\"password\"]' '\"new\"'",
	"exec-env secrets.yaml ./server",
};

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
print_options(FILE *out, unsigned level)
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
		struct buf b = { 0 };

		if (((o->levels | o->more) & level) == 0)
			continue;
		put_flag(&b, o);
		fprintf(out, "   %-*s  %s", (int)width, b.p != NULL ? b.p : "",
		    o->help);
		if (o->initial != NULL)
			fprintf(out, " (default: %s)", o->initial);
		if (o->env != NULL && level != LEVEL_GROUPS_ADD)
			fprintf(out, " [$%s]", o->env);
		fputc('\n', out);
		buf_fini(&b);
	}
}

static void
print_commands(FILE *out, const char *parent)
{
	const struct command *c;

	fputs("\nCOMMANDS:\n", out);
	for (c = command_table; c->name != NULL; c++) {
		bool shown = parent == NULL
		    ? c->parent == NULL
		    : c->parent != NULL && strcmp(parent, c->parent) == 0;

		if (shown)
			fprintf(out, "   %-10s  %s\n",
			    strcmp(c->name, "help") == 0 ? "help, h" : c->name,
			    c->summary);
	}
}

static void
print_main(FILE *out, const struct cli *c)
{
	fprintf(out,
	    "NAME:\n   %s - encrypted file editor\n\nUSAGE:\n"
	    "   %s [flags] command [flags] [arguments]\n   %s [flags] file\n\n",
	    c->program, c->program, c->program);
	fprintf(out, about, c->program);
	fprintf(out, "\nVERSION:\n   %s\n\nAUTHOR:\n   The sealeaf authors\n",
	    c->as_sops ? sealeaf_compatible() : sealeaf_version());
	print_commands(out, NULL);
	fputs("\nEXAMPLES:\n", out);
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
		fprintf(out, "   %s %s\n", c->program, examples[i]);
	fputs("\nGLOBAL OPTIONS:\n", out);
	print_options(out, LEVEL_MAIN);
}

void
help_print(FILE *out, const struct cli *c, const struct command *cmd)
{
	const char *parent, *space;

	if (cmd == NULL) {
		print_main(out, c);
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
		print_commands(out, cmd->name);
	fprintf(out, "\nEXAMPLE:\n   %s %s\n\nOPTIONS:\n", c->program,
	    cmd->example);
	print_options(out, cmd->level);
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
