/* SPDX-License-Identifier: Apache-2.0 */
/* Wrapping and unwrapping by a key service of another process. */
#ifndef KEY_SERVICE_H
#define KEY_SERVICE_H

#include "key/source.h"

/* How long a service may take, which perhaps asks a person. */
enum { SERVICE_SECONDS = 120 };

/* Where a service is. */
struct service {
	char *network; /* "tcp", "unix", or what else stood before the colon */
	char *address;
	const char *problem; /* why it leads nowhere, or NULL */
};

/*
 * Read tcp://host:port or unix:///path; other schemes are known to be networks
 * only when they are dialled. False for what is no URI (or without memory).
 */
bool service_parse(struct service *r, const char *uri);
void service_fini(struct service *r);

/* As source->wrap and source->unwrap, by the service `r`. */
SEALEAF_USED enum sealeaf_code service_wrap(const struct service *r,
    const struct key_session *s, struct key *k, struct secret *secret,
    struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code service_unwrap(const struct service *r,
    const struct key_session *s, const struct key *k, struct secret *secret,
    struct sealeaf_error *e);

#endif
