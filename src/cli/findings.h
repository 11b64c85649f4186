/* SPDX-License-Identifier: Apache-2.0 */
/* What lint found: collected, sorted, printed. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <stdbool.h>

#include "base/err.h"

struct finding {
	char *file, *check, *text, *hint;
	enum sealeaf_level level;
	uint32_t line, column;
};

/* Zeroed is empty. */
struct findings {
	struct finding *list;
	size_t n, cap;
	size_t first;     /* of the file at hand */
	const char *file; /* that is named where a finding names none */
	bool failed;      /* out of memory: something is missing */
	bool verbose;     /* take notes that most people need not see */
	bool harm_only;   /* take what is wrong with any file, and no more */
};

/* For sealeaf_lint(); `user` is a struct findings. */
void findings_put(void *user, const struct sealeaf_finding *f);

/* Sort what was found since the last call by its place. */
void findings_sort(struct findings *fs);

/* A line each, "file:line:column: level: text [check]", a hint below. */
void findings_print(const struct findings *fs);

/* As a JSON array of objects. */
SEALEAF_USED enum sealeaf_code findings_print_json(const struct findings *fs,
    struct sealeaf_error *e);

/* Whether any has that level. */
bool findings_any(const struct findings *fs, enum sealeaf_level level);

void findings_fini(struct findings *fs);

#endif
