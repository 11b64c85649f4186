/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of Protocol Buffers, as far as texts and bytes go. */
#ifndef NET_PROTO_H
#define NET_PROTO_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Append a field of text, bytes or a message. Empty ones are left out when
 * `omit`, as proto3 does with texts and bytes. */
void proto_put(struct buf *b, unsigned number, struct span value, bool omit);

/* One field of a message. */
struct proto_field {
	uint32_t number;
	bool sized;        /* text, bytes or a message: `value` is set */
	struct span value; /* inside the message */
};

/*
 * Take the next field off *rest. False at the end, and when the rest is no
 * message; *rest is empty at a good end only.
 */
bool proto_next(struct span *rest, struct proto_field *f);

/*
 * The last value of the sized field `number`, empty when there is none; *found
 * may be NULL. False when `message` is malformed or the field has another
 * type.
 */
bool proto_find(struct span message, uint32_t number, struct span *value,
    bool *found);

#endif
