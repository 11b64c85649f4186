/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets by the names Go has for networks and addresses. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Milliseconds of a clock that only goes forward. */
int64_t socket_now(void);

/*
 * Connect to `address` on `network`: "tcp", "tcp4", "tcp6" (host:port) or
 * "unix" (a path), until socket_now() is `deadline`. *fd does not block. The
 * errors are Go's: "dial tcp 127.0.0.1:1: connect: connection refused".
 */
SEALEAF_USED enum sealeaf_code socket_dial(const char *network,
    const char *address, int64_t deadline, int *fd, struct sealeaf_error *e);

/*
 * Listen there; *fd does not block. A Unix socket is for its owner only, and
 * replaces one that nobody listens on. The errors are Go's: "listen tcp
 * 127.0.0.1:80: bind: permission denied".
 */
SEALEAF_USED enum sealeaf_code socket_listen(const char *network,
    const char *address, int *fd, struct sealeaf_error *e);

/* Make a descriptor not block, and (TCP) not wait before it sends little. False
 * with errno. */
bool socket_ready(int fd);

/* Wait for poll(2)'s `events`; false when it is `deadline`. */
bool socket_wait(int fd, short events, int64_t deadline);

/* Whether who can reach the address is on this machine. */
bool socket_is_local(const char *network, const char *address);

/* Split "host:port" or "[host]:port"; a missing port leaves `port` empty.
 * False when it is too long or has another form. */
enum { SOCKET_HOST = 256, SOCKET_PORT = 32 };
bool socket_split(const char *address, char host[static SOCKET_HOST],
    char port[static SOCKET_PORT]);

#endif
