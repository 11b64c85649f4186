/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing a file. The way to do it is a temporary file and rename(), after
 * which the file is old or new whatever happens. Where that would change more
 * than the content, or is not possible, the file is written in place: space is
 * reserved first, and the old content is put back when writing fails.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_temp.h"
#include "base/mem.h"

enum { LINKS_MAX = 40 };

struct replace {
	const char *path; /* as the user wrote it */
	char *target;     /* where its symbolic links lead */
	struct span data;
	mode_t mode; /* of a new file, minus the umask */
	bool exists;
	struct stat st; /* of the target, when it exists */
	int fd;         /* the target, open for writing when it exists */
	char *temp;     /* name of the temporary file, NULL: none */
};

/* What became of the way by rename(). */
enum outcome { DONE, FAILED, IN_PLACE };

static enum sealeaf_code
fail(const struct replace *r, const char *doing, struct sealeaf_error *e)
{
	return err_errno(e, SEALEAF_ERR_WRITE, errno, "%s %s", doing, r->path);
}

/* The name beside `path`, or `name` itself when it is absolute. */
static char *
beside(const char *path, const char *name)
{
	struct buf b = { 0 };

	if (name[0] != '/')
		buf_put(&b, path, file_folder_size(path));
	buf_puts(&b, name);
	return buf_take(&b, NULL);
}

/* The text of the link `path`, or NULL when it is none (or memory is out,
 * which sets *failed). */
static char *
read_link(const char *path, bool *failed)
{
	char text[4097];
	ssize_t n = readlink(path, text, sizeof text - 1);
	char *to;

	if (n < 0)
		return NULL;
	text[n] = '\0';
	to = beside(path, text);
	*failed = to == NULL;
	return to;
}

/* Follow the links of the last step, also to a file that is not there yet. */
static enum sealeaf_code
resolve(struct replace *r, struct sealeaf_error *e)
{
	bool failed = false;
	char *next;

	r->target = mem_dup(r->path);
	if (r->target == NULL)
		return err_memory(e);
	for (int i = 0; i < LINKS_MAX; i++) {
		next = read_link(r->target, &failed);
		if (failed)
			return err_memory(e);
		if (next == NULL)
			return SEALEAF_OK;
		free(r->target);
		r->target = next;
	}
	errno = ELOOP;
	return fail(r, "open", e);
}

static int
open_existing(const char *path)
{
	int fd;

	do
		fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/*
 * Look at what is there. The file is opened even where rename() will do: a
 * file that must not be written is not to be replaced either.
 */
static enum sealeaf_code
inspect(struct replace *r, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	struct stat st;

	if (stat(r->path, &r->st) != 0) {
		if (errno != ENOENT)
			return fail(r, "open", e);
		return resolve(r, e);
	}
	r->exists = true;
	r->fd = open_existing(r->path);
	if (r->fd < 0 || fstat(r->fd, &r->st) != 0)
		return fail(r, "open", e);
	if (!S_ISREG(r->st.st_mode))
		return SEALEAF_OK;
	code = resolve(r, e);
	if (code != SEALEAF_OK)
		return code;
	/* /proc/self/fd/1 may say a name that is another file by now. */
	if (stat(r->target, &st) != 0 || st.st_dev != r->st.st_dev ||
	    st.st_ino != r->st.st_ino) {
		free(r->target);
		r->target = NULL;
	}
	return SEALEAF_OK;
}

/* Whether the file holds the data already. */
static bool
is_same(const struct replace *r)
{
	struct buf old = { 0 };
	bool same = false;

	if ((uintmax_t)r->st.st_size == r->data.n &&
	    file_read(r->path, &old, NULL) == SEALEAF_OK)
		same = span_equal(buf_get(&old), r->data);
	buf_fini(&old);
	return same;
}

/* Give the temporary file owner, attributes and at last the mode. */
static bool
take_over(const struct replace *r, int fd, const struct stat *st)
{
	if (!r->exists)
		return fchmod(fd, st->st_mode & 07777) == 0;
	if ((st->st_uid != r->st.st_uid || st->st_gid != r->st.st_gid) &&
	    fchown(fd, r->st.st_uid, r->st.st_gid) != 0)
		return false;
	return file_copy_attributes(r->fd, fd) &&
	    fchmod(fd, r->st.st_mode & 07777) == 0;
}

static bool
sync_fd(int fd)
{
	int result;

	do
		result = fsync(fd);
	while (result != 0 && errno == EINTR);
	/* Not every file system has it. */
	return result == 0 || errno == EINVAL || errno == ENOSYS ||
	    errno == ENOTSUP;
}

static void
sync_folder(const char *target)
{
	size_t n = file_folder_size(target);
	char *folder = n > 0 ? mem_dup_n(target, n) : mem_dup(".");
	int fd = -1;

	if (folder != NULL)
		fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	free(folder);
}

/* Whether the reason forbids only this way, not writing the file itself. */
static bool
may_write_in_place(const struct replace *r)
{
	return r->exists &&
	    (errno == EACCES || errno == EPERM || errno == EROFS ||
		errno == EBUSY || errno == EXDEV || errno == ENOTSUP ||
		errno == ETXTBSY);
}

/* Write, take over and sync the temporary file, which is then closed. */
static enum outcome
fill_temp(struct replace *r, int fd, const struct stat *st,
    struct sealeaf_error *e)
{
	enum outcome done = DONE;

	if (file_write_fd(fd, r->path, r->data, e) != SEALEAF_OK) {
		done = FAILED;
	} else if (!take_over(r, fd, st)) {
		done = r->exists ? IN_PLACE : FAILED;
		if (done == FAILED)
			(void)fail(r, "chmod", e);
	} else if (!sync_fd(fd)) {
		(void)fail(r, "sync", e);
		done = FAILED;
	}
	if (close(fd) != 0 && errno != EINTR && done == DONE) {
		(void)fail(r, "close", e);
		done = FAILED;
	}
	return done;
}

static enum outcome
replace_by_rename(struct replace *r, struct sealeaf_error *e)
{
	enum outcome done;
	struct stat st;
	int fd;

	fd = file_temp(&r->temp, r->target, r->exists ? 0600 : r->mode, &st);
	if (fd < 0) {
		done = may_write_in_place(r) ? IN_PLACE : FAILED;
		if (done == FAILED)
			(void)fail(r, "open", e);
	} else {
		done = fill_temp(r, fd, &st, e);
	}
	if (done == DONE && rename(r->temp, r->target) != 0) {
		done = may_write_in_place(r) ? IN_PLACE : FAILED;
		if (done == FAILED)
			(void)fail(r, "rename", e);
	}
	if (done == DONE)
		sync_folder(r->target);
	else if (r->temp != NULL)
		(void)unlink(r->temp);
	free(r->temp);
	r->temp = NULL;
	return done;
}

/* Write all of `data` at the start of `fd` and make it end there. */
static bool
overwrite(int fd, struct span data)
{
	size_t at = 0;
	ssize_t n;

	while (at < data.n) {
		n = pwrite(fd, data.p + at, data.n - at, (off_t)at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return ftruncate(fd, (off_t)data.n) == 0 && sync_fd(fd);
}

/* Get the space that a longer content needs, before anything is touched. */
static bool
reserve(const struct replace *r)
{
	int number;

	if (r->data.n <= (uintmax_t)r->st.st_size)
		return true;
	do
		number = posix_fallocate(r->fd, 0, (off_t)r->data.n);
	while (number == EINTR);
	if (number != ENOSPC && number != EDQUOT && number != EFBIG &&
	    number != EIO)
		return true;
	if (ftruncate(r->fd, r->st.st_size) != 0)
		number = errno;
	errno = number;
	return false;
}

static enum sealeaf_code
replace_in_place(struct replace *r, struct sealeaf_error *e)
{
	struct buf old = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	int number;

	if (file_read(r->path, &old, e) != SEALEAF_OK) {
		buf_fini(&old);
		/* What cannot be read cannot be put back. */
		if (e != NULL)
			e->code = SEALEAF_ERR_WRITE;
		return SEALEAF_ERR_WRITE;
	}
	if (!reserve(r)) {
		code = fail(r, "write", e);
	} else if (!overwrite(r->fd, r->data)) {
		number = errno;
		if (overwrite(r->fd, buf_get(&old))) {
			errno = number;
			code = fail(r, "write", e);
		} else {
			code = err_errno(e, SEALEAF_ERR_WRITE, number,
			    "write %s (its old content is lost)", r->path);
		}
	}
	buf_fini(&old);
	return code;
}

static enum sealeaf_code
replace(struct replace *r, struct sealeaf_error *e)
{
	enum outcome done = IN_PLACE;

	if (r->exists && is_same(r))
		return SEALEAF_OK;
	/* Several names of one file stay names of one file. */
	if (r->target != NULL && (!r->exists || r->st.st_nlink == 1))
		done = replace_by_rename(r, e);
	if (done == IN_PLACE)
		return replace_in_place(r, e);
	return done == DONE ? SEALEAF_OK : SEALEAF_ERR_WRITE;
}

/*
 * Signals that would end the process wait until no temporary file is left.
 * The one for a file that grows too large is ours: write() says it as well.
 */
static enum sealeaf_code
replace_undisturbed(struct replace *r, struct sealeaf_error *e)
{
	static const int held[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ };
	const struct timespec now = { 0, 0 };
	sigset_t block, before, pending, size_only;
	enum sealeaf_code code;

	(void)sigemptyset(&block);
	for (size_t i = 0; i < sizeof held / sizeof *held; i++)
		(void)sigaddset(&block, held[i]);
	(void)sigemptyset(&size_only);
	(void)sigaddset(&size_only, SIGXFSZ);
	(void)sigemptyset(&pending);
	(void)sigpending(&pending);
	(void)pthread_sigmask(SIG_BLOCK, &block, &before);
	code = replace(r, e);
	if (!sigismember(&pending, SIGXFSZ))
		(void)sigtimedwait(&size_only, NULL, &now);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

enum sealeaf_code
file_replace(const char *path, struct span data, mode_t mode,
    struct sealeaf_error *e)
{
	struct replace r = { .path = path,
		.data = data,
		.mode = mode,
		.fd = -1 };
	enum sealeaf_code code = inspect(&r, e);

	/* Pipes and devices have no old content; they may take their time. */
	if (code == SEALEAF_OK && r.exists && !S_ISREG(r.st.st_mode))
		code = file_write_fd(r.fd, path, data, e);
	else if (code == SEALEAF_OK)
		code = replace_undisturbed(&r, e);
	if (r.fd >= 0)
		(void)close(r.fd);
	free(r.target);
	return code;
}
