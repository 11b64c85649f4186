/* SPDX-License-Identifier: Apache-2.0 */
/* SSH keys, public and private, of the kinds that age can use. */
#ifndef KEY_SSH_KEY_H
#define KEY_SSH_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"

enum ssh_type { SSH_NONE, SSH_ED25519, SSH_RSA };

enum { SSH_ED25519_SIZE = 32, SSH_TAG = 4, SSH_FILE_MAX = 1 << 16 };

/* A public key; `blob` is its wire form. */
struct ssh_public {
	enum ssh_type type;
	struct buf blob;
	uint8_t point[SSH_ED25519_SIZE]; /* ed25519 */
	struct span n, e;                /* rsa: big-endian, inside blob */
};

/*
 * A private key: the seed of ed25519, or RSA as PKCS#1 or PKCS#8 DER. When
 * `locked`, only the public key is known, and that only if blob.n > 0.
 */
struct ssh_private {
	struct ssh_public public;
	struct secret key;
	bool locked;
};

/* "ssh-ed25519" or "ssh-rsa". */
const char *ssh_type_name(enum ssh_type type);

/* Read the wire form; `out` must be zeroed, and freed on failure too. */
SEALEAF_USED enum sealeaf_code ssh_public_wire(struct ssh_public *out,
    struct span blob, struct sealeaf_error *e);

/* Read "TYPE BASE64 COMMENT" (one line of authorized_keys, no options). */
SEALEAF_USED enum sealeaf_code ssh_public_line(struct ssh_public *out,
    struct span line, struct sealeaf_error *e);
void ssh_public_fini(struct ssh_public *k);

/* The first bytes of the SHA-256 of the wire form. */
void ssh_public_tag(uint8_t tag[static SSH_TAG], const struct ssh_public *k);

/*
 * Read a private key file: OpenSSH's own format, PKCS#1 or PKCS#8. Without a
 * passphrase (p == NULL), a locked one is returned as such. `out` must be
 * zeroed, and freed on failure too. SEALEAF_ERR_NOT_MINE (without text): wrong
 * passphrase.
 */
SEALEAF_USED enum sealeaf_code ssh_private_parse(struct ssh_private *out,
    struct span text, struct span passphrase, struct sealeaf_error *e);
void ssh_private_fini(struct ssh_private *k);

/* Cut a length-prefixed string off `rest`. */
bool ssh_get_string(struct span *rest, struct span *out);
bool ssh_get_u32(struct span *rest, uint32_t *out);
void ssh_put_string(struct buf *b, struct span s);

/* Fill `out` from an OpenSSH private key without its armor. */
SEALEAF_USED enum sealeaf_code ssh_openssh_parse(struct ssh_private *out,
    struct span blob, struct span passphrase, struct sealeaf_error *e);

#endif
