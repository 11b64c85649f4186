/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: reading, and replacing so that they are old or new. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Append all of `path` (regular file, FIFO, device, /dev/stdin) to `b`.
 * SEALEAF_ERR_READ with the text of SOPS ("open PATH: no such file or
 * directory", "read PATH: is a directory").
 */
SEALEAF_USED enum sealeaf_code file_read(const char *path, struct buf *b,
    struct sealeaf_error *e);

/* The same from an open descriptor, which stays open. */
SEALEAF_USED enum sealeaf_code file_read_fd(int fd, const char *name,
    struct buf *b, struct sealeaf_error *e);

/* Whether `path` holds exactly `data`. */
SEALEAF_USED enum sealeaf_code file_holds(const char *path, struct span data,
    bool *same, struct sealeaf_error *e);

/*
 * Make `path` hold `data`: through a temporary file in the same folder,
 * fsync, rename, fsync of the folder. An existing file keeps mode, owner,
 * extended attributes; a symlink stays and its target is replaced; a file
 * with several hard links, or in a folder or of a mount that allows no
 * rename, is written in place. A new file gets `mode` minus the umask.
 * Nothing is done when the file holds `data` already. SEALEAF_ERR_WRITE
 * leaves the old content and no temporary file; one that could not be removed
 * is named in the hint.
 */
SEALEAF_USED enum sealeaf_code file_replace(const char *path, struct span data,
    mode_t mode, struct sealeaf_error *e);

/* What must still be true of a file when it is replaced. */
enum file_guard { FILE_ANYWAY, FILE_UNCHANGED, FILE_ABSENT };

struct file_change {
	enum file_guard guard;
	struct span old; /* its content when read, for FILE_UNCHANGED */
	bool locked;     /* nobody else who locks can be here (file_lock()) */
	bool refused;    /* result: the guard did not hold */
	char *left;      /* result: a temporary file that could not be removed,
	                    or NULL; freed by the caller */
};

/*
 * file_replace() for whoever changes what was read before: a file that somebody
 * else has changed, made or removed since is left alone (SEALEAF_ERR_WRITE).
 * Without a lock the name of the temporary file serves as one; should that be
 * taken for seconds, it is an error as well.
 */
SEALEAF_USED enum sealeaf_code file_change(const char *path, struct span data,
    mode_t mode, struct file_change *c, struct sealeaf_error *e);

/* Write all of `data` to `fd`, through short writes and EINTR. */
SEALEAF_USED enum sealeaf_code file_write_fd(int fd, const char *name,
    struct span data, struct sealeaf_error *e);

/* `path` made absolute against the working directory as $PWD spells it when
 * that is right, cleaned of "." and ".." as Go's filepath.Abs does. Freed by
 * the caller; NULL when out of memory. */
char *file_absolute(const char *path, const char *pwd);

#endif
