/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes with piped input and output, no shell. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct proc {
	const char *const *argv;    /* argv[0] is looked up on PATH */
	const char *const *env_add; /* "NAME=value" on top of ours, or NULL */
	const char *directory;      /* working directory, or NULL */
	struct span input;          /* given on standard input */
	struct buf *output;         /* standard output; NULL: /dev/null */
	struct buf *errors;         /* standard error; NULL: /dev/null */
	bool errors_through;        /* standard error is ours instead */
	size_t limit;               /* most bytes taken of each, 0: 16 MiB */
	unsigned seconds;           /* killed after that long, 0: never */

	/*
	 * For a conversation; NULL: none. Called whenever `output` has grown
	 * (never NULL then): appends to `reply` what to write next, and
	 * returns whether to go on. When not, the pipes are closed and the
	 * child has some seconds to end. `idle` is told, once, that nothing
	 * was heard for five seconds; may be NULL.
	 */
	bool (*answer)(void *user, struct buf *output, struct buf *reply);
	void (*idle)(void *user);
	void *user;
};

/*
 * Run to the end. *status is the exit status, or 128 + the signal. An error
 * only when the program cannot be started (SEALEAF_ERR_GENERIC, text as Go's
 * os/exec: `exec: "x": executable file not found in $PATH`), or the limits
 * are passed. SIGPIPE never reaches the caller.
 */
SEALEAF_USED enum sealeaf_code proc_run(const struct proc *p, int *status,
    struct sealeaf_error *e);

/*
 * Split a command line by the word rules of POSIX quoting: blanks separate,
 * '..' raw, ".." and backslash escapes, '#' at the start of a word begins a
 * comment when `comments`. Returns a NULL-closed array in one allocation
 * freed with free(), or NULL (unbalanced quotes, or out of memory, said in
 * `e`). An empty text gives an empty array.
 */
char **proc_words(const char *text, bool comments, struct sealeaf_error *e);

/* The file that execvp() would run for `name` with $PATH = `path`, absolute
 * entries only; NULL when there is none. Freed by the caller. */
char *proc_find(const char *name, const char *path);

#endif
