/* SPDX-License-Identifier: Apache-2.0 */
/* Judging files and configurations: what the checks have in common. */
#ifndef SOPS_LINT_H
#define SOPS_LINT_H

#include "base/err.h"
#include "doc/doc.h"
#include "sops/config.h"
#include "sops/document.h"

/* One judgement under way. */
struct lint {
	struct sealeaf_ctx *ctx;
	const struct doc *doc; /* that places are looked up in */
	void (*put)(void *user, const struct sealeaf_finding *finding);
	void *user;
	const char *source; /* of the configuration, NULL: the file itself */
	struct doc_cursor place;  /* of the last finding */
	const struct doc *placed; /* that it is in */
	struct buf text, hint;    /* of the finding that is being made */
};

/* Make a finding about the bytes at `at` (NULL: no place); the text is put
 * together before with lint_text(), which begins one. */
void lint_text(struct lint *l, const char *format, ...) PRINTF_LIKE(2, 3);
void lint_path(struct lint *l, const struct step *path);
void lint_more(struct lint *l, const char *format, ...) PRINTF_LIKE(2, 3);
void lint_hint(struct lint *l, const char *format, ...) PRINTF_LIKE(2, 3);
void lint_put(struct lint *l, enum sealeaf_level level, const char *check,
    const char *at);

/* The same of an error of the library, with its place and hint. */
void lint_error(struct lint *l, const char *check,
    const struct sealeaf_error *why);

/* ---- checks; each makes the findings of one kind ---- */

/* Values whose spelling SOPS does not keep. */
SEALEAF_USED enum sealeaf_code lint_spellings(struct lint *l,
    struct sealeaf_error *e);

/* Lists whose positions SOPS counts in another way. */
void lint_lists(struct lint *l);

/* What the rules, applied to the document, select and leave. */
void lint_selection(struct lint *l, const struct rules *r, bool sealed);

/* Envelopes that lack a part, or hold what is no base64. */
void lint_envelopes(struct lint *l);

/* Comments at the end of an INI file, which nothing owns. */
void lint_ini_tail(struct lint *l);

/* Groups of keys; `at` is the place to name. */
void lint_groups(struct lint *l, const struct groups *gs, const char *at);

/* Names of entries, against those that SOPS knows. */
void lint_names(struct lint *l, const struct config *c);

/* Creation rules: patterns, keys, and rules that are never reached. */
SEALEAF_USED enum sealeaf_code lint_creation(struct lint *l,
    const struct config *c, struct sealeaf_error *e);

#endif
