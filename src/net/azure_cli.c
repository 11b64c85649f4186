/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's two commands, whose user has signed in already. */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "net/azure.h"
#include "net/json.h"

enum { SECONDS = 10, OUTPUT_MAX = 1 << 20 };

/* Run a command of the user's PATH; what it says on failure is the reason. */
static enum sealeaf_code
run(struct buf *output, const struct azure *z, const char **argv,
    struct sealeaf_error *e)
{
	char *program = proc_find(argv[0], azure_env(z, "PATH"));
	struct buf errors = { 0 }, clean = { 0 };
	struct proc p = { .argv = argv,
		.output = output,
		.errors = &errors,
		.limit = OUTPUT_MAX,
		.seconds = SECONDS };
	struct sealeaf_error why = { 0 };
	enum sealeaf_code code;
	int status = 0;

	if (program == NULL)
		return err_set(e, SEALEAF_ERR_NOT_MINE, "%s is not on the PATH",
		    argv[0]);
	code = proc_run(&p, &status, &why);
	if (code != SEALEAF_OK || status != 0) {
		http_clean_put(&clean, span_trim(buf_get(&errors)));
		code = err_set(e, SEALEAF_ERR_NOT_MINE, "%s: %s", argv[0],
		    code != SEALEAF_OK ? why.text
			: clean.n > 0  ? clean.p
				       : "failed");
	}
	free(program);
	buf_fini(&errors);
	buf_fini(&clean);
	return code;
}

/* The token under `name`; the time is seconds, or RFC 3339. */
static enum sealeaf_code
take(struct oauth_token *t, struct span json, const char *name, const char *end,
    const char *program, struct sealeaf_error *e)
{
	struct buf text = { 0 };

	oauth_fini(t);
	if (!jtext_check(json) ||
	    !jtext_secret(&t->text, jtext_get(json, name)))
		return err_set(e, SEALEAF_ERR_NOT_MINE, "%s printed no token",
		    program);
	t->expires = jtext_int(jtext_get(json, end));
	if (t->expires == 0 &&
	    (!jtext_text(&text, jtext_get(json, end)) ||
		!clock_parse(buf_get(&text), &t->expires)))
		t->expires = 0;
	buf_fini(&text);
	return SEALEAF_OK;
}

enum sealeaf_code
azure_cli(struct oauth_token *t, const struct azure *z, struct sealeaf_error *e)
{
	const char *argv[] = { "az", "account", "get-access-token", "-o",
		"json", "--resource", z->resource, NULL, NULL, NULL };
	struct buf output = { 0 };
	enum sealeaf_code code;

	if (*z->tenant != '\0') {
		argv[7] = "--tenant";
		argv[8] = z->tenant;
	}
	code = run(&output, z, argv, e);
	if (code == SEALEAF_OK)
		code = take(t, buf_get(&output), "accessToken", "expires_on",
		    "az", e);
	buf_fini(&output);
	return code;
}

enum sealeaf_code
azure_azd(struct oauth_token *t, const struct azure *z, struct sealeaf_error *e)
{
	const char *argv[] = { "azd", "auth", "token", "-o", "json",
		"--no-prompt", "--scope", NULL, NULL, NULL, NULL };
	struct buf output = { 0 }, scope = { 0 };
	enum sealeaf_code code;

	buf_printf(&scope, "%s/.default", z->resource);
	argv[7] = scope.p;
	if (*z->tenant != '\0') {
		argv[8] = "--tenant-id";
		argv[9] = z->tenant;
	}
	code = buf_check(&scope, e);
	if (code == SEALEAF_OK)
		code = run(&output, z, argv, e);
	if (code == SEALEAF_OK)
		code = take(t, buf_get(&output), "token", "expiresOn", "azd",
		    e);
	buf_fini(&output);
	buf_fini(&scope);
	return code;
}
