/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting and listening, with Go's words for what goes wrong. */

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/span.h"
#include "net/http.h"
#include "net/socket.h"

int64_t
socket_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
socket_wait(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline - socket_now();
		int n;

		if (left <= 0)
			return false;
		n = poll(&p, 1, left < 60000 ? (int)left : 60000);
		if (n > 0 || (n < 0 && errno != EINTR))
			return true; /* the next call says what is wrong */
	}
}

bool
socket_split(const char *address, char host[static SOCKET_HOST],
    char port[static SOCKET_PORT])
{
	struct span s = span_of(address), h;
	size_t end, colon;

	if (s.n > 0 && s.p[0] == '[') {
		end = span_find(s, ']');
		h = span_sub(s, 1, end);
		colon = end + 1;
		if (end == s.n || (colon < s.n && s.p[colon] != ':'))
			return false;
	} else {
		colon = span_find(s, ':');
		h = span_sub(s, 0, colon);
		if (colon < s.n &&
		    span_find(span_sub(s, colon + 1, s.n), ':') !=
			s.n - colon - 1)
			return false;
	}
	s = span_sub(s, colon + 1, s.n);
	if (h.n >= SOCKET_HOST || s.n >= SOCKET_PORT)
		return false;
	if (h.n > 0)
		memcpy(host, h.p, h.n);
	host[h.n] = '\0';
	if (s.n > 0)
		memcpy(port, s.p, s.n);
	port[s.n] = '\0';
	return true;
}

bool
socket_is_local(const char *network, const char *address)
{
	char host[SOCKET_HOST], port[SOCKET_PORT];

	if (strcmp(network, "unix") == 0)
		return true;
	return socket_split(address, host, port) &&
	    http_is_loopback(span_of(host));
}

bool
socket_ready(int fd)
{
	int on = 1;

	/* Fails for a Unix socket, which has no such habit. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fcntl(fd, F_SETFL, O_NONBLOCK) >= 0;
}

/* -1 with errno. */
static int
new_socket(int family)
{
	int fd = fd_socket(family);

	if (fd >= 0 && !socket_ready(fd)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* 0, or the errno value; `fd` is connected then. */
static int
connect_until(int fd, const struct sockaddr *to, socklen_t n, int64_t deadline)
{
	int number = 0;
	socklen_t size = sizeof number;

	if (connect(fd, to, n) == 0)
		return 0;
	if (errno != EINPROGRESS && errno != EINTR)
		return errno;
	if (!socket_wait(fd, POLLOUT, deadline))
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) < 0)
		return errno;
	return number;
}

static bool
unix_name(struct sockaddr_un *name, const char *path)
{
	memset(name, 0, sizeof *name);
	name->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof name->sun_path)
		return false;
	memcpy(name->sun_path, path, strlen(path));
	return true;
}

static enum sealeaf_code
dial_unix(const char *path, int64_t deadline, int *fd, struct sealeaf_error *e)
{
	struct sockaddr_un name;
	int number;

	if (!unix_name(&name, path) || *path == '\0')
		return err_errno(e, SEALEAF_ERR_GENERIC, EINVAL,
		    "dial unix %s: connect", path);
	*fd = new_socket(AF_UNIX);
	if (*fd < 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno,
		    "dial unix %s: socket", path);
	number = connect_until(*fd, (struct sockaddr *)&name, sizeof name,
	    deadline);
	if (number == 0)
		return SEALEAF_OK;
	(void)close(*fd);
	*fd = -1;
	return err_errno(e, SEALEAF_ERR_GENERIC, number,
	    "dial unix %s: connect", path);
}

/* AF_UNSPEC, AF_INET or AF_INET6; -1 for another network. */
static int
family_of(const char *network)
{
	if (strcmp(network, "tcp") == 0)
		return AF_UNSPEC;
	if (strcmp(network, "tcp4") == 0)
		return AF_INET;
	return strcmp(network, "tcp6") == 0 ? AF_INET6 : -1;
}

/* The addresses of `address`, to be freed; `verb` is for the error. */
static enum sealeaf_code
look_up(struct addrinfo **list, const char *verb, const char *network,
    const char *address, struct sealeaf_error *e)
{
	bool listen = strcmp(verb, "listen") == 0;
	char host[SOCKET_HOST], port[SOCKET_PORT];
	struct addrinfo hints;
	int n;

	memset(&hints, 0, sizeof hints);
	hints.ai_family = family_of(network);
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = listen ? AI_PASSIVE : 0;
	if (hints.ai_family < 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "%s %s: unknown network %s", verb, network, network);
	if (!socket_split(address, host, port) || (listen && *port == '\0'))
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "%s %s: address %s: missing port in address", verb, network,
		    address);
	/* gRPC's default. */
	n = getaddrinfo(*host != '\0' ? host : NULL,
	    *port != '\0' ? port : "443", &hints, list);
	if (n == 0)
		return SEALEAF_OK;
	return err_set(e, SEALEAF_ERR_GENERIC, "%s %s: lookup %s: %s", verb,
	    network, address, gai_strerror(n));
}

enum sealeaf_code
socket_dial(const char *network, const char *address, int64_t deadline, int *fd,
    struct sealeaf_error *e)
{
	struct addrinfo *list = NULL;
	enum sealeaf_code code;
	int number = 0;

	*fd = -1;
	if (strcmp(network, "unix") == 0)
		return dial_unix(address, deadline, fd, e);
	code = look_up(&list, "dial", network, address, e);
	if (code != SEALEAF_OK)
		return code;
	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
		*fd = new_socket(a->ai_family);
		number = *fd < 0
		    ? errno
		    : connect_until(*fd, a->ai_addr, a->ai_addrlen, deadline);
		if (number == 0)
			break;
		if (*fd >= 0)
			(void)close(*fd);
		*fd = -1;
	}
	freeaddrinfo(list);
	if (*fd >= 0)
		return SEALEAF_OK;
	return err_errno(e, SEALEAF_ERR_GENERIC, number, "dial %s %s: connect",
	    network, address);
}

/* Bound, but nobody gets through before listen(): so no one else connects
 * before the mode is right. */
static int
bind_unix(int fd, const struct sockaddr_un *name)
{
	if (bind(fd, (const struct sockaddr *)name, sizeof *name) < 0)
		return errno;
	return chmod(name->sun_path, 0600) < 0 ? errno : 0;
}

/* Take a socket away that its server left behind. */
static bool
remove_stale(const struct sockaddr_un *name)
{
	struct stat st;
	int fd, number;

	if (lstat(name->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = new_socket(AF_UNIX);
	if (fd < 0)
		return false;
	number = connect(fd, (const struct sockaddr *)name, sizeof *name) < 0
	    ? errno
	    : 0;
	(void)close(fd);
	return number == ECONNREFUSED && unlink(name->sun_path) == 0;
}

static enum sealeaf_code
listen_unix(const char *path, int *fd, struct sealeaf_error *e)
{
	struct sockaddr_un name;
	int number;

	if (!unix_name(&name, path) || *path == '\0')
		return err_errno(e, SEALEAF_ERR_GENERIC, EINVAL,
		    "listen unix %s: bind", path);
	*fd = new_socket(AF_UNIX);
	if (*fd < 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno,
		    "listen unix %s: socket", path);
	number = bind_unix(*fd, &name);
	if (number == EADDRINUSE && remove_stale(&name))
		number = bind_unix(*fd, &name);
	if (number == 0 && listen(*fd, SOMAXCONN) == 0)
		return SEALEAF_OK;
	if (number == 0)
		number = errno;
	(void)close(*fd);
	*fd = -1;
	return err_errno(e, SEALEAF_ERR_GENERIC, number, "listen unix %s: bind",
	    path);
}

/* Go prefers IPv4 where a name has both. */
static const struct addrinfo *
choose(const struct addrinfo *list)
{
	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
		if (a->ai_family == AF_INET)
			return a;
	}
	return list;
}

enum sealeaf_code
socket_listen(const char *network, const char *address, int *fd,
    struct sealeaf_error *e)
{
	struct addrinfo *list = NULL;
	const struct addrinfo *a;
	enum sealeaf_code code;
	int on = 1, number = 0;

	*fd = -1;
	if (strcmp(network, "unix") == 0)
		return listen_unix(address, fd, e);
	code = look_up(&list, "listen", network, address, e);
	if (code != SEALEAF_OK)
		return code;
	a = choose(list);
	*fd = new_socket(a->ai_family);
	if (*fd < 0 ||
	    setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(*fd, a->ai_addr, a->ai_addrlen) < 0 ||
	    listen(*fd, SOMAXCONN) < 0)
		number = errno;
	freeaddrinfo(list);
	if (number == 0)
		return SEALEAF_OK;
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
	return err_errno(e, SEALEAF_ERR_GENERIC, number, "listen %s %s: bind",
	    network, address);
}
