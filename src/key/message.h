/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and requests as SOPS's key service has them (keyservice.proto). */
#ifndef KEY_MESSAGE_H
#define KEY_MESSAGE_H

#include "key/source.h"

/* The methods. */
#define MESSAGE_ENCRYPT "/KeyService/Encrypt"
#define MESSAGE_DECRYPT "/KeyService/Decrypt"

/* Append the Key message of `k`: what tells it from others, no dates. */
void message_put_key(struct buf *b, const struct key *k);

/* The key of a Key message, which the caller frees. SEALEAF_OK with *k NULL:
 * it holds no key, or one of a kind unknown here. */
SEALEAF_USED enum sealeaf_code message_get_key(struct key **k,
    struct span message, struct sealeaf_error *e);

/* Append a request: `text` is plaintext or ciphertext. */
void message_put_request(struct buf *b, const struct key *k, struct span text);

/* The parts of a request; `key` is empty when there is none. */
SEALEAF_USED enum sealeaf_code message_get_request(struct span message,
    struct span *key, struct span *text, struct sealeaf_error *e);

/* Append a response, and its one part. */
void message_put_response(struct buf *b, struct span text);
SEALEAF_USED enum sealeaf_code message_get_response(struct span message,
    struct span *text, struct sealeaf_error *e);

/* Whether `text` can be what a key is wrapped to: not empty, UTF-8 without
 * control characters but line breaks. */
bool message_is_wrapped(struct span text);

/* "age key with recipient …", for a person who is asked about `k`. */
void message_describe(struct buf *b, const struct key *k);

#endif
