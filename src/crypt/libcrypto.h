/* SPDX-License-Identifier: Apache-2.0 */
/* How OpenSSL starts. */
#ifndef CRYPT_LIBCRYPTO_H
#define CRYPT_LIBCRYPTO_H

#include "base/world.h"

/*
 * Keep OpenSSL from reading its configuration file, unless $OPENSSL_CONF names
 * one: that takes longer than the work on a small file. It decides for the
 * whole process, so only the command may call it, before all else.
 */
void libcrypto_start(const struct world *w);

#endif
