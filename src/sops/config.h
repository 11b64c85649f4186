/* SPDX-License-Identifier: Apache-2.0 */
/* .sops.yaml: finding it, its creation rules, its stores (cli.md 10). */
#ifndef SOPS_CONFIG_H
#define SOPS_CONFIG_H

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"
#include "format/format.h"
#include "sops/ctx.h"
#include "sops/metadata.h"

struct regex;

/* One configuration file, read. Zeroed is none. */
struct config {
	char *shown;     /* as searched: ".sops.yaml", "../.sops.yaml" */
	char *directory; /* absolute, as $PWD spells it, no '/' at the end */
	struct buf text;
	struct doc doc;
	bool found;
};

/*
 * Find and read the configuration: SEALEAF_OPT_CONFIG, else .sops.yaml in the
 * working directory or above, else beside `path` or above. None is no error.
 * `warn`: say so when only a .sops.yml is there.
 */
SEALEAF_USED enum sealeaf_code config_load(struct config *c,
    const struct sealeaf_ctx *ctx, const char *path, bool warn,
    struct sealeaf_error *e);
void config_fini(struct config *c);

/*
 * The first creation rule that fits `path`: the index of its mapping in
 * c->doc.leaves. When none does, SEALEAF_ERR_NO_RULE with SOPS's text; when the
 * file has no rules at all, CONFIG_NONE.
 */
SEALEAF_USED enum sealeaf_code config_match(size_t *rule,
    const struct config *c, const char *path, struct sealeaf_error *e);

/* Whether a path_regex fits the `subject`; from *effort see base/regex.h. */
SEALEAF_USED enum sealeaf_code config_fits(bool *fit, struct regex *regex,
    struct span subject, uint64_t *effort, struct sealeaf_error *e);

/* Fail on a value of a wrong type in any creation rule. */
SEALEAF_USED enum sealeaf_code config_shape(const struct config *c,
    struct sealeaf_error *e);

/* What path_regex is matched against: `path` below the configuration's folder,
 * as a plain prefix, else all of it. */
struct span config_subject(const struct config *c, const char *path);

/* The keys of the rule at `rule` as groups. */
SEALEAF_USED enum sealeaf_code config_groups(struct groups *gs,
    const struct config *c, size_t rule, const struct sealeaf_ctx *ctx,
    struct sealeaf_error *e);

/*
 * Keys and selection rules of a new document at `path`: options first, then
 * the creation rule (SOPS's precedence).
 */
SEALEAF_USED enum sealeaf_code config_policy(struct metadata *m,
    const struct sealeaf_ctx *ctx, const char *path,
    const struct format *format, struct sealeaf_error *e);

/* Fail when the file that SEALEAF_OPT_CONFIG names cannot be read. */
SEALEAF_USED enum sealeaf_code config_check(const struct sealeaf_ctx *ctx,
    struct sealeaf_error *e);

/* stores.<format>.indent, or the format's default (YAML 4, JSON -1). */
SEALEAF_USED enum sealeaf_code config_indent(int *indent,
    const struct sealeaf_ctx *ctx, const char *path,
    const struct format *format, struct sealeaf_error *e);

/* ---- reading its tree; merge keys count ---- */

#define CONFIG_NONE ((size_t)-1)

/* The entry `name` of the mapping at `map`, CONFIG_NONE when it is not there
 * or null. */
size_t config_entry(const struct config *c, size_t map, const char *name);

/* The entry `name` at the top of the document. */
size_t config_top(const struct config *c, const char *name);

/* SEALEAF_ERR_CONFIG about the node at `at`, as SOPS words a type error. */
enum sealeaf_code config_bad(const struct config *c, size_t at,
    const char *wanted, struct sealeaf_error *e);

/* A string, boolean or integer entry; untouched when it is not there. */
SEALEAF_USED enum sealeaf_code config_string(char **out, const struct config *c,
    size_t map, const char *name, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code config_flag(bool *out, const struct config *c,
    size_t map, const char *name, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code config_int(int64_t *out, const struct config *c,
    size_t map, const char *name, struct sealeaf_error *e);

#endif
