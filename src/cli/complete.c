/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol is SOPS's, so that its scripts keep working: the words so far
 * and --generate-bash-completion give candidates, one a line.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/complete.h"

static const char ask[] = "--generate-bash-completion";

bool
complete_wanted(size_t argc, const char *const *argv)
{
	return argc > 1 && strcmp(argv[argc - 1], ask) == 0;
}

static const char *
undash(const char *word)
{
	word += strspn(word, "-");
	return word;
}

/* Whether the flag stands among the words already. */
static bool
is_used(const struct opt *o, size_t argc, const char *const *argv)
{
	for (size_t i = 1; i + 2 < argc; i++) {
		const char *name = undash(argv[i]);

		if (name != argv[i] &&
		    (strcmp(name, o->name) == 0 ||
			(o->alias != NULL && strcmp(name, o->alias) == 0)))
			return true;
	}
	return false;
}

static void
print_name(const char *name, const char *typed)
{
	size_t dashes = strlen(name) == 1 ? 1 : 2;
	const char *start = undash(typed);

	/* A single letter is no candidate behind two dashes. */
	if (dashes == 1 && strncmp(typed, "--", 2) == 0)
		return;
	if (strncmp(name, start, strlen(start)) == 0)
		printf("%.*s%s\n", (int)dashes, "--", name);
}

static void
print_flags(unsigned level, bool ours, const char *typed, size_t argc,
    const char *const *argv)
{
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct opt *o = &opt_table[i];

		bool theirs = (o->levels & level) != 0;

		if ((ours ? theirs || (o->more & level) == 0 : !theirs) ||
		    is_used(o, argc, argv))
			continue;
		print_name(o->name, typed);
		if (o->alias != NULL)
			print_name(o->alias, typed);
	}
}

static void
print_command(const char *name, const char *summary)
{
	const char *zsh = getenv("_CLI_ZSH_AUTOCOMPLETE_HACK");

	if (zsh != NULL && strcmp(zsh, "1") == 0)
		printf("%s:%s\n", name, summary);
	else
		printf("%s\n", name);
}

static void
print_commands(const struct cli *c, const struct command *parent)
{
	const struct command *cmd;

	for (cmd = command_table; cmd->name != NULL; cmd++) {
		bool below = parent == NULL ? cmd->parent == NULL
					    : cmd->parent != NULL &&
			strcmp(cmd->parent, parent->name) == 0;

		if (below && !(cmd->ours && c->as_sops) &&
		    strcmp(cmd->name, "help") != 0)
			print_command(cmd->name, cmd->summary);
	}
	cmd = command_find(NULL, "help");
	print_command("help", cmd->summary);
	print_command("h", cmd->summary);
}

/* The command that the words name so far, or NULL. */
static const struct command *
find_command(size_t argc, const char *const *argv)
{
	const struct command *cmd = NULL;

	for (size_t i = 1; i + 1 < argc; i++) {
		const struct command *next;

		if (argv[i][0] == '-')
			continue;
		next = command_find(cmd != NULL ? cmd->name : NULL, argv[i]);
		if (next == NULL)
			break;
		cmd = next;
	}
	return cmd;
}

void
complete_print(const struct cli *c, size_t argc, const char *const *argv)
{
	const struct command *cmd = find_command(argc, argv);
	const char *last = argc > 2 ? argv[argc - 2] : "";
	unsigned level = command_level(cmd);

	if (last[0] == '-') {
		print_flags(LEVEL_MAIN, false, last, argc, argv);
		if (cmd != NULL)
			print_flags(level, false, last, argc, argv);
		/* What SOPS does not know comes last. */
		if (!c->as_sops)
			print_flags(level, true, last, argc, argv);
		return;
	}
	if (cmd == NULL || command_is_group(cmd))
		print_commands(c, cmd);
}

static const char bash_script[] =
    "_cli_bash_autocomplete() {\n"
    "  [ \"${COMP_WORDS[0]}\" = source ] && return 0\n"
    "  local cur=${COMP_WORDS[COMP_CWORD]} flag=\n"
    "  case $cur in -*) flag=$cur ;; esac\n"
    "  COMPREPLY=($(compgen -W \"$(\"${COMP_WORDS[@]:0:COMP_CWORD}\" "
    "${flag:+\"$flag\"} --generate-bash-completion 2>/dev/null)\" "
    "-- \"$cur\"))\n"
    "}\n"
    "complete -o bashdefault -o default -o nospace "
    "-F _cli_bash_autocomplete %s\n";

static const char zsh_script[] =
    "#compdef %s\n"
    "_cli_zsh_autocomplete() {\n"
    "  local -a values\n"
    "  local cur=${words[CURRENT]} flag=\n"
    "  [[ $cur == -* ]] && flag=$cur\n"
    "  values=(${(f)\"$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 "
    "${words[1,CURRENT-1]} $flag --generate-bash-completion "
    "2>/dev/null)\"})\n"
    "  if (( $#values )); then _describe values values; else _files; fi\n"
    "}\n"
    "compdef _cli_zsh_autocomplete %s\n";

static const char fish_script[] =
    "function __%s_complete\n"
    "  set -l words (commandline -opc)\n"
    "  set -l cur (commandline -ct)\n"
    "  string match -q -- '-*' $cur; or set cur\n"
    "  _CLI_ZSH_AUTOCOMPLETE_HACK=1 $words $cur "
    "--generate-bash-completion 2>/dev/null | string replace : \\t\n"
    "end\n"
    "complete -c %s -a '(__%s_complete)'\n";

enum sealeaf_code
cmd_completion(struct cli *c, struct sealeaf_error *e)
{
	const char *name = c->program;

	(void)e;
	if (strcmp(c->command->name, "bash") == 0)
		printf(bash_script, name);
	else if (strcmp(c->command->name, "zsh") == 0)
		printf(zsh_script, name, name);
	else
		printf(fish_script, name, name, name);
	return SEALEAF_OK;
}
