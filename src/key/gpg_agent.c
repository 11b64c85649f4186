/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent speaks lines on a socket: each command is answered by OK or ERR,
 * comments and status lines aside. Waiting for the user may take its time,
 * waiting for anything else may not.
 */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/fd.h"
#include "base/mem.h"
#include "key/gpg_agent.h"

enum { LINE = 4096, ANSWER = 2048, SECONDS = 5 };

/* A connection, and the line that was read last. */
struct agent {
	int fd;
	char line[LINE];
	size_t n;    /* of the line, without its LF */
	size_t have; /* bytes behind it */
};

static bool
is_socket(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static char *
below(const char *folder, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

/* The socket in the home of the passwd entry, whatever $HOME says. */
static char *
home_socket(void)
{
	struct passwd entry, *found = NULL;
	char text[LINE];

	if (getpwuid_r(getuid(), &entry, text, sizeof text, &found) != 0 ||
	    found == NULL)
		return NULL;
	return below(found->pw_dir, ".gnupg/S.gpg-agent");
}

/* Where the agent listens; freed by the caller, NULL when nowhere. */
static char *
find_socket(const struct world *w)
{
	const char *info = world_env(w, "GPG_AGENT_INFO");
	const char *home = world_env(w, "GNUPGHOME");
	const char *run = world_env(w, "XDG_RUNTIME_DIR");
	char *path;

	if (info != NULL)
		return mem_dup_n(info, strcspn(info, ":"));
	path = home != NULL && home[0] != '\0' ? below(home, "S.gpg-agent")
					       : home_socket();
	if (is_socket(path))
		return path;
	free(path);
	if (home != NULL || run == NULL)
		return NULL;
	return below(run, "gnupg/S.gpg-agent");
}

static void
set_limit(const struct agent *a, time_t seconds)
{
	struct timeval limit = { .tv_sec = seconds };

	(void)setsockopt(a->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	(void)setsockopt(a->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* Read the next line to a->line. */
static bool
read_line(struct agent *a)
{
	size_t drop = a->n > 0 ? a->n + 1 : 0;
	const char *end;
	ssize_t n;

	memmove(a->line, a->line + drop, a->have);
	a->n = 0;
	while ((end = memchr(a->line, '\n', a->have)) == NULL) {
		if (a->have == sizeof a->line)
			return false;
		n = recv(a->fd, a->line + a->have, sizeof a->line - a->have, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		a->have += (size_t)n;
	}
	a->n = (size_t)(end - a->line);
	a->have -= a->n + 1;
	return a->n > 0;
}

/* Read the answer to a command; comments and status lines are passed over. */
static struct span
get_answer(struct agent *a)
{
	struct span line;

	do {
		if (!read_line(a))
			return span_make(NULL, 0);
		line = span_make(a->line, a->n);
	} while (span_starts(line, "#") || span_starts(line, "S "));
	return line;
}

static struct span
command(struct agent *a, struct span text)
{
	while (text.n > 0) {
		ssize_t n = send(a->fd, text.p, text.n, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return span_make(NULL, 0);
		if (n > 0)
			text = span_sub(text, (size_t)n, text.n);
	}
	return get_answer(a);
}

static bool
is_ok(struct span answer)
{
	return span_is(answer, "OK") || span_starts(answer, "OK ");
}

static bool
agent_open(struct agent *a, const struct world *w)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *path = find_socket(w);
	size_t n = path != NULL ? strlen(path) : 0;

	memset(a, 0, sizeof *a);
	a->fd = -1;
	if (n > 0 && n < sizeof address.sun_path) {
		memcpy(address.sun_path, path, n + 1);
		a->fd = fd_socket(AF_UNIX);
	}
	free(path);
	if (a->fd < 0)
		return false;
	set_limit(a, SECONDS);
	return connect(a->fd, (const struct sockaddr *)&address,
		   sizeof address) == 0 &&
	    is_ok(get_answer(a));
}

static void
agent_close(struct agent *a)
{
	if (a->fd >= 0)
		(void)close(a->fd);
	mem_wipe(a, sizeof *a);
}

bool
gpg_agent_reachable(const struct world *w)
{
	struct agent a;
	bool open = agent_open(&a, w);

	agent_close(&a);
	return open;
}

/* Tell where the user is; an agent that minds is asked all the same. */
static void
set_option(struct agent *a, const char *name, const char *value)
{
	struct buf b = { 0 };

	if (value == NULL || value[0] == '\0' || strchr(value, '\n') != NULL)
		return;
	buf_printf(&b, "OPTION %s=%s\n", name, value);
	if (!b.failed)
		(void)command(a, buf_get(&b));
	buf_fini(&b);
}

/* An argument: blanks as '+', what is special as %XX, nothing as X. */
static void
put_argument(struct buf *b, const char *text)
{
	struct span rest = span_of(text != NULL ? text : "X");

	buf_putc(b, ' ');
	for (;;) {
		size_t at = span_find(rest, ' ');

		percent_append(b, span_sub(rest, 0, at), false);
		if (at == rest.n)
			break;
		buf_putc(b, '+');
		rest = span_sub(rest, at + 1, rest.n);
	}
}

/* The passphrase behind "OK", in hexadecimal. */
static enum sealeaf_code
take_answer(struct secret *out, struct span line, struct sealeaf_error *e)
{
	uint8_t bytes[ANSWER];
	enum sealeaf_code code = SEALEAF_ERR_NOT_FOUND;
	size_t n = 0;

	if (span_starts(line, "ERR 83886179"))
		return err_set(e, SEALEAF_ERR_CANCELLED,
		    "gpg-agent passphrase request errored: gpgagent: Cancel");
	if (is_ok(line) &&
	    hex_get(span_trim(span_sub(line, 2, line.n)), bytes, sizeof bytes,
		&n))
		code = secret_copy(out, bytes, n, e);
	mem_wipe(bytes, sizeof bytes);
	return code;
}

enum sealeaf_code
gpg_agent_ask(struct secret *answer, const char *id, const char *error,
    const char *description, const struct world *w, struct sealeaf_error *e)
{
	enum sealeaf_code code = SEALEAF_ERR_NOT_FOUND;
	struct buf b = { 0 };
	char tty[256];
	struct agent a;

	if (!agent_open(&a, w))
		goto out;
	set_option(&a, "display", world_env(w, "DISPLAY"));
	if (ttyname_r(STDIN_FILENO, tty, sizeof tty) == 0)
		set_option(&a, "ttyname", tty);
	set_option(&a, "ttytype", world_env(w, "TERM"));
	buf_puts(&b, "GET_PASSPHRASE");
	put_argument(&b, id);
	put_argument(&b, error);
	put_argument(&b, "Passphrase");
	put_argument(&b, description);
	buf_putc(&b, '\n');
	code = buf_check(&b, e);
	if (code == SEALEAF_OK) {
		set_limit(&a, 0);
		code = take_answer(answer, command(&a, buf_get(&b)), e);
	}
out:
	agent_close(&a);
	buf_fini(&b);
	return code;
}

void
gpg_agent_forget(const char *id, const struct world *w)
{
	struct buf b = { 0 };
	struct agent a;

	buf_printf(&b, "CLEAR_PASSPHRASE %s\n", id);
	if (!b.failed && agent_open(&a, w))
		(void)command(&a, buf_get(&b));
	if (!b.failed)
		agent_close(&a);
	buf_fini(&b);
}
