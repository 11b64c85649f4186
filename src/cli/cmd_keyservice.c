/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyservice: let other processes use our keys. A signal is written into a pipe
 * that the library and the question to the person look at. A key that is being
 * used then has two seconds to end, after which the process does.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/show.h"

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/say.h"

enum { GRACE = 2 };

/* A handler has no argument. */
static int pipe_ends[2];
static volatile sig_atomic_t caught;
static const char *volatile socket_path; /* to remove, or NULL */

static void
on_stop(int number)
{
	int before = errno;

	caught = number;
	if (write(pipe_ends[1], "", 1) < 0)
		caught = number; /* full: it was written to before */
	(void)alarm(GRACE);
	errno = before;
}

static void
on_alarm(int number)
{
	(void)number;
	if (socket_path != NULL)
		(void)unlink(socket_path);
	_exit(0);
}

static enum sealeaf_code
catch_signals(struct sealeaf_error *e)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action, old;

	if (!fd_pipe(pipe_ends))
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "pipe");
	for (size_t i = 0; i < 2; i++)
		(void)fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
	memset(&action, 0, sizeof action);
	sigfillset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	action.sa_handler = on_alarm;
	(void)sigaction(SIGALRM, &action, NULL);
	action.sa_handler = on_stop;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		/* What was ignored (nohup) stays so. */
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
	}
	return SEALEAF_OK;
}

/* The next byte of standard input; -1 at its end, or when it is time to
 * stop. */
static int
next_byte(void)
{
	struct pollfd fds[] = { { .fd = pipe_ends[0], .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN } };
	unsigned char c;
	ssize_t n;

	do {
		n = poll(fds, 2, -1);
		if (n > 0 && fds[0].revents != 0)
			return -1;
		if (n > 0)
			n = read(STDIN_FILENO, &c, 1);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n == 1 ? c : -1;
}

/* 1 and 0 for a line that is exactly y or n, -1 at the end of input, 2 for
 * another line. */
static int
read_answer(void)
{
	size_t n = 0;
	int c, first = 0;

	while ((c = next_byte()) != '\n') {
		if (c < 0)
			return -1;
		if (c == '\r')
			continue;
		if (n++ == 0)
			first = c;
	}
	if (n == 1 && (first == 'y' || first == 'n'))
		return first == 'y';
	return 2;
}

/* SOPS's words. */
static int
ask(void *user, const char *action, const char *key)
{
	int answer;

	(void)user;
	do {
		say("\nReceived %s request using %s. Respond to request? (y/n): ",
		    action, key);
		if (fflush(stdout) != 0)
			return -1;
		answer = read_answer();
	} while (answer == 2);
	return answer;
}

static void note(const struct cli *c, const char *format, ...)
    PRINTF_LIKE(2, 3);

static void
note(const struct cli *c, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	(void)show_format(text, sizeof text, format, ap);
	va_end(ap);
	log_line(&c->log, SEVERITY_INFO, "KEYSERVICE", text, NULL,
	    span_of(NULL));
}

static const char *
signal_name(int number)
{
	if (number == SIGINT)
		return "interrupt";
	return number == SIGTERM ? "terminated" : "hangup";
}

static enum sealeaf_code
serve(struct cli *c, const char *network, const char *address,
    struct sealeaf_error *e)
{
	struct sealeaf_server *server = NULL;
	enum sealeaf_code code;

	code = cli_context(c, e);
	if (code == SEALEAF_OK)
		code = catch_signals(e);
	if (code == SEALEAF_OK)
		code = sealeaf_listen(c->ctx, network, address, &server, e);
	if (code != SEALEAF_OK)
		return code;
	if (strcmp(network, "unix") == 0)
		socket_path = address;
	if (opts_bool(&c->opts, OPT_PROMPT))
		sealeaf_server_on_request(server, ask, NULL);
	note(c, "Listening on %s://%s", network, address);
	code = sealeaf_server_run(server, pipe_ends[0], e);
	if (caught != 0)
		note(c, "Caught signal %s: shutting down.",
		    signal_name((int)caught));
	sealeaf_server_free(server);
	socket_path = NULL;
	return code;
}

enum sealeaf_code
cmd_keyservice(struct cli *c, struct sealeaf_error *e)
{
	const char *network = opts_string(&c->opts, OPT_NETWORK);
	const char *address = opts_string(&c->opts, OPT_ADDRESS);
	char text[1024];
	enum sealeaf_code code;

	code = serve(c, network != NULL ? network : "",
	    address != NULL ? address : "", e);
	if (code == SEALEAF_OK)
		return SEALEAF_OK;
	(void)snprintf(text, sizeof text, "Error running keyservice: %.900s",
	    e->text);
	log_line(&c->log, SEVERITY_ERROR, "CMD", text, NULL, span_of(NULL));
	c->fatal = "CMD";
	return code;
}
