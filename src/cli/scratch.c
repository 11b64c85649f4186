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
#include "base/fd.h"
#include "base/file.h"

#include "cli/scratch.h"

enum { DEPTH = 16 }; /* of folders that an editor may have made */
enum { ROUNDS = 3 }; /* of removing, while an editor is on its way out */

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
		(void)rmdir(s->folder);
		free(s->folder);
		s->folder = NULL;
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

/* What remains: `name` (NULL: nothing) in `path`. Not said when `l` is NULL. */
static void
warn_left(const struct log *l, const char *path, const char *name)
{
	struct sealeaf_error e = { 0 };

	if (l == NULL)
		return;
	(void)err_errno(&e, SEALEAF_ERR_WRITE, errno,
	    "Plaintext could not be removed, and is left in %s%s%s", path,
	    name != NULL ? "/" : "", name != NULL ? name : "");
	log_warning(l, e.text);
}

/* A folder, though somebody took our rights to it away. */
static int
open_folder(int at, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, flags);

	if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
		fd = openat(at, name, flags);
	/* To be read is not enough. */
	if (fd >= 0)
		(void)fchmod(fd, 0700);
	return fd;
}

static void empty_folder(int folder, const char *path, const struct log *l,
    unsigned depth);

/* Remove one entry; `path` is the folder's. */
static void
remove_entry(int folder, const char *path, const char *name,
    const struct log *l, unsigned depth)
{
	struct buf b = { 0 };
	int below, flag = 0;
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno != ENOENT)
			warn_left(l, path, name);
		return;
	}
	if (S_ISDIR(st.st_mode) && depth < DEPTH) {
		flag = AT_REMOVEDIR;
		below = open_folder(folder, name);
		buf_printf(&b, "%s/%s", path, name);
		if (below >= 0) {
			empty_folder(below, b.failed ? path : b.p, l,
			    depth + 1);
			(void)close(below);
		}
		buf_fini(&b);
	} else if (S_ISREG(st.st_mode) && st.st_nlink == 1) {
		overwrite(folder, name, st.st_size);
	}
	if (unlinkat(folder, name, flag) != 0 && errno != ENOENT)
		warn_left(l, path, name);
}

static void
empty_folder(int folder, const char *path, const struct log *l, unsigned depth)
{
	int again = fd_dup(folder);
	DIR *dir = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		warn_left(l, path, NULL);
		if (again >= 0)
			(void)close(again);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			remove_entry(folder, path, entry->d_name, l, depth);
	}
	(void)closedir(dir);
}

void
scratch_remove(struct scratch *s, const struct log *l)
{
	bool gone = s->folder == NULL;
	int folder;

	for (int i = 1; !gone && i <= ROUNDS; i++) {
		folder = open_folder(AT_FDCWD, s->folder);
		if (folder >= 0) {
			empty_folder(folder, s->folder, i == ROUNDS ? l : NULL,
			    0);
			(void)close(folder);
		}
		gone = rmdir(s->folder) == 0 || errno == ENOENT;
		if (errno != ENOTEMPTY && errno != EEXIST)
			break;
	}
	if (!gone)
		warn_left(l, s->folder, NULL);
	free(s->folder);
	free(s->path);
	memset(s, 0, sizeof *s);
}
