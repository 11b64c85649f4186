/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 behind the gate of regex_gate.c. RE2 takes linear time; backtracking
 * can take for ever, so a match has limits and says when it passed them.
 */

#define PCRE2_CODE_UNIT_WIDTH 8

#include <stdlib.h>

#include <pcre2.h>

#include "base/mem.h"
#include "base/regex.h"
#include "base/regex_gate.h"
#include "base/utf8.h"

/* The gate limits nesting to 1,000 groups, and each may be wrapped. */
enum { NEST_LIMIT = 4000, MATCH_LIMIT = 1000000, HEAP_LIMIT = 65536 };

struct regex {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static enum sealeaf_code
compile(struct regex *r, struct span text, const char *pattern,
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
	    PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE |
		PCRE2_NEVER_UCP,
	    &number, &at, context);
	pcre2_compile_context_free(context);
	if (r->code != NULL)
		return SEALEAF_OK;
	if (number == PCRE2_ERROR_HEAP_FAILED)
		return err_memory(e);
	if (number == PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "error parsing regexp: "
		    "this PCRE2 lacks a character class in `%s`",
		    pattern);
	return err_set(e, SEALEAF_ERR_GENERIC,
	    "error parsing regexp: expression too large: `%s`", pattern);
}

enum sealeaf_code
regex_new(struct regex **out, const char *pattern, struct sealeaf_error *e)
{
	struct regex *r = mem_zero(sizeof *r);
	enum sealeaf_code code;
	struct buf text = { 0 };

	if (r == NULL)
		return err_memory(e);
	/* Never NULL, not even for the empty pattern. */
	buf_reserve(&text, 1);
	code = regex_gate(&text, span_of(pattern), e);
	if (code == SEALEAF_OK)
		code = compile(r, buf_get(&text), pattern, e);
	buf_fini(&text);
	if (code == SEALEAF_OK) {
		r->limits = pcre2_match_context_create(NULL);
		if (r->limits == NULL)
			code = err_memory(e);
	}
	if (code != SEALEAF_OK) {
		regex_free(r);
		return code;
	}
	(void)pcre2_set_match_limit(r->limits, MATCH_LIMIT);
	(void)pcre2_set_heap_limit(r->limits, HEAP_LIMIT);
	*out = r;
	return SEALEAF_OK;
}

/* Go sees each invalid byte as U+FFFD. */
static void
repair(struct buf *b, struct span text)
{
	size_t n;

	for (size_t at = 0; at < text.n; at += n)
		utf8_put(b, utf8_get(text, at, &n));
}

static int
match(const struct regex *r, struct span text)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int result;

	if (data == NULL)
		return PCRE2_ERROR_NOMEMORY;
	result = pcre2_match(r->code,
	    (PCRE2_SPTR)(text.p != NULL ? text.p : ""), text.n, 0,
	    PCRE2_NO_UTF_CHECK, data, r->limits);
	pcre2_match_data_free(data);
	return result;
}

bool
regex_search(const struct regex *r, struct span text, bool *failed)
{
	struct buf valid = { 0 };
	int result;

	if (utf8_valid(text) < text.n) {
		repair(&valid, text);
		result = valid.failed ? PCRE2_ERROR_NOMEMORY
				      : match(r, buf_get(&valid));
		buf_fini(&valid);
	} else {
		result = match(r, text);
	}
	if (failed != NULL)
		*failed = result < 0 && result != PCRE2_ERROR_NOMATCH;
	return result >= 0;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	pcre2_match_context_free(r->limits);
	free(r);
}
