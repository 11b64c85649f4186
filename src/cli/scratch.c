/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plaintext for an editor or a child. In memory where the system has such a
 * place, because what never reached a disk needs not be removed from it.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

#include "base/buf.h"
#include "base/file.h"

#include "cli/scratch.h"

enum { DEPTH = 16 }; /* of folders that an editor may have made */

/* Whether `path` lies in memory, as far as the system tells. */
static bool
in_memory(const char *path)
{
#ifdef __linux__
	struct statfs fs;

	return statfs(path, &fs) == 0 &&
	    ((unsigned long)fs.f_type == 0x01021994UL ||   /* tmpfs */
		(unsigned long)fs.f_type == 0x858458f6UL); /* ramfs */
#else
	(void)path;
	return false;
#endif
}

static char *
make_in(const char *parent, const char *prefix)
{
	struct buf b = { 0 };
	char *path;

	buf_printf(&b, "%s/%sXXXXXX", parent, prefix);
	path = buf_take(&b, NULL);
	if (path != NULL && mkdtemp(path) == NULL) {
		free(path);
		return NULL;
	}
	return path;
}

static char *
make_folder(const char *prefix)
{
	const char *chosen = getenv("TMPDIR");
	const char *memory[] = { getenv("XDG_RUNTIME_DIR"), "/dev/shm" };

	if (chosen != NULL && *chosen != '\0')
		return make_in(chosen, prefix);
	for (size_t i = 0; i < 2; i++) {
		char *path;

		if (memory[i] == NULL || memory[i][0] != '/' ||
		    !in_memory(memory[i]))
			continue;
		path = make_in(memory[i], prefix);
		if (path != NULL)
			return path;
	}
	return make_in("/tmp", prefix);
}

bool
scratch_in_memory(const struct scratch *s)
{
	return in_memory(s->folder);
}

enum sealeaf_code
scratch_new(struct scratch *s, const char *prefix, const char *name,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };

	s->path = NULL;
	s->folder = make_folder(prefix);
	if (s->folder == NULL)
		return err_errno(e, SEALEAF_ERR_WRITE, errno,
		    "Could not create temporary directory");
	buf_printf(&b, "%s/%s", s->folder, name);
	s->path = buf_take(&b, NULL);
	if (s->path == NULL) {
		scratch_remove(s);
		return err_memory(e);
	}
	return SEALEAF_OK;
}

enum sealeaf_code
scratch_write(const struct scratch *s, struct span data,
    struct sealeaf_error *e)
{
	int fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum sealeaf_code code;

	if (fd < 0)
		return err_errno(e, SEALEAF_ERR_WRITE, errno,
		    "Could not create temporary file: open %s", s->path);
	/* The umask may have taken even the owner's bits. */
	(void)fchmod(fd, 0600);
	code = file_write_fd(fd, s->path, data, e);
	if (close(fd) != 0 && code == SEALEAF_OK)
		code = err_errno(e, SEALEAF_ERR_WRITE, errno, "close %s",
		    s->path);
	return code;
}

/* Zeros over the content of a regular file. */
static void
overwrite(int folder, const char *name, off_t size)
{
	static const char zeros[4096];
	int fd = openat(folder, name,
	    O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	while (size > 0) {
		size_t n = size > (off_t)sizeof zeros ? sizeof zeros
						      : (size_t)size;

		if (write(fd, zeros, n) != (ssize_t)n)
			break;
		size -= (off_t)n;
	}
	(void)fsync(fd);
	(void)close(fd);
}

static void
empty_folder(int folder, unsigned depth)
{
	int again = dup(folder);
	DIR *dir = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (again >= 0)
			(void)close(again);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		struct stat st;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH) {
			int below = openat(folder, name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (below >= 0) {
				empty_folder(below, depth + 1);
				(void)close(below);
			}
			(void)unlinkat(folder, name, AT_REMOVEDIR);
			continue;
		}
		if (S_ISREG(st.st_mode) && st.st_nlink == 1)
			overwrite(folder, name, st.st_size);
		(void)unlinkat(folder, name, 0);
	}
	(void)closedir(dir);
}

void
scratch_remove(struct scratch *s)
{
	int folder;

	if (s->folder != NULL) {
		folder = open(s->folder,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (folder >= 0) {
			empty_folder(folder, 0);
			(void)close(folder);
		}
		(void)rmdir(s->folder);
	}
	free(s->folder);
	free(s->path);
	memset(s, 0, sizeof *s);
}
