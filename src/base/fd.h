/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors that no program we start gets to see. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdbool.h>

/*
 * Each is made close-on-exec in one step: between two of them another thread
 * could start a program. All as the call they are named after: -1 or false
 * with errno set.
 */
bool fd_pipe(int ends[2]);
int fd_socket(int family); /* a stream */
int fd_accept(int listener);
int fd_dup(int fd);

#endif
