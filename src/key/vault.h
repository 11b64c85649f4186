/* SPDX-License-Identifier: Apache-2.0 */
/* Asking HashiCorp Vault and OpenBao. */
#ifndef KEY_VAULT_H
#define KEY_VAULT_H

#include "key/remote.h"
#include "key/source.h"

enum { VAULT_ENGINE, VAULT_KEY, VAULT_ADDRESS };

/* Addresses that the user has agreed to. */
struct vault_agreed {
	char *address;
	struct vault_agreed *next;
};

/* What a session remembers; the lock is held by who calls the two below. */
struct vault {
	struct remote_state base;
	struct vault_agreed *agreed;
	struct secret token;
	bool looked; /* for a token; there may be none */
};

/* A variable of OpenBao (BAO_name), else of Vault (VAULT_name); "" when
 * neither is set. */
const char *vault_env(const struct world *w, const char *name);

/*
 * vault_allowed.c: whether the token may go to an address that a file names:
 * one on the allow list, $VAULT_ADDR, or one that the user agrees to.
 */
SEALEAF_USED enum sealeaf_code vault_allowed(struct vault *v,
    const struct world *w, const char *address, struct sealeaf_error *e);

/* Whether a path of a file stays where it is put: segments of printable ASCII,
 * none empty, "." or "..", and nothing that another reader might decode. */
bool vault_path_plain(struct span path);

/* vault_token.c: v->token by environment, token helper, or file. */
SEALEAF_USED enum sealeaf_code vault_token(struct vault *v,
    const struct world *w, struct sealeaf_error *e);

SEALEAF_USED enum sealeaf_code vault_wrap(struct key_session *s, struct key *k,
    struct secret *secret, struct sealeaf_error *e);
SEALEAF_USED enum sealeaf_code vault_unwrap(struct key_session *s,
    const struct key *k, struct secret *secret, struct sealeaf_error *e);
void vault_end(struct key_session *s);

#endif
