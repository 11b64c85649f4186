/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 behind the gate of regex_gate.c. Its other matcher is used, which
 * walks through the text once with all states that are alive and never goes
 * back, as RE2 does. It compares each state with those before it, so what a
 * character costs depends on their number alone, which the workspace limits.
 */

#define PCRE2_CODE_UNIT_WIDTH 8

#include <stdlib.h>

#include <pcre2.h>

#include "base/mem.h"
#include "base/regex.h"
#include "base/regex_gate.h"
#include "base/utf8.h"

/* The gate limits nesting to 1,000 groups, and each may be wrapped. */
enum { NEST_LIMIT = 4000 };

/*
 * States that may be alive: so many are had for nothing, as their cost is a
 * small multiple of the text's; the number doubles while more are needed.
 */
enum { STATES = 32, STATES_MAX = 32768 };

/* A state's three numbers, for this character and for the next, and two. */
#define WORKSPACE(states) ((size_t)(states)*6 + 2)

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	char *pattern; /* for messages */
	int *workspace;
	size_t states; /* that it has room for */
};

static enum sealeaf_code
refuse(int number, const char *pattern, struct sealeaf_error *e)
{
	if (number == PCRE2_ERROR_HEAP_FAILED)
		return err_memory(e);
	if (number == PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY)
		return err_set(e, SEALEAF_ERR_UNSUPPORTED,
		    "error parsing regexp: this PCRE2 lacks a character class in `%s`",
		    pattern);
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "error parsing regexp: expression too large: `%s`", pattern);
}

static enum sealeaf_code
compile(struct regex *r, struct span text, uint32_t options,
    struct sealeaf_error *e)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	int number = 0;
	size_t at = 0;

	if (context == NULL)
		return err_memory(e);
	(void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	(void)pcre2_set_parens_nest_limit(context, NEST_LIMIT);
	r->code = pcre2_compile((PCRE2_SPTR)text.p, text.n,
	    PCRE2_UTF | PCRE2_ALT_CIRCUMFLEX | PCRE2_NO_AUTO_CAPTURE |
		PCRE2_NEVER_UCP | options,
	    &number, &at, context);
	pcre2_compile_context_free(context);
	return r->code != NULL ? SEALEAF_OK : refuse(number, r->pattern, e);
}

static bool
is_anchored(const struct regex *r)
{
	uint32_t options = 0;

	(void)pcre2_pattern_info(r->code, PCRE2_INFO_ALLOPTIONS, &options);
	return (options & PCRE2_ANCHORED) != 0;
}

/* One that may match anywhere begins with any text, so that all the places
 * are tried in the same walk. */
static enum sealeaf_code
compile_search(struct regex *r, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = compile(r, text, 0, e);
	struct buf b = { 0 };

	if (code != SEALEAF_OK || is_anchored(r))
		return code;
	pcre2_code_free(r->code);
	r->code = NULL;
	buf_puts(&b, "\\p{Any}*?(");
	buf_span(&b, text);
	buf_putc(&b, ')');
	code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = compile(r, buf_get(&b), PCRE2_ANCHORED, e);
	buf_fini(&b);
	return code;
}

static bool
make_room(struct regex *r, size_t states)
{
	int *p = mem_array(WORKSPACE(states), sizeof *p);

	if (p == NULL)
		return false;
	free(r->workspace);
	r->workspace = p;
	r->states = states;
	return true;
}

enum sealeaf_code
regex_new(struct regex **out, const char *pattern, struct sealeaf_error *e)
{
	struct regex *r = mem_zero(sizeof *r);
	enum sealeaf_code code;
	struct buf text = { 0 };

	if (r == NULL)
		return err_memory(e);
	r->pattern = mem_dup(pattern);
	r->data = pcre2_match_data_create(1, NULL);
	/* Never NULL, not even for the empty pattern. */
	buf_reserve(&text, 1);
	if (r->pattern == NULL || r->data == NULL || !make_room(r, STATES))
		code = err_memory(e);
	else
		code = regex_gate(&text, span_of(pattern), e);
	if (code == SEALEAF_OK)
		code = compile_search(r, buf_get(&text), e);
	buf_fini(&text);
	if (code == SEALEAF_OK)
		*out = r;
	else
		regex_free(r);
	return code;
}

/* Go sees each invalid byte as U+FFFD. */
static void
repair(struct buf *b, struct span text)
{
	size_t n;

	for (size_t at = 0; at < text.n; at += n)
		utf8_put(b, utf8_get(text, at, &n));
}

static enum sealeaf_code
too_hard(const struct regex *r, struct sealeaf_error *e)
{
	err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "matching the pattern `%s` takes too much effort", r->pattern);
	err_hint(e,
	    "write it without repetitions inside of repetitions, and without large counts");
	return SEALEAF_ERR_UNSUPPORTED;
}

static enum sealeaf_code
failure(const struct regex *r, int number, struct sealeaf_error *e)
{
	PCRE2_UCHAR text[128] = { 0 };

	if (number == PCRE2_ERROR_NOMEMORY)
		return err_memory(e);
	(void)pcre2_get_error_message(number, text, sizeof text);
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "matching the pattern `%s`: %s", r->pattern, (const char *)text);
}

/* Pay for a walk with so many states. */
static bool
spend(uint64_t *effort, size_t n, size_t states)
{
	uint64_t each = (uint64_t)states * states;

	if (n >= *effort / each) {
		*effort = 0;
		return false;
	}
	*effort -= (n + 1) * each;
	return true;
}

/* What is charged depends on this text alone, not on those before it. */
static enum sealeaf_code
match(struct regex *r, struct span text, uint64_t *effort, bool *found,
    struct sealeaf_error *e)
{
	int result = PCRE2_ERROR_DFA_WSSIZE;

	for (size_t states = STATES; result == PCRE2_ERROR_DFA_WSSIZE;
	     states *= 2) {
		if (states > STATES_MAX ||
		    (states > STATES && !spend(effort, text.n, states)))
			return too_hard(r, e);
		if (states > r->states && !make_room(r, states))
			return err_memory(e);
		result = pcre2_dfa_match(r->code,
		    (PCRE2_SPTR)(text.p != NULL ? text.p : ""), text.n, 0,
		    PCRE2_NO_UTF_CHECK | PCRE2_DFA_SHORTEST, r->data, NULL,
		    r->workspace, WORKSPACE(states));
	}
	*found = result >= 0;
	return result >= 0 || result == PCRE2_ERROR_NOMATCH
	    ? SEALEAF_OK
	    : failure(r, result, e);
}

enum sealeaf_code
regex_search(struct regex *r, struct span text, uint64_t *effort, bool *found,
    struct sealeaf_error *e)
{
	struct buf valid = { 0 };
	enum sealeaf_code code;

	*found = false;
	if (utf8_valid(text) == text.n)
		return match(r, text, effort, found, e);
	repair(&valid, text);
	code = buf_check(&valid, e);
	if (code == SEALEAF_OK)
		code = match(r, buf_get(&valid), effort, found, e);
	buf_fini(&valid);
	return code;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	pcre2_match_data_free(r->data);
	free(r->workspace);
	free(r->pattern);
	free(r);
}
