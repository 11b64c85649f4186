/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that use no key service do not load libnghttp2. It keeps frames in
 * its own memory until they are sent, so its memory is ours, and wiped.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "net/h2.h"

static struct h2 table;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

/* clang-format off */
static const struct {
	const char *name;
	void *function;
} symbols[] = {
	{ "nghttp2_session_callbacks_new", &table.callbacks_new },
	{ "nghttp2_session_callbacks_del", &table.callbacks_del },
	{ "nghttp2_session_callbacks_set_on_begin_headers_callback",
	    &table.on_begin_headers },
	{ "nghttp2_session_callbacks_set_on_header_callback",
	    &table.on_header },
	{ "nghttp2_session_callbacks_set_on_data_chunk_recv_callback",
	    &table.on_data },
	{ "nghttp2_session_callbacks_set_on_frame_recv_callback",
	    &table.on_frame },
	{ "nghttp2_session_callbacks_set_on_stream_close_callback",
	    &table.on_close },
	{ "nghttp2_session_client_new3", &table.client_new },
	{ "nghttp2_session_server_new3", &table.server_new },
	{ "nghttp2_session_del", &table.session_del },
	{ "nghttp2_session_mem_send", &table.send },
	{ "nghttp2_session_mem_recv", &table.receive },
	{ "nghttp2_session_want_read", &table.want_read },
	{ "nghttp2_session_want_write", &table.want_write },
	{ "nghttp2_submit_settings", &table.settings },
	{ "nghttp2_submit_request", &table.request },
	{ "nghttp2_submit_response", &table.response },
	{ "nghttp2_submit_trailer", &table.trailer },
	{ "nghttp2_session_terminate_session", &table.terminate },
	{ "nghttp2_session_set_stream_user_data", &table.set_user },
	{ "nghttp2_session_get_stream_user_data", &table.get_user }
};
/* clang-format on */

static void
load(void)
{
	void *l = dlopen("libnghttp2.so.14", RTLD_NOW | RTLD_LOCAL);

	loaded = l != NULL;
	for (size_t i = 0; loaded && i < sizeof symbols / sizeof *symbols;
	     i++) {
		void *symbol = dlsym(l, symbols[i].name);

		/* ISO C knows no cast from an object to a function. */
		memcpy(symbols[i].function, &symbol, sizeof symbol);
		loaded = symbol != NULL;
	}
}

const struct h2 *
h2_load(struct sealeaf_error *e)
{
	(void)pthread_once(&once, load);
	if (loaded)
		return &table;
	(void)err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "cannot load libnghttp2, which key services need");
	err_hint(e, "install it: apt-get install libnghttp2-14");
	return NULL;
}

/* A block tells its size to who frees it. */
union block {
	size_t n;
	max_align_t align;
};

static void *
block_new(size_t n, void *user)
{
	union block *b;

	(void)user;
	if (n > SIZE_MAX - sizeof *b)
		return NULL;
	b = mem_zero(sizeof *b + n);
	if (b == NULL)
		return NULL;
	b->n = n;
	return b + 1;
}

static void
block_free(void *p, void *user)
{
	union block *b = p;

	(void)user;
	if (p != NULL)
		mem_wipe_free(b - 1, sizeof *b + b[-1].n);
}

static void *
block_array(size_t count, size_t size, void *user)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return block_new(count * size, user);
}

static void *
block_grow(void *p, size_t n, void *user)
{
	union block *b = p;
	void *q = block_new(n, user);

	if (q == NULL || p == NULL)
		return q;
	memcpy(q, p, n < b[-1].n ? n : b[-1].n);
	block_free(p, user);
	return q;
}

nghttp2_mem *
h2_memory(void)
{
	/* Read only, though the library has no const for it. */
	static nghttp2_mem memory = { NULL, block_new, block_free, block_array,
		block_grow };

	return &memory;
}

nghttp2_nv
h2_field(const char *name, struct span value)
{
	nghttp2_nv nv;

	/* The library copies both and changes neither. */
	nv.name = (uint8_t *)(uintptr_t)name;
	nv.namelen = strlen(name);
	nv.value = (uint8_t *)(uintptr_t)(value.p != NULL ? value.p : "");
	nv.valuelen = value.n;
	nv.flags = NGHTTP2_NV_FLAG_NONE;
	return nv;
}
