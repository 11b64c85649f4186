/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file of any content: rules matched, keys and policy made.
 * Nothing is asked of anybody. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/config.h"
#include "sops/ctx.h"

#include "fuzz.h"

static enum sealeaf_code
load(struct config *c, const uint8_t *data, size_t n, struct sealeaf_error *e)
{
	c->found = true;
	c->shown = mem_dup(".sops.yaml");
	c->directory = mem_dup("/work");
	assert(c->shown != NULL && c->directory != NULL);
	buf_put(&c->text, data, n);
	c->doc.format = &format_yaml;
	c->doc.source = n > 0 ? buf_get(&c->text) : span_make("", 0);
	return format_yaml.scan(&c->doc, e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const paths[] = { "/work/a.yaml",
		"/work/x/secret.json", "/else/b.env" };
	struct sealeaf_ctx *ctx = sealeaf_new();
	struct config c = { 0 };
	struct sealeaf_error e = { 0 };

	assert(ctx != NULL);
	if (load(&c, data, n, &e) == SEALEAF_OK) {
		for (size_t i = 0; i < 3; i++) {
			struct groups gs = { 0 };
			size_t rule = CONFIG_NONE;
			enum sealeaf_code code;

			memset(&e, 0, sizeof e);
			code = config_match(&rule, &c, paths[i], &e);
			if (code == SEALEAF_OK && rule != CONFIG_NONE)
				code = config_groups(&gs, &c, rule, ctx, &e);
			assert(code == SEALEAF_OK || e.text[0] != '\0');
			groups_fini(&gs);
		}
	}
	config_fini(&c);
	sealeaf_free(ctx);
	return 0;
}
