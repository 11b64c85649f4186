/* SPDX-License-Identifier: Apache-2.0 */
/* Text in double quotes, as Go's %q writes it. */
#ifndef CLI_QUOTE_H
#define CLI_QUOTE_H

#include "base/buf.h"

/* Append `s` in double quotes with C-like escapes. */
void quote_append(struct buf *b, struct span s);

/* The same as a JSON string; bytes that are no UTF-8 become U+FFFD, and no
 * control character stays as it is. */
void quote_json(struct buf *b, const char *text);

/* Append `text` as one word of a shell, in quotes where it needs them, with
 * escapes for what a terminal would obey. */
void quote_shell(struct buf *b, const char *text);

#endif
