/* SPDX-License-Identifier: Apache-2.0 */
/* libnghttp2, loaded when a key service is first used. */
#ifndef NET_H2_H
#define NET_H2_H

#include <nghttp2/nghttp2.h>

#include "base/err.h"
#include "base/span.h"

/* The functions used. */
struct h2 {
	int (*callbacks_new)(nghttp2_session_callbacks **callbacks);
	void (*callbacks_del)(nghttp2_session_callbacks *callbacks);
	void (*on_begin_headers)(nghttp2_session_callbacks *callbacks,
	    nghttp2_on_begin_headers_callback call);
	void (*on_header)(nghttp2_session_callbacks *callbacks,
	    nghttp2_on_header_callback call);
	void (*on_data)(nghttp2_session_callbacks *callbacks,
	    nghttp2_on_data_chunk_recv_callback call);
	void (*on_frame)(nghttp2_session_callbacks *callbacks,
	    nghttp2_on_frame_recv_callback call);
	void (*on_close)(nghttp2_session_callbacks *callbacks,
	    nghttp2_on_stream_close_callback call);
	int (*client_new)(nghttp2_session **session,
	    const nghttp2_session_callbacks *callbacks, void *user,
	    const nghttp2_option *option, nghttp2_mem *mem);
	int (*server_new)(nghttp2_session **session,
	    const nghttp2_session_callbacks *callbacks, void *user,
	    const nghttp2_option *option, nghttp2_mem *mem);
	void (*session_del)(nghttp2_session *session);
	ssize_t (*send)(nghttp2_session *session, const uint8_t **data);
	ssize_t (
	    *receive)(nghttp2_session *session, const uint8_t *data, size_t n);
	int (*want_read)(nghttp2_session *session);
	int (*want_write)(nghttp2_session *session);
	int (*settings)(nghttp2_session *session, uint8_t flags,
	    const nghttp2_settings_entry *list, size_t n);
	int32_t (*request)(nghttp2_session *session,
	    const nghttp2_priority_spec *priority, const nghttp2_nv *list,
	    size_t n, const nghttp2_data_provider *body, void *user);
	int (*response)(nghttp2_session *session, int32_t stream,
	    const nghttp2_nv *list, size_t n,
	    const nghttp2_data_provider *body);
	int (*trailer)(nghttp2_session *session, int32_t stream,
	    const nghttp2_nv *list, size_t n);
	int (*terminate)(nghttp2_session *session, uint32_t code);
	int (*set_user)(nghttp2_session *session, int32_t stream, void *user);
	void *(*get_user)(nghttp2_session *session, int32_t stream);
};

/* The table, once a process; NULL with an error when there is no library.
 * Safe from any thread. */
const struct h2 *h2_load(struct sealeaf_error *e);

/* What a session needs to know besides its callbacks: memory that is wiped
 * when it is freed, as data keys go through it. */
nghttp2_mem *h2_memory(void);

/* A field of a header block; `value` must outlive the call it is used in. */
nghttp2_nv h2_field(const char *name, struct span value);

#endif
