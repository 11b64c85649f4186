/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of base/regex.h: from RE2's language to PCRE2's. */
#ifndef BASE_REGEX_GATE_H
#define BASE_REGEX_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Groups in groups, and repetitions of repetitions. */
enum { REGEX_DEPTH = 1000 };

/* A pattern being read. The first error ends the reading. */
struct regex_reader {
	struct span all;
	size_t at;
	bool failed;
	bool unsupported; /* and it is no fault of the pattern */
	struct sealeaf_error *e;
};

/* An open group. */
struct regex_level {
	unsigned flags;  /* outside of it */
	bool folding;    /* the same of the output */
	size_t start;    /* where it begins in the output */
	unsigned copies; /* as below, of what came before in it */
	unsigned height;
};

struct regex_gate {
	struct regex_reader r;
	struct buf *out;
	unsigned flags;
	bool folding; /* (?i) is in force in the output */
	struct regex_level levels[REGEX_DEPTH + 1];
	size_t depth;
	/* What a repetition would repeat. */
	bool has_atom, repeated;
	size_t atom;     /* where it begins in the output */
	unsigned copies; /* how often counted repeats copy its inside */
	unsigned height; /* nesting of it, by wrapped repetitions too */
	bool after_repeat;
	size_t repeat; /* where the last repetition stands in the pattern */
};

/*
 * Append `pattern` (RE2 syntax, as Go's regexp with its default flags) in
 * PCRE2 syntax, which matches the same texts under PCRE2_NO_AUTO_CAPTURE.
 * The preference for short matches is dropped: nobody asks where a match is.
 */
SEALEAF_USED enum sealeaf_code regex_gate(struct buf *out, struct span pattern,
    struct sealeaf_error *e);

/* Go's message of one kind about a piece of the pattern; sets r->failed. */
void regex_fail(struct regex_reader *r, const char *kind, struct span piece);

/* What is left to read. */
struct span regex_left(const struct regex_reader *r);

/* The pattern from `from` to where we are. */
struct span regex_taken(const struct regex_reader *r, size_t from);

/* The byte so far ahead; NUL behind the end. */
char regex_peek(const struct regex_reader *r, size_t ahead);

bool regex_at_end(const struct regex_reader *r);

/* The next character, taken; fails on invalid UTF-8. At the end: 0xFFFD. */
uint32_t regex_next(struct regex_reader *r);

/* Whether `piece` is valid UTF-8; else fails. */
bool regex_is_utf8(struct regex_reader *r, struct span piece);

/* A backslash and what it escapes, which is one character. */
uint32_t regex_escape(struct regex_reader *r);

/* Append one character so that it stands for itself. */
void regex_put_char(struct buf *b, uint32_t code);

/* Append one character as an atom. */
void regex_put_literal(struct regex_gate *g, uint32_t code);

/* '*', '+' or '?' stands here: repeat the atom. */
void regex_repeat_simple(struct regex_gate *g);

/* '{' stands here: the same; false when the brace was a literal. */
bool regex_repeat_counted(struct regex_gate *g);

/* Append the class that starts with '[' here, as an atom. */
void regex_class(struct buf *b, struct regex_reader *r, bool fold);

/* If \d, \pL and the like stand here, append them as part of a class. */
bool regex_short_class(struct buf *b, struct regex_reader *r, bool fold);

/* Append a Unicode property by the name Go knows it under, as part of a
 * class. False: there is none; `refused` is set when it is not supported. */
bool regex_property(struct buf *b, struct span name, bool negated, bool fold,
    bool *refused);

/* Append an ASCII class ("alpha", "word"), as part of a class. */
bool regex_ascii_class(struct buf *b, struct span name, bool negated,
    bool fold);

#endif
