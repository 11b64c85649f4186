/* SPDX-License-Identifier: Apache-2.0 */
/* Writing in place, in steps that tell early what cannot be done. */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/file_temp.h"

bool
file_sync(int fd)
{
	int result;

	do
		result = fsync(fd);
	while (result != 0 && errno == EINTR);
	/* Not every file system has it. */
	return result == 0 || errno == EINVAL || errno == ENOSYS ||
	    errno == ENOTSUP;
}

bool
file_reserve(int fd, off_t size, struct span data)
{
	int number;

	if (data.n <= (uintmax_t)size)
		return true;
	do
		number = posix_fallocate(fd, 0, (off_t)data.n);
	while (number == EINTR);
	if (number != ENOSPC && number != EDQUOT && number != EFBIG &&
	    number != EIO)
		return true;
	if (ftruncate(fd, size) != 0)
		number = errno;
	errno = number;
	return false;
}

bool
file_overwrite(int fd, struct span data)
{
	size_t at = 0;
	ssize_t n;

	while (at < data.n) {
		n = pwrite(fd, data.p + at, data.n - at, (off_t)at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return ftruncate(fd, (off_t)data.n) == 0 && file_sync(fd);
}
