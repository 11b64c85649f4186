/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing a file. The way to do it is a temporary file and rename(), after
 * which the file is old or new whatever happens. Where that would change more
 * than the content, or is not possible, the file is written in place: the
 * temporary file stays beside it meanwhile, whole, and the old content is put
 * back when writing fails. Whether somebody else was here is looked at last.
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
	bool made;      /* ... which is ours to remove */
	bool whole;     /* ... and holds the data */
	struct file_change *change;
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
	bool same = false;

	return (uintmax_t)r->st.st_size == r->data.n &&
	    file_holds(r->path, r->data, &same, NULL) == SEALEAF_OK && same;
}

static enum sealeaf_code
refuse(struct replace *r, const char *what, struct sealeaf_error *e)
{
	r->change->refused = true;
	return err_set(e, SEALEAF_ERR_WRITE,
	    "%s was %s by another program meanwhile, and was left alone",
	    r->path, what);
}

/* Whether the file is still what the caller knows. */
static enum sealeaf_code
check_guard(struct replace *r, struct sealeaf_error *e)
{
	enum file_guard guard = r->change->guard;
	bool same = true;
	struct stat st;

	if (guard == FILE_ANYWAY)
		return SEALEAF_OK;
	if (stat(r->path, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return fail(r, "stat", e);
		return guard == FILE_ABSENT ? SEALEAF_OK
					    : refuse(r, "removed", e);
	}
	if (guard == FILE_ABSENT)
		return refuse(r, "made", e);
	if (file_holds(r->path, r->change->old, &same, e) != SEALEAF_OK) {
		if (e != NULL)
			e->code = SEALEAF_ERR_WRITE;
		return SEALEAF_ERR_WRITE;
	}
	return same ? SEALEAF_OK : refuse(r, "changed", e);
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
	}
	if (done != FAILED && !file_sync(fd)) {
		(void)fail(r, "sync", e);
		done = FAILED;
	}
	if (close(fd) != 0 && errno != EINTR && done != FAILED) {
		(void)fail(r, "close", e);
		done = FAILED;
	}
	r->whole = done != FAILED;
	return done;
}

static enum outcome
make_temp(struct replace *r, struct sealeaf_error *e)
{
	bool alone = r->change->guard == FILE_UNCHANGED && !r->change->locked;
	struct stat st;
	int fd;

	fd = file_temp(&r->temp, &r->made, r->target, alone,
	    r->exists ? 0600 : r->mode, &st);
	if (fd >= 0)
		return fill_temp(r, fd, &st, e);
	if (errno == EEXIST && r->temp != NULL) {
		(void)err_set(e, SEALEAF_ERR_WRITE,
		    "%s is being written by another command", r->path);
		err_hint(e, "if there is none, one was killed there: remove %s",
		    r->temp);
		return FAILED;
	}
	if (may_write_in_place(r))
		return IN_PLACE;
	(void)fail(r, "open", e);
	return FAILED;
}

/* Give the temporary file its name. A file that must be new gets it in a way
 * that finds one which came between. */
static enum outcome
put_temp(struct replace *r, struct sealeaf_error *e)
{
	if (r->change->guard == FILE_ABSENT) {
		if (link(r->temp, r->target) == 0)
			return DONE;
		if (errno == EEXIST) {
			(void)refuse(r, "made", e);
			return FAILED;
		}
	}
	if (rename(r->temp, r->target) == 0) {
		r->made = false;
		return DONE;
	}
	if (may_write_in_place(r))
		return IN_PLACE;
	(void)fail(r, "rename", e);
	return FAILED;
}

static void
remove_temp(struct replace *r, struct sealeaf_error *e)
{
	if (r->made && unlink(r->temp) != 0 && errno != ENOENT) {
		err_hint(e, "the temporary file %s could not be removed",
		    r->temp);
		r->change->left = r->temp;
		r->temp = NULL; /* transferred */
	}
	free(r->temp);
	r->temp = NULL;
}

/* What could not be put back: the new content is kept, if it can be. */
static enum sealeaf_code
fail_torn(struct replace *r, int number, struct sealeaf_error *e)
{
	if (!r->whole)
		return err_errno(e, SEALEAF_ERR_WRITE, number,
		    "write %s (its old content is lost)", r->path);
	(void)err_errno(e, SEALEAF_ERR_WRITE, number,
	    "write %s (its old content is lost, the new one is in %s)", r->path,
	    r->temp);
	r->made = false;
	return SEALEAF_ERR_WRITE;
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
	if (!file_reserve(r->fd, r->st.st_size, r->data)) {
		code = fail(r, "write", e);
	} else if (!file_overwrite(r->fd, r->data)) {
		number = errno;
		if (file_overwrite(r->fd, buf_get(&old))) {
			errno = number;
			code = fail(r, "write", e);
		} else {
			code = fail_torn(r, number, e);
		}
	}
	buf_fini(&old);
	return code;
}

static enum sealeaf_code
replace(struct replace *r, struct sealeaf_error *e)
{
	enum outcome done = IN_PLACE;
	enum sealeaf_code code;

	if (r->exists && is_same(r))
		return SEALEAF_OK;
	if (r->target != NULL)
		done = make_temp(r, e);
	if (done != FAILED && check_guard(r, e) != SEALEAF_OK)
		done = FAILED;
	/* Several names of one file stay names of one file. */
	if (done == DONE && r->exists && r->st.st_nlink > 1)
		done = IN_PLACE;
	if (done == DONE)
		done = put_temp(r, e);
	if (done == DONE)
		sync_folder(r->target);
	code = done == FAILED ? SEALEAF_ERR_WRITE : SEALEAF_OK;
	if (done == IN_PLACE)
		code = replace_in_place(r, e);
	remove_temp(r, e);
	return code;
}

/*
 * Signals wait until no temporary file is left. The one for a file that grows
 * too large is ours: write() says it as well.
 */
static enum sealeaf_code
replace_undisturbed(struct replace *r, struct sealeaf_error *e)
{
	const struct timespec now = { 0, 0 };
	sigset_t block, before, pending, size_only;
	enum sealeaf_code code;

	(void)sigfillset(&block);
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
file_change(const char *path, struct span data, mode_t mode,
    struct file_change *c, struct sealeaf_error *e)
{
	struct replace r = { .path = path,
		.data = data,
		.mode = mode,
		.fd = -1,
		.change = c };
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

enum sealeaf_code
file_replace(const char *path, struct span data, mode_t mode,
    struct sealeaf_error *e)
{
	struct file_change c = { .guard = FILE_ANYWAY };
	enum sealeaf_code code = file_change(path, data, mode, &c, e);

	free(c.left);
	return code;
}
