/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_replace() interrupted at each of its system calls in turn: killed,
 * failing, writing half. The calls are caught by functions of the same names
 * here, which come before the C library's.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

enum fault { KILL, NO_SPACE, BROKEN, BUSY, HALF };

/* What to do at which call; `left` counts down to it, 0: nothing. */
static int left;
static enum fault fault;
static bool fired;

/* Whether this call is the one; does not return when it kills. */
static bool
strikes(void)
{
	static const int numbers[] = { 0, ENOSPC, EIO, EBUSY, 0 };

	if (left == 0 || --left > 0)
		return false;
	fired = true;
	if (fault == KILL)
		_exit(9);
	errno = numbers[fault];
	return true;
}

/* The same for calls that cannot do half of their work. */
static bool
fails(void)
{
	return strikes() && fault != HALF;
}

/* The C library's (or the sanitizer's) function behind ours. */
static void
real(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(function, &found, size);
}

#define REAL(name, function) real(name, &(function), sizeof(function))

int
open(const char *path, int flags, ...)
{
	int (*function)(const char *, int, ...);
	unsigned mode = 0;
	va_list ap;

	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, unsigned);
		va_end(ap);
	}
	REAL("open", function);
	return fails() ? -1 : function(path, flags, mode);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t (*function)(int, const void *, size_t);

	REAL("write", function);
	if (!strikes())
		return function(fd, p, n);
	return fault == HALF ? function(fd, p, (n + 1) / 2) : -1;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t (*function)(int, const void *, size_t, off_t);

	REAL("pwrite", function);
	if (!strikes())
		return function(fd, p, n, at);
	/* A disk may be found full only after some of it was written. */
	(void)function(fd, p, (n + 1) / 2, at);
	return fault == HALF ? (ssize_t)((n + 1) / 2) : -1;
}

int
fsync(int fd)
{
	int (*function)(int);

	REAL("fsync", function);
	return fails() ? -1 : function(fd);
}

int
close(int fd)
{
	int (*function)(int);
	bool bad = fails();
	int number = errno, result;

	REAL("close", function);
	result = function(fd);
	if (bad)
		errno = number;
	return bad ? -1 : result;
}

int
rename(const char *from, const char *to)
{
	int (*function)(const char *, const char *);

	REAL("rename", function);
	return fails() ? -1 : function(from, to);
}

int
link(const char *from, const char *to)
{
	int (*function)(const char *, const char *);

	REAL("link", function);
	return fails() ? -1 : function(from, to);
}

int
fchmod(int fd, mode_t mode)
{
	int (*function)(int, mode_t);

	REAL("fchmod", function);
	return fails() ? -1 : function(fd, mode);
}

int
fchown(int fd, uid_t uid, gid_t gid)
{
	int (*function)(int, uid_t, gid_t);

	REAL("fchown", function);
	return fails() ? -1 : function(fd, uid, gid);
}

int
ftruncate(int fd, off_t n)
{
	int (*function)(int, off_t);

	REAL("ftruncate", function);
	return fails() ? -1 : function(fd, n);
}

int
posix_fallocate(int fd, off_t at, off_t n)
{
	int (*function)(int, off_t, off_t);

	REAL("posix_fallocate", function);
	return fails() ? errno : function(fd, at, n);
}

static char folder[64];
static char old_text[4000], new_text[9000];

static int
enter(void **state)
{
	(void)state;
	memset(old_text, 'o', sizeof old_text - 1);
	memset(new_text, 'n', sizeof new_text - 1);
	strcpy(folder, "/tmp/sealeaf-faults-XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave(void **state)
{
	(void)state;
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static bool
holds(const char *path, const char *text)
{
	struct buf b = { 0 };
	bool same = file_read(path, &b, NULL) == SEALEAF_OK &&
	    span_is(buf_get(&b), text);

	buf_fini(&b);
	return same;
}

/* A way of being replaced: what is there before. */
struct scene {
	const char *name;
	const char *before, *after; /* before NULL: no file yet */
	bool linked;
};

static const struct scene scenes[] = {
	{ "longer", old_text, new_text, false },
	{ "shorter", new_text, old_text, false },
	{ "new", NULL, new_text, false },
	{ "in place, longer", old_text, new_text, true },
	{ "in place, shorter", new_text, old_text, true },
};

static void
prepare(const struct scene *s)
{
	FILE *f;

	(void)unlink("f");
	(void)unlink("g");
	if (s->before == NULL)
		return;
	f = fopen("f", "w");
	assert_non_null(f);
	assert_true(fputs(s->before, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod("f", 0640), 0);
	if (s->linked)
		assert_int_equal(link("f", "g"), 0);
}

/* What is left over in the folder: nothing, or after a kill one file that
 * tells nobody more than the new one will. */
static void
check_folder(const struct scene *s, bool killed)
{
	struct dirent *entry;
	struct stat st;
	DIR *d = opendir(".");
	int extra = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    strcmp(entry->d_name, "f") == 0 ||
		    strcmp(entry->d_name, "g") == 0)
			continue;
		extra++;
		assert_int_equal(stat(entry->d_name, &st), 0);
		if ((st.st_mode & 0077) != 0 && st.st_size > 0 &&
		    !holds(entry->d_name, s->after))
			fail_msg("%s: others can read %s", s->name,
			    entry->d_name);
		assert_int_equal(unlink(entry->d_name), 0);
	}
	(void)closedir(d);
	if (extra > (killed ? 1 : 0))
		fail_msg("%s: temporary file left", s->name);
}

/* Whether some file beside holds all of the new content. */
static bool
beside_holds(const char *text)
{
	struct dirent *entry;
	bool found = false;
	DIR *d = opendir(".");

	assert_non_null(d);
	while (!found && (entry = readdir(d)) != NULL)
		found = strncmp(entry->d_name, ".sealeaf-", 9) == 0 &&
		    holds(entry->d_name, text);
	(void)closedir(d);
	return found;
}

/* One run with the fault at call `n`; false when it has fewer calls. */
static bool
run(const struct scene *s, enum fault what, int n)
{
	bool is_old, is_new;
	int status;
	pid_t pid;

	prepare(s);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		fault = what;
		left = n;
		status = file_replace("f", span_of(s->after), 0640, NULL) ==
			SEALEAF_OK
		    ? 0
		    : 1;
		left = 0;
		_exit(fired ? status : 2 + status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	status = WEXITSTATUS(status);
	is_old = s->before != NULL ? holds("f", s->before)
				   : access("f", F_OK) != 0;
	is_new = holds("f", s->after);
	/* Killed while it writes in place, the whole of it is beside. */
	if (!is_old && !is_new &&
	    !(status == 9 && s->linked && beside_holds(s->after)))
		fail_msg("%s: fault %d at call %d tore it", s->name, what, n);
	if (status % 2 == 0 ? !is_new : status == 1 && !is_old)
		fail_msg("%s: fault %d at call %d, wrong result %d", s->name,
		    what, n, status);
	check_folder(s, status == 9);
	assert_true(status != 3);
	return status != 2;
}

static void
all_calls(enum fault what)
{
	int n;

	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
		for (n = 1; run(&scenes[i], what, n); n++)
			assert_true(n < 100);
		/* There was something to interrupt. */
		assert_true(n > 5);
	}
	(void)unlink("f");
	(void)unlink("g");
}

static void
killed(void **state)
{
	(void)state;
	all_calls(KILL);
}

static void
disk_full(void **state)
{
	(void)state;
	all_calls(NO_SPACE);
}

static void
disk_broken(void **state)
{
	(void)state;
	all_calls(BROKEN);
}

/* rename() says so for a mounted file: then it is written in place. */
static void
busy(void **state)
{
	(void)state;
	all_calls(BUSY);
}

static void
half_written(void **state)
{
	(void)state;
	all_calls(HALF);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed),
		cmocka_unit_test(disk_full),
		cmocka_unit_test(disk_broken),
		cmocka_unit_test(busy),
		cmocka_unit_test(half_written),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
