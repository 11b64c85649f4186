/* SPDX-License-Identifier: Apache-2.0 */
/* age with SSH keys: ssh-ed25519 and ssh-rsa. */
#ifndef KEY_AGE_SSH_H
#define KEY_AGE_SSH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/world.h"
#include "key/age_file.h"
#include "key/age_identity.h"

/* Check that `text` is an SSH public key that age can use. */
SEALEAF_USED enum sealeaf_code age_ssh_check(struct span text,
    struct sealeaf_error *e);

/* Append the stanza that wraps `file_key` for the public key `text`. */
SEALEAF_USED enum sealeaf_code age_ssh_wrap(struct buf *stanzas,
    struct span text, const uint8_t file_key[static AGE_FILE_KEY],
    const struct world *w, struct sealeaf_error *e);

/*
 * Append the private key in `text` to the list. `path` is the file it is
 * from, NULL for the output of a command, which cannot ask for a passphrase.
 */
SEALEAF_USED enum sealeaf_code age_ssh_add(struct age_identity **list,
    struct span text, const char *path, struct sealeaf_error *e);

/* What unwrap of key/age_ssh_wrap.c does for a key that is open; NOT_MINE
 * when no stanza bears the key's tag. */
struct ssh_public;
SEALEAF_USED enum sealeaf_code age_ssh_unwrap(
    uint8_t file_key[static AGE_FILE_KEY], const struct age_header *h,
    const struct ssh_public *public, struct secret *key,
    struct sealeaf_error *e);

/* Whether a stanza bears the tag of the key. */
bool age_ssh_tagged(const struct age_stanza *s, const struct ssh_public *k);

#endif
