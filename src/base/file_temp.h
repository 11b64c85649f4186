/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of file_replace(): the temporary file. */
#ifndef BASE_FILE_TEMP_H
#define BASE_FILE_TEMP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Length of the folder part of `path`, with its slash. */
size_t file_folder_size(const char *path);

/*
 * Create an empty file under an unforeseeable name in the folder of `target`,
 * open for writing, which only we can read. *st says what mode `mode` comes to
 * under the umask and the folder's rules; it is set at first and taken away
 * at once, because only the kernel can tell the umask without changing it.
 * -1 with errno set on failure. *name, the caller's to free and to remove, is
 * not NULL when a file was created.
 */
int file_temp(char **name, const char *target, mode_t mode, struct stat *st);

/* Copy extended attributes, access control lists among them, from one open
 * file to another. */
bool file_copy_attributes(int from, int to);

#endif
