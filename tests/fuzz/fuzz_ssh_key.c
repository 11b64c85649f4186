/* SPDX-License-Identifier: Apache-2.0 */
/* Public and private SSH keys as text, and OpenSSH's format without armor. */

#include <stddef.h>
#include <stdint.h>

#include "key/ssh_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_make((const char *)data, n);
	struct span none = { NULL, 0 };
	struct ssh_public public = { 0 }, wire = { 0 };
	struct ssh_private pem = { 0 }, blob = { 0 };

	(void)!ssh_public_line(&public, in, NULL);
	(void)!ssh_public_wire(&wire, in, NULL);
	(void)!ssh_private_parse(&pem, in, none, NULL);
	/* Without a passphrase: its rounds would be all the time there is. */
	(void)!ssh_openssh_parse(&blob, in, none, NULL);
	ssh_public_fini(&public);
	ssh_public_fini(&wire);
	ssh_private_fini(&pem);
	ssh_private_fini(&blob);
	return 0;
}
