/* SPDX-License-Identifier: Apache-2.0 */
/* Instead of the other h2 files where there was no libnghttp2 to build with. */

#include "net/grpc.h"

static enum sealeaf_code
refuse(struct sealeaf_error *e)
{
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "this build of sealeaf has no key service");
}

enum sealeaf_code
grpc_call(const char *network, const char *address, const char *path,
    struct span message, unsigned seconds, struct buf *answer,
    struct sealeaf_error *e)
{
	(void)network;
	(void)address;
	(void)path;
	(void)message;
	(void)seconds;
	(void)answer;
	return refuse(e);
}

enum sealeaf_code
grpc_serve(int listener, int stop, const struct grpc_service *service,
    struct sealeaf_error *e)
{
	(void)listener;
	(void)stop;
	(void)service;
	return refuse(e);
}
