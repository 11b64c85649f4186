/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing descriptors to the end, and absolute paths. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { READ_STEP = 1 << 16, COMPARE_STEP = 1 << 14, WRITE_MAX = 1 << 30 };

/* After a call that could not go on: true when it is worth another try. */
static bool
try_again(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EINTR)
		return true;
	/* Somebody else made the open file non-blocking, as ssh does. */
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	return poll(&p, 1, -1) > 0 || errno == EINTR;
}

enum sealeaf_code
file_read_fd(int fd, const char *name, struct buf *b, struct sealeaf_error *e)
{
	struct stat st;
	ssize_t n;

	/* One byte more, so that the end is seen without growing. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		buf_reserve(b, (size_t)st.st_size + 1);
	for (;;) {
		if (b->cap < b->n + 2)
			buf_reserve(b, READ_STEP);
		if (b->failed)
			return err_memory(e);
		n = read(fd, b->p + b->n, b->cap - b->n - 1);
		if (n < 0 && try_again(fd, POLLIN))
			continue;
		if (n < 0)
			return err_errno(e, SEALEAF_ERR_READ, errno, "read %s",
			    name);
		b->n += (size_t)n;
		b->p[b->n] = '\0';
		if (n == 0)
			return SEALEAF_OK;
	}
}

static int
open_reading(const char *path)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

enum sealeaf_code
file_read(const char *path, struct buf *b, struct sealeaf_error *e)
{
	enum sealeaf_code code;
	int fd = open_reading(path);

	/* Linux does not open a socket by this name. */
	if (fd < 0 && errno == ENXIO && strcmp(path, "/dev/stdin") == 0)
		return file_read_fd(STDIN_FILENO, path, b, e);
	if (fd < 0)
		return err_errno(e, SEALEAF_ERR_READ, errno, "open %s", path);
	code = file_read_fd(fd, path, b, e);
	(void)close(fd);
	return code;
}

enum sealeaf_code
file_holds(const char *path, struct span data, bool *same,
    struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_OK;
	int fd = open_reading(path);
	char part[COMPARE_STEP];
	ssize_t n = 1;

	if (fd < 0)
		return err_errno(e, SEALEAF_ERR_READ, errno, "open %s", path);
	for (*same = true; *same && n > 0;
	     data = span_sub(data, (size_t)n, data.n)) {
		do
			n = read(fd, part, sizeof part);
		while (n < 0 && try_again(fd, POLLIN));
		if (n < 0) {
			code = err_errno(e, SEALEAF_ERR_READ, errno, "read %s",
			    path);
			break;
		}
		/* At the end there must be nothing left of the data. */
		*same = span_equal(span_make(part, (size_t)n),
		    span_sub(data, 0, n > 0 ? (size_t)n : data.n));
	}
	mem_wipe(part, sizeof part);
	(void)close(fd);
	return code;
}

enum sealeaf_code
file_write_fd(int fd, const char *name, struct span data,
    struct sealeaf_error *e)
{
	ssize_t n;

	while (data.n > 0) {
		n = write(fd, data.p, data.n < WRITE_MAX ? data.n : WRITE_MAX);
		if (n < 0 && try_again(fd, POLLOUT))
			continue;
		if (n < 0)
			return err_errno(e, SEALEAF_ERR_WRITE, errno,
			    "write %s", name);
		data = span_sub(data, (size_t)n, data.n);
	}
	return SEALEAF_OK;
}

/* Append `path` to the absolute path in `b`, step by step. */
static void
add_steps(struct buf *b, struct span path)
{
	struct span step;

	while (path.n > 0) {
		step = span_sub(path, 0, span_find(path, '/'));
		path = span_sub(path, step.n + 1, path.n);
		if (step.n == 0 || span_is(step, "."))
			continue;
		if (span_is(step, "..")) {
			while (b->n > 0 && b->p[b->n - 1] != '/')
				buf_truncate(b, b->n - 1);
			buf_truncate(b, b->n > 0 ? b->n - 1 : 0);
			continue;
		}
		buf_putc(b, '/');
		buf_span(b, step);
	}
}

/* Whether `pwd` names the working directory. */
static bool
is_here(const char *pwd)
{
	struct stat a, b;

	return pwd != NULL && pwd[0] == '/' && stat(pwd, &a) == 0 &&
	    stat(".", &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool
add_working_directory(struct buf *b, const char *pwd)
{
	struct buf here = { 0 };
	size_t size = 1024;
	bool ok = false;

	if (is_here(pwd)) {
		add_steps(b, span_of(pwd));
		return true;
	}
	for (; size < (1 << 20); size *= 2) {
		buf_truncate(&here, 0);
		buf_fill(&here, '\0', size);
		if (here.failed)
			break;
		ok = getcwd(here.p, size) != NULL;
		if (ok || errno != ERANGE)
			break;
	}
	if (ok)
		add_steps(b, span_of(here.p));
	buf_fini(&here);
	return ok;
}

char *
file_absolute(const char *path, const char *pwd)
{
	struct buf b = { 0 };

	if (path[0] != '/' && !add_working_directory(&b, pwd)) {
		/* The directory is gone: let opening the path say so. */
		buf_fini(&b);
		return mem_dup(path);
	}
	add_steps(&b, span_of(path));
	if (b.n == 0)
		buf_putc(&b, '/');
	return buf_take(&b, NULL);
}
