/* SPDX-License-Identifier: Apache-2.0 */
/* Asking an agent that is a child process with a list of answers. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "age_world.h"
#include "base/file.h"
#include "key/gpg_agent.h"
#include "opened.h"

static char folder[] = "/tmp/test_gpg_agent_XXXXXX";
static char path[128], record[128];

/* Serve one connection: greet, answer every line, write the lines down. */
static void
serve(int fd, const char *answer)
{
	FILE *in = fdopen(fd, "r"), *log = fopen(record, "a");
	char line[1024];

	(void)dprintf(fd, "OK Pleased to meet you\n");
	while (in != NULL && log != NULL && fgets(line, sizeof line, in)) {
		(void)fputs(line, log);
		if (strncmp(line, "GET_", 4) != 0)
			(void)dprintf(fd, "OK\n");
		else
			(void)dprintf(fd, "# a comment\nS STATUS\n%s\n",
			    answer);
	}
	if (log != NULL)
		(void)fclose(log);
	if (in != NULL)
		(void)fclose(in);
}

/* A child that serves `n` connections. */
static pid_t
start(const char *answer, int n)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	(void)unlink(path);
	(void)unlink(record);
	assert_true(strlen(path) < sizeof address.sun_path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address),
	    0);
	assert_int_equal(listen(fd, 4), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)alarm(20);
		while (n-- > 0)
			serve(accept(fd, NULL, NULL), answer);
		_exit(0);
	}
	(void)close(fd);
	return pid;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *answer;
		enum sealeaf_code code;
	} rows[] = {
		{ "OK 736563726574", SEALEAF_OK },
		{ "OK", SEALEAF_OK },
		{ "ERR 83886179 cancelled", SEALEAF_ERR_CANCELLED },
		{ "ERR 67108922 no data", SEALEAF_ERR_NOT_FOUND },
		{ "OK nonsense", SEALEAF_ERR_NOT_FOUND },
		{ "", SEALEAF_ERR_NOT_FOUND },
	};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pid_t pid = start(rows[i].answer, 1);
		struct sealeaf_error e = { 0 };
		struct secret answer = { 0 };
		int status;

		fake_init(&f);
		fake_set(&f, "GPG_AGENT_INFO", path);
		fake_set(&f, "TERM", "xterm");
		assert_int_equal(gpg_agent_ask(&answer, "SopsAgeABC", NULL,
				     "Enter it for 'a/b':", &f.world, &e),
		    rows[i].code);
		if (i == 0) {
			assert_int_equal(answer.n, 6);
			assert_memory_equal(opened(&answer), "secret", 6);
		}
		secret_fini(&answer);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
}

static void
test_lines(void **state)
{
	pid_t pid = start("OK 41", 2);
	struct sealeaf_error e = { 0 };
	struct secret answer = { 0 };
	struct buf b = { 0 };
	struct fake f;
	char info[160];

	(void)state;
	(void)snprintf(info, sizeof info, "%s:123:1", path);
	fake_init(&f);
	fake_set(&f, "GPG_AGENT_INFO", info);
	fake_set(&f, "TERM", "xterm");
	assert_int_equal(gpg_agent_ask(&answer, "SopsAgeABC", "Bad one",
			     "Enter it for 'a/b':", &f.world, &e),
	    SEALEAF_OK);
	gpg_agent_forget("SopsAgeABC", &f.world);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(file_read(record, &b, &e), SEALEAF_OK);
	assert_non_null(strstr(b.p, "OPTION ttytype=xterm\n"));
	assert_non_null(strstr(b.p,
	    "GET_PASSPHRASE SopsAgeABC Bad+one Passphrase "
	    "Enter+it+for+%27a%2Fb%27%3A\n"));
	assert_non_null(strstr(b.p, "CLEAR_PASSPHRASE SopsAgeABC\n"));
	secret_fini(&answer);
	buf_fini(&b);
}

static void
test_none(void **state)
{
	struct sealeaf_error e = { 0 };
	struct secret answer = { 0 };
	struct fake f;

	(void)state;
	fake_init(&f);
	assert_int_equal(gpg_agent_ask(&answer, "x", NULL, "y", &f.world, &e),
	    SEALEAF_ERR_NOT_FOUND);
	fake_set(&f, "GPG_AGENT_INFO", "/nonexistent/socket");
	assert_int_equal(gpg_agent_ask(&answer, "x", NULL, "y", &f.world, &e),
	    SEALEAF_ERR_NOT_FOUND);
	assert_int_equal(e.code, SEALEAF_OK);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/socket", folder);
	(void)snprintf(record, sizeof record, "%s/record", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(record);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
