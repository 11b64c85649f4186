/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock is flock()'s on the file itself: it needs no name of its own, goes
 * with the process, and no editor and no git takes it. Since a file is replaced
 * under it, whoever waited has to look whether the path still means that file.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file_lock.h"

enum { TRIES = 50, TRY_NANOSECONDS = 20000000 };

/* How long it took so far, and whom to tell. */
struct wait {
	int tries;
	bool (*waiting)(void *user);
	void *user;
};

static int
open_for(const char *path, int access)
{
	int fd;

	do
		fd = open(path, access | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Wait for the lock; false with errno set where it is not to be had, EINTR
 * when nobody wants it any more. */
static bool
take(int fd, struct wait *w)
{
	const struct timespec pause = { 0, TRY_NANOSECONDS };

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return false;
		if (++w->tries > TRIES && w->waiting != NULL &&
		    !w->waiting(w->user)) {
			errno = EINTR;
			return false;
		}
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* NFS makes it a lock of another kind, which wants a file open for writing. */
static void
take_writable(struct file_lock *l, const char *path, struct wait *w)
{
	int fd = open_for(path, O_RDWR);

	if (fd < 0) {
		errno = EBADF;
		return;
	}
	(void)close(l->fd);
	l->fd = fd;
	l->held = take(fd, w);
}

static bool
is_named(const struct file_lock *l, const char *path)
{
	struct stat a, b;

	return fstat(l->fd, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

enum sealeaf_code
file_lock(struct file_lock *l, const char *path, bool (*waiting)(void *user),
    void *user, struct sealeaf_error *e)
{
	struct wait w = { 0, waiting, user };
	struct stat st;

	for (;;) {
		l->held = false;
		l->fd = open_for(path, O_RDONLY);
		l->open = l->fd >= 0;
		if (!l->open)
			return err_errno(e, SEALEAF_ERR_READ, errno, "open %s",
			    path);
		if (fstat(l->fd, &st) != 0 || !S_ISREG(st.st_mode))
			return SEALEAF_OK;
		l->held = take(l->fd, &w);
		if (!l->held && errno == EBADF)
			take_writable(l, path, &w);
		if (!l->held && errno == EINTR)
			return err_set(e, SEALEAF_ERR_CANCELLED,
			    "User canceled operation");
		if (!l->held || is_named(l, path))
			return SEALEAF_OK;
		file_unlock(l);
	}
}

void
file_unlock(struct file_lock *l)
{
	if (l->open)
		(void)close(l->fd);
	l->open = false;
	l->held = false;
}
