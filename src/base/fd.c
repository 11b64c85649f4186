/* SPDX-License-Identifier: Apache-2.0 */
/* The flags that POSIX has since 2024. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

bool
fd_pipe(int ends[2])
{
	return pipe2(ends, O_CLOEXEC) == 0;
}

int
fd_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
fd_accept(int listener)
{
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

int
fd_dup(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}
