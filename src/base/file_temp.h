/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of file_replace(): the temporary file, and writing in place. */
#ifndef BASE_FILE_TEMP_H
#define BASE_FILE_TEMP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"

/* Length of the folder part of `path`, with its slash. */
size_t file_folder_size(const char *path);

/*
 * Create an empty file under an unforeseeable name in the folder of `target`,
 * open for writing, which only we can read. *st says what mode `mode` comes to
 * under the umask and the folder's rules; it is set at first and taken away
 * at once, because only the kernel can tell the umask without changing it.
 * With `alone` the name follows from the target's, and is waited for as long
 * as others have it, up to some seconds: EEXIST then.
 * -1 with errno set on failure. *name, the caller's to free, is not NULL when
 * there is such a file; *made says that it is ours to remove.
 */
int file_temp(char **name, bool *made, const char *target, bool alone,
    mode_t mode, struct stat *st);

/* Copy extended attributes, access control lists among them, from one open
 * file to another. */
bool file_copy_attributes(int from, int to);

/* fsync(), where the file system has it. */
bool file_sync(int fd);

/* Get the space for `data` in a file of `size` bytes before it is touched. */
bool file_reserve(int fd, off_t size, struct span data);

/* Write all of `data` at the start of `fd`, make it end there, and sync. */
bool file_overwrite(int fd, struct span data);

#endif
