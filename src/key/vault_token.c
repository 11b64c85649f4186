/* SPDX-License-Identifier: Apache-2.0 */
/* Where the token comes from: environment, the helper of ~/.vault, a file. */

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/proc.h"
#include "key/vault.h"

enum { HELPER_SECONDS = 30, TOKEN_MAX = 64 << 10 };

static enum sealeaf_code
take(struct vault *v, struct span text, struct sealeaf_error *e)
{
	text = span_trim(text);
	if (text.n == 0)
		return SEALEAF_OK;
	return secret_copy(&v->token, text.p, text.n, e);
}

/* The value of token_helper in the command's configuration, which is HCL:
 * name = "value". */
static char *
helper_of(struct span config)
{
	char *found = NULL;

	for (size_t at = 0; at < config.n && found == NULL;) {
		struct span line = span_sub(config, at, config.n), value;
		size_t equal;

		line = span_sub(line, 0, span_find(line, '\n'));
		at += line.n + 1;
		equal = span_find(line, '=');
		value = span_trim(span_sub(line, equal + 1, line.n));
		if (!span_is(span_trim(span_sub(line, 0, equal)),
			"token_helper") ||
		    !span_starts(value, "\""))
			continue;
		value = span_sub(value, 1, value.n);
		value = span_sub(value, 0, span_find(value, '"'));
		if (value.n > 0)
			found = mem_dup_n(value.p, value.n);
	}
	return found;
}

static enum sealeaf_code
ask_helper(struct vault *v, const char *helper, struct sealeaf_error *e)
{
	struct buf output = { 0 }, command = { 0 };
	const char *argv[] = { "sh", "-c", NULL, NULL };
	struct proc p = { .argv = argv,
		.output = &output,
		.errors_through = true,
		.limit = TOKEN_MAX,
		.seconds = HELPER_SECONDS };
	enum sealeaf_code code;
	int status = 0;

	buf_printf(&command, "%s get", helper);
	if (buf_check(&command, e) != SEALEAF_OK)
		return SEALEAF_ERR_MEMORY;
	argv[2] = command.p;
	code = proc_run(&p, &status, e);
	if (code == SEALEAF_OK && status != 0)
		code = err_set(e, SEALEAF_ERR_GENERIC,
		    "the token helper %s failed with exit status %d", helper,
		    status);
	if (code == SEALEAF_OK)
		code = take(v, buf_get(&output), e);
	buf_fini(&output);
	buf_fini(&command);
	return code;
}

static enum sealeaf_code
from_home(struct vault *v, const struct world *w, struct sealeaf_error *e)
{
	const char *home = world_env(w, "HOME"),
		   *at = vault_env(w, "CONFIG_PATH");
	struct buf path = { 0 }, file = { 0 };
	enum sealeaf_code code = SEALEAF_OK;
	char *helper = NULL;

	if (*at == '\0' && home != NULL) {
		buf_printf(&path, "%s/.vault", home);
		at = path.p;
	}
	if (at != NULL && *at != '\0' &&
	    file_read(at, &file, NULL) == SEALEAF_OK)
		helper = helper_of(buf_get(&file));
	buf_truncate(&path, 0);
	buf_truncate(&file, 0);
	if (helper != NULL)
		code = ask_helper(v, helper, e);
	else if (home != NULL) {
		buf_printf(&path, "%s/.vault-token", home);
		if (path.p != NULL &&
		    file_read(path.p, &file, NULL) == SEALEAF_OK &&
		    file.n < TOKEN_MAX)
			code = take(v, buf_get(&file), e);
	}
	free(helper);
	buf_fini(&path);
	buf_fini(&file);
	return code;
}

enum sealeaf_code
vault_token(struct vault *v, const struct world *w, struct sealeaf_error *e)
{
	const char *set = vault_env(w, "TOKEN");
	enum sealeaf_code code;

	if (v->looked)
		return SEALEAF_OK;
	code = *set != '\0' ? take(v, span_of(set), e) : from_home(v, w, e);
	v->looked = code == SEALEAF_OK;
	return code;
}
