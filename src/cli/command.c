/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, in the order in which SOPS lists them; ours follow. */

#include <string.h>

#include "base/near.h"

#include "cli/opt.h"
#include "cli/command.h"

/* clang-format off */
const struct command command_table[] = {
	{ "completion", NULL, LEVEL_COMPLETION, "command",
	  "print completion scripts for a shell", "completion bash",
	  NULL, false },
	{ "bash", "completion", LEVEL_COMPLETION_SHELL, "",
	  "for bash: source <(sealeaf completion bash)", "completion bash",
	  cmd_completion, false },
	{ "zsh", "completion", LEVEL_COMPLETION_SHELL, "",
	  "for zsh: source <(sealeaf completion zsh)", "completion zsh",
	  cmd_completion, false },
	{ "fish", "completion", LEVEL_COMPLETION_SHELL, "",
	  "for fish: sealeaf completion fish | source", "completion fish",
	  cmd_completion, true },
	{ "exec-env", NULL, LEVEL_EXEC_ENV, "file [--] command...",
	  "run a command with the decrypted values in its environment",
	  "exec-env secrets.yaml 'echo \"$password\"'", cmd_exec_env, false },
	{ "exec-file", NULL, LEVEL_EXEC_FILE, "file [--] command...",
	  "run a command with the decrypted file; {} is its name",
	  "exec-file secrets.json 'jq .password {}'", cmd_exec_file, false },
	{ "publish", NULL, LEVEL_PUBLISH, "file",
	  "send a file to the place the configuration names",
	  "publish --yes secrets.yaml", cmd_publish, false },
	{ "keyservice", NULL, LEVEL_KEYSERVICE, "",
	  "let other processes use the keys of this one",
	  "keyservice --network unix --address /tmp/keys.sock",
	  cmd_keyservice, false },
	{ "filestatus", NULL, LEVEL_FILESTATUS, "file",
	  "say whether a file is encrypted, as JSON",
	  "filestatus secrets.yaml", cmd_filestatus, false },
	{ "groups", NULL, LEVEL_GROUPS, "command",
	  "add or delete key groups of a file",
	  "groups add -f secrets.yaml --age age1... -i", NULL, false },
	{ "add", "groups", LEVEL_GROUPS_ADD, "",
	  "add a key group to a file",
	  "groups add -f secrets.yaml --age age1... -i", cmd_groups_add,
	  false },
	{ "delete", "groups", LEVEL_GROUPS_DELETE, "index",
	  "delete a key group, counted from 0",
	  "groups delete -f secrets.yaml 1 -i", cmd_groups_delete, false },
	{ "updatekeys", NULL, LEVEL_UPDATEKEYS, "file...",
	  "give files the keys that the configuration names",
	  "updatekeys -y secrets.yaml", cmd_updatekeys, false },
	{ "decrypt", NULL, LEVEL_DECRYPT, "[file]",
	  "decrypt a file, or standard input",
	  "decrypt secrets.yaml", cmd_decrypt, false },
	{ "encrypt", NULL, LEVEL_ENCRYPT, "[file]",
	  "encrypt a file, or standard input",
	  "encrypt --age age1... -i secrets.yaml", cmd_encrypt, false },
	{ "rotate", NULL, LEVEL_ROTATE, "file",
	  "encrypt a file anew under a fresh data key",
	  "rotate -i --add-age age1... secrets.yaml", cmd_rotate, false },
	{ "edit", NULL, LEVEL_EDIT, "file",
	  "edit an encrypted file, or a new one",
	  "edit secrets.yaml", cmd_edit, false },
	{ "set", NULL, LEVEL_SET, "file index [value]",
	  "write one value, given as JSON",
	  "set secrets.yaml '[\"db\"][\"password\"]' '\"new\"'", cmd_set,
	  false },
	{ "unset", NULL, LEVEL_UNSET, "file index",
	  "remove one value or branch",
	  "unset secrets.yaml '[\"db\"][\"password\"]'", cmd_unset, false },
	{ "explain", NULL, LEVEL_EXPLAIN, "file",
	  "show which keys, rules and values a file has or would have",
	  "explain secrets.yaml", cmd_explain, true },
	{ "recipients", NULL, LEVEL_RECIPIENTS, "file...",
	  "list the keys of encrypted files: group, kind, key",
	  "recipients secrets.yaml", cmd_recipients, true },
	{ "lint", NULL, LEVEL_LINT, "file...",
	  "find mistakes in files, folders and .sops.yaml, without a key",
	  "lint secrets.yaml .sops.yaml", cmd_lint, true },
	{ "doctor", NULL, LEVEL_DOCTOR, "",
	  "check configuration, identities and programs", "doctor",
	  cmd_doctor, true },
	{ "help", NULL, LEVEL_HELP, "[command]",
	  "show the commands, or the help of one", "help encrypt", cmd_help,
	  false },
	{ NULL, NULL, 0, NULL, NULL, NULL, NULL, false }
};
/* clang-format on */

const struct command *
command_find(const char *parent, const char *name)
{
	if (parent == NULL && strcmp(name, "h") == 0)
		name = "help";
	for (const struct command *c = command_table; c->name != NULL; c++) {
		if (strcmp(c->name, name) != 0)
			continue;
		if (parent == NULL
			? c->parent == NULL
			: c->parent != NULL && strcmp(c->parent, parent) == 0)
			return c;
	}
	return NULL;
}

const struct command *
command_near(const char *word)
{
	const struct command *found = NULL;
	struct near n = { .word = span_of(word) };

	for (const struct command *c = command_table; c->name != NULL; c++) {
		if (c->parent == NULL && near_try(&n, span_of(c->name)))
			found = c;
	}
	return found;
}

unsigned
command_level(const struct command *cmd)
{
	return cmd != NULL ? cmd->level : (unsigned)LEVEL_MAIN;
}

bool
command_is_group(const struct command *cmd)
{
	return cmd->run == NULL;
}
