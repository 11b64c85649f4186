/* SPDX-License-Identifier: Apache-2.0 */
/* The temporary file beside a file, and what it takes over from it. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/xattr.h>
#endif

#include <sodium.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/file_temp.h"

enum { NAME_TRIES = 16, NAME_BYTES = 12 };
enum { WAIT_TRIES = 150, WAIT_NANOSECONDS = 20000000 };

size_t
file_folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Not made from letters of the file's own name, which may be as long as names
 * can be: a hash of it, or what nobody can foresee. */
static char *
temp_name(const char *target, bool alone)
{
	size_t n = file_folder_size(target);
	uint8_t bytes[crypto_generichash_BYTES];
	struct buf b = { 0 };

	if (alone)
		(void)crypto_generichash(bytes, sizeof bytes,
		    (const uint8_t *)target + n, strlen(target + n), NULL, 0);
	else
		randombytes_buf(bytes, sizeof bytes);
	buf_put(&b, target, n);
	buf_puts(&b, ".sealeaf-");
	hex_append(&b, bytes, NAME_BYTES, false);
	return buf_take(&b, NULL);
}

int
file_temp(char **name, bool *made, const char *target, bool alone, mode_t mode,
    struct stat *st)
{
	const struct timespec pause = { 0, WAIT_NANOSECONDS };
	int fd = -1;

	*name = NULL;
	*made = false;
	for (int i = 0; fd < 0 && i < (alone ? WAIT_TRIES : NAME_TRIES); i++) {
		free(*name);
		*name = temp_name(target, alone);
		if (*name == NULL) {
			errno = ENOMEM;
			return -1;
		}
		fd = open(*name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW |
			O_NOCTTY,
		    mode);
		if (fd < 0 && errno != EEXIST && errno != EINTR)
			break;
		if (fd < 0 && alone) {
			(void)nanosleep(&pause, NULL);
			errno = EEXIST;
		}
	}
	*made = fd >= 0;
	if (fd < 0 && errno != EEXIST) {
		free(*name);
		*name = NULL;
	} else if (fd >= 0 && (fstat(fd, st) != 0 || fchmod(fd, 0600) != 0)) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

#if defined(__linux__)
/* Attributes that belong to one content, or that writing takes away. */
static bool
is_of_content(const char *name)
{
	return strcmp(name, "security.ima") == 0 ||
	    strcmp(name, "security.evm") == 0 ||
	    strcmp(name, "security.capability") == 0;
}

static bool
copy_attribute(int from, int to, const char *name)
{
	ssize_t n = fgetxattr(from, name, NULL, 0);
	struct buf b = { 0 };
	bool ok = n >= 0;

	if (ok) {
		buf_fill(&b, '\0', (size_t)n);
		n = b.failed ? -1 : fgetxattr(from, name, b.p, b.n);
		ok = n >= 0 && fsetxattr(to, name, b.p, (size_t)n, 0) == 0;
	}
	buf_fini(&b);
	return ok;
}

/* Extended attributes, access control lists among them. */
bool
file_copy_attributes(int from, int to)
{
	ssize_t n = flistxattr(from, NULL, 0);
	struct buf names = { 0 };
	bool ok = true;

	if (n <= 0)
		return n == 0 || errno == ENOTSUP || errno == ENOSYS;
	buf_fill(&names, '\0', (size_t)n);
	n = names.failed ? -1 : flistxattr(from, names.p, names.n);
	for (ssize_t i = 0; ok && i < n;
	     i += (ssize_t)strlen(names.p + i) + 1) {
		if (!is_of_content(names.p + i))
			ok = copy_attribute(from, to, names.p + i);
	}
	buf_fini(&names);
	return ok && n >= 0;
}
#else
bool
file_copy_attributes(int from, int to)
{
	(void)from;
	(void)to;
	return true;
}
#endif
