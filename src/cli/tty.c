/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets are asked for at /dev/tty, never on standard input or output, which
 * belong to the document. Signals that would end the process while the echo is
 * off are noted, the terminal is put back, and then they are let through.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"

#include "cli/tty.h"

static const int numbers[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP };
enum { COUNT = sizeof numbers / sizeof numbers[0] };

static volatile sig_atomic_t caught;

static void
note(int number)
{
	caught = number;
}

/* The signals are held back but for while read_line() waits: one that came
 * just before would be noted and then be waited behind. */
static void
hook_signals(struct sigaction old[COUNT], sigset_t *mask)
{
	struct sigaction action;
	sigset_t held;

	caught = 0;
	memset(&action, 0, sizeof action);
	action.sa_handler = note; /* no SA_RESTART: read() must return */
	sigemptyset(&action.sa_mask);
	sigemptyset(&held);
	for (size_t i = 0; i < COUNT; i++)
		(void)sigaddset(&held, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &held, mask);
	for (size_t i = 0; i < COUNT; i++)
		(void)sigaction(numbers[i], &action, &old[i]);
}

static void
unhook_signals(const struct sigaction old[COUNT], const sigset_t *mask)
{
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	for (size_t i = 0; i < COUNT; i++)
		(void)sigaction(numbers[i], &old[i], NULL);
}

/* Wait for input under `mask` (NULL: as it is); false when a signal came first. */
static bool
wait_input(int fd, const sigset_t *mask)
{
	fd_set set;

	do {
		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (pselect(fd + 1, &set, NULL, NULL, NULL, mask) > 0)
			return true;
	} while (errno == EINTR && caught == 0);
	return false;
}

/* One line from `fd`; -1 at end of file, on errors, and when interrupted. */
static long
read_line(int fd, const sigset_t *mask, char *answer, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		if (!wait_input(fd, mask) || read(fd, &c, 1) != 1)
			return -1;
		if (c == '\n' || c == '\r')
			break;
		if (n + 1 < size)
			answer[n++] = c;
	}
	answer[n] = '\0';
	return (long)n;
}

/* One key, shown when it can be; -1 as read_line(), and for the end of file. */
static long
read_key(int fd, const sigset_t *mask, const struct termios *t, char *answer)
{
	char c;

	if (!wait_input(fd, mask) || read(fd, &c, 1) != 1 ||
	    (cc_t)c == t->c_cc[VEOF])
		return -1;
	answer[0] = c == '\n' || c == '\r' ? '\0' : c;
	answer[1] = '\0';
	if (c > ' ' && c < 0x7f && write(fd, &c, 1) != 1)
		return -1;
	return answer[0] != '\0';
}

static long
ask_at(int fd, const char *prompt, bool hidden, char *answer, size_t size)
{
	struct sigaction old[COUNT];
	bool key = size == 2 && !hidden, quietly = hidden || key;
	struct termios before, quiet;
	struct buf shown = { 0 };
	sigset_t mask, waiting;
	bool changed = false;
	long n = -1;

	/* The words may be a plugin's, a name from a file may be in them. */
	show_lines(&shown, span_of(prompt));
	hook_signals(old, &mask);
	waiting = mask;
	for (size_t i = 0; i < COUNT; i++)
		(void)sigdelset(&waiting, numbers[i]);
	if (tcgetattr(fd, &before) == 0 && quietly) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
		if (key) {
			quiet.c_lflag &= ~(tcflag_t)ICANON;
			quiet.c_cc[VMIN] = 1;
			quiet.c_cc[VTIME] = 0;
		}
		changed = tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
	}
	/* A secret is not asked for where it would show. */
	if (!shown.failed && (!quietly || changed)) {
		if (shown.n == 0 || write(fd, shown.p, shown.n) >= 0)
			n = key ? read_key(fd, &waiting, &before, answer)
				: read_line(fd, &waiting, answer, size);
		if (quietly && write(fd, "\n", 1) < 0)
			n = -1;
	}
	if (changed)
		(void)tcsetattr(fd, TCSAFLUSH, &before);
	unhook_signals(old, &mask);
	buf_fini(&shown);
	return n;
}

long
tty_ask(void *user, const char *prompt, bool hidden, char *answer, size_t size)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	long n;

	(void)user;
	if (fd < 0 || fd >= FD_SETSIZE || size == 0)
		return -1;
	do {
		n = ask_at(fd, prompt, hidden, answer, size);
		if (caught != 0)
			(void)raise(caught);
		/* Back from a stop: ask again. */
	} while (caught == SIGTSTP);
	(void)close(fd);
	if (n < 0)
		mem_wipe(answer, size);
	return n;
}

static bool
is_word(const char *line, const char *letter, const char *word)
{
	return strcasecmp(line, letter) == 0 || strcasecmp(line, word) == 0;
}

static bool
print(const char *text)
{
	return write(STDOUT_FILENO, text, strlen(text)) >= 0;
}

enum sealeaf_code
tty_confirm(const char *prompt, bool *yes, struct sealeaf_error *e)
{
	char line[64];

	for (;;) {
		if (!print(prompt))
			return err_errno(e, SEALEAF_ERR_GENERIC, errno,
			    "write /dev/stdout");
		caught = 0;
		if (read_line(STDIN_FILENO, NULL, line, sizeof line) < 0)
			return err_set(e, SEALEAF_ERR_CANCELLED, "EOF");
		if (is_word(line, "y", "yes") || is_word(line, "n", "no")) {
			*yes = line[0] == 'y' || line[0] == 'Y';
			return SEALEAF_OK;
		}
	}
}

bool
tty_skip_line(void)
{
	char c;
	ssize_t got;

	do {
		got = read(STDIN_FILENO, &c, 1);
	} while ((got < 0 && errno == EINTR) || (got == 1 && c != '\n'));
	return got == 1;
}
