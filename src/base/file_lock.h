/* SPDX-License-Identifier: Apache-2.0 */
/* Being alone with a file from reading it to replacing it. */
#ifndef BASE_FILE_LOCK_H
#define BASE_FILE_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/* An open file. Zeroed is none. */
struct file_lock {
	int fd;
	bool open;
	bool held; /* false: a file system without locks, or no plain file */
};

/*
 * Open `path` for reading and wait until no other process holds its lock. The
 * path named that very file then: one that was replaced meanwhile is opened
 * again. From the first second of waiting on `waiting` is called (NULL: not)
 * many times a second, and ends it by false: SEALEAF_ERR_CANCELLED.
 * SEALEAF_ERR_READ with the text of SOPS when it cannot be opened; what has no
 * locks is open with `held` false.
 */
SEALEAF_USED enum sealeaf_code file_lock(struct file_lock *l, const char *path,
    bool (*waiting)(void *user), void *user, struct sealeaf_error *e);

/* Let the next one in, and close. */
void file_unlock(struct file_lock *l);

#endif
