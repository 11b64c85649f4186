/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a key service is sent and sends. The first byte says which: a request
 * (which must come back the same when its key is written again), a framed
 * response, the text of an error, an address.
 */

#include <stdlib.h>

#include "fuzz.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "key/message.h"
#include "key/service.h"
#include "net/grpc.h"
#include "net/socket.h"

static void
try_request(struct span in)
{
	struct buf first = { 0 }, second = { 0 }, shown = { 0 };
	struct key *k = NULL, *again = NULL;
	struct span key, text;

	if (message_get_request(in, &key, &text, NULL) != SEALEAF_OK ||
	    message_get_key(&k, key, NULL) != SEALEAF_OK || k == NULL)
		return;
	message_describe(&shown, k);
	if (utf8_valid(buf_get(&shown)) != shown.n)
		abort();
	message_put_request(&first, k, text);
	if (message_get_request(buf_get(&first), &key, &text, NULL) !=
		SEALEAF_OK ||
	    message_get_key(&again, key, NULL) != SEALEAF_OK || again == NULL)
		abort();
	message_put_request(&second, again, text);
	if (!span_equal(buf_get(&first), buf_get(&second)))
		abort();
	(void)message_is_wrapped(text);
	buf_fini(&first);
	buf_fini(&second);
	buf_fini(&shown);
	key_free(again);
	key_free(k);
}

static void
try_response(struct span in)
{
	struct span message, text;
	const char *problem;

	if (grpc_frame_get(in, &message, &problem) == GRPC_OK)
		(void)!message_get_response(message, &text, NULL);
}

static void
try_text(struct span in)
{
	struct buf b = { 0 };

	grpc_text_get(&b, in);
	for (size_t i = 0; i < b.n; i++) {
		if ((unsigned char)b.p[i] < ' ' && b.p[i] != '\n')
			abort();
	}
	if (utf8_valid(buf_get(&b)) != b.n)
		abort();
	buf_fini(&b);
}

static void
try_address(struct span in)
{
	char *uri = mem_dup_n(in.n > 0 ? in.p : "", in.n);
	struct service s;

	if (uri != NULL && service_parse(&s, uri)) {
		(void)socket_is_local(s.network, s.address);
		service_fini(&s);
	}
	free(uri);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const tries[])(struct span in) = { try_request,
		try_response, try_text, try_address };
	struct span in = span_make((const char *)data, n);

	if (n > 0)
		tries[data[0] % 4](span_sub(in, 1, n));
	return 0;
}
