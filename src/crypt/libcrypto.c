/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL starts itself at its first use; this is about its configuration. */

#include <openssl/crypto.h>

#include "crypt/libcrypto.h"

void
libcrypto_start(const struct world *w)
{
	if (world_env(w, "OPENSSL_CONF") == NULL)
		(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}
