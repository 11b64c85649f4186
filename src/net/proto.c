/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key service's messages are texts, bytes and messages of these; fields of
 * other types, which a later version may add, are stepped over.
 */

#include "net/proto.h"

enum { VARINT = 0, FIXED64 = 1, SIZED = 2, FIXED32 = 5 };

static void
put_varint(struct buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_putc(b, (char)(n | 0x80));
	buf_putc(b, (char)n);
}

void
proto_put(struct buf *b, unsigned number, struct span value, bool omit)
{
	if (omit && value.n == 0)
		return;
	put_varint(b, (uint64_t)number << 3 | SIZED);
	put_varint(b, value.n);
	buf_span(b, value);
}

static bool
get_varint(struct span *rest, uint64_t *n)
{
	*n = 0;
	for (unsigned i = 0; i < 10 && i < rest->n; i++) {
		uint8_t byte = (uint8_t)rest->p[i];

		if (i == 9 && byte > 1)
			return false;
		*n |= (uint64_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0) {
			*rest = span_sub(*rest, i + 1, rest->n);
			return true;
		}
	}
	return false;
}

static bool
take(struct span *rest, uint64_t n, struct span *value)
{
	if (n > rest->n)
		return false;
	*value = span_sub(*rest, 0, (size_t)n);
	*rest = span_sub(*rest, (size_t)n, rest->n);
	return true;
}

static bool
get_value(struct span *rest, unsigned type, struct proto_field *f)
{
	struct span skipped;
	uint64_t n;

	switch (type) {
	case VARINT:
		return get_varint(rest, &n);
	case FIXED64:
		return take(rest, 8, &skipped);
	case FIXED32:
		return take(rest, 4, &skipped);
	case SIZED:
		f->sized = true;
		return get_varint(rest, &n) && take(rest, n, &f->value);
	default: /* groups are long gone */
		return false;
	}
}

bool
proto_next(struct span *rest, struct proto_field *f)
{
	struct span after = *rest;
	uint64_t tag;

	f->sized = false;
	f->value = span_make(NULL, 0);
	if (!get_varint(&after, &tag) || tag >> 3 == 0 ||
	    tag >> 3 >= UINT32_C(1) << 29)
		return false;
	f->number = (uint32_t)(tag >> 3);
	if (!get_value(&after, (unsigned)(tag & 7), f))
		return false;
	*rest = after;
	return true;
}

bool
proto_find(struct span message, uint32_t number, struct span *value,
    bool *found)
{
	struct proto_field f;
	bool there = false;

	*value = span_make(NULL, 0);
	while (proto_next(&message, &f)) {
		if (f.number != number)
			continue;
		if (!f.sized)
			return false;
		*value = f.value;
		there = true;
	}
	if (found != NULL)
		*found = there;
	return message.n == 0;
}
