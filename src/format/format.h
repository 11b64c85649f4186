/* SPDX-License-Identifier: Apache-2.0 */
/* What every format can do: scan, spell, place the metadata, print. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/doc.h"
#include "doc/splice.h"

/* How to print text that is written anew. */
struct print_style {
	int indent;     /* YAML: blanks a level, default 4; JSON: -1 a tab */
	bool encrypted; /* values are envelopes as they stand (plain) */
	bool reference; /* exactly as SOPS prints */
	uint32_t documents; /* YAML: of the whole, where the last are empty */
};

/* The top of a document, which is no leaf. */
#define FORMAT_ROOT SIZE_MAX

/*
 * One constant table a format. `src` below is the document scanned.
 *
 * scan     fill d->leaves, meta, aliases, blocks from d->source. Syntax errors
 *          are SEALEAF_ERR_READ with line and column. Does not judge whether
 *          the file is encrypted; marks LEAF_ENVELOPE.
 * seal     append what replaces l->src when `envelope` takes its place
 *          (format.md 9.5): quotes, block header, kept anchor.
 * sealed   *out is how scan() would see the leaf after seal(): style, flags,
 *          indent. All else is copied from *l, src included: it stands for
 *          the place and its surroundings.
 * spell    append what replaces l->src when a value of `type` with plaintext
 *          `text` takes its place (format.md 9.6); `l` is the leaf as scanned
 *          in the encrypted file, or as sealed() says. Not for LEAF_NULL and
 *          collections.
 * split    where a text of lines takes the place of l->src before a comment: to
 *          `head` what replaces l->src, to `tail` what goes in at *at, the end
 *          of that line. False, and nothing done, where spell() is to be used.
 *          NULL where a comment never stands behind a value.
 * print    append leaves ls->list[from .. from+n) as a document in the
 *          reference's own style. Paths are printed relative to the first
 *          `depth` steps. With several documents, all of them.
 *          SEALEAF_ERR_DUMP with the reference's text when it cannot be.
 * value    append a single value as --extract prints it.
 * block    append the metadata `meta` (leaves as in struct doc) as the text of
 *          a block in this format, for a new place in `d`.
 * place    add edits that put `block` (from block(), or the old bytes) where
 *          it belongs in each document, and blank lines as format.md 8.2 says.
 * copy     add edits that write the use of an anchor out: texts[i] is the
 *          envelope of leaf a->first + i, p NULL for a leaf that stays clear
 *          (format.md 9.3). NULL where there are no aliases.
 * restore  add edits that put the alias text `text` back in place of the copy
 *          whose collection or scalar is leaf `at`. NULL likewise.
 * replace  add edits that put the tree `with` (a leaf, behind it all that is
 *          inside it) in the place of leaf `at` of a plaintext; its key stays.
 * insert   add edits that make `with` the last entry of the collection `at`
 *          (FORMAT_ROOT: of the first document), under the last key of its
 *          path.
 * remove   add edits that take leaf `at` away with its key.
 *          None of the three is called for a leaf that an alias brought, or
 *          whose anchor is in use, nor for one in a second document. They
 *          write in the layout of the file and may get odd places wrong: the
 *          caller reads the result. SEALEAF_ERR_DUMP for what the format
 *          cannot hold. NULL where there are no entries.
 * odd_root whether the block would not stand as SOPS writes it: the root of a
 *          document is a flow mapping, or is indented. NULL: never.
 * misread  whether SOPS makes something else of a comment, `l`, that stays
 *          clear; *cut is then what to take out of the source. `list`: a list
 *          holds it. NULL: never.
 * refused  whether a top-level key `key` collides with the metadata.
 *
 * block() and blocks[].src: the text that place() takes may have commas, blanks
 * and empty lines around it that belong to its old place; place() puts what
 * the new place needs. place() counts the blocks that the document has as cut
 * (the caller adds those edits), and scanning and cutting what it made gives
 * the source back byte for byte. The texts of a null and of an empty flow
 * mapping alone go.
 *
 * JSON, dotenv, INI: the root of a document is no leaf. A "sops" that is no
 * mapping is an ordinary leaf (refused() knows its key); a second one is
 * SEALEAF_ERR_READ. Names that make no tree are SEALEAF_ERR_METADATA.
 *
 * binary: scan() takes the plain file, one leaf of STYLE_FILE; it never reads
 * an encrypted one. For that, and for all that changes one, the caller uses
 * sealed_as: its scan() finds the leaf "data" (AAD "data:") whose plaintext is
 * the file. To encrypt, the caller adds the edit of seal(), also where
 * the value is empty (an empty envelope then), before it calls place(). Both
 * indent by d->step blanks, which the caller may set (0: a tab).
 *
 * INI: a value that a later one of the same key overwrites has no meaning and
 * must not be left clear: it is a LEAF_COMMENT whose path is that of the key
 * (so the rules treat both alike) in the style of a value.
 */
struct format {
	const char *name;
	const char *const *suffixes;    /* ".yaml", NULL-closed */
	bool tree;                      /* selection rules apply */
	const struct format *sealed_as; /* format of the encrypted file, NULL:
	                              * this one. See below */

	enum sealeaf_code (*scan)(struct doc *d, struct sealeaf_error *e);
	void (*seal)(struct buf *b, const struct doc *d, const struct leaf *l,
	    struct span envelope);
	void (*sealed)(struct leaf *out, const struct doc *d,
	    const struct leaf *l);
	enum sealeaf_code (*spell)(struct buf *b, const struct doc *d,
	    const struct leaf *l, enum leaf_type type, struct span text,
	    struct sealeaf_error *e);
	bool (*split)(struct buf *head, struct buf *tail, size_t *at,
	    const struct doc *d, const struct leaf *l, enum leaf_type type,
	    struct span text);
	enum sealeaf_code (*print)(struct buf *b, const struct leaves *ls,
	    size_t from, size_t n, size_t depth,
	    const struct print_style *style, struct sealeaf_error *e);
	enum sealeaf_code (*value)(struct buf *b, const struct leaves *ls,
	    size_t at, size_t depth, const struct print_style *style,
	    struct sealeaf_error *e);
	enum sealeaf_code (*block)(struct buf *b, const struct doc *d,
	    const struct leaves *meta, const struct print_style *style,
	    struct sealeaf_error *e);
	enum sealeaf_code (*place)(struct edits *es, struct doc *d,
	    struct span block, struct sealeaf_error *e);
	enum sealeaf_code (*copy)(struct edits *es, struct doc *d,
	    const struct alias *a, const struct span *texts,
	    struct sealeaf_error *e);
	enum sealeaf_code (*restore)(struct edits *es, struct doc *d, size_t at,
	    struct span text, struct sealeaf_error *e);
	enum sealeaf_code (*replace)(struct edits *es, struct doc *d, size_t at,
	    const struct leaf *with, struct sealeaf_error *e);
	enum sealeaf_code (*insert)(struct edits *es, struct doc *d, size_t at,
	    const struct leaf *with, struct sealeaf_error *e);
	enum sealeaf_code (*remove)(struct edits *es, struct doc *d, size_t at,
	    struct sealeaf_error *e);
	bool (*odd_root)(const struct doc *d);
	bool (*misread)(struct span *cut, const struct doc *d,
	    const struct leaf *l, bool list);
	bool (*refused)(struct span key);
	const char *example; /* text of a new file, as SOPS's example */
};

extern const struct format format_yaml, format_json, format_dotenv, format_ini,
    format_binary;

/* By its exact name ("yaml"), NULL when there is none. */
const struct format *format_by_name(struct span name);

/* By the suffix of a path, case-sensitive; binary when none fits. */
const struct format *format_by_path(const char *path);

#endif
