/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct cli;

struct command {
	const char *name;
	const char *parent; /* "groups" for "add"; or NULL */
	unsigned level;     /* its bit in the option table */
	const char *args;   /* for the usage line */
	const char *summary;
	const char *example; /* a command line without the program's name */
	enum sealeaf_code (*run)(struct cli *c, struct sealeaf_error *e);
	bool ours; /* SOPS has no such command */
};

/* All of them, closed by a row without a name, in SOPS's order. */
extern const struct command command_table[];

/* The command `name` below `parent` (may be NULL), or NULL. "h" is help. */
const struct command *command_find(const char *parent, const char *name);

/* The command that `word` may be a slip for, or NULL. */
const struct command *command_near(const char *word);

/* Its bit; LEVEL_MAIN for NULL. */
unsigned command_level(const struct command *cmd);

/* Whether it only holds other commands. */
bool command_is_group(const struct command *cmd);

/* The commands, one function each; what they do is in the table. */
enum sealeaf_code cmd_encrypt(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_decrypt(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_edit(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_rotate(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_set(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_unset(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_updatekeys(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_groups_add(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_groups_delete(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_exec_env(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_exec_file(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_publish(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_keyservice(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_filestatus(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_completion(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_explain(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_recipients(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_lint(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_doctor(struct cli *c, struct sealeaf_error *e);
enum sealeaf_code cmd_help(struct cli *c, struct sealeaf_error *e);

/* The form without a command: flags say what is done. */
enum sealeaf_code legacy(struct cli *c, struct sealeaf_error *e);

#endif
