/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of all flags. Parsing, defaults from the environment, the help,
 * shell completion and the manual page all come from it, so a flag is one row.
 */

#include "cli/opt.h"

/* Commands that make keys for a new file. */
#define KEYS (LEVEL_MAIN | LEVEL_ENCRYPT | LEVEL_EDIT | LEVEL_EXPLAIN)

/* Commands on an encrypted file with both formats. */
#define DOCS                                                                   \
	(LEVEL_MAIN | LEVEL_DECRYPT | LEVEL_EDIT | LEVEL_ROTATE | LEVEL_SET |  \
	    LEVEL_UNSET)

/* Commands that open a file but make no keys. */
#define OPENS                                                                  \
	(LEVEL_DECRYPT | LEVEL_ROTATE | LEVEL_SET | LEVEL_UNSET |              \
	    LEVEL_UPDATEKEYS | LEVEL_GROUPS_DELETE | LEVEL_EXEC_ENV |          \
	    LEVEL_EXEC_FILE | LEVEL_PUBLISH)

/* Commands that write a document. */
#define WRITES                                                                 \
	(LEVEL_ENCRYPT | LEVEL_DECRYPT | LEVEL_EDIT | LEVEL_ROTATE |           \
	    LEVEL_SET | LEVEL_UNSET | LEVEL_GROUPS_ADD | LEVEL_GROUPS_DELETE | \
	    LEVEL_UPDATEKEYS | LEVEL_EXEC_FILE)

/* Commands that wrap or unwrap a data key. */
#define UNLOCKS (KEYS | OPENS | LEVEL_GROUPS_ADD)

/* Every command that reads a document. */
#define ALL                                                                    \
	(UNLOCKS | LEVEL_KEYSERVICE | LEVEL_FILESTATUS | LEVEL_RECIPIENTS |    \
	    LEVEL_DOCTOR | LEVEL_LINT)

/* clang-format off */
const struct opt opt_table[OPT_COUNT] = {
	[OPT_DECRYPT] = { "decrypt", "d", OPT_BOOL, -1, LEVEL_MAIN, 0, NULL,
		NULL,
		"decrypt the file and print the result" },
	[OPT_ENCRYPT] = { "encrypt", "e", OPT_BOOL, -1, LEVEL_MAIN, 0, NULL,
		NULL,
		"encrypt the file and print the result" },
	[OPT_ROTATE] = { "rotate", "r", OPT_BOOL, -1, LEVEL_MAIN, 0, NULL,
		NULL,
		"encrypt every value anew under a fresh data key" },
	[OPT_DISABLE_VERSION_CHECK] = { "disable-version-check", NULL,
		OPT_BOOL, -1, LEVEL_MAIN, 0, "SOPS_DISABLE_VERSION_CHECK",
		NULL,
		"accepted for scripts: --version never uses the network" },
	[OPT_CHECK_FOR_UPDATES] = { "check-for-updates", NULL, OPT_BOOL, -1,
		LEVEL_MAIN, 0, NULL, NULL,
		"let --version say where newer releases are found" },
	[OPT_KMS] = { "kms", "k", OPT_STRING, SEALEAF_OPT_KMS, KEYS |
		LEVEL_GROUPS_ADD, 0, "SOPS_KMS_ARN", NULL,
		"AWS KMS keys: ARNs, each perhaps with +ROLE-ARN, "
		"separated by commas" },
	[OPT_AWS_PROFILE] = { "aws-profile", NULL, OPT_STRING,
		SEALEAF_OPT_AWS_PROFILE, KEYS | LEVEL_GROUPS_ADD, OPENS, NULL,
		NULL,
		"profile of the AWS configuration to use" },
	[OPT_GCP_KMS] = { "gcp-kms", NULL, OPT_STRING, SEALEAF_OPT_GCP_KMS,
		KEYS | LEVEL_GROUPS_ADD, 0, "SOPS_GCP_KMS_IDS", NULL,
		"GCP KMS keys: resource ids, separated by commas" },
	[OPT_HCKMS] = { "hckms", NULL, OPT_STRING, SEALEAF_OPT_HCKMS, KEYS |
		LEVEL_GROUPS_ADD, 0, "SOPS_HUAWEICLOUD_KMS_IDS", NULL,
		"Huawei Cloud KMS keys: region:id, separated by commas" },
	[OPT_AZURE_KV] = { "azure-kv", NULL, OPT_STRING, SEALEAF_OPT_AZURE_KV,
		KEYS | LEVEL_GROUPS_ADD, 0, "SOPS_AZURE_KEYVAULT_URLS", NULL,
		"Azure Key Vault keys: URLs, separated by commas" },
	[OPT_HC_VAULT] = { "hc-vault-transit", NULL, OPT_STRING,
		SEALEAF_OPT_HC_VAULT, KEYS | LEVEL_GROUPS_ADD, 0,
		"SOPS_VAULT_URIS", NULL,
		"Vault transit keys: URLs like "
		"https://vault.example.org:8200/v1/transit/keys/dev, "
		"separated by commas" },
	[OPT_PGP] = { "pgp", "p", OPT_STRING, SEALEAF_OPT_PGP, KEYS |
		LEVEL_GROUPS_ADD, 0, "SOPS_PGP_FP", NULL,
		"PGP keys: fingerprints, separated by commas" },
	[OPT_AGE] = { "age", "a", OPT_STRING, SEALEAF_OPT_AGE, KEYS |
		LEVEL_GROUPS_ADD, 0, "SOPS_AGE_RECIPIENTS", NULL,
		"age recipients, separated by commas" },
	[OPT_FILE] = { "file", "f", OPT_STRING, -1, LEVEL_GROUPS_ADD |
		LEVEL_GROUPS_DELETE, 0, NULL, NULL,
		"the encrypted file" },
	[OPT_IN_PLACE] = { "in-place", "i", OPT_BOOL, -1, LEVEL_MAIN |
		LEVEL_ENCRYPT | LEVEL_DECRYPT | LEVEL_ROTATE | LEVEL_GROUPS_ADD
		| LEVEL_GROUPS_DELETE, 0, NULL, NULL,
		"write the result back to the file instead of printing "
		"it" },
	[OPT_ALL] = { "all", NULL, OPT_BOOL, -1, 0, LEVEL_ENCRYPT |
		LEVEL_DECRYPT, NULL, NULL,
		"take every argument as a file, with --in-place, and "
		"handle several at once" },
	[OPT_EXTRACT] = { "extract", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_DECRYPT, 0, NULL, NULL,
		"print one value or branch only, as in --extract "
		"'[\"a\"][\"b\"][0]'" },
	[OPT_INPUT_TYPE] = { "input-type", NULL, OPT_STRING, -1, DOCS |
		LEVEL_ENCRYPT | LEVEL_UPDATEKEYS | LEVEL_EXEC_FILE |
		LEVEL_FILESTATUS, LEVEL_EXEC_ENV | LEVEL_GROUPS_ADD |
		LEVEL_GROUPS_DELETE | LEVEL_RECIPIENTS | LEVEL_EXPLAIN |
		LEVEL_LINT, NULL, NULL,
		"format of the input: yaml, json, dotenv, ini or "
		"binary; by the file's suffix if not set" },
	[OPT_OUTPUT_TYPE] = { "output-type", NULL, OPT_STRING, -1, DOCS |
		LEVEL_ENCRYPT | LEVEL_EXEC_FILE, 0, NULL, NULL,
		"format of the result: yaml, json, dotenv, ini or "
		"binary; by the file's suffix if not set" },
	[OPT_SHOW_MASTER_KEYS] = { "show-master-keys", "s", OPT_BOOL, -1,
		LEVEL_MAIN | LEVEL_EDIT, 0, NULL, NULL,
		"show the metadata with the keys in the editor too" },
	[OPT_ADD_GCP_KMS] = { "add-gcp-kms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"add these GCP KMS keys, separated by commas" },
	[OPT_RM_GCP_KMS] = { "rm-gcp-kms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these GCP KMS keys, separated by commas" },
	[OPT_ADD_HCKMS] = { "add-hckms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"add these Huawei Cloud KMS keys, separated by commas" },
	[OPT_RM_HCKMS] = { "rm-hckms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these Huawei Cloud KMS keys, separated by "
		"commas" },
	[OPT_ADD_AZURE_KV] = { "add-azure-kv", NULL, OPT_STRING, -1, LEVEL_MAIN
		| LEVEL_ROTATE, 0, NULL, NULL,
		"add these Azure Key Vault keys, separated by commas" },
	[OPT_RM_AZURE_KV] = { "rm-azure-kv", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these Azure Key Vault keys, separated by commas" },
	[OPT_ADD_KMS] = { "add-kms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"add these AWS KMS keys, separated by commas" },
	[OPT_RM_KMS] = { "rm-kms", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these AWS KMS keys, separated by commas" },
	[OPT_ADD_HC_VAULT] = { "add-hc-vault-transit", NULL, OPT_STRING, -1,
		LEVEL_MAIN | LEVEL_ROTATE, 0, NULL, NULL,
		"add these Vault transit keys, separated by commas" },
	[OPT_RM_HC_VAULT] = { "rm-hc-vault-transit", NULL, OPT_STRING, -1,
		LEVEL_MAIN | LEVEL_ROTATE, 0, NULL, NULL,
		"remove these Vault transit keys, separated by commas" },
	[OPT_ADD_AGE] = { "add-age", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"add these age recipients, separated by commas" },
	[OPT_RM_AGE] = { "rm-age", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these age recipients, separated by commas" },
	[OPT_ADD_PGP] = { "add-pgp", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"add these PGP keys, separated by commas" },
	[OPT_RM_PGP] = { "rm-pgp", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ROTATE, 0, NULL, NULL,
		"remove these PGP keys, separated by commas" },
	[OPT_IGNORE_MAC] = { "ignore-mac", NULL, OPT_BOOL,
		SEALEAF_OPT_IGNORE_MAC, LEVEL_MAIN | LEVEL_DECRYPT | LEVEL_EDIT
		| LEVEL_SET | LEVEL_UNSET, LEVEL_ROTATE | LEVEL_EXEC_ENV |
		LEVEL_EXEC_FILE, NULL, NULL,
		"decrypt although the message authentication code does "
		"not fit" },
	[OPT_MAC_ONLY_ENCRYPTED] = { "mac-only-encrypted", NULL, OPT_BOOL,
		SEALEAF_OPT_MAC_ONLY_ENCRYPTED, LEVEL_MAIN, LEVEL_ENCRYPT |
		LEVEL_EDIT, NULL, NULL,
		"authenticate only the values that are encrypted" },
	[OPT_UNENCRYPTED_SUFFIX] = { "unencrypted-suffix", NULL, OPT_STRING,
		SEALEAF_OPT_UNENCRYPTED_SUFFIX, KEYS, 0, NULL, NULL,
		"leave values in clear whose key ends so" },
	[OPT_ENCRYPTED_SUFFIX] = { "encrypted-suffix", NULL, OPT_STRING,
		SEALEAF_OPT_ENCRYPTED_SUFFIX, KEYS, 0, NULL, NULL,
		"encrypt only values whose key ends so" },
	[OPT_UNENCRYPTED_REGEX] = { "unencrypted-regex", NULL, OPT_STRING,
		SEALEAF_OPT_UNENCRYPTED_REGEX, KEYS, 0, NULL, NULL,
		"leave values in clear whose key matches" },
	[OPT_ENCRYPTED_REGEX] = { "encrypted-regex", NULL, OPT_STRING,
		SEALEAF_OPT_ENCRYPTED_REGEX, KEYS, 0, NULL, NULL,
		"encrypt only values whose key matches" },
	[OPT_UNENCRYPTED_COMMENT_REGEX] = { "unencrypted-comment-regex", NULL,
		OPT_STRING, SEALEAF_OPT_UNENCRYPTED_COMMENT_REGEX, LEVEL_MAIN,
		LEVEL_ENCRYPT | LEVEL_EDIT | LEVEL_EXPLAIN, NULL, NULL,
		"leave values in clear whose comment matches" },
	[OPT_ENCRYPTED_COMMENT_REGEX] = { "encrypted-comment-regex", NULL,
		OPT_STRING, SEALEAF_OPT_ENCRYPTED_COMMENT_REGEX, LEVEL_MAIN,
		LEVEL_ENCRYPT | LEVEL_EDIT | LEVEL_EXPLAIN, NULL, NULL,
		"encrypt only values whose comment matches" },
	[OPT_CONFIG] = { "config", NULL, OPT_STRING, SEALEAF_OPT_CONFIG,
		LEVEL_MAIN, ALL, "SOPS_CONFIG", NULL,
		"configuration file, instead of the nearest .sops.yaml" },
	[OPT_ENCRYPTION_CONTEXT] = { "encryption-context", NULL, OPT_STRING,
		SEALEAF_OPT_ENCRYPTION_CONTEXT, KEYS | LEVEL_ROTATE |
		LEVEL_GROUPS_ADD, 0, NULL, NULL,
		"encryption context of AWS KMS keys: key:value, "
		"separated by commas" },
	[OPT_SET] = { "set", NULL, OPT_STRING, -1, LEVEL_MAIN, 0, NULL, NULL,
		"write one value, as in --set '[\"a\"][0] {\"b\":true}'; "
		"the value is JSON" },
	[OPT_THRESHOLD] = { "shamir-secret-sharing-threshold", NULL, OPT_INT,
		SEALEAF_OPT_THRESHOLD, KEYS | LEVEL_SET | LEVEL_UNSET |
		LEVEL_GROUPS_ADD | LEVEL_GROUPS_DELETE, 0, NULL, NULL,
		"how many key groups are needed to open the file" },
	[OPT_INDENT] = { "indent", NULL, OPT_INT, SEALEAF_OPT_INDENT,
		LEVEL_MAIN, WRITES, NULL, NULL,
		"spaces to indent YAML and JSON by" },
	[OPT_VERBOSE] = { "verbose", NULL, OPT_BOOL, -1, LEVEL_MAIN |
		LEVEL_PUBLISH | LEVEL_KEYSERVICE, ALL, NULL, NULL,
		"log what is done" },
	[OPT_OUTPUT] = { "output", NULL, OPT_STRING, -1, LEVEL_MAIN |
		LEVEL_ENCRYPT | LEVEL_DECRYPT | LEVEL_ROTATE, 0, NULL, NULL,
		"write the result to this file" },
	[OPT_FILENAME_OVERRIDE] = { "filename-override", NULL, OPT_STRING, -1,
		LEVEL_MAIN | LEVEL_ENCRYPT | LEVEL_DECRYPT | LEVEL_ROTATE,
		LEVEL_EDIT | LEVEL_EXPLAIN, NULL, NULL,
		"take this name to choose the format and the creation "
		"rule; needed to encrypt standard input" },
	[OPT_LAYOUT] = { "layout", NULL, OPT_STRING, SEALEAF_OPT_LAYOUT, 0,
		LEVEL_MAIN | WRITES, "SEALEAF_LAYOUT", NULL,
		"keep: the file's own layout (default); sops: the "
		"layout SOPS writes" },
	[OPT_STRICT] = { "strict", NULL, OPT_BOOL, SEALEAF_OPT_STRICT, 0,
		LEVEL_MAIN | LEVEL_ENCRYPT | LEVEL_EDIT | LEVEL_LINT, NULL,
		NULL,
		"refuse a selection rule that selects nothing; lint: let "
		"warnings fail, too" },
	[OPT_KEY_TIMEOUT] = { "key-timeout", NULL, OPT_STRING,
		SEALEAF_OPT_KEY_TIMEOUT, 0, LEVEL_MAIN | UNLOCKS, NULL, NULL,
		"seconds to wait for a remote key" },
	[OPT_VALUE_FILE] = { "value-file", NULL, OPT_BOOL, -1, LEVEL_SET, 0,
		NULL, NULL,
		"the value is the name of a file that holds it, which "
		"keeps it out of process listings" },
	[OPT_VALUE_STDIN] = { "value-stdin", NULL, OPT_BOOL, -1, LEVEL_SET, 0,
		NULL, NULL,
		"read the value from standard input" },
	[OPT_IDEMPOTENT] = { "idempotent", NULL, OPT_BOOL, -1, LEVEL_SET |
		LEVEL_UNSET, 0, NULL, NULL,
		"leave the file alone when there is nothing to change" },
	[OPT_YES] = { "yes", "y", OPT_BOOL, -1, LEVEL_UPDATEKEYS |
		LEVEL_PUBLISH, 0, NULL, NULL,
		"do not ask before changes" },
	[OPT_BACKGROUND] = { "background", NULL, OPT_BOOL, -1, LEVEL_EXEC_ENV |
		LEVEL_EXEC_FILE, 0, NULL, NULL,
		"do not wait for the command (deprecated)" },
	[OPT_PRISTINE] = { "pristine", NULL, OPT_BOOL, -1, LEVEL_EXEC_ENV, 0,
		NULL, NULL,
		"give the command the decrypted values only, not the "
		"present environment" },
	[OPT_NO_FIFO] = { "no-fifo", NULL, OPT_BOOL, -1, LEVEL_EXEC_FILE, 0,
		NULL, NULL,
		"use a regular file instead of a FIFO" },
	[OPT_USER] = { "user", NULL, OPT_STRING, -1, LEVEL_EXEC_ENV |
		LEVEL_EXEC_FILE, 0, NULL, NULL,
		"run the command as this user" },
	[OPT_SAME_PROCESS] = { "same-process", NULL, OPT_BOOL, -1,
		LEVEL_EXEC_ENV, 0, NULL, NULL,
		"become the command instead of starting it" },
	[OPT_FILENAME] = { "filename", NULL, OPT_STRING, -1, LEVEL_EXEC_FILE,
		0, NULL, NULL,
		"name of the temporary file (default: tmp-file)" },
	[OPT_OMIT_EXTENSIONS] = { "omit-extensions", NULL, OPT_BOOL, -1,
		LEVEL_PUBLISH, 0, NULL, NULL,
		"publish under the file's name without its suffix" },
	[OPT_RECURSIVE] = { "recursive", NULL, OPT_BOOL, -1, LEVEL_PUBLISH, 0,
		NULL, NULL,
		"publish every file below a directory" },
	[OPT_NETWORK] = { "network", "net", OPT_STRING, -1, LEVEL_KEYSERVICE,
		0, NULL, "tcp",
		"kind of network to listen on: tcp or unix" },
	[OPT_ADDRESS] = { "address", "addr", OPT_STRING, -1, LEVEL_KEYSERVICE,
		0, NULL, "127.0.0.1:5000",
		"address or socket to listen on" },
	[OPT_PROMPT] = { "prompt", NULL, OPT_BOOL, -1, LEVEL_KEYSERVICE, 0,
		NULL, NULL,
		"ask before each request is answered" },
	[OPT_DECRYPTION_ORDER] = { "decryption-order", NULL, OPT_STRING,
		SEALEAF_OPT_DECRYPTION_ORDER, DOCS | LEVEL_EXEC_ENV |
		LEVEL_EXEC_FILE | LEVEL_PUBLISH, LEVEL_UPDATEKEYS |
		LEVEL_GROUPS_ADD | LEVEL_GROUPS_DELETE,
		"SOPS_DECRYPTION_ORDER", NULL,
		"kinds of keys to try first, separated by commas" },
	[OPT_LOCAL_KEYSERVICE] = { "enable-local-keyservice", NULL, OPT_BOOL,
		SEALEAF_OPT_LOCAL_KEYSERVICE, UNLOCKS, 0,
		"SOPS_ENABLE_LOCAL_KEYSERVICE", "true",
		"use keys through this very process" },
	[OPT_KEYSERVICE] = { "keyservice", NULL, OPT_LIST,
		SEALEAF_OPT_KEYSERVICE, UNLOCKS, 0, "SOPS_KEYSERVICE", NULL,
		"key service to use besides, as "
		"tcp://myserver.com:5000; may be given again" },
	[OPT_JSON] = { "json", NULL, OPT_BOOL, -1, 0, LEVEL_LINT |
		LEVEL_RECIPIENTS | LEVEL_DOCTOR, NULL, NULL,
		"print the result as JSON" },
	[OPT_HELP] = { "help", "h", OPT_BOOL, -1, ~0u, 0, NULL, NULL,
		"show this help" },
	[OPT_VERSION] = { "version", "v", OPT_BOOL, -1, LEVEL_MAIN, 0, NULL,
		NULL,
		"print the version" },
};
/* clang-format on */
