/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of remote answers: read where it lies, so that only we copy it. */
#ifndef NET_JSON_H
#define NET_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"

/*
 * A value is the span of its own text. jtext_check() comes first: whether all
 * of `text` is one JSON value (RFC 8259, at most 64 levels deep); the others
 * may be asked about checked text only.
 */
bool jtext_check(struct span text);

/* The value of a member of an object, the last of equal names; p NULL when
 * there is none, when it is null, or when `object` is something else. */
struct span jtext_get(struct span object, const char *name);

/* The same a level deeper. */
struct span jtext_get2(struct span object, const char *name, const char *inner);

/* Item `i` of an array; p NULL beyond its end, or when it is no array. */
struct span jtext_item(struct span array, size_t i);

/* Append a string's text, or a number's or a boolean's as spelled. False for
 * anything else, and for a string with a NUL in it. */
bool jtext_text(struct buf *out, struct span value);

/* The same, false also for numbers and booleans. */
bool jtext_string(struct buf *out, struct span value);

/* The text of a member as a C string (mem_wipe_str()), NULL without one. */
char *jtext_dup(struct span object, const char *name);

/* The text of a value as a closed secret; false as jtext_text(). */
bool jtext_secret(struct secret *out, struct span value);

/* An integer, written as a number or as a string; 0 when it is neither. */
int64_t jtext_int(struct span value);

/* Whether the value is the string `text`. */
bool jtext_is(struct span value, const char *text);

/* Step over the members of an object: *at starts at 0. False at the end. */
bool jtext_next(struct span object, size_t *at, struct span *name,
    struct span *value);

/* Append `text` as a JSON string. */
void jtext_put(struct buf *b, struct span text);

#endif
