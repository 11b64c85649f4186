/* SPDX-License-Identifier: Apache-2.0 */
/* base/file.h, in a folder of its own that is removed afterwards. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char folder[64];

static int
enter(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/sealeaf-file-XXXXXX");
	return mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 ||
	    chdir(folder) != 0;
}

static int
leave(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return chdir("/") != 0 || system(command) != 0;
}

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
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

/* Files in the folder, hidden ones too. */
static int
count(void)
{
	DIR *d = opendir(".");
	int n = -2;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static enum sealeaf_code
replace(const char *path, const char *text)
{
	struct sealeaf_error e = { 0 };
	enum sealeaf_code code = file_replace(path, span_of(text), 0666, &e);

	assert_int_equal(code, e.code);
	return code;
}

static struct stat
look(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static void
reading(void **state)
{
	struct sealeaf_error e = { 0 };
	struct buf b = { 0 };
	int fds[2];

	(void)state;
	put("f", "content", 0644);
	buf_puts(&b, ">");
	assert_int_equal(file_read("f", &b, &e), SEALEAF_OK);
	assert_string_equal(b.p, ">content");
	assert_int_equal(file_read(".", &b, &e), SEALEAF_ERR_READ);
	assert_string_equal(e.text, "read .: is a directory");
	err_clear(&e);
	assert_int_equal(file_read("none", &b, &e), SEALEAF_ERR_READ);
	assert_string_equal(e.text, "open none: no such file or directory");
	buf_truncate(&b, 0);
	/* A size of zero says nothing about such files. */
	assert_int_equal(file_read("/proc/self/status", &b, NULL), SEALEAF_OK);
	assert_true(b.n > 100);
	buf_truncate(&b, 0);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(file_write_fd(fds[1], "p", span_of("piped"), NULL),
	    SEALEAF_OK);
	(void)close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "p", &b, NULL), SEALEAF_OK);
	assert_string_equal(b.p, "piped");
	(void)close(fds[0]);
	buf_fini(&b);
	(void)unlink("f");
}

static void
new_file(void **state)
{
	mode_t umask_before = umask(027);

	(void)state;
	assert_int_equal(replace("new", "text"), SEALEAF_OK);
	assert_true(holds("new", "text"));
	assert_int_equal(look("new").st_mode & 07777, 0640);
	(void)umask(umask_before);
	assert_int_equal(file_replace("private", span_of("x"), 0600, NULL),
	    SEALEAF_OK);
	assert_int_equal(look("private").st_mode & 07777, 0600);
	assert_int_equal(replace("no/such/folder", "x"), SEALEAF_ERR_WRITE);
	assert_int_equal(replace(".", "x"), SEALEAF_ERR_WRITE);
	assert_int_equal(replace("", "x"), SEALEAF_ERR_WRITE);
	assert_int_equal(replace("new/x", "x"), SEALEAF_ERR_WRITE);
	assert_int_equal(count(), 2);
	(void)unlink("new");
	(void)unlink("private");
}

static void
kept_mode(void **state)
{
	struct stat before, after;

	(void)state;
	put("f", "old", 0640);
	before = look("f");
	assert_int_equal(replace("f", "new and longer"), SEALEAF_OK);
	after = look("f");
	assert_true(holds("f", "new and longer"));
	assert_int_equal(after.st_mode & 07777, 0640);
	assert_true(before.st_ino != after.st_ino);
	/* The same again: not even the inode changes. */
	assert_int_equal(replace("f", "new and longer"), SEALEAF_OK);
	assert_true(look("f").st_ino == after.st_ino);
	assert_int_equal(replace("f", ""), SEALEAF_OK);
	assert_true(holds("f", ""));
	assert_int_equal(count(), 1);
	(void)unlink("f");
}

static void
kept_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put("f", "old", 0640);
	assert_int_equal(chown("f", 12345, 23456), 0);
	assert_int_equal(replace("f", "new"), SEALEAF_OK);
	assert_int_equal(look("f").st_uid, 12345);
	assert_int_equal(look("f").st_gid, 23456);
	assert_int_equal(look("f").st_mode & 07777, 0640);
	assert_true(holds("f", "new"));
	(void)unlink("f");
}

static void
kept_attributes(void **state)
{
	char value[8] = "";

	(void)state;
	put("f", "old", 0644);
	if (setxattr("f", "user.note", "hello", 5, 0) != 0) {
		(void)unlink("f");
		skip();
	}
	assert_int_equal(replace("f", "new"), SEALEAF_OK);
	assert_int_equal(getxattr("f", "user.note", value, sizeof value), 5);
	assert_string_equal(value, "hello");
	(void)unlink("f");
}

static void
symbolic_links(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	put("d/target", "old", 0600);
	assert_int_equal(symlink("d/target", "link"), 0);
	assert_int_equal(symlink("link", "link2"), 0);
	assert_int_equal(replace("link2", "new"), SEALEAF_OK);
	assert_true(S_ISLNK(look("link").st_mode));
	assert_true(S_ISLNK(look("link2").st_mode));
	assert_true(holds("d/target", "new"));
	assert_int_equal(look("d/target").st_mode & 07777, 0600);
	/* One that leads nowhere yet. */
	assert_int_equal(symlink("d/later", "ahead"), 0);
	assert_int_equal(replace("ahead", "made"), SEALEAF_OK);
	assert_true(S_ISLNK(look("ahead").st_mode));
	assert_true(holds("d/later", "made"));
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(replace("loop", "x"), SEALEAF_ERR_WRITE);
	assert_int_equal(count(), 5);
	assert_int_equal(system("rm -rf d link link2 ahead loop"), 0);
}

static void
hard_links(void **state)
{
	(void)state;
	put("a", "old content", 0644);
	assert_int_equal(link("a", "b"), 0);
	assert_int_equal(replace("a", "new"), SEALEAF_OK);
	assert_true(holds("b", "new"));
	assert_int_equal(replace("b", "longer than before, now"), SEALEAF_OK);
	assert_true(holds("a", "longer than before, now"));
	assert_true(look("a").st_ino == look("b").st_ino);
	assert_int_equal(count(), 2);
	(void)unlink("a");
	(void)unlink("b");
}

/* Run `task` in a child, as nobody when we are root; 77: skipped. */
static void
in_child(int (*task)(void), bool nobody)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (nobody && geteuid() == 0 && setuid(65534) != 0)
			_exit(77);
		_exit(task());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
write_in_closed_folder(void)
{
	struct sealeaf_error e = { 0 };

	if (file_replace("d/f", span_of("in place"), 0666, NULL) !=
		SEALEAF_OK ||
	    !holds("d/f", "in place"))
		return 1;
	if (file_replace("d/new", span_of("x"), 0666, NULL) !=
	    SEALEAF_ERR_WRITE)
		return 2;
	if (file_replace("d/locked", span_of("x"), 0666, &e) !=
		SEALEAF_ERR_WRITE ||
	    !holds("d/locked", "locked"))
		return 3;
	return strcmp(e.text, "open d/locked: permission denied") == 0 ? 0 : 4;
}

static void
closed_folder(void **state)
{
	struct stat before;

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	put("d/f", "old", 0666);
	put("d/locked", "locked", 0444);
	before = look("d/f");
	assert_int_equal(chmod("d", 0555), 0);
	in_child(write_in_closed_folder, true);
	assert_true(look("d/f").st_ino == before.st_ino);
	assert_int_equal(chmod("d", 0755), 0);
	assert_int_equal(system("rm -rf d"), 0);
}

/* In a folder that is open, a file that is not ours keeps its owner. */
static int
write_foreign(void)
{
	if (file_replace("d/f", span_of("shared"), 0666, NULL) != SEALEAF_OK)
		return 1;
	return holds("d/f", "shared") ? 0 : 2;
}

static void
foreign_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(chmod("d", 0777), 0);
	put("d/f", "old", 0666);
	in_child(write_foreign, true);
	assert_int_equal(look("d/f").st_uid, 0);
	assert_int_equal(system("test $(ls -A d | wc -l) = 1 && rm -rf d"), 0);
}

static int
write_mounted(void)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("src", "mounted", NULL, MS_BIND, NULL) != 0) {
		(void)unlink("src");
		(void)unlink("mounted");
		return 77;
	}
	if (file_replace("mounted", span_of("new"), 0666, NULL) != SEALEAF_OK)
		return 1;
	return holds("mounted", "new") && holds("src", "new") ? 0 : 2;
}

/* A single file as a mount, as containers have it: rename() says EBUSY. */
static void
bind_mount(void **state)
{
	(void)state;
	put("src", "old", 0644);
	put("mounted", "", 0644);
	in_child(write_mounted, false);
	assert_true(holds("src", "new"));
	assert_int_equal(count(), 2);
	(void)unlink("src");
	(void)unlink("mounted");
}

static int
write_too_much(void)
{
	struct rlimit limit = { 4096, 4096 };
	struct buf b = { 0 };
	int bad = 0;

	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 77;
	buf_fill(&b, 'x', 10000);
	if (file_replace("f", buf_get(&b), 0666, NULL) != SEALEAF_ERR_WRITE ||
	    !holds("f", "old"))
		bad = 1;
	if (file_replace("a", buf_get(&b), 0666, NULL) != SEALEAF_ERR_WRITE ||
	    !holds("b", "linked"))
		bad = 2;
	if (file_replace("g", buf_get(&b), 0666, NULL) != SEALEAF_ERR_WRITE)
		bad = 3;
	buf_fini(&b);
	return bad;
}

static void
size_limit(void **state)
{
	(void)state;
	put("f", "old", 0644);
	put("a", "linked", 0644);
	assert_int_equal(link("a", "b"), 0);
	in_child(write_too_much, false);
	assert_int_equal(count(), 3);
	(void)unlink("f");
	(void)unlink("a");
	(void)unlink("b");
}

static void
devices(void **state)
{
	struct sealeaf_error e = { 0 };

	(void)state;
	assert_int_equal(replace("/dev/null", "x"), SEALEAF_OK);
	assert_true(S_ISCHR(look("/dev/null").st_mode));
	assert_int_equal(file_replace("/dev/full", span_of("x"), 0666, &e),
	    SEALEAF_ERR_WRITE);
	assert_string_equal(e.text, "write /dev/full: no space left on device");
}

/* An open file by a name in /proc: that very file is written. */
static void
open_file_by_name(void **state)
{
	char name[64];
	int fd;

	(void)state;
	put("f", "old", 0644);
	fd = open("f", O_RDWR);
	assert_int_equal(unlink("f"), 0);
	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	assert_int_equal(replace(name, "new"), SEALEAF_OK);
	assert_true(holds(name, "new"));
	assert_int_equal(count(), 0);
	(void)close(fd);
}

static void
long_name(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	assert_int_equal(replace(name, "1"), SEALEAF_OK);
	assert_int_equal(replace(name, "2"), SEALEAF_OK);
	assert_true(holds(name, "2"));
	assert_int_equal(count(), 1);
	(void)unlink(name);
}

static void
held_signals(void **state)
{
	sigset_t before, after;

	(void)state;
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &before), 0);
	assert_int_equal(replace("f", "x"), SEALEAF_OK);
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &after), 0);
	for (int i = 1; i < 32; i++)
		assert_int_equal(sigismember(&before, i),
		    sigismember(&after, i));
	(void)unlink("f");
}

static const struct {
	const char *path, *absolute;
} paths[] = {
	{ "/", "/" },
	{ "/a//b/./c/", "/a/b/c" },
	{ "/a/b/../../../c", "/c" },
	{ "/..", "/" },
	{ "/a/...", "/a/..." },
};

static void
absolute(void **state)
{
	char expected[128], *p;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		p = file_absolute(paths[i].path, NULL);
		assert_string_equal(p, paths[i].absolute);
		free(p);
	}
	(void)snprintf(expected, sizeof expected, "%s/b", folder);
	p = file_absolute("a/../b", NULL);
	assert_string_equal(p, expected);
	free(p);
	p = file_absolute("./b/", "/usr");
	assert_string_equal(p, expected);
	free(p);
	/* The shell's spelling, with a link in it, where it is right. */
	assert_int_equal(symlink(".", "here"), 0);
	(void)snprintf(expected, sizeof expected, "%s/here", folder);
	p = file_absolute(".", expected);
	assert_string_equal(p, expected);
	free(p);
	p = file_absolute("..", expected);
	assert_string_equal(p, folder);
	free(p);
	(void)unlink("here");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(new_file),
		cmocka_unit_test(kept_mode),
		cmocka_unit_test(kept_owner),
		cmocka_unit_test(kept_attributes),
		cmocka_unit_test(symbolic_links),
		cmocka_unit_test(hard_links),
		cmocka_unit_test(closed_folder),
		cmocka_unit_test(foreign_owner),
		cmocka_unit_test(bind_mount),
		cmocka_unit_test(size_limit),
		cmocka_unit_test(devices),
		cmocka_unit_test(open_file_by_name),
		cmocka_unit_test(long_name),
		cmocka_unit_test(held_signals),
		cmocka_unit_test(absolute),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
