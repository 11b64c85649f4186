/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the YAML front end's writing side share. */
#ifndef FORMAT_YAML_WRITE_H
#define FORMAT_YAML_WRITE_H

#include <stdbool.h>

#include "base/buf.h"
#include "doc/doc.h"
#include "doc/splice.h"
#include "format/format.h"

/* yaml_text.c: how strings can be written. */

/* In which ways SOPS's printer would let a text stand. */
struct yamlf_form {
	bool multiline; /* some line break, of any kind */
	bool flow_plain;
	bool block_plain;
	bool single;
	bool block; /* literal or folded */
};

void yamlf_analyze(struct yamlf_form *f, struct span text);

/* Size of the line break (LF, CR, NEL, LS, PS) at `at`, 0 when there is
 * none. */
size_t yamlf_break_size(struct span text, size_t at);

/* Whether `text`, plain, is a string here and in YAML 1.1. */
bool yamlf_stays_string(struct span text);

/* The style in which SOPS prints a string: plain, single, double, literal.
 * Where it would print what no parser reads, double. */
enum leaf_style yamlf_style(struct span text, bool flow);

/* Append `text` in quotes. `reference`: with the escapes of SOPS's printer,
 * which escapes all beyond the basic plane; else only what must be. */
void yamlf_put_double(struct buf *b, struct span text, bool reference);

/* `column` is where SOPS's printer goes on behind U+2028 and U+2029, which it
 * leaves as they are. */
void yamlf_put_single(struct buf *b, struct span text, size_t column);

/* Append a base64 text as "!!binary" holds it: broken every 70 characters. */
void yamlf_put_binary(struct buf *b, struct span bytes);

/* Append what stands for a value that is no string, plain; `reference`: as
 * SOPS prints it, else as it is spelled where that reads back. */
void yamlf_put_plain(struct buf *b, enum leaf_type type, struct span text,
    bool reference);

/* yaml_literal.c: block scalars in place. */

/* Whether `text` is not empty and every character of it can stand unescaped
 * in a block scalar. */
bool yamlf_is_clean(struct span text);

/* Column of the content of a block scalar in the place of `l`: as it stands
 * where it is one, else as SOPS indents it. */
size_t yamlf_column(const struct doc *d, const struct leaf *l);

/* Append `text` as a block scalar, header included; false, and nothing is
 * appended, when it cannot stand there. `reference`: with SOPS's indicators. */
bool yamlf_put_literal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text, bool folded, bool reference);

/* The same under a header that stays (LEAF_HEADED); blanks to put before an
 * envelope there. */
bool yamlf_put_headed(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span text);

/* struct format's split. */
bool yamlf_split(struct buf *head, struct buf *tail, size_t *at,
    const struct doc *d, const struct leaf *l, enum leaf_type type,
    struct span text);

size_t yamlf_headed_gap(const struct doc *d, const struct leaf *l);

/* yaml_flow.c */

/* Append one leaf, or the content of a collection, in flow style on one
 * line. `json`: only what JSON has too. */
void yamlf_put_flow(struct buf *b, const struct leaf *l, bool json);
void yamlf_put_flow_content(struct buf *b, const struct leaf *from,
    const struct leaf *to, bool list, bool json);

/* Where a value stands: at the root, behind a key, in a list. */
enum yamlf_place { YAMLF_ROOT, YAMLF_VALUE, YAMLF_ITEM };

/* Blanks a level that SOPS's printer takes when asked for `indent`. */
int yamlf_best(int indent);

/* Column of what lies one level under a collection at column `indent`. */
int yamlf_deeper(int best, int indent, enum yamlf_place place);

/* Blanks a level in what is written anew in `d`. */
int yamlf_step(const struct doc *d);

/* Turn the line feeds from offset `from` on into CR LF. */
void yamlf_crlf(struct buf *b, size_t from);

/* The table's functions; contracts in format.h. */
void yamlf_seal(struct buf *b, const struct doc *d, const struct leaf *l,
    struct span envelope);
void yamlf_sealed(struct leaf *out, const struct doc *d, const struct leaf *l);
enum sealeaf_code yamlf_spell(struct buf *b, const struct doc *d,
    const struct leaf *l, enum leaf_type type, struct span text,
    struct sealeaf_error *e);
enum sealeaf_code yamlf_print(struct buf *b, const struct leaves *ls,
    size_t from, size_t n, size_t depth, const struct print_style *style,
    struct sealeaf_error *e);
enum sealeaf_code yamlf_value(struct buf *b, const struct leaves *ls, size_t at,
    size_t depth, const struct print_style *style, struct sealeaf_error *e);
enum sealeaf_code yamlf_block(struct buf *b, const struct doc *d,
    const struct leaves *meta, const struct print_style *style,
    struct sealeaf_error *e);
bool yamlf_odd_root(const struct doc *d);
bool yamlf_misread(struct span *cut, const struct doc *d, const struct leaf *l,
    bool list);
enum sealeaf_code yamlf_put_block(struct edits *es, struct doc *d,
    struct span block, struct sealeaf_error *e);
enum sealeaf_code yamlf_copy(struct edits *es, struct doc *d,
    const struct alias *a, const struct span *texts, struct sealeaf_error *e);
enum sealeaf_code yamlf_restore(struct edits *es, struct doc *d, size_t at,
    struct span text, struct sealeaf_error *e);
enum sealeaf_code yamlf_replace(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e);
enum sealeaf_code yamlf_insert(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e);
enum sealeaf_code yamlf_remove(struct edits *es, struct doc *d, size_t at,
    struct sealeaf_error *e);

#endif
