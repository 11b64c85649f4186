/* SPDX-License-Identifier: Apache-2.0 */
/* libsealeaf: SOPS-compatible encryption of the values of a file. */
#ifndef SEALEAF_H
#define SEALEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SEALEAF_API __attribute__((visibility("default")))
#define SEALEAF_USED __attribute__((warn_unused_result))
#else
#define SEALEAF_API
#define SEALEAF_USED
#endif

/*
 * What went wrong. Values are part of the ABI and never change; the exit
 * status that SOPS documents for each is given by sealeaf_code_exit().
 */
enum sealeaf_code {
	SEALEAF_OK = 0,
	SEALEAF_ERR_GENERIC = 1,       /* exit 1: no code of its own */
	SEALEAF_ERR_READ = 2,          /* exit 2: cannot read or parse input */
	SEALEAF_ERR_WRITE = 3,         /* exit 3: cannot write output */
	SEALEAF_ERR_DUMP = 4,          /* exit 4: not representable in output */
	SEALEAF_ERR_CONTEXT = 5,       /* exit 6: bad KMS encryption context */
	SEALEAF_ERR_INDEX = 6,         /* exit 7: bad index or value of set */
	SEALEAF_ERR_CONFLICT = 7,      /* exit 8: conflicting parameters */
	SEALEAF_ERR_ENCRYPT_MAC = 8,   /* exit 21 */
	SEALEAF_ERR_ENCRYPT_TREE = 9,  /* exit 23 */
	SEALEAF_ERR_DECRYPT_TREE = 10, /* exit 25: a value does not open */
	SEALEAF_ERR_KEYS_NO_FILE = 11, /* exit 49 */
	SEALEAF_ERR_MAC = 12,          /* exit 51: MAC differs or is missing */
	SEALEAF_ERR_PATH = 13,         /* exit 91: bad path of an extraction */
	SEALEAF_ERR_NO_DOCUMENT = 14,  /* exit 92: nothing to encrypt */
	SEALEAF_ERR_NO_FILE = 15,      /* exit 100 */
	SEALEAF_ERR_ORDER = 16,        /* exit 112: decryption order */
	SEALEAF_ERR_NO_KEY = 17,       /* exit 128: data key not recovered */
	SEALEAF_ERR_UNCHANGED = 18,    /* exit 200 */
	SEALEAF_ERR_EDITOR = 19,       /* exit 201 */
	SEALEAF_ERR_VERSION = 20,      /* exit 202 */
	SEALEAF_ERR_ENCRYPTED = 21,    /* exit 203: already encrypted */
	SEALEAF_ERR_MEMORY = 22,       /* exit 1 */
	SEALEAF_ERR_NOT_MINE = 23,     /* a key source cannot open this one */
	SEALEAF_ERR_NOT_FOUND = 24,    /* exit 1: path names nothing */
	SEALEAF_ERR_CONFIG = 25,       /* exit 1: .sops.yaml */
	SEALEAF_ERR_METADATA = 26,     /* exit 1: metadata missing or invalid */
	SEALEAF_ERR_UNSUPPORTED = 27,  /* exit 1: this build lacks it */
	SEALEAF_ERR_CANCELLED = 28,    /* exit 1: the user said no */
	SEALEAF_ERR_NO_KEYS = 29, /* exit 1: neither rules nor keys given */
	SEALEAF_ERR_NO_RULE = 30, /* exit 1: no creation rule fits */
	SEALEAF_ERR_NOT_ENCRYPTED = 31 /* exit 1: a plain file */
};

/*
 * One error, owned by the caller, zeroed before use; the first error stored
 * wins. Never holds a secret.
 */
struct sealeaf_error {
	enum sealeaf_code code;
	uint32_t line, column; /* 1-based; 0: no place is known */
	char source[512];      /* file as the user named it, or empty */
	char text[8192];       /* lower case, no full stop */
	char hint[2048];       /* what to do, one thing a line; or empty */
};

/* The exit status that SOPS documents for `code` (0 to 255). */
SEALEAF_API int sealeaf_code_exit(enum sealeaf_code code);

/* The library's version, "0.1.0", and the version of SOPS whose behaviour it
 * follows, "3.13.3". */
SEALEAF_API const char *sealeaf_version(void);
SEALEAF_API const char *sealeaf_compatible(void);

/* ---- formats ---- */

enum sealeaf_format {
	SEALEAF_NONE = -1,
	SEALEAF_BINARY = 0,
	SEALEAF_YAML = 1,
	SEALEAF_JSON = 2,
	SEALEAF_DOTENV = 3,
	SEALEAF_INI = 4
};

/* By exact name ("yaml", "json", "dotenv", "ini", "binary"), else
 * SEALEAF_NONE: SOPS ignores other names in silence. */
SEALEAF_API enum sealeaf_format sealeaf_format_by_name(const char *name);

/* By the suffix of a path; SEALEAF_BINARY when none fits. */
SEALEAF_API enum sealeaf_format sealeaf_format_by_path(const char *path);

SEALEAF_API const char *sealeaf_format_name(enum sealeaf_format format);

/* The text that an editor is given for a new file. */
SEALEAF_API const char *sealeaf_format_example(enum sealeaf_format format);

/* ---- results ---- */

/* Bytes that the library allocated; `p` is closed with a NUL not counted. */
struct sealeaf_bytes {
	char *p;
	size_t n;
};

/* Wipe and free; `b` is then empty. NULL and empty do nothing. */
SEALEAF_API void sealeaf_bytes_free(struct sealeaf_bytes *b);

/* ---- contexts ---- */

/*
 * A context holds options, callbacks, and what key sources remember
 * (identities, passphrases, credentials) until it is freed. Not for two
 * threads at once; distinct contexts are independent.
 */
struct sealeaf_ctx;

/* A new context, or NULL when out of memory. Freed after its documents. */
SEALEAF_API struct sealeaf_ctx *sealeaf_new(void);
SEALEAF_API void sealeaf_free(struct sealeaf_ctx *ctx);

/* Options are strings as the command line has them. Booleans are "true" and
 * "false". Values are part of the ABI. */
enum sealeaf_option {
	SEALEAF_OPT_CONFIG = 0, /* configuration file; "" or NULL: search */
	SEALEAF_OPT_AGE = 1,    /* recipients, comma-separated; likewise: */
	SEALEAF_OPT_PGP = 2,
	SEALEAF_OPT_KMS = 3,
	SEALEAF_OPT_GCP_KMS = 4,
	SEALEAF_OPT_HCKMS = 5,
	SEALEAF_OPT_AZURE_KV = 6,
	SEALEAF_OPT_HC_VAULT = 7,
	SEALEAF_OPT_AWS_PROFILE = 8,
	SEALEAF_OPT_ENCRYPTION_CONTEXT = 9, /* "k:v,k:v" */
	SEALEAF_OPT_UNENCRYPTED_SUFFIX = 10,
	SEALEAF_OPT_ENCRYPTED_SUFFIX = 11,
	SEALEAF_OPT_UNENCRYPTED_REGEX = 12,
	SEALEAF_OPT_ENCRYPTED_REGEX = 13,
	SEALEAF_OPT_UNENCRYPTED_COMMENT_REGEX = 14,
	SEALEAF_OPT_ENCRYPTED_COMMENT_REGEX = 15,
	SEALEAF_OPT_MAC_ONLY_ENCRYPTED = 16,
	SEALEAF_OPT_THRESHOLD = 17, /* Shamir; "0": number of groups */
	SEALEAF_OPT_IGNORE_MAC = 18,
	SEALEAF_OPT_DECRYPTION_ORDER = 19, /* "age,pgp" when NULL */
	SEALEAF_OPT_INDENT = 20,           /* of what is written anew */
	SEALEAF_OPT_LAYOUT = 21,           /* "keep" (default) or "sops" */
	SEALEAF_OPT_STRICT = 22,      /* rules that select nothing: an error */
	SEALEAF_OPT_KEY_TIMEOUT = 23, /* seconds for a remote key, "10" */
	SEALEAF_OPT_LOCAL_KEYSERVICE = 24, /* "true" */
	SEALEAF_OPT_KEYSERVICE = 25, /* URI, added to a list; NULL empties it.
				      * What is no URI is logged and dropped */
	SEALEAF_OPT_DIRECTORY = 26   /* working directory as $PWD spells it */
};

/* Set an option (a copy is taken); NULL unsets. Malformed values are refused
 * here (SEALEAF_ERR_GENERIC) or where they are used. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_set(struct sealeaf_ctx *ctx,
    enum sealeaf_option option, const char *value, struct sealeaf_error *e);

enum sealeaf_level {
	SEALEAF_DEBUG = 0,
	SEALEAF_INFO = 1,
	SEALEAF_WARNING = 2,
	SEALEAF_ERROR = 3
};

/* Called for each message; `logger` is one of SOPS's names ("SOPS", "AGE").
 * Without one, messages are dropped. */
SEALEAF_API void sealeaf_on_log(struct sealeaf_ctx *ctx,
    void (*log)(void *user, enum sealeaf_level level, const char *logger,
	const char *text),
    void *user);

/*
 * Called to ask a person. The answer, without newline, goes to `answer` of
 * `size` bytes (guarded memory of the library); its length is returned, or -1
 * when nobody answers. A size of 2 asks for a single key; an answer of a
 * whole line that begins with it will do. Without one, nobody is asked.
 */
SEALEAF_API void sealeaf_on_ask(struct sealeaf_ctx *ctx,
    long (*ask)(void *user, const char *prompt, bool hidden, char *answer,
	size_t size),
    void *user);

/* Where environment variables are read; getenv() when not set. */
SEALEAF_API void sealeaf_on_env(struct sealeaf_ctx *ctx,
    const char *(*env)(void *user, const char *name), void *user);

/* ---- documents ---- */

/*
 * A document has keys and selection rules, perhaps a data key, and when it
 * was opened from an encrypted file, that file's leaves. `path` (absolute, as
 * the user spells it; may be NULL) is for matching rules and for errors.
 */
struct sealeaf_doc;

/*
 * A document that is to be encrypted: keys and rules come from the options and
 * the configuration file's creation rule for `path` (SOPS's precedence).
 * Nothing is read but the configuration. `format` is the input's.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_create(
    struct sealeaf_ctx *ctx, const char *path, enum sealeaf_format format,
    struct sealeaf_doc **doc, struct sealeaf_error *e);

/*
 * An encrypted document of `n` bytes at `data`, which must stay until the
 * document is freed. Reads the metadata; uses no key.
 * SEALEAF_ERR_NOT_ENCRYPTED for a plain file.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_open(struct sealeaf_ctx *ctx,
    const char *path, enum sealeaf_format format, const char *data, size_t n,
    struct sealeaf_doc **doc, struct sealeaf_error *e);

SEALEAF_API void sealeaf_doc_free(struct sealeaf_doc *doc);

/*
 * Have the data key: of an opened document, by asking its keys until enough
 * answer (SEALEAF_ERR_NO_KEY with SOPS's report in the text); of a created
 * one, by drawing it and wrapping it for every key. Done once; the other
 * calls do it when needed.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_unlock(
    struct sealeaf_doc *doc, struct sealeaf_error *e);

/* Wrap the data key, for a command that wants the reference's other message
 * and code for a key that refuses (`edit` of a new file): SEALEAF_ERR_NO_KEY
 * "Error encrypting the data key with one or more master keys: […]". */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_unlock_new(
    struct sealeaf_doc *doc, struct sealeaf_error *e);

/* The plaintext of an opened document; the MAC is verified first unless
 * SEALEAF_OPT_IGNORE_MAC. `format` is the output's. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_decrypt(
    struct sealeaf_doc *doc, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* One value or subtree of it, at a path like ["a"]["b"][0]. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_extract(
    struct sealeaf_doc *doc, const char *path, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/*
 * The top-level values of the first document as variables, in order: `put` is
 * called with each name and value (the texts last for the call), and ends the
 * walk with any other code than SEALEAF_OK. Comments are skipped. An error, in
 * SOPS's words, for a mapping or list, a name with '=', and NUL bytes; it comes
 * before the first call.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_environment(
    struct sealeaf_doc *doc,
    enum sealeaf_code (*put)(void *user, const char *name, const char *value),
    void *user, struct sealeaf_error *e);

/*
 * Encrypt `n` bytes of plaintext of format `in` as format `out_format`. In a
 * created document: a new file. In an opened one: its next version, under the
 * same data key, keys and rules; what did not change keeps its envelope.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_encrypt(
    struct sealeaf_doc *doc, const char *plain, size_t n,
    enum sealeaf_format in, enum sealeaf_format out_format,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/*
 * For a person who edits keys and rules with the values: `n` bytes of plaintext
 * with the metadata block in its place, and the reverse. sealeaf_conceal()
 * makes keys and rules of the block the document's, wraps the data key when the
 * keys are others, and gives the text without the block, which
 * sealeaf_encrypt() then takes. SEALEAF_ERR_READ for bad syntax,
 * SEALEAF_ERR_METADATA for a bad block; the document is then as before.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_reveal(
    struct sealeaf_doc *doc, const char *plain, size_t n,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e);
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_conceal(
    struct sealeaf_doc *doc, const char *text, size_t n,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e);

/*
 * As SOPS's indexed writing: put the JSON text `value` at `path` of an opened
 * document, or take away what is there. *changed may be NULL.
 * SEALEAF_ERR_INDEX for a bad path or value, SEALEAF_ERR_NOT_FOUND for
 * removing what is not there.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_put(struct sealeaf_doc *doc,
    const char *path, const char *value, enum sealeaf_format format,
    struct sealeaf_bytes *out, bool *changed, struct sealeaf_error *e);
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_remove(
    struct sealeaf_doc *doc, const char *path, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* The same document under a fresh data key (after changes to its keys). */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_rotate(
    struct sealeaf_doc *doc, enum sealeaf_format format,
    struct sealeaf_bytes *out, struct sealeaf_error *e);

/* The same document and data key, wrapped anew for its present keys; no
 * value's envelope changes, nor does the MAC. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_rewrap(
    struct sealeaf_doc *doc, struct sealeaf_bytes *out,
    struct sealeaf_error *e);

/* ---- keys of a document ---- */

/* One key as people see it; strings live as long as the document's keys. */
struct sealeaf_key {
	const char *source;     /* "age", "pgp", "kms", … */
	const char *text;       /* string form */
	const char *created_at; /* RFC 3339, or NULL */
};

SEALEAF_API size_t sealeaf_group_count(const struct sealeaf_doc *doc);
SEALEAF_API size_t sealeaf_key_count(const struct sealeaf_doc *doc,
    size_t group);
SEALEAF_API bool sealeaf_key_get(const struct sealeaf_doc *doc, size_t group,
    size_t index, struct sealeaf_key *key);

/* A walk over the keys of a document; zeroed it stands before the first. */
struct sealeaf_key_walk {
	size_t group; /* of the key that was given last */
	size_t index; /* of it in the group */
	const void *place;
};

/*
 * The next key, groups in order; false at the end. All keys together cost as
 * much as there are, where sealeaf_key_get() counts from the first each time.
 * A walk ends with any change of the document's keys.
 */
SEALEAF_API bool sealeaf_key_next(const struct sealeaf_doc *doc,
    struct sealeaf_key_walk *walk, struct sealeaf_key *key);
SEALEAF_API unsigned sealeaf_threshold(const struct sealeaf_doc *doc);

/* Set the stored threshold (checked when the key is wrapped). */
SEALEAF_API void sealeaf_threshold_set(struct sealeaf_doc *doc, unsigned n);

/* Add the comma-separated keys `text` of `source` ("age", "kms", "gcp_kms",
 * …) to group `group` (== sealeaf_group_count(): a new one). A key that is
 * there already is not added again. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_key_add(
    struct sealeaf_doc *doc, size_t group, const char *source, const char *text,
    struct sealeaf_error *e);

/* Remove them from every group; *removed (may be NULL) counts. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_key_remove(
    struct sealeaf_doc *doc, const char *source, const char *text,
    size_t *removed, struct sealeaf_error *e);

/* Remove a group; SEALEAF_ERR_GENERIC when it is not there. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_group_remove(
    struct sealeaf_doc *doc, size_t group, struct sealeaf_error *e);

/*
 * Compare the document's keys with those of `other` (from sealeaf_create()):
 * whether they differ, and the text that `updatekeys` prints, into *diff (may
 * be NULL). sealeaf_keys_take() then replaces the document's keys by them.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_keys_diff(
    struct sealeaf_doc *doc, const struct sealeaf_doc *other, bool color,
    bool *differ, struct sealeaf_bytes *diff, struct sealeaf_error *e);
SEALEAF_API void sealeaf_keys_take(struct sealeaf_doc *doc,
    struct sealeaf_doc *other);

/* The selection rule of a document: its name ("encrypted_regex") and text, which
 * live as long as it is not changed. False when it has none. */
SEALEAF_API bool sealeaf_rule(const struct sealeaf_doc *doc, const char **name,
    const char **text);

/*
 * Call `put` for each value, with its path (a.b[0]), line, and whether it is
 * encrypted in an opened document, or would be in `plain` (of the format given)
 * by a created one. No key is used.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_preview(
    struct sealeaf_doc *doc, const char *plain, size_t n,
    void (*put)(void *user, const char *path, uint32_t line, bool encrypted),
    void *user, struct sealeaf_error *e);

/*
 * One thing that sealeaf_lint() found; the strings last for the call. `check`
 * is a stable name ("spelling"). `source` is the configuration file that it is
 * about, NULL for the file at hand. SEALEAF_ERROR: the file does not work, or
 * holds clear what was to be secret; SEALEAF_WARNING: it surely is not meant
 * so, or will not stay so; SEALEAF_INFO: worth knowing.
 */
struct sealeaf_finding {
	enum sealeaf_level level;
	const char *check;
	const char *source;
	uint32_t line, column; /* 1-based; 0: no place is known */
	const char *text;      /* never a value */
	const char *hint;      /* or empty */
};

/*
 * Judge `n` bytes of a plain or an encrypted file; no key is used. The
 * findings go to `put` in no certain order. Mistakes of the configuration file
 * are those of sealeaf_lint_config(). An error only where nothing can be said.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_lint(struct sealeaf_ctx *ctx,
    const char *path, enum sealeaf_format format, const char *data, size_t n,
    void (*put)(void *user, const struct sealeaf_finding *finding), void *user,
    struct sealeaf_error *e);

/* The same for a configuration file that is called `path`. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_lint_config(
    struct sealeaf_ctx *ctx, const char *path, const char *data, size_t n,
    void (*put)(void *user, const struct sealeaf_finding *finding), void *user,
    struct sealeaf_error *e);

/* The configuration file that counts for `path` (may be NULL), as it was
 * searched ("../.sops.yaml"); out->p is NULL when there is none. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_config_path(
    struct sealeaf_ctx *ctx, const char *path, struct sealeaf_bytes *out,
    struct sealeaf_error *e);

/* How one creation rule of the configuration fared against a path. */
struct sealeaf_trial {
	const char *subject; /* what path_regex is matched against */
	const char *pattern; /* path_regex, or NULL: fits everything */
	size_t number;       /* of the rule, from 1 */
	uint32_t line;
	bool fits;   /* it matches, */
	bool chosen; /* and is the first that does */
};

/* One key that a creation rule gives to new files. */
struct sealeaf_rule_key {
	size_t number;        /* of the rule, from 1 */
	const char *pattern;  /* its path_regex, or NULL */
	unsigned needed;      /* groups that must open */
	size_t groups, group; /* how many there are; this key's, from 0 */
	const char *source;   /* "age", "pgp", "kms", … */
	const char *text;     /* string form */
};

/* Call `put` for the keys of every creation rule, in order. Uses no key. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_rule_keys(
    struct sealeaf_ctx *ctx,
    void (*put)(void *user, const struct sealeaf_rule_key *key), void *user,
    struct sealeaf_error *e);

/* Call `put` for every creation rule, in order. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_trials(
    struct sealeaf_ctx *ctx, const char *path,
    void (*put)(void *user, const struct sealeaf_trial *trial), void *user,
    struct sealeaf_error *e);

/*
 * Call `put` for each age identity of this user: the variable or file it comes
 * from, its public recipient (NULL when only a passphrase or a program tells),
 * and NULL; or the reason why a place that is set gives none. Nothing secret is
 * told, no program is run, nobody is asked.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_identities(
    struct sealeaf_ctx *ctx,
    void (*put)(void *user, const char *location, const char *recipient,
	const char *problem),
    void *user, struct sealeaf_error *e);

/* Whether a gpg-agent answers. */
SEALEAF_API bool sealeaf_agent(struct sealeaf_ctx *ctx);

/* Whether `n` bytes are a file that SOPS or sealeaf encrypted. */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_status(
    struct sealeaf_ctx *ctx, enum sealeaf_format format, const char *data,
    size_t n, bool *encrypted, struct sealeaf_error *e);

/* ---- letting others use the keys ---- */

/* A key service: other processes send wrapped data keys, and get them back
 * unwrapped with the keys of a context. */
struct sealeaf_server;

/*
 * Listen on `network` ("tcp", "tcp4", "tcp6" or "unix") at `address`
 * ("127.0.0.1:5000", "/run/user/1000/keys.sock"). Nobody is asked who he is: a
 * Unix socket is for its owner only, a TCP port for all who can reach it. The
 * context is the server's until it is freed.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_listen(
    struct sealeaf_ctx *ctx, const char *network, const char *address,
    struct sealeaf_server **server, struct sealeaf_error *e);

/*
 * Called before a request is looked into: `action` is "encrypt" or "decrypt",
 * `key` says with which key ("PGP key with fingerprint …"). 1 allows it, 0
 * refuses, -1 is a failure to find out. Without one, all are allowed.
 */
SEALEAF_API void sealeaf_server_on_request(struct sealeaf_server *server,
    int (*allow)(void *user, const char *action, const char *key), void *user);

/*
 * Answer requests, several at a time, until the descriptor `stop` can be read
 * (the other end of a pipe was written to or closed); those under way are
 * waited for. What the context and the server call back is called from other
 * threads too, one call at a time.
 */
SEALEAF_API SEALEAF_USED enum sealeaf_code sealeaf_server_run(
    struct sealeaf_server *server, int stop, struct sealeaf_error *e);

/* Close, and remove the Unix socket. NULL does nothing. */
SEALEAF_API void sealeaf_server_free(struct sealeaf_server *server);

#ifdef __cplusplus
}
#endif
#endif
