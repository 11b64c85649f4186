/* SPDX-License-Identifier: Apache-2.0 */
/* Each name once: which of two wins would depend on the child. */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#include "cli/environment.h"

extern char **environ;

/* Takes `text` ("NAME=value") over. */
static enum sealeaf_code
store(struct environment *env, char *text, struct sealeaf_error *e)
{
	size_t name = strcspn(text, "=") + 1;
	char **v;

	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->v[i], text, name) == 0) {
			mem_wipe_str(env->v[i]);
			env->v[i] = text;
			return SEALEAF_OK;
		}
	}
	v = mem_grow(env->v, &env->cap, env->n + 2, sizeof *v);
	if (v == NULL) {
		mem_wipe_str(text);
		return err_memory(e);
	}
	env->v = v;
	v[env->n++] = text;
	v[env->n] = NULL;
	return SEALEAF_OK;
}

enum sealeaf_code
environment_put(struct environment *env, const char *name, const char *value,
    struct sealeaf_error *e)
{
	struct buf b = { 0 };
	char *text;

	buf_puts(&b, name);
	buf_putc(&b, '=');
	buf_puts(&b, value);
	text = buf_take(&b, NULL);
	return text != NULL ? store(env, text, e) : err_memory(e);
}

enum sealeaf_code
environment_copy(struct environment *env, const char *text,
    struct sealeaf_error *e)
{
	char *copy = mem_dup(text);

	return copy != NULL ? store(env, copy, e) : err_memory(e);
}

enum sealeaf_code
environment_inherit(struct environment *env, struct sealeaf_error *e)
{
	for (char **v = environ; *v != NULL; v++) {
		if (environment_copy(env, *v, e) != 0)
			return e->code;
	}
	return SEALEAF_OK;
}

void
environment_fini(struct environment *env)
{
	for (size_t i = 0; i < env->n; i++)
		mem_wipe_str(env->v[i]);
	free(env->v);
	memset(env, 0, sizeof *env);
}
