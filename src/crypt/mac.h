/* SPDX-License-Identifier: Apache-2.0 */
/* The MAC over a document's values: SHA-512, 128 upper-case digits. */
#ifndef CRYPT_MAC_H
#define CRYPT_MAC_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum { MAC_TEXT = 128 };

struct mac;

/* `only_encrypted`: begin with the 32 fixed bytes of mac_only_encrypted. */
SEALEAF_USED enum sealeaf_code mac_new(struct mac **out, bool only_encrypted,
    struct sealeaf_error *e);
void mac_add(struct mac *m, struct span canonical);

/* The digits and a NUL; `m` is done and may only be freed. Empty text should
 * OpenSSL have failed on the way. */
void mac_text(struct mac *m, char out[MAC_TEXT + 1]);
void mac_free(struct mac *m);

#endif
