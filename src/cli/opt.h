/* SPDX-License-Identifier: Apache-2.0 */
/* The flags of every command: one table, one parser. */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Where a flag may stand; one bit each, so that a row of the table names all
 * its places. LEVEL_MAIN is before any command, and the form without one. */
enum {
	LEVEL_MAIN = 1 << 0,
	LEVEL_ENCRYPT = 1 << 1,
	LEVEL_DECRYPT = 1 << 2,
	LEVEL_EDIT = 1 << 3,
	LEVEL_ROTATE = 1 << 4,
	LEVEL_SET = 1 << 5,
	LEVEL_UNSET = 1 << 6,
	LEVEL_UPDATEKEYS = 1 << 7,
	LEVEL_GROUPS_ADD = 1 << 8,
	LEVEL_GROUPS_DELETE = 1 << 9,
	LEVEL_EXEC_ENV = 1 << 10,
	LEVEL_EXEC_FILE = 1 << 11,
	LEVEL_PUBLISH = 1 << 12,
	LEVEL_KEYSERVICE = 1 << 13,
	LEVEL_FILESTATUS = 1 << 14,
	LEVEL_GROUPS = 1 << 15,     /* takes a command of its own */
	LEVEL_COMPLETION = 1 << 16, /* likewise */
	LEVEL_COMPLETION_SHELL = 1 << 17,
	LEVEL_HELP = 1 << 18,
	LEVEL_RECIPIENTS = 1 << 19,
	LEVEL_DOCTOR = 1 << 20,
	LEVEL_EXPLAIN = 1 << 21,
	LEVEL_LINT = 1 << 22
};

/* clang-format off */
enum opt_id {
	OPT_DECRYPT, OPT_ENCRYPT, OPT_ROTATE,
	OPT_DISABLE_VERSION_CHECK, OPT_CHECK_FOR_UPDATES,
	OPT_KMS, OPT_AWS_PROFILE, OPT_GCP_KMS, OPT_HCKMS, OPT_AZURE_KV,
	OPT_HC_VAULT, OPT_PGP, OPT_AGE,
	OPT_FILE, OPT_IN_PLACE, OPT_ALL, OPT_EXTRACT, OPT_INPUT_TYPE, OPT_OUTPUT_TYPE,
	OPT_SHOW_MASTER_KEYS,
	OPT_ADD_GCP_KMS, OPT_RM_GCP_KMS, OPT_ADD_HCKMS, OPT_RM_HCKMS,
	OPT_ADD_AZURE_KV, OPT_RM_AZURE_KV, OPT_ADD_KMS, OPT_RM_KMS,
	OPT_ADD_HC_VAULT, OPT_RM_HC_VAULT, OPT_ADD_AGE, OPT_RM_AGE,
	OPT_ADD_PGP, OPT_RM_PGP,
	OPT_IGNORE_MAC, OPT_MAC_ONLY_ENCRYPTED,
	OPT_UNENCRYPTED_SUFFIX, OPT_ENCRYPTED_SUFFIX,
	OPT_UNENCRYPTED_REGEX, OPT_ENCRYPTED_REGEX,
	OPT_UNENCRYPTED_COMMENT_REGEX, OPT_ENCRYPTED_COMMENT_REGEX,
	OPT_CONFIG, OPT_ENCRYPTION_CONTEXT, OPT_SET, OPT_THRESHOLD,
	OPT_INDENT, OPT_VERBOSE, OPT_OUTPUT, OPT_FILENAME_OVERRIDE,
	OPT_LAYOUT, OPT_STRICT, OPT_KEY_TIMEOUT,
	OPT_VALUE_FILE, OPT_VALUE_STDIN, OPT_IDEMPOTENT, OPT_YES,
	OPT_BACKGROUND, OPT_PRISTINE, OPT_NO_FIFO, OPT_USER,
	OPT_SAME_PROCESS, OPT_FILENAME, OPT_OMIT_EXTENSIONS, OPT_RECURSIVE,
	OPT_NETWORK, OPT_ADDRESS, OPT_PROMPT,
	OPT_DECRYPTION_ORDER, OPT_LOCAL_KEYSERVICE, OPT_KEYSERVICE,
	OPT_JSON,
	OPT_HELP, OPT_VERSION,
	OPT_COUNT
};
/* clang-format on */

enum opt_type { OPT_BOOL, OPT_STRING, OPT_INT, OPT_LIST };

/* One row of the table. */
struct opt {
	const char *name;
	const char *alias; /* second name, or NULL */
	enum opt_type type;
	int option;          /* enum sealeaf_option it sets, or -1 */
	unsigned levels;     /* where SOPS takes it */
	unsigned more;       /* where only sealeaf takes it */
	const char *env;     /* variable with the default, or NULL */
	const char *initial; /* default when there is no variable, or NULL */
	const char *help;
};

/* The rows in the order of the help; index is the id. */
extern const struct opt opt_table[OPT_COUNT];

/* The row that `name` (of `n` bytes) means at `level`, or NULL. */
const struct opt *opt_find(unsigned level, const char *name, size_t n);

/* Who gave a value; the later wins. */
enum opt_origin { OPT_UNSET, OPT_FROM_ENV, OPT_FROM_MAIN, OPT_FROM_COMMAND };

struct opt_value {
	const char **v; /* as written, in order; borrowed texts */
	size_t n, cap;
	enum opt_origin origin;
};

/* What a command line said. Zeroed is empty. */
struct opts {
	struct opt_value of[OPT_COUNT];
	const char **args; /* positional arguments */
	size_t n, cap;
	size_t before; /* how many of them stand before "--", if it is there */
	bool ended;    /* it is */
	char *split;   /* pieces of a variable that holds a list */
};

/*
 * Take defaults from the variables of the flags of `level`, read with `env`
 * (NULL: getenv()). The error is for a malformed boolean: SOPS then refuses
 * every use of that level.
 */
SEALEAF_USED enum sealeaf_code opts_environment(struct opts *o, unsigned level,
    const char *(*env)(void *user, const char *name), void *user,
    struct sealeaf_error *e);

/*
 * Read the flags of `level` in argv[0..argc). Levels that take a command stop
 * at the first argument that is no flag, and *rest (may be NULL) is its index;
 * a command takes flags anywhere before "--", and keeps an unknown flag behind
 * a positional argument as one. The errors are those of usage.
 */
SEALEAF_USED enum sealeaf_code opts_parse(struct opts *o, unsigned level,
    const char *const *argv, size_t argc, size_t *rest,
    struct sealeaf_error *e);

/* Take all of argv[0..argc) as positional arguments. */
SEALEAF_USED enum sealeaf_code opts_rest(struct opts *o,
    const char *const *argv, size_t argc, struct sealeaf_error *e);

/* The last value, or NULL when none was given (or the empty one). */
const char *opts_string(const struct opts *o, enum opt_id id);

bool opts_bool(const struct opts *o, enum opt_id id);

/* Whether it was given on the command line or in the environment. */
bool opts_given(const struct opts *o, enum opt_id id);

void opts_fini(struct opts *o);

#endif
