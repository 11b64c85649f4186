/* SPDX-License-Identifier: Apache-2.0 */
/* base/proc.h */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/proc.h"

struct run {
	struct buf out, err;
	struct sealeaf_error e;
	int status;
	enum sealeaf_code code;
};

static void
run(struct run *r, struct proc p, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	memset(r, 0, sizeof *r);
	p.argv = argv;
	p.output = &r->out;
	p.errors = &r->err;
	r->code = proc_run(&p, &r->status, &r->e);
}

static void
done(struct run *r)
{
	buf_fini(&r->out);
	buf_fini(&r->err);
}

static void
streams_and_status(void **state)
{
	struct proc p = { .input = SPAN_LIT("given") };
	struct run r;

	(void)state;
	run(&r, p, "cat; echo oops >&2; exit 3");
	assert_int_equal(r.code, SEALEAF_OK);
	assert_int_equal(r.status, 3);
	assert_string_equal(r.out.p, "given");
	assert_string_equal(r.err.p, "oops\n");
	done(&r);
	run(&r, p, "kill -9 $$");
	assert_int_equal(r.code, SEALEAF_OK);
	assert_int_equal(r.status, 128 + 9);
	done(&r);
}

static void
no_streams(void **state)
{
	static const char *const argv[] = { "sh", "-c",
		"read x; test -z \"$x\" && echo out && echo err >&2", NULL };
	struct proc p = { .argv = argv };
	int status = -1;

	(void)state;
	assert_int_equal(proc_run(&p, &status, NULL), SEALEAF_OK);
	assert_int_equal(status, 0);
}

/* More than pipes hold, in both directions at once. */
static void
large(void **state)
{
	struct buf in = { 0 };
	struct proc p = { 0 };
	struct run r;

	(void)state;
	for (int i = 0; i < 300000; i++)
		buf_printf(&in, "%07d\n", i);
	p.input = buf_get(&in);
	run(&r, p, "tee /dev/stderr");
	assert_int_equal(r.code, SEALEAF_OK);
	assert_int_equal(r.out.n, in.n);
	assert_memory_equal(r.out.p, in.p, in.n);
	assert_int_equal(r.err.n, in.n);
	assert_memory_equal(r.err.p, in.p, in.n);
	done(&r);
	buf_fini(&in);
}

static void
child_that_reads_nothing(void **state)
{
	struct buf in = { 0 };
	struct proc p = { 0 };
	struct run r;
	sigset_t pending;

	(void)state;
	buf_fill(&in, 'x', 1 << 20);
	p.input = buf_get(&in);
	run(&r, p, "exec <&-; echo done");
	assert_int_equal(r.code, SEALEAF_OK);
	assert_string_equal(r.out.p, "done\n");
	assert_int_equal(sigpending(&pending), 0);
	assert_false(sigismember(&pending, SIGPIPE));
	done(&r);
	buf_fini(&in);
}

static void
environment_and_directory(void **state)
{
	static const char *const add[] = { "PROC_A=new", "PROC_B=b c", NULL };
	struct proc p = { .env_add = add, .directory = "/" };
	struct run r;

	(void)state;
	assert_int_equal(setenv("PROC_A", "old", 1), 0);
	assert_int_equal(setenv("PROC_AB", "kept", 1), 0);
	run(&r, p, "echo \"$PROC_A|$PROC_B|$PROC_AB|$(pwd)\"");
	assert_string_equal(r.out.p, "new|b c|kept|/\n");
	done(&r);
}

static void
cannot_start(void **state)
{
	static const char *const none[] = { "no-such-program", NULL };
	static const char *const path[] = { "/no/such/program", NULL };
	static const char *const shell[] = { "sh", NULL };
	struct sealeaf_error e = { 0 };
	struct proc p = { .argv = none };
	int status;

	(void)state;
	assert_int_equal(proc_run(&p, &status, &e), SEALEAF_ERR_GENERIC);
	assert_string_equal(e.text,
	    "exec: \"no-such-program\": "
	    "executable file not found in $PATH");
	err_clear(&e);
	p.argv = path;
	assert_int_equal(proc_run(&p, &status, &e), SEALEAF_ERR_GENERIC);
	assert_string_equal(e.text,
	    "fork/exec /no/such/program: no such file or directory");
	err_clear(&e);
	p.argv = shell;
	p.directory = "/no/such";
	assert_int_equal(proc_run(&p, &status, &e), SEALEAF_ERR_GENERIC);
	assert_string_equal(e.text,
	    "chdir /no/such: no such file or directory");
	assert_int_equal(waitpid(-1, &status, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
limits(void **state)
{
	struct proc p = { .limit = 1000 };
	time_t before = time(NULL);
	struct run r;
	int status;

	(void)state;
	run(&r, p, "yes");
	assert_int_equal(r.code, SEALEAF_ERR_GENERIC);
	assert_string_equal(r.e.text, "sh: output is longer than 1000 bytes");
	done(&r);
	run(&r, p, "printf %01000d 5");
	assert_int_equal(r.code, SEALEAF_OK);
	assert_int_equal(r.out.n, 1000);
	done(&r);
	p.seconds = 1;
	run(&r, p, "exec sleep 30");
	assert_int_equal(r.code, SEALEAF_ERR_GENERIC);
	assert_string_equal(r.e.text, "sh: no answer within 1 seconds");
	done(&r);
	run(&r, p, "exec sleep 30 >&- 2>&-");
	assert_int_equal(r.code, SEALEAF_ERR_GENERIC);
	done(&r);
	run(&r, p, "exit 7");
	assert_int_equal(r.status, 7);
	done(&r);
	assert_true(time(NULL) - before < 15);
	assert_int_equal(waitpid(-1, &status, WNOHANG), -1);
}

/* No descriptor of ours, nor of the plumbing, reaches the child. */
static void
descriptors(void **state)
{
	struct proc p = { .input = SPAN_LIT("x") };
	struct run r;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	/* What the test itself was started with does not count. */
	for (int i = 3; i < 10; i++)
		(void)fcntl(i, F_SETFD, FD_CLOEXEC);
	run(&r, p,
	    "for f in 3 4 5 6 7 8 9; do"
	    " (: >&$f) 2>/dev/null && echo $f; done; true");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.out.n, 0);
	(void)close(fd);
	done(&r);
}

/* The daemon's case: standard streams were closed when we started. */
static void
closed_standard_streams(void **state)
{
	struct proc p = { .input = SPAN_LIT("given") };
	struct run r;
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)close(0);
		(void)close(1);
		(void)close(2);
		run(&r, p, "cat; echo e >&2");
		_exit(r.code == SEALEAF_OK && r.status == 0 && r.out.n == 5 &&
			    r.err.n == 2
			? 0
			: 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static const struct {
	const char *text;
	bool comments;
	const char *words[5];
	bool bad;
} lines[] = {
	{ "", false, { NULL }, false },
	{ "  \t\n", false, { NULL }, false },
	{ "vi", false, { "vi", NULL }, false },
	{ " code  --wait\tx ", false, { "code", "--wait", "x", NULL }, false },
	{ "a 'b c' d", false, { "a", "b c", "d", NULL }, false },
	{ "a 'b\\c'\"d e\"f", false, { "a", "b\\cd ef", NULL }, false },
	{ "\"a\\\"b\\\\c\\$d\\e\"", false, { "a\"b\\c$d\\e", NULL }, false },
	{ "a\\ b \\'", false, { "a b", "'", NULL }, false },
	{ "'' \"\"", false, { "", "", NULL }, false },
	{ "a \"b\\\nc\" d\\\ne", false, { "a", "bc", "de", NULL }, false },
	{ "a#b #c d", true, { "a#b", NULL }, false },
	{ "a #c\nb", true, { "a", "b", NULL }, false },
	{ "a #c", false, { "a", "#c", NULL }, false },
	{ "# only", true, { NULL }, false },
	{ "a 'b", false, { NULL }, true },
	{ "a \"b", false, { NULL }, true },
	{ "a \"b\\\"", false, { NULL }, true },
	{ "a \\", false, { NULL }, true },
	{ "a b c d", false, { "a", "b", "c", "d", NULL }, false },
};

static void
words(void **state)
{
	struct sealeaf_error e;
	char **got;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		memset(&e, 0, sizeof e);
		got = proc_words(lines[i].text, lines[i].comments, &e);
		if (got == NULL && !lines[i].bad)
			fail_msg("refused: %s", lines[i].text);
		if (got == NULL) {
			assert_int_equal(e.code, SEALEAF_ERR_GENERIC);
			continue;
		}
		if (lines[i].bad)
			fail_msg("accepted: %s", lines[i].text);
		for (n = 0; lines[i].words[n] != NULL; n++)
			assert_string_equal(got[n], lines[i].words[n]);
		assert_null(got[n]);
		free(got);
	}
}

static void
find(void **state)
{
	char *p = proc_find("sh", "relative::/nonexistent:/bin:/usr/bin");

	(void)state;
	assert_string_equal(p, "/bin/sh");
	free(p);
	p = proc_find("/bin/sh", NULL);
	assert_string_equal(p, "/bin/sh");
	free(p);
	assert_null(proc_find("sh", NULL));
	assert_null(proc_find("sh", "bin:.:"));
	assert_null(proc_find("", "/bin"));
	assert_null(proc_find("bin", "/"));
	assert_null(proc_find("no-such-program", "/bin"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_and_status),
		cmocka_unit_test(no_streams),
		cmocka_unit_test(large),
		cmocka_unit_test(child_that_reads_nothing),
		cmocka_unit_test(environment_and_directory),
		cmocka_unit_test(cannot_start),
		cmocka_unit_test(limits),
		cmocka_unit_test(descriptors),
		cmocka_unit_test(closed_standard_streams),
		cmocka_unit_test(words),
		cmocka_unit_test(find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
